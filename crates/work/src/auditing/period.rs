//! The report on a period: its data, its sections and its page.
//!
//! Auditors sample from the whole population of changes, and look at exceptions first: each kind of exception is a section
//! that is there even when it is empty, because an absent section says nothing.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::noted_acts::{NotedAct, Sort};
use crate::auditing::period_days::{Reached, Span};
use crate::auditing::population::{Change, Decided};
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use record::domain::text::Untrusted;
use verifier::verified::EmergencyView;

/// Most changes that a terminal shows.
const MAX_ROWS: usize = 200;
/// Longest beginning of a request in a table of a terminal, in characters.
const MAX_BRIEF: usize = 40;

/// The form of a report.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For the terminal
    #[default]
    Text,
    /// One table, a section in each line
    Csv,
    /// The data
    Json,
    /// One page that needs nothing else
    Html,
}

/// A wish for a report: its days and its form.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The first UTC day; without it the beginning of the log.
    pub from: Option<String>,
    /// The last UTC day; without it the end.
    pub to: Option<String>,
    /// The form.
    pub format: Format,
}

/// The report.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Reported {
    /// The first day reported on; null from the beginning.
    pub from: Option<String>,
    /// The last day; null to the end.
    pub to: Option<String>,
    /// The proof that nothing is left out.
    pub completeness: Completeness,
    /// Every revision that was brought in or decided upon.
    pub population: Vec<Change>,
    /// Every decision.
    pub decisions: Vec<Decided>,
    /// Applications, clock jumps, changes of keys and policy, and every restore, whenever that was.
    #[serde(default)]
    pub acts: Vec<NotedAct>,
    /// The finished text of the wanted form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// The proof that nothing is left out: sequences without gaps under a signed root.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Completeness {
    /// The entries of the whole log, numbered from 0 without gaps; all of them were verified for this report.
    pub log_entries: u64,
    /// The root over them; null for an empty log.
    pub root: Option<String>,
    /// The key that signed it; null for an empty log.
    pub signed_by: Option<String>,
    /// The first entry of the days reported on; null where there is none.
    pub first: Option<u64>,
    /// The last of them.
    pub last: Option<u64>,
    /// How many they are.
    #[serde(default)]
    pub entries: u64,
    /// Those among them whose time is uncertain: the clock lay behind the log, or was set back behind them later.
    #[serde(default)]
    pub uncertain: Vec<Span>,
    /// Changes of policy or keys that one owner made without the quorum, whenever that was.
    #[serde(default)]
    pub emergencies: Vec<EmergencyView>,
}

impl Completeness {
    /// Returns root and signer in words; an empty log has neither.
    pub fn seal(&self) -> (&str, &str) {
        let root = self.root.as_deref().unwrap_or("none");
        (root, self.signed_by.as_deref().unwrap_or("nobody, as it is empty"))
    }

    /// Notes which entries belong to the days.
    pub fn reach(&mut self, reached: Reached) {
        self.first = reached.bounds.map(|bounds| bounds.first);
        self.last = reached.bounds.map(|bounds| bounds.last);
        self.entries = reached.entries;
        self.uncertain = reached.uncertain;
    }

    /// Says which entries belong to the days; where others lie between them, how many do.
    pub fn range(&self) -> String {
        let Some((first, last)) = self.first.zip(self.last) else { return "none".to_owned() };
        if last - first + 1 == self.entries {
            return format!("entries {first} to {last}, without gaps");
        }
        format!("{} entries between {first} and {last}; the others are of other days", self.entries)
    }
}

/// A part of the report that is there even when it is empty.
pub struct Section {
    /// The word in tables.
    pub word: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Tells of a decision whether it belongs there.
    pub holds: fn(&Decided) -> bool,
}

/// The heading of the changes that no section of decisions holds.
pub const WITHOUT_QUORUM: &str = "Changes of policy or keys without the quorum";

/// The heading of the entries that a clock leaves in doubt.
pub const UNCERTAIN: &str = "Entries of uncertain time: the clock was behind, or set back later";

/// The sections, in their order.
pub const SECTIONS: [Section; 6] = [
    Section {
        word: "override",
        title: "Overrides: approved despite the verdict",
        holds: |one| one.decision == "approved_despite",
    },
    Section {
        word: "self_approval",
        title: "Self-approvals: approved by one who asked for it or brought it in",
        holds: |one| one.is_approval() && one.is_self,
    },
    Section {
        word: "no_evidence",
        title: "Approvals without a verdict before them",
        holds: |one| one.is_approval() && one.evidence.is_none(),
    },
    Section {
        word: "unsigned",
        title: "Decisions without an owner's signature",
        holds: |one| one.assurance == "unsigned",
    },
    Section {
        word: "low_assurance",
        title: "Decisions signed by a key of low or unknown assurance",
        holds: |one| matches!(one.assurance.as_str(), "low" | "unknown"),
    },
    Section {
        word: "undone",
        title: "Decisions revoked, dismissed, expired, reopened or contested since",
        holds: |one| one.undone.is_some(),
    },
];

impl Reported {
    /// Selects the decisions of a section.
    pub fn section<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = &'a Decided> {
        self.decisions.iter().filter(|one| (section.holds)(one))
    }

    /// Selects the acts of a section.
    pub fn acts(&self, sort: Sort) -> impl Iterator<Item = &NotedAct> {
        self.acts.iter().filter(move |act| act.sort == sort)
    }

    /// Writes the days in words.
    pub fn period(&self) -> String {
        let from = self.from.as_deref().unwrap_or("the beginning");
        let to = self.to.as_deref().unwrap_or("the end");
        format!("{from} to {to}")
    }

    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        if let Some(document) = &self.document {
            return Page::new().block(Block::Document(document.clone()));
        }
        let log_entries = self.completeness.log_entries;
        let (root, signed_by) = self.completeness.seal();
        let page = Page::new().title(format!("Report, {}", self.period())).fields([
            (
                "Log",
                Cell::from(format!("{log_entries} entries, all verified, signed by {signed_by}")),
            ),
            ("Root", Cell::toned(root, Tone::Dim)),
            ("Period", Cell::from(self.completeness.range())),
            ("Changes", Cell::from(self.population.len().to_string())),
            ("Decisions", Cell::from(self.decisions.len().to_string())),
        ]);
        let page = SECTIONS.iter().fold(page, |page, section| self.with_section(page, section));
        let words = |one: &EmergencyView| Cell::toned(one.words(), Tone::Warn);
        let page = listed(page, WITHOUT_QUORUM, self.completeness.emergencies.iter().map(words));
        let page = Sort::ALL.iter().fold(page, |page, sort| self.with_acts(page, *sort));
        let words = |span: &Span| Cell::toned(span.words(), Tone::Warn);
        let page = listed(page, UNCERTAIN, self.completeness.uncertain.iter().map(words));
        self.with_population(page)
    }

    /// Every change with its decision, the newest first.
    fn with_population(&self, page: Page) -> Page {
        let row = |change: &Change| {
            let decision = change.decision.as_deref().unwrap_or("none");
            let decided = change.decided.map(|seq| format!(", entry {seq}")).unwrap_or_default();
            [
                change.authored.seq.to_string(),
                change.authored.when(),
                format!("{} r{}", change.proposal, change.revision),
                change.authored.by.clone(),
                change.executions.to_string(),
                change.verdict.clone().unwrap_or_else(|| "none".to_owned()),
                format!("{decision}{decided}"),
            ]
            .map(Cell::from)
            .to_vec()
        };
        let rows = self.population.iter().rev().take(MAX_ROWS).map(row).collect();
        let head = ["entry", "time", "change", "brought in by", "runs", "verdict", "decision"];
        let page = tabled(page, "Population: every change", &head, rows);
        let left = self.population.len().saturating_sub(MAX_ROWS);
        if left == 0 {
            return page;
        }
        page.text(format!(
            "{} more; `--format html`, `csv` or `json` has all.",
            counted(left, "change")
        ))
    }

    fn with_acts(&self, page: Page, sort: Sort) -> Page {
        let row = |act: &NotedAct| {
            let reason = act.reason.clone().unwrap_or_default();
            [act.deed.seq.to_string(), act.deed.when(), act.deed.by.clone(), act.words(), reason]
                .map(Cell::from)
                .to_vec()
        };
        let rows = self.acts(sort).map(row).collect();
        tabled(page, sort.title(), &["entry", "time", "by", "what", "reason"], rows)
    }

    fn with_section(&self, page: Page, section: &Section) -> Page {
        let rows = self.section(section).map(row).collect();
        let head = ["entry", "time", "decision", "by", "proposal", "request", "reason", "comment"];
        tabled(page, section.title, &head, rows)
    }
}

fn listed(page: Page, title: &str, lines: impl Iterator<Item = Cell>) -> Page {
    let (page, lines) = (page.title(title), lines.collect::<Vec<_>>());
    if lines.is_empty() { page.text("None.") } else { page.lines(lines) }
}

fn tabled(page: Page, title: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Page {
    let page = page.title(title);
    if rows.is_empty() {
        return page.text("None.");
    }
    let head = head.iter().map(|&word| word.to_owned()).collect();
    page.block(Block::Table { head, rows })
}

fn row(one: &Decided) -> Vec<Cell> {
    let subject = format!("{} r{}", one.proposal, one.revision);
    [
        one.deed.seq.to_string(),
        one.deed.when(),
        one.decision.clone(),
        one.deed.by.clone(),
        subject,
        one.request.as_deref().map(brief).unwrap_or_default(),
        one.reason.clone().unwrap_or_default(),
        one.comment.clone().unwrap_or_default(),
    ]
    .map(Cell::from)
    .to_vec()
}

/// The beginning of a request, to know it by.
fn brief(request: &str) -> String {
    Untrusted(request).line(MAX_BRIEF)
}
