//! The report on a period: its data, its sections and its page.
//!
//! Auditors sample from the whole population of changes, and look at exceptions first: each kind of exception is a section
//! that is there even when it is empty, because an absent section says nothing.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::population::{Change, Decided};
use crate::contract::page::{Block, Cell, Page, Tone};
use verifier::verified::EmergencyView;

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
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
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
        title: "Decisions revoked, dismissed, expired or reopened since",
        holds: |one| one.undone.is_some(),
    },
];

impl Reported {
    /// Selects the decisions of a section.
    pub fn section<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = &'a Decided> {
        self.decisions.iter().filter(|one| (section.holds)(one))
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
        let Completeness { log_entries, first, last, .. } = &self.completeness;
        let (root, signed_by) = self.completeness.seal();
        let range = first.zip(*last).map_or_else(
            || "none".to_owned(),
            |(first, last)| format!("entries {first} to {last}, without gaps"),
        );
        let page = Page::new().title(format!("Report, {}", self.period())).fields([
            (
                "Log",
                Cell::from(format!("{log_entries} entries, all verified, signed by {signed_by}")),
            ),
            ("Root", Cell::toned(root, Tone::Dim)),
            ("Period", Cell::from(range)),
            ("Changes", Cell::from(self.population.len().to_string())),
            ("Decisions", Cell::from(self.decisions.len().to_string())),
        ]);
        let page = SECTIONS.iter().fold(page, |page, section| self.with_section(page, section));
        let page = page.title(WITHOUT_QUORUM);
        let words = |one: &EmergencyView| Cell::toned(one.words(), Tone::Warn);
        let lines: Vec<Cell> = self.completeness.emergencies.iter().map(words).collect();
        if lines.is_empty() { page.text("None.") } else { page.lines(lines) }
    }

    fn with_section(&self, page: Page, section: &Section) -> Page {
        let rows: Vec<Vec<Cell>> = self.section(section).map(row).collect();
        let page = page.title(section.title);
        if rows.is_empty() {
            return page.text("None.");
        }
        let head = ["entry", "time", "decision", "by", "proposal", "reason"];
        page.block(Block::Table { head: head.map(str::to_owned).to_vec(), rows })
    }
}

fn row(one: &Decided) -> Vec<Cell> {
    let subject = format!("{} r{}", one.proposal, one.revision);
    [
        one.deed.seq.to_string(),
        one.deed.at.to_string(),
        one.decision.clone(),
        one.deed.by.clone(),
        subject,
        one.reason.clone().unwrap_or_default(),
    ]
    .map(Cell::from)
    .to_vec()
}
