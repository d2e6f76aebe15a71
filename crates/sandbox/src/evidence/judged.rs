//! Outcomes of expectations over all runs that were made of them.
//!
//! A value counts as right where it was told in any box that knew no expectation of it: it cannot have been copied. A
//! change that went unnoticed counts only where the test surely came by, and where nothing else was noticed either.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::expectations::{Expectation, Kind, Reach, Root};
use crate::evidence::held::{Held, hold};
use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::Ran;
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::{Acted, Part};

/// What is known of expectations, by their place in the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    /// What their values come to, of those that were asked for.
    pub(crate) held: BTreeMap<usize, Held>,
    /// Those of which a change was noticed.
    pub(crate) noticed: BTreeSet<usize>,
    /// Those of which no change was, whether or not it counts.
    pub(crate) unnoticed: BTreeSet<usize>,
    /// Those whose last change was unnoticed too.
    pub(crate) ignored: BTreeSet<usize>,
    /// Those whose first change was unnoticed, whatever came after.
    pub(crate) absorbed: BTreeSet<usize>,
    /// How often a value was told, at most, of those that were asked for.
    met: BTreeMap<usize, u32>,
    /// Tests that classes have from others, by their own name: they come by the expectations of those.
    heirs: BTreeMap<String, Vec<String>>,
}

/// The name of a test without the class and the file that it stands in.
fn own_name(test: &str) -> &str {
    test.rsplit_once("::").map_or(test, |(_, name)| name)
}

fn heirs(plan: &ControlPlan, real: &Ran) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for test in plan.unwritten(real) {
        found.entry(own_name(test).to_owned()).or_default().push(test.to_owned());
    }
    found
}

/// How often each expectation was come by in a run that asked for it; where runs differ, the most counts.
fn met(plan: &ControlPlan, runs: &ControlRuns) -> BTreeMap<usize, u32> {
    let mut met: BTreeMap<usize, u32> = BTreeMap::new();
    for acted in runs.acted.values() {
        for (at, expectation) in plan.expectations.iter().enumerate() {
            let is_asked = acted.script.0.get(&expectation.test) == Some(&Part::Ask);
            if let Some(told) = acted.told.get(&expectation.number).filter(|_| is_asked) {
                let count = u32::try_from(told.len()).unwrap_or(u32::MAX);
                let known = met.entry(at).or_default();
                *known = count.max(*known);
            }
        }
    }
    met
}

impl Outcomes {
    /// Sums up every run.
    pub(crate) fn of(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Self {
        let mut outcomes =
            Self { met: met(plan, runs), heirs: heirs(plan, real), ..Self::default() };
        for (at, expectation) in plan.expectations.iter().enumerate() {
            let acted = runs.acted.values().filter(|_| real.holds(&expectation.test));
            acted.for_each(|acted| outcomes.take(at, expectation, real, acted));
        }
        let noticed = &outcomes.noticed;
        outcomes.unnoticed.retain(|at| !noticed.contains(at));
        outcomes
    }

    /// The first expectation of each test that stays open.
    ///
    /// Its comparison is not made where values are told, and what the code's own equality does beside comparing (it warns,
    /// counts, fills a cache) does not happen there: what the test comes to afterwards is not held against it.
    pub(crate) fn opened<'a>(&self, plan: &'a ControlPlan) -> BTreeMap<&'a str, usize> {
        let mut found = BTreeMap::new();
        for (at, expectation) in plan.expectations.iter().enumerate() {
            if self.held.get(&at) == Some(&Held::Open) {
                found.entry(expectation.test.as_str()).or_insert(at);
            }
        }
        found
    }

    fn take(&mut self, at: usize, expectation: &Expectation, real: &Ran, acted: &Acted) {
        let test = expectation.test.as_str();
        match acted.script.0.get(test) {
            Some(Part::Ask) if expectation.is_asked() => {
                let told = acted.told.get(&expectation.number).map_or(&[][..], Vec::as_slice);
                let held = hold(expectation, told, real.count(test));
                let known = self.held.entry(at).or_insert(held);
                *known = held.max(*known);
            }
            Some(Part::Change(place)) if *place == at => {
                let (passed, failed) = self.cases(&acted.ran, expectation);
                if failed >= expectation.cases {
                    self.noticed.insert(at);
                } else if passed > 0 {
                    self.unnoticed.insert(at);
                    self.absorbed.insert(at);
                }
            }
            Some(Part::Last(place)) if *place == at => {
                let (passed, failed) = self.cases(&acted.ran, expectation);
                if passed > self.spared(at, expectation, self.cases(real, expectation).0) {
                    self.unnoticed.insert(at);
                    self.ignored.insert(at);
                } else if failed > 0 {
                    self.noticed.insert(at);
                }
            }
            Some(Part::Ask | Part::Change(_) | Part::Last(_)) | None => {}
        }
    }

    /// Cases that passed and that failed; what a test may go around, tests that classes have from it may come by.
    fn cases(&self, ran: &Ran, expectation: &Expectation) -> (u32, u32) {
        let test = expectation.test.as_str();
        let heirs = match expectation.reach {
            Reach::Perhaps => self.heirs.get(own_name(test)),
            Reach::Surely | Reach::Caught => None,
        };
        let add = |sum: (u32, u32), (passed, failed)| (sum.0 + passed, sum.1 + failed);
        let heirs = heirs.into_iter().flatten().map(String::as_str);
        std::iter::once(test).chain(heirs).map(|test| ran.cases(test)).fold((0, 0), add)
    }

    /// How many cases of a test pass whatever is expected here, since they go another way: those that told no value where they were asked.
    fn spared(&self, at: usize, expectation: &Expectation, cases: u32) -> u32 {
        match (expectation.reach, self.met.get(&at)) {
            (Reach::Perhaps, Some(met)) => cases.saturating_sub(*met),
            (Reach::Surely | Reach::Perhaps | Reach::Caught, _) => 0,
        }
    }

    /// Whether a change that nothing noticed speaks against the test.
    pub(crate) fn is_alarming(&self, at: usize, expectation: &Expectation) -> bool {
        let is_met = match expectation.reach {
            Reach::Surely => true,
            Reach::Perhaps => self
                .held
                .get(&at)
                .is_some_and(|held| matches!(held, Held::Wrong | Held::Open | Held::Right)),
            Reach::Caught => false,
        };
        is_met && self.ignored.contains(&at)
    }

    /// Whether the outside decided a test: something of the subject was right, and nothing was left open.
    pub(crate) fn decides(&self, test: &str, plan: &ControlPlan) -> bool {
        let held = |at: usize| self.held.get(&at).copied();
        let is_answer = |(at, found): (usize, &Expectation)| {
            found.origin == Root::Subject && held(at) == Some(Held::Right)
        };
        // What is too large to be told is expected all the same.
        let is_open = |(at, found): (usize, &Expectation)| {
            let is_left = !found.is_asked() && !found.expected.is_empty();
            is_left || matches!(held(at), Some(Held::Wrong | Held::Silent | Held::Open))
        };
        plan.of_test(test).any(is_answer) && !plan.of_test(test).any(is_open)
    }

    /// Tells whether a literal that is no affair of the tests' own helpers surely counts: a change of it was noticed, or the
    /// outside found the value right, so that a change would have been.
    pub(crate) fn is_proven(&self, plan: &ControlPlan) -> bool {
        let proves = |at: &usize| {
            plan.expectations.get(*at).is_some_and(|found| {
                found.literal
                    && found.origin != Root::Own
                    && matches!(found.kind, Kind::Equal | Kind::Same)
            })
        };
        let right = self.held.iter().filter(|(_, held)| **held == Held::Right);
        self.noticed.iter().any(proves) || right.map(|(at, _)| at).any(proves)
    }
}
