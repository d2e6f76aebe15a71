//! Functions that passed tests surely call, and of which nothing ran.
//!
//! Something else answered for them: a fixture, a `conftest.py`, a plug-in or the tests put it in their place, and what was
//! tested is not what was shown. Where nobody measured, nothing is said.

use std::collections::BTreeSet;

use crate::evidence::expectations::Body;
use crate::evidence::transcript::{Reported, Transcript};
use crate::frame::Lines;
use record::domain::evidence::TestOutcome;

/// The plain functions of which no line ran although tests that call them passed.
pub(crate) fn unrun(transcript: &Transcript) -> impl Iterator<Item = &Body> {
    idle(transcript).filter(|body| body.plain)
}

/// The others: a decorator answered in their place, or what a call gave was never asked.
pub(crate) fn passed_by(transcript: &Transcript) -> impl Iterator<Item = &Body> {
    idle(transcript).filter(|body| !body.plain)
}

/// Those that no test calls by itself: passed tests put something in their place, and none lets them run.
pub(crate) fn stood_in_for(transcript: &Transcript) -> impl Iterator<Item = &Body> {
    let passed = passed(transcript);
    let bodies = &transcript.plan.bodies;
    bodies.iter().filter(move |body| {
        let claim = transcript.plan.claims.get(&body.name);
        let is_claimed = claim
            .is_some_and(|claim| claim.claimed.iter().any(|test| passed.contains(test.as_str())));
        let is_called = body.tests.iter().any(|test| passed.contains(test.as_str()));
        // Two bodies of one name cannot be told apart by what tests claim.
        let is_alone = || bodies.iter().filter(|other| other.name == body.name).count() == 1;
        is_claimed && !is_called && is_still(transcript, body) && is_alone()
    })
}

fn idle(transcript: &Transcript) -> impl Iterator<Item = &Body> {
    let passed = passed(transcript);
    transcript.plan.bodies.iter().filter(move |body| {
        let has_passed = body.tests.iter().any(|test| passed.contains(test.as_str()));
        has_passed && is_still(transcript, body)
    })
}

fn passed(transcript: &Transcript) -> BTreeSet<&str> {
    let has_passed = |test: &&Reported| test.case.outcome == TestOutcome::Passed;
    let reported = transcript.reported.iter().filter(has_passed);
    reported.map(|test| plain_name(&test.case.id)).collect()
}

/// The name of a test without the row of its table.
fn plain_name(id: &str) -> &str {
    id.split_once('[').map_or(id, |(name, _)| name)
}

/// Whether the body has lines that can run, and none of them did, as far as anybody measured.
fn is_still(transcript: &Transcript, body: &Body) -> bool {
    if transcript.forged_lines > 0 || transcript.has_lost_tracer {
        return false;
    }
    let Some(kinds) = transcript.lines.get(&body.path) else { return false };
    let within = |kind: Lines| {
        let lines = kinds.get(&kind).into_iter().flatten();
        lines.filter(|line| (body.first..=body.last).contains(*line)).count()
    };
    let all = within(Lines::Statements);
    all > 0 && all == within(Lines::Missing)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evidence::claims::Claim;
    use record::domain::evidence::TestCase;

    fn found(outcome: TestOutcome, missing: &[u32], has_lost_tracer: bool) -> Vec<String> {
        let transcript = transcript(outcome, missing, has_lost_tracer, true);
        unrun(&transcript).map(|body| body.name.clone()).collect()
    }

    fn transcript(
        outcome: TestOutcome,
        missing: &[u32],
        has_lost_tracer: bool,
        plain: bool,
    ) -> Transcript {
        let id = "test_a.py::test_a".to_owned();
        let case = TestCase { id: id.clone(), outcome, duration_ms: 0, message: String::new() };
        let lines = |lines: &[u32]| lines.iter().copied().collect::<BTreeSet<u32>>();
        let kinds = BTreeMap::from([
            (Lines::Statements, lines(&[1, 3, 4, 6])),
            (Lines::Missing, lines(missing)),
        ]);
        let (path, name) = ("a.py".to_owned(), "f".to_owned());
        let mut transcript = Transcript::default();
        transcript.reported = vec![Reported { case, has_run: true }];
        transcript.lines = BTreeMap::from([(path.clone(), kinds)]);
        transcript.has_lost_tracer = has_lost_tracer;
        transcript.plan.bodies = vec![Body {
            path,
            name,
            line: 1,
            first: 2,
            last: 4,
            plain,
            fills: false,
            tests: vec![id],
        }];
        transcript
    }

    #[test]
    fn a_function_for_which_a_decorator_may_answer_is_told_apart() {
        let decorated = transcript(TestOutcome::Passed, &[3, 4], false, false);

        assert_eq!(unrun(&decorated).count(), 0);
        assert_eq!(passed_by(&decorated).count(), 1);
    }

    #[test]
    fn a_function_that_a_passed_test_calls_and_that_never_ran_was_not_what_it_called() {
        assert_eq!(found(TestOutcome::Passed, &[3, 4], false), ["f"]);
        assert!(found(TestOutcome::Passed, &[4], false).is_empty());
        assert!(found(TestOutcome::Failed, &[3, 4], false).is_empty());
    }

    #[test]
    fn a_function_that_tests_only_put_something_in_the_place_of_is_named() {
        let mut transcript = transcript(TestOutcome::Passed, &[3, 4], false, true);
        let tests = std::mem::take(&mut transcript.plan.bodies[0].tests).into_iter().collect();
        let claim = Claim { claimed: tests, ..Claim::default() };
        transcript.plan.claims.insert("f".to_owned(), claim);
        let found = |transcript: &Transcript| stood_in_for(transcript).count();
        assert_eq!((found(&transcript), idle(&transcript).count()), (1, 0));

        let twin = Body { path: "b.py".to_owned(), ..transcript.plan.bodies[0].clone() };
        transcript.plan.bodies.push(twin);
        assert_eq!(found(&transcript), 0);
    }

    #[test]
    fn nothing_is_said_where_nobody_measured() {
        assert!(found(TestOutcome::Passed, &[3, 4], true).is_empty());
    }
}
