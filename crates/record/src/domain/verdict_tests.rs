//! The verdict is total and monotone, of a suite and of a change of a repository.

use proptest::prelude::*;

use super::change_evidence::{ChangeEvidence, ControlGrade};
use super::change_rules::{ChangeRules, ControlDemand, NewLintRule};
use super::changeset::Base;
use super::controls::Controls;
use super::environment::{Environment, Guarantees};
use super::evidence::{
    Evidence, Finding, Integrity, IntegrityState, Lint, Output, Stability, Termination, TestCase,
    TestOutcome, Tests, Touched,
};
use super::evidence_form::Form;
use super::policy::Policy;
use super::timings::Timings;
use super::verdict::{Reason, VerdictWord, judge};

/// Evidence that passes.
fn good() -> Evidence {
    let case = |id: &str, outcome| TestCase {
        id: id.to_owned(),
        outcome,
        duration_ms: 1,
        message: String::new(),
    };
    Evidence {
        termination: Termination::Completed,
        tests: Tests {
            collected: 1,
            executed: 1,
            passed: 1,
            cases: vec![case("t.py::a", TestOutcome::Passed)],
            touched: Touched::Yes,
            ..Tests::default()
        },
        coverage: None,
        lint: Lint { tool: "ruff 0.14.5".to_owned(), ..Lint::default() },
        integrity: Integrity { state: IntegrityState::Observed, findings: vec![] },
        backend: "linux".to_owned(),
        guarantees: Guarantees::default(),
        environment: Environment::default(),
        timings_ms: Timings::default(),
        output: Output::default(),
        stability: Stability::Once,
        controls: Controls::default(),
        change: None,
        form: Form::Rfc8785,
    }
}

fn of_change(alter: impl FnOnce(&mut Evidence, &mut ChangeEvidence)) -> Evidence {
    let id = |digit: &str| digit.repeat(40).parse().unwrap();
    let base = Base { commit: id("a"), tree: id("b") };
    let mut change = ChangeEvidence::of("shop".parse().unwrap(), base);
    change.changed_lines.total = 2;
    change.changed_lines.covered = 2;
    let mut evidence = good();
    alter(&mut evidence, &mut change);
    evidence.change = Some(Box::new(change));
    evidence
}

fn fail(evidence: &mut Evidence, id: &str) {
    let (outcome, message) = (TestOutcome::Failed, String::new());
    evidence.tests.failed += 1;
    evidence.tests.cases.push(TestCase { id: id.to_owned(), outcome, duration_ms: 1, message });
}

fn reasons(evidence: &Evidence) -> Vec<Reason> {
    judge(evidence, &Policy::default()).reasons
}

#[test]
fn a_change_fails_by_what_turned_and_not_by_what_was_red_before() {
    let red_before = of_change(|evidence, change| {
        fail(evidence, "t.py::old");
        change.red_before_and_after.push("t.py::old".to_owned());
    });
    let broken = of_change(|evidence, change| {
        fail(evidence, "t.py::old");
        change.flips.broken.push("t.py::old".to_owned());
    });
    let gone = of_change(|_, change| change.flips.unexplained.push("t.py::b".to_owned()));
    let born_red = of_change(|evidence, _| fail(evidence, "t.py::new"));
    let unlisted = of_change(|evidence, change| {
        fail(evidence, "t.py::old");
        evidence.tests.failed += 1;
        change.red_before_and_after.push("t.py::old".to_owned());
    });

    assert_eq!(reasons(&red_before), []);
    assert_eq!(reasons(&broken), [Reason::Regression, Reason::Tests]);
    assert_eq!(reasons(&gone), [Reason::Regression]);
    assert_eq!(reasons(&born_red), [Reason::Tests]);
    assert_eq!(reasons(&unlisted), [Reason::Tests]);
}

#[test]
fn a_change_is_untouched_where_its_lines_could_run_and_none_does() {
    let lines = |covered, total| {
        reasons(&of_change(|_, change| {
            change.changed_lines.covered = covered;
            change.changed_lines.total = total;
        }))
    };

    assert_eq!(lines(0, 3), [Reason::Untouched]);
    assert_eq!(lines(1, 3), []);
    assert_eq!(lines(0, 0), []);
}

#[test]
fn a_change_whose_lines_run_in_programs_only_is_touched_where_a_test_fails_without_it() {
    let of = |grade, code: &str| {
        reasons(&of_change(|evidence, change| {
            change.changed_lines.covered = 0;
            change.changed_lines.total = 3;
            change.control.grade = grade;
            let finding = Finding { code: code.to_owned(), message: String::new() };
            evidence.integrity.findings.push(finding);
        }))
    };

    assert_eq!(of(ControlGrade::Holds, "ran_elsewhere"), []);
    assert_eq!(of(ControlGrade::Collection, "ran_elsewhere"), [Reason::Untouched]);
    assert_eq!(of(ControlGrade::Holds, "survivors"), [Reason::Untouched]);
}

#[test]
fn nothing_is_said_of_a_change_whose_base_cannot_be_run() {
    let evidence =
        of_change(|_, change| change.baseline.unavailable = Some("no lxml here".to_owned()));

    let verdict = judge(&evidence, &Policy::default());

    assert_eq!(verdict.word, VerdictWord::Inconclusive);
    assert_eq!(verdict.reasons, [Reason::Environment]);
    assert!(!verdict.is_tested());
}

#[test]
fn a_policy_demands_of_a_change_what_it_names() {
    let rules = ChangeRules {
        control: Some(ControlDemand::RedToGreen),
        covered_percent: Some(80),
        new_lint: Some(NewLintRule::Deny),
    };
    let policy = Policy { change: Some(rules), ..Policy::default() };
    let thin = of_change(|_, change| {
        change.control.grade = ControlGrade::Collection;
        change.changed_lines.total = 10;
        change.changed_lines.covered = 7;
    });
    let good = of_change(|_, change| change.control.grade = ControlGrade::Holds);

    assert_eq!(judge(&thin, &policy).reasons, [Reason::Control, Reason::ChangedLines]);
    assert_eq!(judge(&good, &policy).word, VerdictWord::Passed);
}

#[test]
fn a_policy_that_demands_nothing_of_changes_keeps_its_digest() {
    let digest = "sha256:e18ae599d8befada98faabadb8ce1a54b50e47bc12c962ba4e7f84a1f11261bb";

    assert_eq!(Policy::default().digest().to_string(), digest);
}

#[test]
fn evidence_of_no_change_keeps_its_bytes() {
    let text = String::from_utf8(good().bytes()).unwrap();

    assert!(!text.contains("change"));
}

/// Something that makes evidence worse.
#[derive(Clone, Copy, Debug)]
enum Worse {
    Broken,
    Unexplained,
    Red,
    Doubted,
    Uncovered,
    Late,
    Missing,
    Unbased,
}

const WORSE: [Worse; 8] = [
    Worse::Broken,
    Worse::Unexplained,
    Worse::Red,
    Worse::Doubted,
    Worse::Uncovered,
    Worse::Late,
    Worse::Missing,
    Worse::Unbased,
];

fn worsen(evidence: &mut Evidence, worse: Worse) {
    let mut change = evidence.change.take().unwrap();
    match worse {
        Worse::Broken => change.flips.broken.push("t.py::x".to_owned()),
        Worse::Unexplained => change.flips.unexplained.push("t.py::x".to_owned()),
        Worse::Red => fail(evidence, "t.py::y"),
        Worse::Doubted => evidence.integrity.state = IntegrityState::Suspect,
        Worse::Uncovered => change.changed_lines.covered = 0,
        Worse::Late => evidence.termination = Termination::Timeout,
        Worse::Missing => evidence.tests.missing.push("t.py::z".to_owned()),
        Worse::Unbased => change.baseline.unavailable = Some("gone".to_owned()),
    }
    evidence.change = Some(change);
}

proptest! {
    #[test]
    fn worse_evidence_of_a_change_never_gives_a_better_verdict(
        before in proptest::collection::vec(0_usize..WORSE.len(), 0..5), then in 0_usize..WORSE.len(),
    ) {
        let mut evidence = of_change(|_, _| ());
        for worse in before {
            worsen(&mut evidence, WORSE[worse]);
        }
        let earlier = judge(&evidence, &Policy::default());
        worsen(&mut evidence, WORSE[then]);
        let later = judge(&evidence, &Policy::default());

        prop_assert!(later.word != VerdictWord::Passed);
        prop_assert_eq!(later.reasons.is_empty(), false);
        if earlier.word == VerdictWord::Failed && later.word == VerdictWord::Failed {
            // `missing_tests` is for runs that came to their end.
            let kept = |reason: &&Reason| !matches!(reason, Reason::MissingTests | Reason::Untouched);
            prop_assert!(earlier.reasons.iter().filter(kept).all(|one| later.reasons.contains(one)));
        }
    }
}
