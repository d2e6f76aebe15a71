//! The parts of a review below its figures: tests, findings, what speaks against signing.
//!
//! The first test that failed is open, because its message is what a reader looks for first. What speaks against signing is the same that
//! the owner's terminal lists, each with a link to its place on the page.

use crate::surfaces::console::code_view::Edges;
use crate::surfaces::console::marks::{Mark, Tone, counted, duration};
use record::domain::evidence::{LintIssue, Stability, TestCase};
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::verdict::Reason;
use record::domain::weakening::Weakening;
use work::reporting::evidence_report::Report;
use work::reporting::hidden_text::HiddenText;

/// Tests that are listed.
const MAX_TESTS: usize = 500;
/// Tests that went wrong and are shown at once.
const OPEN_WRONG: usize = 20;
/// Tests that passed and are shown at once; more are folded, because what they say stands in one line.
const OPEN_PASSED: usize = 12;
/// Files that hide something and are named one by one beside the decision.
const NAMED_HIDDEN: usize = 3;
/// Messages of the linter that are listed.
const MAX_ISSUES: usize = 100;
/// Most characters of a message.
const MAX_MESSAGE: usize = 20_000;

/// One test.
#[derive(Clone, Debug)]
pub struct TestRow {
    /// Its name.
    pub id: String,
    /// How it went.
    pub mark: Mark,
    /// How long it took.
    pub took: String,
    /// What it said.
    pub message: String,
    /// Whether it is open from the start.
    pub is_open: bool,
}

/// Tests that stand together.
#[derive(Clone, Debug)]
pub struct TestGroup {
    /// What they are called while they are folded; empty where they are shown at once.
    pub title: String,
    /// The tests.
    pub rows: Vec<TestRow>,
}

/// One message of the linter.
#[derive(Clone, Debug)]
pub struct IssueRow {
    /// Where.
    pub place: String,
    /// Its word.
    pub symbol: String,
    /// What it says.
    pub message: String,
}

/// A reason to look again before signing, or one not to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What it is to the reader.
    pub mark: Mark,
    /// The word by which an auditor searches for it; empty for none.
    pub code: String,
    /// Where it is shown.
    pub href: &'static str,
}

impl Ground {
    fn of(tone: Tone, word: String, href: &'static str) -> Self {
        Self { mark: Mark::new(tone, word), code: String::new(), href }
    }

    fn coded(tone: Tone, (code, message): (&str, &str), href: &'static str) -> Self {
        Self { code: code.to_owned(), ..Self::of(tone, sentence(message), href) }
    }
}

/// Lists what the sandbox found about integrity.
pub fn findings(report: &Report) -> Vec<Ground> {
    let found = report.integrity.findings.iter();
    found.map(|one| Ground::coded(Tone::Warn, (&one.code, &one.message), "#evidence")).collect()
}

/// Lists tests in groups, those that went wrong first; how many are not listed.
pub fn tests(report: &Report) -> (Vec<TestGroup>, usize) {
    let mut cases: Vec<&TestCase> = report.tests.cases.iter().collect();
    cases.sort_by_key(|case| Mark::of_outcome(case.outcome).tone);
    let hidden = cases.len().saturating_sub(MAX_TESTS);
    let row = |(at, case): (usize, &TestCase)| TestRow {
        id: case.id.clone(),
        mark: Mark::of_outcome(case.outcome),
        took: duration(case.duration_ms),
        message: case.message.chars().take(MAX_MESSAGE).collect(),
        is_open: at == 0 && case.outcome.is_failure(),
    };
    let rows: Vec<TestRow> = cases.into_iter().take(MAX_TESTS).enumerate().map(row).collect();
    (grouped(rows, report.tests.passed), hidden)
}

/// Folds what says the same many times, so that it does not stand between a reader and the difference.
fn grouped(rows: Vec<TestRow>, all_passed: u32) -> Vec<TestGroup> {
    let (mut wrong, passed): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.mark.tone != Tone::Pass);
    let more = wrong.split_off(wrong.len().min(OPEN_WRONG));
    let more_title = format!("{} more that did not pass", more.len());
    let passed_title = match passed.len() {
        0..=OPEN_PASSED => String::new(),
        _ => format!("{} passed", counted(all_passed as usize, "test")),
    };
    let groups = [(String::new(), wrong), (more_title, more), (passed_title, passed)];
    let filled = groups.into_iter().filter(|(_, rows)| !rows.is_empty());
    filled.map(|(title, rows)| TestGroup { title, rows }).collect()
}

/// Lists messages of the linter.
pub fn issues(report: &Report) -> Vec<IssueRow> {
    let row = |issue: &LintIssue| IssueRow {
        place: match &issue.path {
            Some(path) => format!("{path}:{}:{}", issue.line, issue.column),
            None => format!("{}:{}", issue.line, issue.column),
        },
        symbol: issue.symbol.clone(),
        message: issue.message.clone(),
    };
    report.lint.issues.iter().take(MAX_ISSUES).map(row).collect()
}

/// Finds the lines of a file that ran and those that never did.
pub fn edges(report: &Report, file: &SourceFile) -> Edges {
    let mut edges = Edges::default();
    if file.role == Role::Test {
        return edges;
    }
    let path = file.path.to_string();
    if let Some(change) = report.change.as_deref() {
        let line = |place: &String| place.strip_prefix(&path)?.strip_prefix(':')?.parse().ok();
        edges.missed = change.changed_lines.missing.iter().filter_map(line).collect();
        return edges;
    }
    let Some(covered) = &report.coverage else { return edges };
    let own = covered.by_file.iter().find(|one| one.path == path);
    edges.missed = own.map(|one| one.missing.iter().copied().collect()).unwrap_or_default();
    let executable = covered.all.executable.get(&path);
    let executable = executable.or_else(|| {
        covered.all.executable.values().next().filter(|_| covered.all.executable.len() == 1)
    });
    if let Some(lines) = executable.filter(|_| own.is_some()) {
        edges.hit = lines.difference(&edges.missed).copied().collect();
    }
    edges
}

/// Everything besides the report that speaks for or against.
pub struct Beside<'a> {
    /// Reasons of the policy, in words.
    pub policy: Vec<String>,
    /// What makes a change of a repository risky, in words.
    pub risk: Option<String>,
    /// Signs that tests ask less.
    pub weakened: &'a [Weakening],
    /// Files that hide something.
    pub hidden: &'a [HiddenText],
    /// Whether a run contests an approval.
    pub is_contested: bool,
    /// Whether whoever looks proposed it.
    pub is_own: bool,
}

/// Lists what speaks against signing, gravest first, and what speaks for it.
pub fn grounds(report: &Report, beside: &Beside<'_>) -> Vec<Ground> {
    let mut grounds = grave(report, beside);
    grounds.extend(findings(report));
    let mut add = |tone, word: String, href| grounds.push(Ground::of(tone, word, href));
    if let Stability::Flaky(runs) = report.stability {
        add(Tone::Warn, format!("{runs} runs did not agree"), "#evidence");
    }
    for weakened in beside.weakened {
        add(Tone::Warn, format!("Tests ask less: {}", weakened.message), "#ledger");
    }
    if let Some(repaired) = &report.repaired {
        add(Tone::Warn, format!("Repaired automatically: {}", repaired.words), "#healing");
    }
    if !report.variables().is_empty() {
        let told = format!("The tests were given variables: {}", report.variables());
        add(Tone::Warn, told, "#evidence");
    }
    if beside.is_own {
        add(Tone::Warn, "You proposed this yourself".to_owned(), "#history");
    }
    change_grounds(report, &mut add);
    let missed = report.coverage.as_ref().map_or(0, |covered| covered.all.missing.len());
    if missed > 0 && report.change.is_none() {
        add(Tone::Warn, format!("{} never ran", counted(missed, "line")), "#code");
    }
    if report.coverage.is_none() {
        add(Tone::Warn, "Coverage was not measured".to_owned(), "#evidence");
    }
    good(report, beside, &mut add);
    grounds
}

/// What speaks against signing most.
fn grave(report: &Report, beside: &Beside<'_>) -> Vec<Ground> {
    let mut grounds = Vec::new();
    let mut add = |word: String, href| grounds.push(Ground::of(Tone::Fail, word, href));
    for reason in &beside.policy {
        add(sentence(reason), "#evidence");
    }
    for told in report.reasons.iter().filter_map(|reason| meaning(*reason)) {
        add(sentence(told), "#evidence");
    }
    if let Some(risk) = &beside.risk {
        add(sentence(risk), "#diff");
    }
    let bad = report.tests.failed + report.tests.errors + report.tests.xpassed;
    if bad > 0 {
        add(format!("{} went wrong", counted(bad as usize, "test")), "#tests");
    }
    for told in hiding(beside.hidden) {
        add(told, "#hidden");
    }
    if beside.is_contested {
        add("A later run contests the approval".to_owned(), "#history");
    }
    grounds
}

/// Says what a reason means, where nothing else beside the decision says it.
const fn meaning(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Tests | Reason::Regression | Reason::Integrity => None,
        other => Some(other.meaning()),
    }
}

/// Says which files hide text: one by one, or together where they are so many that nothing else would be seen.
fn hiding(hidden: &[HiddenText]) -> Vec<String> {
    if hidden.len() <= NAMED_HIDDEN {
        return hidden
            .iter()
            .map(|one| format!("{} hides text: {}", one.path, one.named))
            .collect();
    }
    let named: Vec<&str> = hidden.iter().take(NAMED_HIDDEN).map(|one| one.path.as_str()).collect();
    let more = hidden.len() - named.len();
    let (count, named) = (counted(hidden.len(), "file"), named.join(", "));
    vec![format!("{count} hide text or are binary: {named} and {more} more")]
}

fn change_grounds(report: &Report, add: &mut impl FnMut(Tone, String, &'static str)) {
    let Some(change) = report.change.as_deref() else { return };
    let counts = [
        (Tone::Fail, change.flips.broken.len(), "turned from green to red"),
        (Tone::Warn, change.flips.removed.len(), "is gone"),
        (Tone::Warn, change.flips.skipped.len(), "skipped or declared to fail"),
        (Tone::Warn, change.control.passing_on_base.len(), "passes without the change"),
    ];
    for (tone, count, what) in counts.into_iter().filter(|(_, count, _)| *count > 0) {
        add(tone, format!("{}: {what}", counted(count, "test")), "#change");
    }
    let survivors = change.survivors.len();
    if survivors > 0 {
        add(Tone::Warn, format!("{} noticed by no test", counted(survivors, "part")), "#change");
    }
    if !change.weakened.is_empty() {
        let count = counted(change.weakened.len(), "sign");
        add(Tone::Warn, format!("{count} that tests ask less"), "#change");
    }
}

fn good(report: &Report, beside: &Beside<'_>, add: &mut impl FnMut(Tone, String, &'static str)) {
    let is_weaker = !beside.weakened.is_empty()
        || report.change.as_deref().is_some_and(|change| !change.weakened.is_empty());
    if !is_weaker {
        add(Tone::Pass, "No test was made weaker".to_owned(), "#diff");
    }
    if report.integrity.findings.is_empty() {
        add(Tone::Pass, "Nothing suspicious in the evidence".to_owned(), "#evidence");
    }
    if beside.hidden.is_empty() {
        add(Tone::Pass, "No file hides text".to_owned(), "#code");
    }
}

/// Makes a remark into a sentence's beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::evidence::TestOutcome;

    fn rows(outcome: TestOutcome, count: usize) -> Vec<TestRow> {
        let row = |at: usize| TestRow {
            id: format!("test_a.py::test_{at}"),
            mark: Mark::of_outcome(outcome),
            took: String::new(),
            message: String::new(),
            is_open: false,
        };
        (0..count).map(row).collect()
    }

    fn told(groups: &[TestGroup]) -> Vec<(&str, usize)> {
        groups.iter().map(|group| (group.title.as_str(), group.rows.len())).collect()
    }

    #[test]
    fn many_tests_that_passed_are_folded_and_those_that_did_not_stand_open() {
        let few = grouped(rows(TestOutcome::Passed, 12), 12);
        let mut all = rows(TestOutcome::Failed, 45);
        all.extend(rows(TestOutcome::Passed, 455));
        let many = grouped(all, 4_955);

        assert_eq!(told(&few), [("", 12)]);
        let passed = "4\u{a0}955 tests passed";
        assert_eq!(told(&many), [("", 20), ("25 more that did not pass", 25), (passed, 455)]);
        assert!(grouped(Vec::new(), 0).is_empty());
    }

    #[test]
    fn many_files_that_hide_text_are_one_ground() {
        let hidden =
            |at: usize| HiddenText { path: format!("{at}.mo"), named: "binary".to_owned() };
        let files: Vec<HiddenText> = (0..40).map(hidden).collect();

        let (few, many) = (hiding(&files[..3]), hiding(&files));

        assert_eq!(few[2], "2.mo hides text: binary");
        assert_eq!(many, ["40 files hide text or are binary: 0.mo, 1.mo, 2.mo and 37 more"]);
    }
}
