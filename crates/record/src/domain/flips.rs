//! What a change turned, from the outcomes of four runs.
//!
//! The base (A), the base with the change's tests (B), the result (C), and the result's code with the tests as they were (D).
//! Existing tests are edited in place and tests are renamed, so what went red to green is seen between B and C, and what is gone
//! or skipped is explained by D: a test that still holds as it was hides nothing. Pure; every map is sorted.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::change_evidence::{Control, ControlGrade, ControlTest, Flips, How, MAX_LISTED};
use crate::domain::evidence::TestOutcome;

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// All tests were run.
    #[default]
    Completed,
    /// Some of its files could not be collected.
    Collection,
    /// Time, memory or another limit ended it.
    Limit,
}

/// A test and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its node id.
    pub id: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// Whether an expectation did not hold, where it failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_assertion: bool,
}

/// The outcomes of one run, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// The tests.
    pub tests: Vec<Seen>,
    /// How it ended.
    pub end: RunEnd,
    /// The test files that it ran; all of the suite where empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub files: BTreeSet<String>,
}

/// What the text of the test files says of their functions, by `path::Class::function`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    /// Those that are new or changed.
    pub own: BTreeSet<String>,
    /// The names of those among them that lie in other files, from which test files take them.
    pub taken: BTreeSet<String>,
    /// Old ones that are gone, with the new one that is most like it.
    pub renamed: BTreeMap<String, String>,
    /// New or changed ones that are left out whatever the circumstances.
    pub left_out: BTreeSet<String>,
}

impl Functions {
    /// Tells whether a function of a run is new or changed, wherever its text lies.
    fn is_own(&self, function: &str) -> bool {
        let name = function.split_once("::").map(|(_, name)| name);
        self.own.contains(function) || name.is_some_and(|name| self.taken.contains(name))
    }
}

/// The four runs of a change, and what else explains their differences.
#[derive(Clone, Copy, Debug)]
pub struct Runs<'a> {
    /// A: the base.
    pub base: &'a Outcomes,
    /// B: the base's code with the change's tests; only where the change touches tests.
    pub reverted: Option<&'a Outcomes>,
    /// C: the result.
    pub result: &'a Outcomes,
    /// D: the result's code with the tests as they were.
    pub old_tests: Option<&'a Outcomes>,
    /// What the text says.
    pub functions: &'a Functions,
    /// Functions whose tests have other names in every run.
    pub unstable: &'a BTreeSet<String>,
    /// Tests that differ when they are repeated.
    pub flaky: &'a BTreeSet<String>,
}

/// What a change turned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// The tests whose outcome turned.
    pub flips: Flips,
    /// Tests that fail on the base and on the result.
    pub red_before_and_after: Vec<String>,
    /// Whether the change's tests need it.
    pub control: Control,
    /// Tests as they were that fail on the new code, or their files where none can be collected.
    pub old_tests_failing: Vec<String>,
}

/// The function of a test: its node id without parameters.
pub fn function_of(id: &str) -> &str {
    let named = id.find("::").map_or(0, |at| at + 2);
    let bracket = id.get(named..).and_then(|rest| rest.find('['));
    bracket.and_then(|at| id.get(..named + at)).unwrap_or(id)
}

/// The file of a test.
pub fn file_of(id: &str) -> &str {
    id.split("::").next().unwrap_or(id)
}

fn has_passed(seen: &Seen) -> bool {
    seen.outcome == TestOutcome::Passed
}

/// What a red test was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Red {
    /// Green.
    Turned,
    /// Red.
    Stayed,
    /// Neither.
    New,
}

/// Whether it did not run, or was declared to fail: nothing is asked of it.
const fn is_let_off(outcome: TestOutcome) -> bool {
    matches!(outcome, TestOutcome::Skipped | TestOutcome::Xfailed | TestOutcome::Xpassed)
}

/// The outcomes of a run by a name that is the same in every run.
struct Named<'a>(BTreeMap<String, &'a Seen>);

impl<'a> Named<'a> {
    /// Names tests by their ids, and those of unstable functions by their order.
    fn of(outcomes: &'a Outcomes, unstable: &BTreeSet<String>) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut named = BTreeMap::new();
        for seen in &outcomes.tests {
            let function = function_of(&seen.id);
            let name = if unstable.contains(function) {
                let count = counts.entry(function).or_default();
                *count += 1;
                format!("{function}#{count}")
            } else {
                seen.id.clone()
            };
            named.insert(name, seen);
        }
        Self(named)
    }

    fn outcome(&self, name: &str) -> Option<TestOutcome> {
        self.0.get(name).map(|seen| seen.outcome)
    }
}

/// The runs with their tests named alike.
struct Compared<'a> {
    runs: Runs<'a>,
    base: Named<'a>,
    reverted: Option<Named<'a>>,
    result: Named<'a>,
    old_tests: Option<Named<'a>>,
}

/// Compares the four runs.
pub fn turned(runs: &Runs<'_>) -> Turned {
    let named = |outcomes| Named::of(outcomes, runs.unstable);
    let compared = Compared {
        runs: *runs,
        base: named(runs.base),
        reverted: runs.reverted.map(named),
        result: named(runs.result),
        old_tests: runs.old_tests.map(named),
    };
    let mut turned = Turned { old_tests_failing: compared.old_failing(), ..Turned::default() };
    compared.note_result(&mut turned);
    compared.note_removed(&mut turned.flips);
    turned.control = compared.control();
    bounded(&mut turned);
    turned
}

impl Compared<'_> {
    /// Whether B ran the file of a test.
    fn was_reverted(&self, id: &str) -> bool {
        self.runs.reverted.is_some_and(|run| run.files.contains(file_of(id)))
    }

    /// How a test ended without the change: in B where that ran its file, else on the base.
    fn without(&self, name: &str, id: &str) -> Option<TestOutcome> {
        let reverted = self.reverted.as_ref().filter(|_| self.was_reverted(id));
        reverted.unwrap_or(&self.base).outcome(name)
    }

    /// Whether a test of the result does not pass without the change; a test that B should have run and did not is one.
    fn fails_without(&self, name: &str, id: &str) -> bool {
        self.without(name, id).map_or(self.was_reverted(id), TestOutcome::is_failure)
    }

    /// Whether a test was red before: not where it passed as it is, and its file could not be collected without the change.
    fn was_red(&self, name: &str, id: &str) -> bool {
        let is_as_it_was = !self.runs.functions.is_own(function_of(id));
        let was_green = is_as_it_was && self.base.outcome(name) == Some(TestOutcome::Passed);
        self.fails_without(name, id) && !(was_green && self.without(name, id).is_none())
    }

    fn note_result(&self, turned: &mut Turned) {
        let flips = &mut turned.flips;
        flips.flaky = self.runs.flaky.iter().cloned().collect();
        for (name, seen) in &self.result.0 {
            let (id, before) = (&seen.id, self.base.outcome(name));
            if before.is_none() {
                flips.new.push(id.clone());
            }
            if self.runs.flaky.contains(id) {
                continue;
            }
            match seen.outcome {
                TestOutcome::Passed if self.was_red(name, id) => flips.fixed.push(id.clone()),
                outcome if outcome.is_failure() => {
                    let red = self.red(name, id, before);
                    flips.broken.extend((red == Red::Turned).then(|| id.clone()));
                    let stayed = (red == Red::Stayed).then(|| id.clone());
                    turned.red_before_and_after.extend(stayed);
                }
                outcome if is_let_off(outcome) => self.note_let_off(flips, name, id, before),
                TestOutcome::Passed
                | TestOutcome::Failed
                | TestOutcome::Error
                | TestOutcome::Skipped
                | TestOutcome::Xfailed
                | TestOutcome::Xpassed => {}
            }
        }
    }

    /// What a red test of the result was before.
    fn red(&self, name: &str, id: &str, before: Option<TestOutcome>) -> Red {
        let was_green = |outcome: Option<TestOutcome>| outcome == Some(TestOutcome::Passed);
        if was_green(before) || was_green(self.without(name, id)) {
            Red::Turned
        } else if before.is_some_and(TestOutcome::is_failure) {
            Red::Stayed
        } else {
            Red::New
        }
    }

    /// Notes a test of which nothing is asked, though it passed on the base or the change brings it.
    fn note_let_off(&self, flips: &mut Flips, name: &str, id: &str, before: Option<TestOutcome>) {
        match before {
            Some(TestOutcome::Passed) => {
                flips.skipped.push(id.to_owned());
                if !self.still_holds(name) {
                    flips.unexplained.push(id.to_owned());
                }
            }
            None => {
                flips.skipped.push(id.to_owned());
                if self.runs.functions.left_out.contains(function_of(id)) {
                    flips.unexplained.push(id.to_owned());
                }
            }
            Some(_) => {}
        }
    }

    /// Whether a test as it was passes on the new code, so that nothing is hidden by its end.
    fn still_holds(&self, name: &str) -> bool {
        let old = self.old_tests.as_ref();
        old.is_some_and(|old| old.outcome(name) == Some(TestOutcome::Passed))
    }

    fn note_removed(&self, flips: &mut Flips) {
        let gone: Vec<(&String, &Seen)> = self
            .base
            .0
            .iter()
            .filter(|(name, seen)| has_passed(seen) && !self.result.0.contains_key(*name))
            .map(|(name, seen)| (name, *seen))
            .collect();
        let mut free: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for id in flips.new.iter().rev() {
            free.entry(function_of(id)).or_default().push(id);
        }
        let mut partners = BTreeMap::new();
        for (name, seen) in gone {
            let function = function_of(&seen.id);
            let renamed = self.runs.functions.renamed.get(function);
            let place = [Some(function), renamed.map(String::as_str)];
            let partner = place.into_iter().flatten().find_map(|like| free.get_mut(like)?.pop());
            if let Some(partner) = partner {
                partners.insert(seen.id.clone(), partner.to_owned());
            } else if !self.still_holds(name) && !self.is_fewer_rows(function, name) {
                flips.unexplained.push(seen.id.clone());
            }
            flips.removed.push(seen.id.clone());
        }
        flips.partners = partners;
    }

    /// Whether the change itself gave a table fewer rows, and the old row was not seen to fail.
    fn is_fewer_rows(&self, function: &str, name: &str) -> bool {
        let is_there = self.result.0.values().any(|seen| function_of(&seen.id) == function);
        let old = self.old_tests.as_ref().and_then(|old| old.outcome(name));
        is_there
            && self.runs.functions.is_own(function)
            && !old.is_some_and(TestOutcome::is_failure)
    }

    fn control(&self) -> Control {
        let end = self.runs.reverted.map(|run| run.end).unwrap_or_default();
        let reverted = self.reverted.as_ref();
        let of_result = self.result.0.iter().filter(|(_, seen)| self.was_reverted(&seen.id));
        let (mut tests, mut passing_on_base) = (Vec::new(), Vec::new());
        // Tests of the change that no text of a function shows, as they come from data.
        let mut by_data: BTreeSet<&str> = BTreeSet::new();
        for (name, seen) in of_result {
            let without = reverted.and_then(|run| run.0.get(name));
            let function = function_of(&seen.id);
            let is_own = self.runs.functions.is_own(function);
            let is_brought = is_own || self.is_by_data(name);
            let is_steady = !self.runs.flaky.contains(&seen.id);
            let is_needed = is_steady && has_passed(seen) && self.fails_without(name, &seen.id);
            by_data.extend((is_brought && !is_own).then_some(function));
            if is_needed {
                let how = match (without, end) {
                    (Some(without), _) if without.by_assertion => How::Assertion,
                    (Some(_), _) => How::Error,
                    (None, RunEnd::Limit) => How::Limit,
                    (None, RunEnd::Completed | RunEnd::Collection) => How::Collection,
                };
                tests.push(ControlTest { id: seen.id.clone(), how });
            } else if has_passed(seen)
                && without.is_some_and(|without| has_passed(without))
                && is_brought
            {
                passing_on_base.push(seen.id.clone());
            }
        }
        let grade = |test: &ControlTest| match test.how {
            How::Assertion | How::Error => ControlGrade::Holds,
            How::Limit => ControlGrade::Limit,
            How::Collection => ControlGrade::Collection,
        };
        let grade = tests.iter().map(grade).max().unwrap_or_default();
        let own_tests = self.runs.functions.own.len() + by_data.len();
        let own_tests = u32::try_from(own_tests).unwrap_or(u32::MAX);
        Control { grade, tests, passing_on_base, own_tests }
    }

    /// Whether the change's tests, and nothing else, bring this one or another form of it: B differs from A in them alone.
    fn is_by_data(&self, name: &str) -> bool {
        let without = self.reverted.as_ref().and_then(|run| run.outcome(name));
        without.is_some_and(|without| match self.base.outcome(name) {
            Some(base) => base == TestOutcome::Passed && without.is_failure(),
            None => true,
        })
    }

    /// Old tests that passed on the base and do not on the new code; their file, where it cannot be collected.
    fn old_failing(&self) -> Vec<String> {
        let (Some(old), Some(run)) = (&self.old_tests, self.runs.old_tests) else {
            return Vec::new();
        };
        let passed = self.base.0.iter().filter(|(_, seen)| has_passed(seen));
        let of_files = passed.filter(|(_, seen)| run.files.contains(file_of(&seen.id)));
        let mut failing = BTreeSet::new();
        for (name, seen) in of_files {
            match old.outcome(name) {
                Some(outcome) if outcome.is_failure() => failing.insert(seen.id.clone()),
                None if run.end != RunEnd::Completed => {
                    failing.insert(file_of(&seen.id).to_owned())
                }
                Some(_) | None => false,
            };
        }
        failing.into_iter().collect()
    }
}

/// Cuts lists that nobody would read to their end; what decides a verdict is whether they are empty.
fn bounded(turned: &mut Turned) {
    let Turned { flips, red_before_and_after: _, control, old_tests_failing } = turned;
    let Flips { fixed, broken, new, removed, skipped, unexplained, .. } = flips;
    let lists = [fixed, broken, new, removed, skipped, unexplained, old_tests_failing];
    for list in lists {
        list.truncate(MAX_LISTED);
    }
    control.passing_on_base.truncate(MAX_LISTED);
    control.tests.truncate(MAX_LISTED);
}
