//! Writes a period report as one table of comma-separated values.
//!
//! Spreadsheets run cells that look like formulas, and the record holds text of strangers: such cells get a quote in front.
//! All sections share one set of columns, so that a spreadsheet can filter them.

use crate::auditing::period::{Reported, SECTIONS};
use crate::auditing::population::{Change, Decided, Deed};
use record::domain::text::Untrusted;

/// Longest cell, in characters.
const MAX_CELL: usize = 2_000;

const HEAD: [&str; 18] = [
    "section",
    "proposal",
    "revision",
    "content_hash",
    "requested_by",
    "requested_at",
    "authored_by",
    "authored_at",
    "author",
    "executions",
    "verdict",
    "evidence_entry",
    "decision",
    "decided_by",
    "decided_at",
    "decision_entry",
    "assurance",
    "remark",
];

/// Writes the report as comma-separated values (RFC 4180); a section without decisions has a line that says so.
pub fn csv(report: &Reported) -> String {
    let complete = &report.completeness;
    let (root, signed_by) = complete.seal();
    let range = |seq: Option<u64>| seq.map(|seq| seq.to_string()).unwrap_or_default();
    let remark = format!(
        "log of {} entries without gaps, verified; root {} signed by {}; entries {} to {} in the period {}",
        complete.log_entries,
        root,
        signed_by,
        range(complete.first),
        range(complete.last),
        report.period(),
    );
    let mut text = line(HEAD.map(str::to_owned));
    text += &only("completeness", &remark);
    for change in &report.population {
        text += &line(of_change(change));
    }
    if report.population.is_empty() {
        text += &only("population", "none");
    }
    for one in &report.decisions {
        text += &line(of_decision("decision", one));
    }
    let emergencies = &report.completeness.emergencies;
    text += &emergencies.iter().map(|one| only("without_quorum", &one.words())).collect::<String>();
    if emergencies.is_empty() {
        text += &only("without_quorum", "none");
    }
    for section in &SECTIONS {
        let lines: String =
            report.section(section).map(|one| line(of_decision(section.word, one))).collect();
        text += &if lines.is_empty() { only(section.word, "none") } else { lines };
    }
    text
}

/// Writes a line with nothing but its section and a remark.
fn only(section: &str, remark: &str) -> String {
    let mut cells: [String; 18] = Default::default();
    let [first, .., last] = &mut cells;
    section.clone_into(first);
    remark.clone_into(last);
    line(cells)
}

fn of_change(change: &Change) -> [String; 18] {
    let by = |deed: Option<&Deed>| deed.map(|deed| deed.by.clone()).unwrap_or_default();
    let at = |deed: Option<&Deed>| deed.map(|deed| deed.at.to_string()).unwrap_or_default();
    let requested = change.requested.as_ref();
    let authored = Some(&change.authored);
    [
        "population".to_owned(),
        change.proposal.clone(),
        change.revision.to_string(),
        change.content_hash.clone(),
        by(requested),
        at(requested),
        by(authored),
        at(authored),
        change.author.clone(),
        change.executions.to_string(),
        change.verdict.clone().unwrap_or_default(),
        String::new(),
        change.decision.clone().unwrap_or_default(),
        String::new(),
        String::new(),
        change.decided.map(|seq| seq.to_string()).unwrap_or_default(),
        String::new(),
        String::new(),
    ]
}

fn of_decision(section: &str, one: &Decided) -> [String; 18] {
    let remarks = [one.reason.clone(), one.undone.clone()];
    [
        section.to_owned(),
        one.proposal.clone(),
        one.revision.to_string(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        one.verdict.clone().unwrap_or_default(),
        one.evidence.map(|seq| seq.to_string()).unwrap_or_default(),
        one.decision.clone(),
        one.deed.by.clone(),
        one.deed.at.to_string(),
        one.deed.seq.to_string(),
        one.assurance.clone(),
        remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
    ]
}

fn line(cells: [String; 18]) -> String {
    cells.map(|text| cell(&text)).join(",") + "\r\n"
}

/// Writes a cell that no spreadsheet takes for a formula: those begin with one of a few characters, before which a quote is
/// put.
pub fn cell(text: &str) -> String {
    let text = Untrusted(text).line(MAX_CELL);
    let acts = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '|', '%']);
    let guard = if acts { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_acts_in_a_spreadsheet() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell(" @SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(cell("-2\",\"x"), "\"'-2\"\",\"\"x\"");
        assert_eq!(cell("a\r\n=b"), "\"a  =b\"");
        assert_eq!(cell("plain, text"), "\"plain, text\"");
    }
}
