//! Writes a period report as one table of comma-separated values.
//!
//! Spreadsheets run cells that look like formulas, and the record holds text of strangers: such cells get a quote in front.
//! All sections share one set of columns, so that a spreadsheet can filter them.

use crate::auditing::noted_acts::{NotedAct, Sort};
use crate::auditing::period::{Reported, SECTIONS};
use crate::auditing::population::{Change, Decided, Deed};
use record::domain::text::Untrusted;

/// Longest cell, in characters.
const MAX_CELL: usize = 2_000;

const HEAD: [&str; 23] = [
    "section",
    "proposal",
    "request",
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
    "reason",
    "comment",
    "decided_by",
    "decided_at",
    "decision_entry",
    "clock",
    "assurance",
    "policy",
    "remark",
];

/// Writes the report as comma-separated values (RFC 4180); a section without lines has one that says so.
pub fn csv(report: &Reported) -> String {
    let complete = &report.completeness;
    let (root, signed_by) = complete.seal();
    let remark = format!(
        "log of {} entries without gaps, verified; root {} signed by {}; in the period {}: {}",
        complete.log_entries,
        root,
        signed_by,
        report.period(),
        complete.range(),
    );
    let decided = |word: &'static str| move |one: &Decided| of_decision(word, one);
    let mut text = HEAD.map(cell).join(",") + "\r\n";
    text += &only("completeness", &remark);
    text += &part("population", report.population.iter().map(of_change));
    text += &part("decision", report.decisions.iter().map(decided("decision")));
    let emergencies = complete.emergencies.iter();
    text += &part("without_quorum", emergencies.map(|one| only("without_quorum", &one.words())));
    for section in &SECTIONS {
        text += &part(section.word, report.section(section).map(decided(section.word)));
    }
    for sort in Sort::ALL {
        text += &part(sort.word(), report.acts(sort).map(of_act));
    }
    let uncertain = complete.uncertain.iter();
    text + &part("uncertain_time", uncertain.map(|span| only("uncertain_time", &span.words())))
}

/// Joins the lines of a section; without any, one says that there is none.
fn part(section: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.collect();
    if lines.is_empty() { only(section, "none") } else { lines }
}

/// Writes a line with nothing but its section and a remark.
fn only(section: &str, remark: &str) -> String {
    line(&[("section", section.to_owned()), ("remark", remark.to_owned())])
}

fn of_change(change: &Change) -> String {
    let by = |deed: Option<&Deed>| deed.map(|deed| deed.by.clone()).unwrap_or_default();
    let at = |deed: Option<&Deed>| deed.map(|deed| deed.at.to_string()).unwrap_or_default();
    let requested = change.requested.as_ref();
    let authored = &change.authored;
    line(&[
        ("section", "population".to_owned()),
        ("proposal", change.proposal.clone()),
        ("request", change.request.clone().unwrap_or_default()),
        ("revision", change.revision.to_string()),
        ("content_hash", change.content_hash.clone()),
        ("requested_by", by(requested)),
        ("requested_at", at(requested)),
        ("authored_by", by(Some(authored))),
        ("authored_at", at(Some(authored))),
        ("author", change.author.clone()),
        ("executions", change.executions.to_string()),
        ("verdict", change.verdict.clone().unwrap_or_default()),
        ("decision", change.decision.clone().unwrap_or_default()),
        ("decision_entry", change.decided.map(|seq| seq.to_string()).unwrap_or_default()),
        ("clock", clock(authored)),
    ])
}

fn of_decision(section: &str, one: &Decided) -> String {
    line(&[
        ("section", section.to_owned()),
        ("proposal", one.proposal.clone()),
        ("request", one.request.clone().unwrap_or_default()),
        ("revision", one.revision.to_string()),
        ("verdict", one.verdict.clone().unwrap_or_default()),
        ("evidence_entry", one.evidence.map(|seq| seq.to_string()).unwrap_or_default()),
        ("decision", one.decision.clone()),
        ("reason", one.reason.clone().unwrap_or_default()),
        ("comment", one.comment.clone().unwrap_or_default()),
        ("decided_by", one.deed.by.clone()),
        ("decided_at", one.deed.at.to_string()),
        ("decision_entry", one.deed.seq.to_string()),
        ("clock", clock(&one.deed)),
        ("assurance", one.assurance.clone()),
        ("policy", one.policy.clone().unwrap_or_default()),
        ("remark", one.undone.clone().unwrap_or_default()),
    ])
}

fn of_act(act: &NotedAct) -> String {
    line(&[
        ("section", act.sort.word().to_owned()),
        ("decision", act.kind.clone()),
        ("reason", act.reason.clone().unwrap_or_default()),
        ("decided_by", act.deed.by.clone()),
        ("decided_at", act.deed.at.to_string()),
        ("decision_entry", act.deed.seq.to_string()),
        ("clock", clock(&act.deed)),
        ("remark", act.words()),
    ])
}

fn clock(deed: &Deed) -> String {
    deed.clock.map(|clock| clock.to_string()).unwrap_or_default()
}

/// Writes these cells under their heads, and nothing under the others.
fn line(cells: &[(&str, String)]) -> String {
    let under = |head: &str| cells.iter().find(|(name, _)| *name == head).map(|(_, text)| text);
    HEAD.map(|head| cell(under(head).map_or("", String::as_str))).join(",") + "\r\n"
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
