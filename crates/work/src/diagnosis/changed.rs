//! What a failing change has to turn, and which of its lines failing tests run.
//!
//! Pure: read from the evidence alone. A change is blamed only for what the base does not fail too, and its own lines are suspected
//! before all others.

use std::collections::BTreeSet;

use record::domain::evidence::{Evidence, TestOutcome};
use record::domain::flips::function_of;
use sandbox::backend::NOT_COLLECTED;

/// Most functions of tests that are named.
const MAX_TESTS: usize = 20;
/// Most lines that a sentence names.
const MAX_LINES: usize = 5;

/// Lists the tests that a patch has to turn green, by function: those that are red now and were not on the base. Files that cannot be
/// collected stand for their tests.
pub fn to_turn(evidence: &Evidence) -> Vec<String> {
    let excused: BTreeSet<&str> = evidence
        .change
        .iter()
        .flat_map(|change| &change.red_before_and_after)
        .map(String::as_str)
        .collect();
    let is_red = |outcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error);
    let cases = evidence.tests.cases.iter();
    let red = cases.filter(|case| is_red(case.outcome) && !excused.contains(&*case.id));
    let files = evidence.integrity.findings.iter().filter(|one| one.code == NOT_COLLECTED);
    let functions: BTreeSet<String> = red.map(|case| function_of(&case.id).to_owned()).collect();
    files.map(|finding| finding.message.clone()).chain(functions).take(MAX_TESTS).collect()
}

/// Lists the added lines that failing tests run, as `path:line`; those first that no other test runs.
pub fn suspects(evidence: &Evidence) -> Vec<String> {
    let Some(change) = &evidence.change else { return Vec::new() };
    let red: BTreeSet<String> = to_turn(evidence).into_iter().collect();
    let is_red = |id: &&String| red.contains(function_of(id));
    let by_test = change.changed_lines.by_test.iter();
    let mut found: Vec<(usize, &String)> = by_test
        .filter(|(_, tests)| tests.iter().any(|id| is_red(&id)))
        .map(|(line, tests)| (tests.iter().filter(|id| !is_red(id)).count(), line))
        .collect();
    found.sort();
    found.into_iter().map(|(_, line)| line.clone()).collect()
}

/// Adds to a sentence the lines of a change that failing tests run, the most suspicious first.
pub fn named(sentence: String, lines: &[String]) -> String {
    if lines.is_empty() {
        return sentence;
    }
    let shown = lines.iter().take(MAX_LINES).cloned().collect::<Vec<_>>().join(", ");
    let more = match lines.len().saturating_sub(MAX_LINES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let sentence = sentence.trim_end_matches('.');
    format!("{sentence}; of the lines that the change adds, failing tests run {shown}{more}")
}
