//! The starting point of a search: a source, its tests, its possible edits.
//!
//! The tests are traced once. Edits are then ordered by how likely they make the failing tests pass, measured by which of
//! them change a value there (infection), and ordered anew while trials teach more. Examples in descriptions run as one
//! more test file: they help to choose among patches that pass all tests, and decide nothing alone.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::healing::search::bench::Bench;
use crate::healing::search::found::{Patched, refused};
use crate::healing::search::passing;
use record::domain::patch::Patch;
use record::domain::probe::{
    Case, Complaint, Detail, Ending, Failing, Infect, Patience, Tried, Try,
};
use record::domain::source::{Source, SourceFile};
use repair::infection::by_infection;
use repair::mutate::Breadth;
use repair::outlook::{Effect, Outlook};
use repair::suggestion::Suggestion;
use sandbox::error::SandboxError;

/// The part of the time that looking at the tests may take, where it is known which fail: one of so many.
const LOOK_SHARE: u32 = 3;
/// Candidates that are tried after the first one that passes everything.
pub(super) const FURTHER: usize = 300;
/// The time of these.
pub(super) const FURTHER_TIME: Duration = Duration::from_millis(600);
/// Edits that are looked at before any is tried, in so many failing and passing tests, for so long.
const WEIGHED: usize = 2_000;
const FAILING: usize = 4;
const LATE: usize = 2;
const PASSING: usize = 8;
const INFECTION_TIME: Duration = Duration::from_secs(2);
/// Most complaints that edits are held against.
const MAX_COMPLAINTS: usize = 8;
/// Edits that have run out of time before some of them are waited for, and most that are.
const FEWEST_LATE: usize = 8;
const MOST_LATE: usize = 32;

/// A source with what its tests do, and the edits that may help.
pub struct Ground {
    /// The files.
    pub source: Source,
    /// The same with the examples of its descriptions as one more test file.
    pub told: Source,
    /// Whether the tests take so long that few boxes with many candidates are better than many with few.
    pub is_slow: bool,
    /// Ids of the tests that count, then of the examples.
    pub cases: Vec<String>,
    /// The number of these that are tests.
    tests: usize,
    /// Places of those that pass already.
    pub passed: BTreeSet<usize>,
    /// The edits, the likeliest first.
    pub suggestions: Vec<Suggestion>,
    /// Places of those that run out of time.
    pub late: BTreeSet<usize>,
    /// What the failing tests complain about, each once.
    complaints: Vec<Complaint>,
    /// The outlook of the edits that were not tried yet.
    outlook: Outlook,
}

impl Ground {
    /// Looks at a source; `None` where no test that can be tried fails.
    pub async fn of(
        bench: &Bench<'_>,
        source: &Source,
        time: Duration,
    ) -> Result<Option<Self>, SandboxError> {
        let examples = (bench.tools.examples)(source);
        let told = examples.as_ref().and_then(|file| with(source, file));
        let told = told.unwrap_or_else(|| source.clone());
        let look = if bench.failing.is_empty() { time } else { time / LOOK_SHARE };
        let begun = Instant::now();
        let mut traced = bench.trace(&told, look).await?;
        let is_slow = bench.is_slow(begun);
        let is_example = |case: &Case| {
            let file = case.id.split("::").next();
            examples.as_ref().is_some_and(|examples| file == Some(examples.path.as_str()))
        };
        traced.cases.retain(|case| is_example(case) || bench.counts(case));
        let (examples, mut tests): (Vec<Case>, Vec<Case>) =
            traced.cases.iter().cloned().partition(is_example);
        if traced.complaint.is_some() || tests.iter().all(|case| case.complaint.is_none()) {
            return Ok(None);
        }
        if is_slow {
            passing::keep_few(&mut tests);
        }
        let count = tests.len();
        let all: Vec<Case> = tests.into_iter().chain(examples).collect();
        let is_late = |(index, case): (usize, &Case)| case.is_late().then_some(index);
        let passes = |(index, case): (usize, &Case)| case.complaint.is_none().then_some(index);
        let mut complaints: Vec<Complaint> = Vec::new();
        for complaint in all.iter().filter_map(|case| case.complaint.as_ref()) {
            if complaints.len() < MAX_COMPLAINTS && !complaints.contains(complaint) {
                complaints.push(complaint.clone());
            }
        }
        let mut ground = Self {
            source: source.clone(),
            told,
            cases: all.iter().map(|case| case.id.clone()).collect(),
            tests: count,
            passed: all.iter().enumerate().filter_map(passes).collect(),
            suggestions: (bench.tools.mutations)(source, &traced, Breadth::Wide),
            late: all.iter().enumerate().filter_map(is_late).collect(),
            complaints,
            outlook: Outlook::default(),
            is_slow,
        };
        ground.put_in_order(bench, time.min(INFECTION_TIME)).await?;
        Ok(Some(ground))
    }

    /// Puts edits that cannot matter to the failing tests behind, and those before that are likely to make all pass.
    async fn put_in_order(
        &mut self,
        bench: &Bench<'_>,
        time: Duration,
    ) -> Result<(), SandboxError> {
        let few = |most: usize, is_wanted: &dyn Fn(&usize) -> bool| -> Vec<String> {
            let own = self.own_tests().iter().enumerate();
            own.filter(|(place, _)| is_wanted(place)).take(most).map(|(_, id)| id.clone()).collect()
        };
        let passing = few(PASSING, &|place| self.passed.contains(place));
        let late = few(LATE, &|place| self.late.contains(place));
        let failing =
            few(FAILING, &|place| !self.passed.contains(place) && !self.late.contains(place));
        let told_of = Failing { in_time: failing.len(), late: late.len() };
        let infect = Infect {
            candidates: self.patches(0, WEIGHED),
            cases: [failing, late, passing].concat(),
            failing: told_of,
        };
        let infected = bench.infect(&self.told, infect, time).await?;
        let suggestions = std::mem::take(&mut self.suggestions);
        let weighed = by_infection(suggestions, &infected, told_of);
        (self.outlook, self.suggestions) = Outlook::of(weighed);
        Ok(())
    }

    /// Returns the ids of the tests.
    pub fn own_tests(&self) -> &[String] {
        self.cases.get(..self.tests).unwrap_or_default()
    }

    /// Tells whether descriptions give examples.
    pub fn has_examples(&self) -> bool {
        self.cases.len() > self.tests
    }

    /// Tells whether a candidate passes every test.
    pub fn is_plausible(&self, tried: &Tried) -> bool {
        tried.ending == Ending::Done && tried.passed.range(..self.tests).count() == self.tests
    }

    /// Tells whether a candidate passes every test and agrees with every example.
    pub fn is_agreed(&self, tried: &Tried) -> bool {
        tried.ending == Ending::Done && tried.passed.len() == self.cases.len()
    }

    /// Makes one of the edits in the source.
    pub fn patched(&self, index: usize) -> Option<Patched> {
        let suggestion = self.suggestions.get(index)?;
        Some(Patched {
            source: suggestion.patch.apply(&self.source).ok()?,
            operator: suggestion.operator.to_owned(),
            explanation: suggestion.told(&self.source),
        })
    }

    /// Says what an edit does where it is far-fetched, with the reason.
    pub fn far_fetched(&self, bench: &Bench<'_>, index: usize) -> Option<String> {
        let suggestion = self.suggestions.get(index)?;
        let why = (bench.tools.far_fetched)(&self.source, &suggestion.patch, &self.complaints)?;
        Some(refused(&suggestion.told(&self.source), why))
    }

    /// Takes those out that pass every test and are far-fetched, and says what they do.
    pub fn refuse(&self, bench: &Bench<'_>, tried: &mut Vec<Tried>) -> Vec<String> {
        let mut refused = Vec::new();
        tried.retain(|tried| {
            let why = self.is_plausible(tried).then(|| self.far_fetched(bench, tried.index));
            let why = why.flatten();
            let is_kept = why.is_none();
            refused.extend(why);
            is_kept
        });
        refused
    }

    fn patches(&self, from: usize, to: usize) -> Vec<Patch> {
        let to = to.min(self.suggestions.len());
        let some = self.suggestions.get(from..to).unwrap_or_default();
        some.iter().map(|suggestion| suggestion.patch.clone()).collect()
    }

    /// Tries the edits from one place to another; answers name the place among all edits.
    pub async fn try_some(
        &self,
        bench: &Bench<'_>,
        from: usize,
        to: usize,
        patience: Patience,
        time: Duration,
    ) -> Result<Vec<Tried>, SandboxError> {
        let wanted = self.wanted(self.patches(from, to), patience);
        let tried = bench.try_all(&self.told, wanted, time).await?;
        let placed = |tried: Tried| Tried { index: tried.index + from, ..tried };
        Ok(tried.into_iter().map(placed).collect())
    }

    /// Puts the edits from a place on in a new order, after what those did that were tried just before.
    pub fn learn(&mut self, tried: &[Tried], from: usize) {
        let done = tried.iter().filter(|tried| tried.ending == Ending::Done);
        let effects: Vec<Effect> = done
            .map(|tried| Effect {
                index: tried.index,
                mended: tried.passed.difference(&self.passed).count(),
                broken: self.passed.difference(&tried.passed).count(),
            })
            .collect();
        self.outlook.learn(&mut self.suggestions, from, &effects);
    }

    /// Puts the edits from a place on in the order of their promise again.
    pub fn forget(&mut self, from: usize) {
        self.outlook.forget(&mut self.suggestions, from);
    }

    /// Finds the first of some candidates in the order that trials had no part in.
    pub fn first_of<'t>(&self, tried: impl Iterator<Item = &'t Tried>) -> Option<&'t Tried> {
        tried.min_by_key(|tried| self.outlook.first_place(tried.index))
    }

    /// Tries candidates that ran out of time again and waits for them: some may be slow, not endless. Few are waited for, and
    /// only where many ran out of time.
    pub async fn wait_for(
        &self,
        bench: &Bench<'_>,
        tried: &[Tried],
        time: Duration,
    ) -> Result<Vec<Tried>, SandboxError> {
        let late = by_turns(tried);
        if late.len() < FEWEST_LATE {
            return Ok(Vec::new());
        }
        let patches = late.iter().take(MOST_LATE).flat_map(|at| self.patches(*at, at + 1));
        let wanted = Try { further: 0, ..self.wanted(patches.collect(), Patience::Long) };
        let tried = bench.try_all(&self.told, wanted, time).await?;
        let placed = |tried: Tried| Some(Tried { index: *late.get(tried.index)?, ..tried });
        Ok(tried.into_iter().filter_map(placed).collect())
    }

    fn wanted(&self, candidates: Vec<Patch>, patience: Patience) -> Try {
        let (cases, detail) = (self.cases.clone(), Detail::Outcome);
        let (further, further_time) = (FURTHER, FURTHER_TIME);
        Try { candidates, cases, further, further_time, detail, patience }
    }
}

/// Picks those that ran out of time, by their places: by turns the most promising and the one that passed most tests before.
fn by_turns(tried: &[Tried]) -> Vec<usize> {
    let late = tried.iter().filter(|tried| tried.ending == Ending::TimedOut);
    let mut promising: Vec<&Tried> = late.collect();
    promising.sort_by_key(|tried| tried.index);
    let mut passing = promising.clone();
    passing.sort_by_key(|tried| Reverse(tried.passed.len()));
    let turns = promising.into_iter().zip(passing).flat_map(|(one, other)| [one, other]);
    let mut seen = BTreeSet::new();
    turns.map(|tried| tried.index).filter(|index| seen.insert(*index)).collect()
}

/// Adds one more file to a source.
fn with(source: &Source, file: &SourceFile) -> Option<Source> {
    let files = source.files().iter().chain([file]).cloned().collect();
    Source::new(files).ok()
}

#[cfg(test)]
mod tests {
    use super::by_turns;
    use record::domain::probe::{Ending, Tried};

    #[test]
    fn the_promising_and_those_that_passed_most_are_waited_for_by_turns() {
        let late = |index: usize, passed: usize| Tried {
            index,
            passed: (0..passed).collect(),
            ending: Ending::TimedOut,
            complaint: None,
        };
        let done = Tried { ending: Ending::Done, ..late(1, 9) };
        let tried = [late(30, 0), late(7, 0), late(90, 5), done, late(8, 1)];

        assert_eq!(by_turns(&tried), [7, 90, 8, 30]);
    }
}
