//! Hostile frames, none of which may help a suite.
//!
//! Each test starts from a good run and adds or takes away one thing.

use serde_json::json;

use crate::evidence::ending::{Outside, Stop, integrity, termination};
use crate::evidence::tests::tests_of;
use crate::evidence::transcript::Transcript;
use crate::frame::{Changed, Exit, Origin};
use record::domain::evidence::{IntegrityState, Termination, TestOutcome};

type Said = (Origin, Vec<u8>);

fn harness(frame: &serde_json::Value) -> Said {
    (Origin::Harness, frame.to_string().into_bytes())
}

fn suite(frame: &serde_json::Value) -> Said {
    (Origin::Suite, frame.to_string().into_bytes())
}

fn hello() -> Said {
    harness(&json!({"t": "hello", "python": "3.11.7", "implementation": "CPython", "packages": {}}))
}

fn passed(id: &str) -> Said {
    suite(&json!({"t": "test", "id": id, "outcome": "passed", "ran": true, "ms": 1, "message": ""}))
}

fn done() -> Said {
    suite(&json!({"t": "done", "status": 0, "tracer": true}))
}

fn exit() -> Said {
    harness(&json!({"t": "exit", "code": 0, "signal": null, "ms": 1, "lingered": false,
        "leftovers": 0, "broken": "", "disk_full": false}))
}

/// A run of one test that is promised, collected, passed and ended.
fn good() -> Vec<Said> {
    vec![
        hello(),
        harness(&json!({"t": "expected", "names": ["t.py::test_a"]})),
        suite(&json!({"t": "collected", "ids": ["t.py::test_a"]})),
        passed("t.py::test_a"),
        done(),
        exit(),
    ]
}

fn outside(stop: Stop) -> Outside {
    Outside {
        changed: Changed::default(),
        stop,
        harness: Exit { code: Some(0), ..Exit::default() },
        memory_kills: 0,
        process_refusals: 0,
        most_processes: 64,
        output_dropped: 0,
        is_held_open: false,
        last_words: String::new(),
    }
}

fn read(said: &[Said]) -> Transcript {
    Transcript::read(said.iter().map(|(origin, body)| (*origin, body.as_slice())))
}

fn state(said: &[Said]) -> IntegrityState {
    integrity(&read(said), &outside(Stop::Itself), 0).state
}

#[test]
fn a_good_run_is_completed_and_observed() {
    let transcript = read(&good());
    let tests = tests_of(&transcript);

    assert_eq!(termination(&transcript, &outside(Stop::Itself)), Termination::Completed);
    assert_eq!(state(&good()), IntegrityState::Observed);
    assert_eq!((tests.collected, tests.passed, tests.missing), (1, 1, vec![]));
}

#[test]
fn every_frame_that_does_not_belong_breaks_integrity() {
    let at = |place: usize, frame: Said| {
        let mut said = good();
        said.insert(place, frame);
        said
    };
    let forged = |frame: &Said| (Origin::Suite, frame.1.clone());
    let cases = [
        at(3, (Origin::Suite, b"\xff\0 no frame".to_vec())),
        at(3, suite(&json!({"t": "verdict", "word": "passed"}))),
        at(3, suite(&json!([1, 2]))),
        at(3, passed("t.py::test_surplus")),
        at(3, forged(&exit())),
        at(3, forged(&hello())),
        at(3, suite(&json!({"t": "coverage", "path": "a.py", "kind": "missing", "lines": []}))),
        at(5, done()),
        at(5, passed("t.py::test_a")),
        at(6, passed("t.py::test_a")),
        at(3, suite(&json!({"t": "failing", "id": "t.py::test_a"}))),
        at(3, harness(&json!({"t": "failing", "id": "t.py::test_a"}))),
        at(1, hello()),
        at(3, suite(&json!({"t": "done", "status": 1u64 << 40, "tracer": true}))),
    ];

    let states: Vec<IntegrityState> = cases.iter().map(|said| state(said)).collect();

    assert_eq!(states, vec![IntegrityState::Broken; cases.len()]);
}

#[test]
fn a_test_may_be_told_to_have_raised_before_it_is_told_to_have_failed() {
    let id = "t.py::test_a";
    let failed =
        json!({"t": "test", "id": id, "outcome": "failed", "ran": true, "ms": 1, "message": ""});
    let mut said = good();
    said.splice(3..4, [suite(&json!({"t": "failing", "id": id})), suite(&failed)]);

    let transcript = read(&said);

    assert_eq!(state(&said), IntegrityState::Observed);
    assert_eq!(tests_of(&transcript).failed, 1);
}

#[test]
fn a_run_without_its_end_is_an_early_exit_however_it_left() {
    let without = |kept: usize| read(&good()[..kept]);
    let mut unfinished = good();
    unfinished.remove(4);
    let word = |transcript: &Transcript| termination(transcript, &outside(Stop::Itself));

    assert!(matches!(word(&without(4)), Termination::EarlyExit(_)));
    assert!(matches!(word(&without(5)), Termination::EarlyExit(_)));
    assert!(matches!(word(&read(&unfinished)), Termination::EarlyExit(_)));
    assert!(matches!(word(&without(0)), Termination::Infrastructure(_)));
}

#[test]
fn the_outside_has_the_last_word_on_why_a_run_ended() {
    let transcript = read(&good());

    assert_eq!(termination(&transcript, &outside(Stop::Deadline)), Termination::Timeout);
    assert_eq!(termination(&transcript, &outside(Stop::Cancelled)), Termination::Cancelled);
    assert_eq!(
        termination(&transcript, &outside(Stop::Flood)),
        Termination::Limit("results".to_owned())
    );
}

#[test]
fn tests_that_are_promised_hidden_or_doubled_are_missing() {
    let said = [
        hello(),
        harness(
            &json!({"t": "expected", "names": ["t.py::test_a", "t.py::test_gone", "t.py::C::test_p"]}),
        ),
        harness(&json!({"t": "doubled", "names": ["t.py::test_twin"]})),
        suite(
            &json!({"t": "collected", "ids": ["t.py::test_a", "t.py::C::test_p[x::[1]]", "t.py::test_silent"]}),
        ),
        passed("t.py::test_a"),
        passed("t.py::test_a"),
        passed("t.py::C::test_p[x::[1]]"),
        done(),
        exit(),
    ];

    let tests = tests_of(&read(&said));

    let missing = ["t.py::test_a", "t.py::test_gone", "t.py::test_silent", "t.py::test_twin"];
    assert_eq!(tests.missing, missing.map(str::to_owned));
    assert_eq!(tests.passed, 2);
}

#[test]
fn outcomes_are_counted_here_and_not_taken_over() {
    let outcomes = ["passed", "failed", "error", "skipped", "xfailed", "xpassed"];
    let ids: Vec<String> = outcomes.iter().map(|outcome| format!("t.py::test_{outcome}")).collect();
    let mut said = vec![hello(), suite(&json!({"t": "collected", "ids": ids}))];
    said.extend(outcomes.iter().zip(&ids).map(|(outcome, id)| {
        suite(&json!({"t": "test", "id": id, "outcome": outcome, "ran": true, "ms": 1, "message": ""}))
    }));
    said.extend([done(), exit()]);

    let tests = tests_of(&read(&said));

    let counts =
        (tests.passed, tests.failed, tests.errors, tests.skipped, tests.xfailed, tests.executed);
    assert_eq!(counts, (1, 1, 1, 1, 1, 6));
    assert_eq!(tests.cases.last().map(|case| case.outcome), Some(TestOutcome::Xpassed));
}
