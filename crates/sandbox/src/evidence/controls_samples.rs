//! Plans and runs of controls that tests of their judgement start from.
//!
//! Two tests pass, with one expectation each; the runs of [`good`] show nothing that speaks against them. Whoever tests a
//! rule takes one thing away, or has one run say something worse.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::evidence::expectations::{Expectation, Kind, Reach, Root, Told};
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::{Acted, Part, Script};
use crate::evidence::witness::{Call, Expected, Witness};

pub(crate) fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn ran(passed: &[&str], failed: &[&str]) -> Ran {
    let mut cases = BTreeMap::<String, (u32, u32)>::new();
    for test in passed {
        cases.entry((*test).to_owned()).or_default().0 += 1;
    }
    for test in failed {
        cases.entry((*test).to_owned()).or_default().1 += 1;
    }
    Ran {
        is_complete: true,
        is_green: failed.is_empty(),
        passes: u32::try_from(passed.len()).unwrap(),
        passed: names(passed),
        cases,
        xfailed: BTreeMap::new(),
    }
}

pub(crate) fn witness(test: &str, stateful: bool) -> Witness {
    let call = Call {
        module: "subject".to_owned(),
        function: "add".to_owned(),
        args: vec![],
        named: BTreeMap::new(),
    };
    let expected = Expected::Value(json!(["int", "0x3"]));
    Witness { test: test.to_owned(), line: 4, expected, call, stateful }
}

/// `assert add(…) == 3`.
pub(crate) fn expectation(test: &str, number: u32) -> Expectation {
    let edit = || vec![(0, 0, String::new())];
    Expectation {
        test: test.to_owned(),
        number,
        path: "test_subject.py".to_owned(),
        line: 4,
        reach: Reach::Surely,
        origin: Root::Subject,
        kind: Kind::Equal,
        literal: true,
        is_loop: false,
        expected: vec![json!(["int", "0x3"])],
        ask: edit(),
        change: edit(),
        cases: 1,
        last: edit(),
    }
}

/// Two passed tests with one expectation each and one replayable assertion.
pub(crate) fn plan() -> ControlPlan {
    ControlPlan {
        expectations: vec![expectation("a", 0), expectation("b", 1)],
        witnesses: vec![witness("a", false)],
        ..ControlPlan::default()
    }
}

pub(crate) fn answers(answer: &Json) -> BTreeMap<usize, Option<Json>> {
    BTreeMap::from([(0, Some(answer.clone()))])
}

pub(crate) fn script(parts: &[(&str, Part)]) -> Script {
    Script(parts.iter().map(|(test, part)| ((*test).to_owned(), *part)).collect())
}

pub(crate) fn told(number: u32, value: Json) -> Told {
    BTreeMap::from([(number, vec![(0, value)])])
}

pub(crate) fn three() -> Json {
    json!(["int", "0x3"])
}

/// A half in which one test is changed, and the other tells what it has.
pub(crate) fn half(changed: (&str, usize), asked: &str, value: Json) -> Acted {
    let number = u32::try_from(1 - changed.1).unwrap();
    Acted {
        script: script(&[(changed.0, Part::Change(changed.1)), (asked, Part::Ask)]),
        ran: ran(&[asked], &[changed.0]),
        told: told(number, value),
    }
}

pub(crate) fn good() -> ControlRuns {
    let failing = ran(&[], &["a", "b"]);
    ControlRuns {
        stubs: [Phase::StubRaises, Phase::StubEmpty].map(|phase| (phase, failing.clone())).into(),
        acted: BTreeMap::from([
            (Phase::Half(0), half(("a", 0), "b", three())),
            (Phase::Half(1), half(("b", 1), "a", three())),
        ]),
        answers: Some(answers(&three())),
        ..ControlRuns::default()
    }
}

pub(crate) fn real() -> Ran {
    ran(&["a", "b"], &[])
}

pub(crate) fn acted(phase: Phase, run: Acted) -> ControlRuns {
    let mut runs = good();
    runs.acted.insert(phase, run);
    runs
}

/// A run in which the expectations at these places are such that nothing meets them.
pub(crate) fn last(parts: &[(&str, usize)], ran: Ran) -> Acted {
    let parts: Vec<(&str, Part)> =
        parts.iter().map(|(test, at)| (*test, Part::Last(*at))).collect();
    Acted { script: script(&parts), ran, told: Told::new() }
}
