//! Counts of a suite's tests, made from single reports.
//!
//! Nothing that the suite says of itself in sum is believed. Names that the syntax tree promises and that never reported are
//! missing, and so are those that reported twice.

use std::collections::BTreeSet;

use crate::evidence::bodies::unrun;
use crate::evidence::ran::base_name;
use crate::evidence::transcript::{Met, Reported, Transcript};
use record::domain::evidence::{Finding, RAN_ELSEWHERE, TestCase, TestOutcome, Tests, Touched};

/// Most tests that are listed.
const MOST_CASES: usize = 10_000;
/// Most calls of a stack that are shown, and the longest of each in characters.
const MOST_CALLS: usize = 20;
const CALL_CHARACTERS: usize = 300;

/// What the tests did, counted here and not by the suite.
pub(crate) fn tests_of(transcript: &Transcript) -> Tests {
    let of = |outcomes: &[TestOutcome]| {
        count(transcript.reported.iter().filter(|test| outcomes.contains(&test.case.outcome)))
    };
    let listed = transcript.reported.iter().take(MOST_CASES);
    Tests {
        collected: count(transcript.collected.iter()),
        executed: count(transcript.reported.iter().filter(|test| test.has_run)),
        passed: of(&[TestOutcome::Passed]),
        failed: of(&[TestOutcome::Failed]),
        errors: of(&[TestOutcome::Error]),
        skipped: of(&[TestOutcome::Skipped]),
        xfailed: of(&[TestOutcome::Xfailed]),
        xpassed: of(&[TestOutcome::Xpassed]),
        missing: missing(transcript),
        cases: listed.map(|test| test.case.clone()).collect(),
        touched: touched(transcript),
    }
}

/// Tells of the test that took all the time that there was: it is an error of that test, and shows where it was.
pub(crate) fn blame_hanging(tests: &mut Tests, transcript: &Transcript) {
    let Some((id, stack)) = &transcript.hanging else { return };
    let is_known = transcript.collected.contains(id);
    if !is_known || tests.cases.iter().any(|case| case.id == *id) {
        return;
    }
    tests.errors += 1;
    tests.missing.retain(|name| name != id && name != base_name(id));
    let message = format!("it had not ended when time ran out{}", calls(stack));
    let case = TestCase { id: id.clone(), outcome: TestOutcome::Error, duration_ms: 0, message };
    tests.cases.push(case);
}

/// Words for where a suite was, innermost call first; nothing where its stack is not known.
pub(crate) fn calls(stack: &[String]) -> String {
    let shown: Vec<String> = stack
        .iter()
        .take(MOST_CALLS)
        .map(|call| call.chars().take(CALL_CHARACTERS).collect())
        .collect();
    if shown.is_empty() { String::new() } else { format!("; it was at\n{}", shown.join("\n")) }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Promised names without a report, collected ids without one, names defined twice, ids reported twice.
///
/// What was left out, single tests or all of a file, is told of as such (`skipped_files`).
fn missing(transcript: &Transcript) -> Vec<String> {
    let ids: BTreeSet<&str> =
        transcript.reported.iter().map(|test| test.case.id.as_str()).collect();
    let names: BTreeSet<&str> = ids.iter().map(|id| base_name(id)).collect();
    let is_left_out = |name: &str| {
        let file = name.split_once("::").map_or(name, |(file, _)| file);
        transcript.left_out.contains_key(file) || transcript.left_out.contains_key(name)
    };
    let promised = transcript.expected.iter();
    let promised = promised.filter(|name| !names.contains(name.as_str()) && !is_left_out(name));
    let collected = transcript
        .collected
        .iter()
        .filter(|id| !ids.contains(id.as_str()) && !transcript.expected.contains(id));
    let missing: BTreeSet<&String> =
        promised.chain(collected).chain(&transcript.doubled).chain(transcript.twice()).collect();
    missing.into_iter().cloned().collect()
}

/// Code files that the tests import and of which no line ran: something else was found in their place.
pub(crate) fn replaced(transcript: &Transcript) -> BTreeSet<&String> {
    let has_passed = |path: &str| {
        let is_of = |test: &&Reported| {
            test.case.id.strip_prefix(path).is_some_and(|id| id.starts_with("::"))
        };
        let mut tests = transcript.reported.iter().filter(is_of);
        tests.any(|test| test.case.outcome == TestOutcome::Passed)
    };
    let imported = transcript.reached.iter().filter(|(path, _)| has_passed(path));
    let is_still = |path: &&String| matches!(transcript.ran.get(*path), Some((0, 1..)));
    imported.flat_map(|(_, code)| code).filter(is_still).collect()
}

/// Whether the code has lines, and none of them ran.
fn is_idle(transcript: &Transcript) -> bool {
    let sum = |of: fn(&(u64, u64)) -> u64| transcript.ran.values().map(of).sum::<u64>();
    sum(|(lines, _)| *lines) == 0 && sum(|(_, statements)| *statements) > 0
}

/// Says that the code ran in no process that is measured.
pub(crate) fn elsewhere(transcript: &Transcript) -> Option<Finding> {
    let message =
        "the code ran only in programs that the tests start: which of its lines did is not known";
    let finding = Finding { code: RAN_ELSEWHERE.to_owned(), message: message.to_owned() };
    (is_idle(transcript) && transcript.met == Met::Elsewhere).then_some(finding)
}

fn touched(transcript: &Transcript) -> Touched {
    match transcript.done {
        None => Touched::Unknown,
        Some(_) if is_idle(transcript) && transcript.met != Met::Elsewhere => Touched::No,
        Some(_) if !replaced(transcript).is_empty() => Touched::No,
        Some(_) if unrun(transcript).next().is_some() => Touched::No,
        Some(_) if transcript.met != Met::Nothing || transcript.uses_subject => Touched::Yes,
        Some(_) => Touched::No,
    }
}
