//! Rounds of controls: what is changed first, and what is tried again.
//!
//! Each test is judged by itself, so a run changes one expectation of half of the tests, and the others tell what they
//! have to an outside that alone knows what is right. A round that leaves nothing open needs no other; what is left is
//! tried again with expectations that nothing meets.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::expectations::{Expectation, Reach};
use crate::evidence::held::Held;
use crate::evidence::judged::Outcomes;
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::{Acted, Part, Script};
use record::domain::digest::Digest;

/// Most runs in which expectations are tried that nothing meets.
const MOST_LAST: usize = 2;

/// Two scripts in which each test is asked once and changed once, the halves drawn by the seed.
pub(crate) fn halves(plan: &ControlPlan, real: &Ran, seed: &str) -> Vec<Script> {
    let mut tests: Vec<&str> = plan.tests(real).into_iter().collect();
    tests.sort_by_key(|test| Digest::of(format!("{seed} {test}").as_bytes()));
    let script = |half: usize| {
        let parts = tests.iter().enumerate().filter_map(|(turn, test)| {
            let part = if turn % 2 == half { change(plan, test)? } else { ask(plan, test)? };
            Some(((*test).to_owned(), part))
        });
        Script(parts.collect())
    };
    (0..2).map(script).filter(|script| !script.0.is_empty()).collect()
}

/// The script in which every test is asked, and nothing can come of another test's failure.
pub(crate) fn outside(plan: &ControlPlan, real: &Ran) -> Script {
    let tests = plan.tests(real).into_iter();
    Script(tests.filter_map(|test| Some((test.to_owned(), ask(plan, test)?))).collect())
}

fn ask(plan: &ControlPlan, test: &str) -> Option<Part> {
    plan.of_test(test).any(|(_, found)| found.is_asked()).then_some(Part::Ask)
}

/// The expectation to change first: one that no outside can decide, the last of them, so that little is left out.
fn change(plan: &ControlPlan, test: &str) -> Option<Part> {
    let found = plan.of_test(test).filter(|(_, found)| !found.change.is_empty());
    let chosen = found.max_by_key(|(at, found)| (found.reach, !found.is_asked(), *at));
    chosen.map(|(at, _)| Part::Change(at))
}

/// Expectations that are still open when all runs are over.
pub(crate) fn untried(plan: &ControlPlan, real: &Ran, outcomes: &Outcomes) -> usize {
    pending(plan, real, outcomes)
        .values()
        .flatten()
        .filter(|at| !outcomes.ignored.contains(at))
        .count()
}

/// The places of open expectations, by test.
fn pending<'a>(
    plan: &'a ControlPlan,
    real: &Ran,
    outcomes: &Outcomes,
) -> BTreeMap<&'a str, Vec<usize>> {
    let mut pending: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, found) in plan.expectations.iter().enumerate() {
        if real.holds(&found.test) && is_open(found, at, outcomes) {
            pending.entry(&found.test).or_default().push(at);
        }
    }
    pending
}

/// Scripts for what the first runs leave open: each test with one expectation that nothing meets.
pub(crate) fn lasts(plan: &ControlPlan, real: &Ran, runs: &ControlRuns) -> Vec<Script> {
    let outcomes = Outcomes::of(real, plan, runs);
    let pending = pending(plan, real, &outcomes);
    let turns = pending.values().map(Vec::len).max().unwrap_or_default().min(MOST_LAST);
    let script = |turn: usize| {
        let parts = plan.tests(real).into_iter().filter_map(|test| {
            // What went unnoticed comes first, then what stands last.
            let mut places = pending.get(test).cloned().unwrap_or_default();
            places.sort_by_key(|at| (!outcomes.unnoticed.contains(at), Reverse(*at)));
            // The others tell their values as they do elsewhere, so that such a run looks like any.
            let part = places.get(turn).map(|at| Part::Last(*at)).or_else(|| ask(plan, test))?;
            Some((test.to_owned(), part))
        });
        Script(parts.collect())
    };
    (0..turns).map(script).collect()
}

/// Whether it is worth another run: unnoticed where it counts, or neither decided outside nor changed yet.
fn is_open(found: &Expectation, at: usize, outcomes: &Outcomes) -> bool {
    if found.last.is_empty() || found.reach == Reach::Caught || outcomes.noticed.contains(&at) {
        return false;
    }
    let is_undecided = match outcomes.held.get(&at) {
        Some(held) => *held == Held::Open,
        None => found.reach == Reach::Surely,
    };
    is_undecided || outcomes.unnoticed.contains(&at)
}

/// Whether a run shows what another test's failure may have brought about, so that it is to be seen without.
pub(crate) fn is_doubtful(plan: &ControlPlan, real: &Ran, runs: &ControlRuns) -> bool {
    let outcomes = Outcomes::of(real, plan, runs);
    let is_asked = |at: usize, found: &Expectation| {
        found.is_asked() && real.holds(&found.test) && !outcomes.held.contains_key(&at)
    };
    let is_unheard = plan.expectations.iter().enumerate().any(|(at, found)| is_asked(at, found));
    let is_wrong = outcomes.held.values().any(|held| matches!(held, Held::Wrong | Held::Silent));
    let newest = runs.acted.iter().rfind(|(phase, _)| matches!(phase, Phase::Outside(_)));
    let halves = runs.acted.iter().filter(|(phase, _)| matches!(phase, Phase::Half(_)));
    let has_strays = newest
        .map_or_else(|| halves.collect(), |newest| vec![newest])
        .iter()
        .any(|(_, acted)| !strays(real, acted).is_empty());
    is_unheard || is_wrong || has_strays
}

/// Whether the tests were asked in a run in which nothing of any was changed.
pub(crate) fn was_asked_alone(runs: &ControlRuns) -> bool {
    runs.acted.contains_key(&Phase::Outside(0))
}

/// Tests of a run that were left as they are, or asked, and that did not pass though they did in the real run.
pub(crate) fn strays<'a>(real: &'a Ran, acted: &'a Acted) -> BTreeSet<&'a str> {
    let is_changed =
        |test: &str| matches!(acted.script.0.get(test), Some(Part::Change(_) | Part::Last(_)));
    let held = real.passed.iter().filter(|test| real.holds(test));
    held.map(String::as_str).filter(|test| !is_changed(test) && !acted.ran.holds(test)).collect()
}

/// Tests that fail in every run in which nothing of them was changed, and in two at least that change no test.
pub(crate) fn lasting_strays(real: &Ran, runs: &ControlRuns) -> BTreeSet<String> {
    let mut whole = runs
        .acted
        .iter()
        .filter(|(phase, _)| matches!(phase, Phase::Outside(_)))
        .map(|(_, acted)| strays(real, acted));
    let (Some(first), Some(second)) = (whole.next(), whole.next()) else {
        return BTreeSet::new();
    };
    first.intersection(&second).map(|test| (*test).to_owned()).collect()
}
