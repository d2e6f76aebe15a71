//! Lays a look out for a person.
//!
//! The hottest finding comes first, each with its reason; the next commands are those of the first few.

use crate::contract::outcome::Outcome;
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::improving::look::Look;
use crate::improving::opinion::{Opinion, Said};
use crate::improving::reached::Reached;
use inspection::findings::finding::{Finding, Severity};

/// Commands that are told to type next.
const MAX_NEXT: usize = 3;
/// Files that a change reaches, and tests of them, that are told.
const MAX_REACHED: usize = 5;

impl Outcome for Look {
    fn page(&self) -> Page {
        page(self)
    }
}

fn page(look: &Look) -> Page {
    let hidden = look.total - look.findings.len();
    let mut told = vec![counted(look.files, "file"), counted(look.total, "finding")];
    if hidden > 0 {
        told.push(format!("{hidden} of them not shown: give more with --limit"));
    }
    if look.known > 0 {
        told.push(format!("{} known already", look.known));
    }
    let mut page = Page::new().title(format!("Look at {}", look.subject)).text(told.join(", "));
    page = if look.findings.is_empty() {
        let what = if look.known > 0 { "nothing new" } else { "nothing" };
        page.text(Cell::toned(format!("{what} is found"), Tone::Good))
    } else {
        page.block(Block::Table {
            head: ["Weight", "Place", "Rule", "What", "Why"].map(str::to_owned).to_vec(),
            rows: look.findings.iter().map(row).collect(),
        })
    };
    page = reach(page, "A change reaches", &look.reached);
    page = reach(page, "Tests that reach it, first to fail first", &look.tests);
    for note in &look.notes {
        page = page.text(Cell::toned(note.as_str(), Tone::Dim));
    }
    if let Some(opinion) = &look.opinion {
        page = page.then(opinion_page(opinion));
    }
    if look.kept {
        page = page.text("Kept as known: with --baseline only what is new is shown.");
    }
    let sarif = look.sarif.as_ref().map(|path| ("SARIF", Cell::from(path.as_str())));
    page = if let Some(sarif) = sarif { page.fields([sarif]) } else { page };
    let mut next: Vec<&str> = look.findings.iter().map(|finding| finding.next.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    next.retain(|command| seen.insert(*command));
    if next.is_empty() { page } else { page.next(next.into_iter().take(MAX_NEXT)) }
}

/// Files that a change reaches.
fn reach(page: Page, title: &str, files: &[Reached]) -> Page {
    if files.is_empty() {
        return page;
    }
    // A column in which nothing stands says nothing.
    let has_chances = files.iter().take(MAX_REACHED).any(|file| file.likelihood.is_some());
    let row = |file: &Reached| {
        let chance = file.likelihood;
        let chance = chance.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0));
        let path = Cell::toned(file.path.as_str(), Tone::Strong);
        let chance = has_chances.then_some(Cell::from(chance));
        [path].into_iter().chain(chance).chain([Cell::from(file.reason.as_str())]).collect()
    };
    let rows = files.iter().take(MAX_REACHED).map(row).collect();
    let head = ["file"].into_iter().chain(has_chances.then_some("chance")).chain(["because it"]);
    let head = head.map(str::to_owned).collect();
    page.text(Cell::toned(title, Tone::Strong)).block(Block::Table { head, rows })
}

fn row(finding: &Finding) -> Vec<Cell> {
    let tone = match finding.severity {
        Severity::High => Tone::Bad,
        Severity::Medium => Tone::Warn,
        Severity::Low => Tone::Dim,
    };
    vec![
        Cell::toned(finding.severity.word(), tone),
        Cell::from(format!("{}:{}", finding.path, finding.line)),
        Cell::toned(finding.rule.as_str(), Tone::Dim),
        Cell::from(finding.message.as_str()),
        Cell::from(finding.reason.as_str()),
    ]
}

fn opinion_page(opinion: &Opinion) -> Page {
    let who = opinion.model.as_deref().unwrap_or(&opinion.provider);
    let mut page = Page::new();
    if let Some(trouble) = &opinion.trouble {
        page = page.text(Cell::toned(format!("{who} was asked: {trouble}"), Tone::Warn));
    }
    if opinion.dropped > 0 {
        let words = format!(
            "{} dropped: no line that is there is cited",
            counted(opinion.dropped, "remark")
        );
        page = page.text(Cell::toned(words, Tone::Dim));
    }
    if opinion.remarks.is_empty() && opinion.trouble.is_some() {
        return page;
    }
    if opinion.remarks.is_empty() {
        return page.text(format!("{who} has no remarks; that is an opinion, no evidence."));
    }
    let row = |said: &Said| {
        let place = format!("{}:{}", said.path, said.line);
        [&said.severity, &place, &said.message, &said.advice]
            .map(|text| Cell::from(text.as_str()))
            .to_vec()
    };
    page.text(format!("Remarks of {who}; an opinion, no evidence:")).block(Block::Table {
        head: ["Weight", "Place", "What", "Advice"].map(str::to_owned).to_vec(),
        rows: opinion.remarks.iter().map(row).collect(),
    })
}
