//! Judgement of negative controls, the runs that should fail.
//!
//! A suite that passes on stubs, or with changed expectations, proves nothing, and the integrity of its evidence says so.
//! Each test is judged by itself: what one notices excuses no other. Each rule is one-sided: a control that is lost or
//! shows less never gives a better grade.

use std::collections::BTreeSet;

use crate::evidence::bystanders::excused;
use crate::evidence::claims::needless;
use crate::evidence::expectations::Expectation;
use crate::evidence::held::Held;
use crate::evidence::held_out::Examples;
use crate::evidence::judged::Outcomes;
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::rounds::{lasting_strays, untried};
use crate::evidence::runs::ControlRuns;
use crate::evidence::unseen::Unseen;
use crate::evidence::witness::{Replayed, compare};
use crate::evidence::wording::{many, named};
use record::domain::controls::{Controls, Outside};
use record::domain::evidence::{Finding, IntegrityState};

/// The grade that follows, its reasons and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) state: IntegrityState,
    pub(crate) findings: Vec<Finding>,
    pub(crate) controls: Controls,
}

/// Judges the runs of a suite that passed; a run that shows less never gives a better grade.
pub(crate) fn judge(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Judged {
    let outcomes = Outcomes::of(real, plan, runs);
    let tried = Tried::of(real, plan, runs, &outcomes);
    let replay = Replay::of(real, plan, runs);
    let examples = Examples::of(plan, runs);
    let fooled = fooled(real, runs);
    let is_vacuous = vacuous_by(real, plan, runs).is_some();
    let stubs = [Phase::StubRaises, Phase::StubEmpty].map(|phase| runs.stubs.get(&phase));
    let needless = needless(&plan.claims, real, stubs, &plan.expectations);
    let unseen = Unseen::of(real, plan, runs, &needless);
    let is_suspect = is_vacuous
        || !needless.is_empty()
        || tried.is_alarming()
        || !replay.refuted.is_empty()
        || !runs.left.is_empty();
    let outside = outside_share(real, plan, &outcomes);
    let is_decided = outside.tests > 0 && outside.decided == outside.tests && replay.agrees();
    let is_whole = is_decided && unseen.is_empty();
    let is_open = outcomes.noticed.is_empty() || !runs.lost.is_empty() || examples.contradict();
    let state = match (is_suspect, is_open) {
        (true, _) => IntegrityState::Suspect,
        (false, true) => IntegrityState::Observed,
        (false, false) if is_whole => IntegrityState::Confirmed,
        (false, false) => IntegrityState::Controlled,
    };
    let mut findings = stub_findings(&fooled, is_vacuous);
    findings.extend(needless_finding(&needless));
    findings.extend(unseen.findings(is_suspect));
    findings.extend(tried.findings(&outcomes, is_vacuous || !fooled.is_empty()));
    findings.extend(replay.findings());
    findings.extend(examples.findings());
    findings.extend(unproven(real, plan, &outcomes));
    if tried.changed.is_empty() && !is_suspect {
        let why = Some(&plan.unavailable).filter(|why| !why.is_empty());
        let told = "no assertion could be changed so that it must fail";
        findings.push(finding("no_control", why.map_or(told, |why| why).to_owned()));
    }
    findings.extend(runs.lost.iter().map(|phase| {
        finding("control_lost", format!("the control {} could not be carried out", phase.word()))
    }));
    findings.extend(runs.left.iter().map(|phase| {
        let told = "the suite ends by itself, as it does not where it is unchanged";
        finding("control_left", format!("in the control {} {told}", phase.word()))
    }));
    let controls = Controls {
        phases: phases(runs),
        mutated: count(tried.changed.len()),
        caught: count(tried.caught.len()),
        replayed: replay.replayed,
        confirmed: replay.confirmed,
        outside,
        held_out: examples.count,
    };
    Judged { state, findings, controls }
}

/// The words of the runs, in their order.
fn phases(runs: &ControlRuns) -> Vec<String> {
    let alone = runs.alone.first().map(|_| Phase::StubAlone);
    let replayed = runs.answers.as_ref().map(|_| Phase::Replay);
    let spoilt = runs.spoilt.as_ref().map(|_| Phase::Spoilt);
    let near = runs.near.as_ref().map(|_| Phase::Near);
    let refused = runs.refused.as_ref().map(|_| Phase::Refused);
    let reversed = runs.reversed.as_ref().map(|_| Phase::Reversed);
    let more =
        spoilt.into_iter().chain(near).chain(refused).chain(reversed).chain(alone).chain(replayed);
    let ran = runs.stubs.keys().chain(runs.acted.keys()).copied().chain(more);
    let mut words: Vec<String> = ran.map(|phase| phase.word().to_owned()).collect();
    words.dedup();
    words
}

/// The stubs that pass the whole suite.
fn fooled(real: &Ran, runs: &ControlRuns) -> Vec<Phase> {
    let passes =
        |phase: &Phase| runs.stubs.get(phase).is_some_and(|run| run.passes_everything(real));
    [Phase::StubRaises, Phase::StubEmpty].into_iter().filter(passes).collect()
}

/// The emptiest stub that passes a suite which has noticed nothing of its subject.
///
/// A suite may hold one function against another: then both pass as stubs together, and neither does alone.
pub(crate) fn vacuous_by(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Option<Phase> {
    let is_proven = Outcomes::of(real, plan, runs).is_proven(plan);
    let is_excused = runs.alone.iter().any(|run| !run.passes_everything(real));
    let is_lost = runs.lost.iter().any(|phase| matches!(phase, Phase::Half(_)));
    fooled(real, runs).pop().filter(|_| !(is_proven || is_excused || is_lost))
}

/// What the tests made of changed expectations, and the outside of their values.
#[derive(Default)]
struct Tried {
    /// Tests of which an expectation was changed that they surely come by.
    changed: BTreeSet<String>,
    /// Of these, the ones that noticed all of it.
    caught: BTreeSet<String>,
    /// Expectations that nothing met and that held all the same.
    unnoticed: BTreeSet<String>,
    /// Where the box has something else than the tests expect.
    wrong: Vec<String>,
    /// Comparisons that passed tests should have come to.
    silent: Vec<String>,
    /// Tests that pass, and do not where nothing of them was changed.
    strays: BTreeSet<String>,
    /// Tests of which all this says nothing: they look at the text of test files.
    readers: BTreeSet<String>,
}

impl Tried {
    fn of(real: &Ran, plan: &ControlPlan, runs: &ControlRuns, outcomes: &Outcomes) -> Self {
        let opened = outcomes.opened(plan);
        let (strays, readers) = (lasting_strays(real, runs), excused(plan, real, runs));
        let mut tried = Self { strays, readers, ..Self::default() };
        tried.strays.retain(|test| !opened.contains_key(test.as_str()));
        tried.strays.retain(|test| !tried.readers.contains(test));
        for (at, found) in plan.expectations.iter().enumerate() {
            if !real.holds(&found.test) {
                continue;
            }
            let place = |found: &Expectation| format!("{} line {}", found.test, found.line);
            let held = outcomes.held.get(&at).filter(|_| !tried.readers.contains(&found.test));
            match held {
                Some(Held::Wrong) => tried.wrong.push(place(found)),
                Some(Held::Silent)
                    if opened.get(found.test.as_str()).is_none_or(|open| *open > at) =>
                {
                    tried.silent.push(place(found));
                }
                Some(Held::Unmet | Held::Open | Held::Right | Held::Silent) | None => {}
            }
            let is_noticed = outcomes.noticed.contains(&at);
            if outcomes.is_alarming(at, found) {
                tried.changed.insert(found.test.clone());
                tried.unnoticed.insert(found.test.clone());
            } else if is_noticed {
                tried.changed.insert(found.test.clone());
                tried.caught.insert(found.test.clone());
            }
        }
        tried.caught = tried.caught.difference(&tried.unnoticed).cloned().collect();
        tried
    }

    fn is_alarming(&self) -> bool {
        let none = self.unnoticed.is_empty() && self.strays.is_empty();
        !(none && self.wrong.is_empty() && self.silent.is_empty())
    }

    fn findings(&self, outcomes: &Outcomes, is_hollow: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        let unnoticed: Vec<&str> = self.unnoticed.iter().map(String::as_str).collect();
        if let Some(names) = named(&unnoticed) {
            let count = many(unnoticed.len() as u64, "test passes", "tests pass");
            let told = format!("{count} although an expected value was changed: {names}");
            found.push(finding("mutation_unnoticed", told));
            if is_hollow || self.caught.is_empty() {
                let told = "the suite cannot fail where it should";
                found.push(finding("vacuous_tests", told.to_owned()));
            }
        }
        if let Some(names) = named(&self.wrong) {
            let told = "where no expectation is known, the code gives something else than";
            found.push(finding("outside_mismatch", format!("{told} {names}")));
        }
        if let Some(names) = named(&self.silent) {
            let told = "tests pass and do not come to their comparison where it tells its value";
            found.push(finding("comparison_missing", format!("{told}: {names}")));
        }
        let strays: Vec<&str> = self.strays.iter().map(String::as_str).collect();
        if let Some(names) = named(&strays) {
            let told = "tests pass, and fail again and again where others are changed";
            found.push(finding("control_differs", format!("{told}: {names}")));
        }
        let readers: Vec<&str> = self.readers.iter().map(String::as_str).collect();
        if let Some(names) = named(&readers) {
            let told =
                "tests fail where the text of other tests is changed, and say nothing of the code";
            found.push(finding("tests_read_tests", format!("{told}: {names}")));
        }
        let absorbed = outcomes.absorbed.difference(&outcomes.ignored).count();
        if absorbed > 0 && self.wrong.is_empty() {
            let one = "changed expectation went unnoticed where the code may rightly absorb it";
            let more = "changed expectations went unnoticed where the code may rightly absorb them";
            found.push(finding("expectation_absorbed", many(absorbed as u64, one, more)));
        }
        let open = outcomes.held.values().filter(|held| **held == Held::Open).count();
        if open > 0 {
            let count = many(open as u64, "comparison stays", "comparisons stay");
            let told = "open: equality is the code's own there, or there was too much to tell";
            found.push(finding("equality_of_the_code", format!("{count} {told}")));
        }
        found
    }
}

/// The share of the suite that the outside decided.
fn outside_share(real: &Ran, plan: &ControlPlan, outcomes: &Outcomes) -> Outside {
    let held = real.passed.iter().filter(|test| real.holds(test));
    let (mut tests, mut decided) = (0, 0);
    for test in held {
        tests += 1;
        decided += usize::from(outcomes.decides(test, plan));
    }
    let right = outcomes.held.values().filter(|held| **held == Held::Right);
    let met = outcomes.held.values().filter(|held| **held != Held::Unmet);
    Outside {
        tests: count(tests),
        decided: count(decided),
        comparisons: count(met.count()),
        right: count(right.count()),
    }
}

/// Tests of which nothing was noticed and nothing decided, and expectations that no run came to try.
fn unproven(real: &Ran, plan: &ControlPlan, outcomes: &Outcomes) -> Vec<Finding> {
    let is_proven =
        |at: usize| outcomes.noticed.contains(&at) || outcomes.held.get(&at) == Some(&Held::Right);
    let proven: BTreeSet<&str> = plan
        .expectations
        .iter()
        .enumerate()
        .filter(|(at, _)| is_proven(*at))
        .map(|(_, found)| found.test.as_str())
        .collect();
    let tests: Vec<&String> = real
        .passed
        .iter()
        .filter(|test| real.holds(test) && !proven.contains(test.as_str()))
        .collect();
    if proven.is_empty() {
        return Vec::new();
    }
    let unproven = named(&tests).map(|names| {
        let count = many(tests.len() as u64, "test passes", "tests pass");
        let told = format!("{count} whose failure nothing has shown: {names}");
        finding("unproven_tests", told)
    });
    let untried = untried(plan, real, outcomes);
    let untried = (untried > 0).then(|| {
        let count = many(untried as u64, "expectation was", "expectations were");
        finding("expectations_untried", format!("{count} held to nothing else"))
    });
    unproven.into_iter().chain(untried).collect()
}

fn stub_findings(fooled: &[Phase], is_vacuous: bool) -> Vec<Finding> {
    let code = if is_vacuous { "vacuous_tests" } else { "stub_passes" };
    let told = |phase: &Phase| finding(code, format!("{} passes this suite", phase.told()));
    fooled.iter().map(told).collect()
}

fn needless_finding(needless: &[String]) -> Option<Finding> {
    let names = named(needless)?;
    let told = "the tests do not need what they claim to test; they pass with empty code for";
    Some(finding("vacuous_tests", format!("{told} {names}")))
}

/// Assertions of passed tests that were replayed.
#[derive(Default)]
struct Replay {
    replayed: u32,
    confirmed: u32,
    refuted: Vec<String>,
    unstable: u32,
}

impl Replay {
    fn of(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Self {
        let mut replay = Self::default();
        let Some(answers) = &runs.answers else { return replay };
        let first = plan.asked(true).count();
        for (index, witness) in plan.witnesses.iter().enumerate() {
            if !real.holds(&witness.test) {
                continue;
            }
            replay.replayed += 1;
            let answer = answers.get(&(first + index)).and_then(Option::as_ref);
            match compare(&witness.expected, answer) {
                Replayed::Confirmed => replay.confirmed += 1,
                Replayed::Open => {}
                Replayed::Refuted if witness.stateful => replay.unstable += 1,
                Replayed::Refuted => replay.refuted.push(format!(
                    "{} line {} ({}.{})",
                    witness.test, witness.line, witness.call.module, witness.call.function
                )),
            }
        }
        replay
    }

    /// Whether nothing that was replayed speaks against the tests.
    fn agrees(&self) -> bool {
        self.replayed == self.confirmed
    }

    fn findings(&self) -> Vec<Finding> {
        let refuted = named(&self.refuted).map(|names| {
            let told = format!("called by itself, the code gives something else than in {names}");
            finding("witness_mismatch", told)
        });
        let unstable = (self.unstable > 0).then(|| {
            let told = "calls differ when replayed, and the code keeps state between calls";
            finding("witness_unstable", format!("{} {told}", self.unstable))
        });
        refuted.into_iter().chain(unstable).collect()
    }
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.to_owned(), message }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
