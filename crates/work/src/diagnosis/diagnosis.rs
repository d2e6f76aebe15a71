//! Names the class of a failure and says it in a sentence.
//!
//! Pure: the same evidence gives the same diagnosis, and equal signatures tell the healing that two revisions fail in the
//! same way. Doubts about the tests go before everything else, because code cannot be repaired towards tests that are
//! wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::changed;
use crate::diagnosis::outside::{Outside, outside};
use crate::diagnosis::raised::Raised;
use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, Termination};
use record::domain::healing::FailureClass;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, Verdict, VerdictWord};

/// How pytest's own end is told.
const GAVE_UP: &str = "pytest gave up with status";
/// Most failing tests that a diagnosis holds.
const MAX_FAILURES: usize = 50;
/// Longest message of one, in characters.
const MAX_MESSAGE: usize = 150;
/// Most lint messages that a diagnosis holds.
const MAX_LINT: usize = 3;

/// The trouble of a revision, as far as its evidence tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The kind of failure.
    pub class: FailureClass,
    /// The same for a person, in one sentence.
    pub sentence: String,
    /// Tests that fail, in the order of the suite.
    pub failures: Vec<Failure>,
    /// Patterns that several failures have in common, one sentence each.
    pub patterns: Vec<String>,
    /// What is missing outside of the code.
    pub outside: Outside,
    /// The first messages of the linter.
    pub lint: Vec<String>,
    /// Lines that the failing tests run and the passing ones do not, as `path:line`, the most suspicious first; none before a
    /// trace was taken.
    pub suspects: Vec<String>,
    /// Of a change of a repository the tests that a patch has to turn green, by function; none of everything else.
    pub to_turn: Vec<String>,
    /// Reasons to think that the tests are wrong; none where they look right.
    pub doubts: Vec<String>,
    /// Equal for revisions that fail in the same way.
    pub signature: Digest,
}

/// One test that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its id.
    pub name: String,
    /// The kind of failure.
    pub class: FailureClass,
    /// The exception and its message, bounded.
    pub message: String,
    /// The innermost place that its traceback names.
    pub place: Option<(String, u32)>,
}

impl Failure {
    /// Writes name, class and message in one line.
    pub fn line(&self) -> String {
        format!("{} ({}): {}", self.name, self.class, self.message)
    }
}

impl Diagnosis {
    /// Makes a diagnosis where there is no evidence.
    pub fn without_evidence(class: FailureClass, sentence: &str) -> Self {
        Self {
            class,
            sentence: sentence.to_owned(),
            failures: Vec::new(),
            patterns: Vec::new(),
            outside: Outside::default(),
            lint: Vec::new(),
            suspects: Vec::new(),
            to_turn: Vec::new(),
            doubts: Vec::new(),
            signature: Digest::ZERO,
        }
    }

    /// Writes the sentence, the patterns and the suspicious lines, as a model is told.
    pub fn text(&self) -> String {
        let mut lines = vec![self.sentence.clone()];
        lines.extend(self.patterns.iter().chain(&self.outside.missing).cloned());
        if !self.suspects.is_empty() {
            lines.push(format!("Suspicious lines: {}.", self.suspects.join(", ")));
        }
        lines.join("\n")
    }
}

/// Tells what is wrong; pure, and the same for the same evidence.
pub fn diagnose(source: &Source, evidence: &Evidence, verdict: &Verdict) -> Diagnosis {
    let raised = failing(evidence);
    let failures: Vec<Failure> =
        raised.iter().map(|(name, raised)| failure(name, raised)).collect();
    let doubts = doubts(source, evidence, verdict, &raised);
    let class = class(evidence, verdict, &raised, &doubts);
    let changed = evidence.change.is_some();
    let suspects = if changed { changed::suspects(evidence) } else { Vec::new() };
    Diagnosis {
        class,
        sentence: changed::named(sentence(class, evidence, &failures, &doubts), &suspects),
        patterns: patterns(&failures, evidence),
        outside: outside(source, evidence),
        lint: lint(evidence),
        suspects,
        to_turn: if changed { changed::to_turn(evidence) } else { Vec::new() },
        signature: signature(class, evidence, &failures),
        failures,
        doubts,
    }
}

fn failing(evidence: &Evidence) -> Vec<(String, Raised)> {
    let cases = evidence.tests.cases.iter().filter(|case| case.outcome.is_failure());
    cases.take(MAX_FAILURES).map(|case| (case.id.clone(), Raised::read(&case.message))).collect()
}

fn failure(name: &str, raised: &Raised) -> Failure {
    Failure {
        name: name.to_owned(),
        class: raised.class(),
        message: raised.text().chars().take(MAX_MESSAGE).collect(),
        place: raised.place.clone(),
    }
}

/// Looks for reasons to think that the tests are wrong, whatever the code is.
fn doubts(
    source: &Source,
    evidence: &Evidence,
    verdict: &Verdict,
    raised: &[(String, Raised)],
) -> Vec<String> {
    let is_test = |path: &str| source.of_role(Role::Test).any(|file| file.path.as_str() == path);
    let mut doubts = Vec::new();
    match &evidence.termination {
        Termination::Syntax(text) if text.split(':').next().is_some_and(is_test) => {
            doubts.push(format!("a test file does not parse: {}", first_line(text)));
        }
        Termination::Collection(text) => {
            let raised = Raised::read(text);
            let is_own = raised.place.as_ref().is_some_and(|(path, _)| is_test(path));
            if is_own && raised.class() != FailureClass::Import {
                doubts.push(format!("a test file fails while it is imported: {}", raised.text()));
            }
            doubts.extend(ends_the_run(text).filter(|path| is_test(path)).map(|path| {
                format!(
                    "{path} ends the run while it is imported, as `unittest.main()` does that does not stand under `if __name__ == \"__main__\"`"
                )
            }));
        }
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Limit(_)
        | Termination::EarlyExit(_)
        | Termination::Syntax(_)
        | Termination::Infrastructure(_)
        | Termination::Cancelled => {}
    }
    if verdict.reasons.contains(&Reason::NoTests) {
        doubts.push("no test runs and passes or fails".to_owned());
    }
    if verdict.reasons.contains(&Reason::Untouched) {
        doubts.push("the tests have nothing to do with the code".to_owned());
    }
    for finding in &evidence.integrity.findings {
        if verdict.reasons.contains(&Reason::Integrity) && finding.code == "vacuous_tests" {
            doubts.push(format!("the tests cannot fail: {}", finding.message));
        }
    }
    doubts.extend(fixtures(raised));
    doubts
}

/// Names the fixtures that do not exist, each once with a test that needs it and how many others do.
fn fixtures(raised: &[(String, Raised)]) -> Vec<String> {
    let mut needed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, raised) in raised {
        let fixture = raised.message.strip_prefix("fixture ").and_then(|rest| {
            rest.contains("not found").then(|| rest.split(" not found").next())?
        });
        if let Some(fixture) = fixture {
            needed.entry(fixture).or_default().push(name);
        }
    }
    let told = |(fixture, tests): (&str, Vec<&str>)| {
        let first = tests.first().copied().unwrap_or_default();
        let others = match tests.len().saturating_sub(1) {
            0 => String::new(),
            1 => " and one other".to_owned(),
            many => format!(" and {many} others"),
        };
        let verb = if tests.len() > 1 { "need" } else { "needs" };
        format!("{first}{others} {verb} a fixture that does not exist: {fixture}")
    };
    needed.into_iter().map(told).collect()
}

fn class(
    evidence: &Evidence,
    verdict: &Verdict,
    raised: &[(String, Raised)],
    doubts: &[String],
) -> FailureClass {
    if verdict.word == VerdictWord::Inconclusive {
        return FailureClass::Infrastructure;
    }
    if !doubts.is_empty() {
        return FailureClass::TestsSuspect;
    }
    match &evidence.termination {
        Termination::Infrastructure(_) | Termination::Cancelled => FailureClass::Infrastructure,
        Termination::Syntax(_) => FailureClass::Syntax,
        Termination::Collection(text) => Raised::read(text).class(),
        Termination::Timeout => FailureClass::Timeout,
        Termination::Memory => FailureClass::Memory,
        Termination::Limit(_) | Termination::EarlyExit(_) => FailureClass::Exception,
        Termination::Completed => of_tests(raised, verdict),
    }
}

/// Finds the commonest class; what is returned wrongly without being raised is logic.
fn of_tests(raised: &[(String, Raised)], verdict: &Verdict) -> FailureClass {
    if raised.is_empty() {
        let only_lint = verdict.reasons.contains(&Reason::LintCritical);
        return if only_lint { FailureClass::Warnings } else { FailureClass::Exception };
    }
    if raised.iter().all(|(_, raised)| raised.is_wrong_result()) {
        return FailureClass::Logic;
    }
    let classes: Vec<FailureClass> = raised.iter().map(|(_, raised)| raised.class()).collect();
    let count = |class: FailureClass| classes.iter().filter(|other| **other == class).count();
    // `max_by_key` keeps the last of equals; from behind, that is the first in the suite.
    let first_of_the_most = classes.iter().rev().max_by_key(|class| count(**class));
    first_of_the_most.copied().unwrap_or(FailureClass::Exception)
}

fn sentence(
    class: FailureClass,
    evidence: &Evidence,
    failures: &[Failure],
    doubts: &[String],
) -> String {
    let tests = &evidence.tests;
    // No more failures are looked at than are told; how many there are is counted.
    let failed = failures.len().max(usize::try_from(tests.failed + tests.errors).unwrap_or(0));
    let of = format!("{failed} of {} tests fail", tests.collected.max(1));
    let first = failures.first().map(|failure| failure.message.as_str()).unwrap_or_default();
    match class {
        FailureClass::TestsSuspect => {
            format!("the tests look wrong: {}", doubts.join("; "))
        }
        FailureClass::Infrastructure => "the sandbox gave no evidence to go by".to_owned(),
        FailureClass::Timeout => "the tests do not end in time".to_owned(),
        FailureClass::Memory => "the tests need more memory than they may have".to_owned(),
        FailureClass::Warnings => {
            let issue = evidence.lint.issues.first();
            let said = issue.map(|issue| issue.message.as_str()).unwrap_or_default();
            format!("the tests pass, and the linter objects: {said}")
        }
        FailureClass::Logic => format!("{of}: results are wrong, such as {first}"),
        FailureClass::Syntax
        | FailureClass::Import
        | FailureClass::Name
        | FailureClass::Type
        | FailureClass::Attribute
        | FailureClass::KeyOrIndex
        | FailureClass::Value
        | FailureClass::ZeroDivision
        | FailureClass::Assertion
        | FailureClass::FileMissing
        | FailureClass::Exception => match ended(evidence) {
            Some(text) => text,
            None => format!("{of}: {first}"),
        },
    }
}

/// Finds the file whose import left the program, in what pytest said last.
fn ends_the_run(text: &str) -> Option<&str> {
    let said = text.strip_prefix(GAVE_UP).filter(|said| said.contains(": SystemExit"))?;
    said.split_once(": ")?.1.split(", line ").next()
}

/// Tells how a run ended that did not get through its tests.
fn ended(evidence: &Evidence) -> Option<String> {
    match &evidence.termination {
        Termination::Syntax(text) => Some(format!("the code does not parse: {}", first_line(text))),
        Termination::Collection(text) if text.starts_with(GAVE_UP) => {
            Some(format!("the suite cannot begin: {}", first_line(text)))
        }
        Termination::Collection(text) => {
            let what = if evidence.tests.passed > 0 { "a test file" } else { "the code" };
            Some(format!("{what} cannot be imported: {}", Raised::read(text).text()))
        }
        Termination::EarlyExit(text) => Some(format!("the tests do not come to their end: {text}")),
        Termination::Limit(name) => Some(format!("the tests exceed the limit of {name}")),
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Infrastructure(_)
        | Termination::Cancelled => None,
    }
}

/// Finds what several failures have in common.
fn patterns(failures: &[Failure], evidence: &Evidence) -> Vec<String> {
    let count = |class: &dyn Fn(FailureClass) -> bool| {
        failures.iter().filter(|failure| class(failure.class)).count()
    };
    let assertions = count(&|class| class == FailureClass::Assertion);
    let imports = count(&|class| class == FailureClass::Import);
    let raised = failures.len() - assertions - imports;
    let messages: BTreeSet<&str> =
        failures.iter().map(|failure| failure.message.as_str()).collect();
    let end = |count| {
        if count == 1 { "1 test ends".to_owned() } else { format!("{count} tests end") }
    };
    let mut found = Vec::new();
    if assertions > 1 {
        found.push(format!("{assertions} assertions fail: what the code computes is wrong."));
    }
    if raised > 0 {
        found.push(format!("{} in an exception that the code does not handle.", end(raised)));
    }
    if imports > 0 {
        found.push(format!("{} in an import that is missing.", end(imports)));
    }
    if failures.len() > 1 && messages.len() == 1 {
        found.push("All failures have the same message: one cause is likely.".to_owned());
    }
    if evidence.lint.critical {
        found.push("The linter found a critical issue.".to_owned());
    }
    found
}

fn lint(evidence: &Evidence) -> Vec<String> {
    let line = |issue: &record::domain::evidence::LintIssue| {
        let of = issue.path.as_ref().map_or_else(String::new, |path| format!("{path} "));
        format!("{of}line {}: {} ({})", issue.line, issue.message, issue.symbol)
    };
    evidence.lint.issues.iter().take(MAX_LINT).map(line).collect()
}

fn signature(class: FailureClass, evidence: &Evidence, failures: &[Failure]) -> Digest {
    let mut parts = vec![class.word().to_owned(), ended(evidence).unwrap_or_default()];
    parts.extend(failures.iter().map(|failure| format!("{} {}", failure.name, failure.message)));
    if failures.is_empty() {
        parts.extend(lint(evidence));
    }
    let bytes: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    Digest::of_parts(&bytes)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Raised, fixtures};

    #[test]
    fn a_fixture_that_is_missing_is_told_once_with_the_count() {
        let needs = |test: &str, name: &str| {
            (test.to_owned(), Raised::read(&format!("E       fixture '{name}' not found")))
        };
        let raised = [needs("test_a", "db"), needs("test_b", "db"), needs("test_c", "net")];
        let many: Vec<(String, Raised)> = (0..37).map(|_| needs("test_it", "db")).collect();

        assert_eq!(
            fixtures(&raised),
            [
                "test_a and one other need a fixture that does not exist: 'db'",
                "test_c needs a fixture that does not exist: 'net'",
            ]
        );
        assert_eq!(
            fixtures(&many),
            ["test_it and 36 others need a fixture that does not exist: 'db'"]
        );
    }
}
