//! Times of executions, and of many executions together.
//!
//! Evidence holds the parts that a backend measured. Storing the verdict takes time too, which no evidence can hold,
//! because it is stored with it: a report adds what was noted afterwards.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Milliseconds by part; `first` is request to provisional answer, `total` request to stored verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// Waiting for a place.
    pub queue: u64,
    /// Making the box.
    pub spawn: u64,
    /// The tests.
    pub tests: u64,
    /// Lint, beside the tests.
    pub lint: u64,
    /// Request to provisional answer.
    pub first: u64,
    /// Controls.
    pub controls: u64,
    /// Request to stored verdict.
    pub total: u64,
}

/// Timings of an execution whose verdict is stored: those of its evidence, and the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Times")]
pub struct StoredTimings {
    /// Waiting for a place.
    pub queue: u64,
    /// Making the box.
    pub spawn: u64,
    /// The tests.
    pub tests: u64,
    /// Lint, beside the tests.
    pub lint: u64,
    /// Request to provisional answer.
    pub first: u64,
    /// Controls.
    pub controls: u64,
    /// Storing the verdict, which no evidence can hold; null where nobody noted it.
    pub store: Option<u64>,
    /// Request to stored verdict; without the store where nobody noted it.
    pub total: u64,
}

impl StoredTimings {
    /// The parts that evidence holds, and the whole as it was noted when the verdict was stored.
    pub fn of(timings: &Timings, noted_total: u64) -> Self {
        let store = noted_total.checked_sub(timings.total).filter(|store| *store > 0);
        Self {
            queue: timings.queue,
            spawn: timings.spawn,
            tests: timings.tests,
            lint: timings.lint,
            first: timings.first,
            controls: timings.controls,
            store,
            total: timings.total + store.unwrap_or(0),
        }
    }
}

/// Whose executions a spread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Those of the proposal.
    Proposal,
    /// Those of the home, because the proposal has too few.
    Home,
}

/// The half and the slowest twentieth of recent executions, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Whose executions they are.
    pub scope: Scope,
    /// How many.
    pub executions: usize,
    /// What half of them took at most.
    pub p50: StoredTimings,
    /// What nineteen of twenty took at most.
    pub p95: StoredTimings,
}

impl Spread {
    /// The spread of these executions; nothing where there are none.
    pub fn over(scope: Scope, times: &[StoredTimings]) -> Option<Self> {
        let (p50, p95) = (percentile(times, 50)?, percentile(times, 95)?);
        Some(Self { scope, executions: times.len(), p50, p95 })
    }
}

fn percentile(times: &[StoredTimings], share: usize) -> Option<StoredTimings> {
    let at =
        |part: fn(&StoredTimings) -> Option<u64>| nearest(times.iter().filter_map(part), share);
    Some(StoredTimings {
        queue: at(|times| Some(times.queue))?,
        spawn: at(|times| Some(times.spawn))?,
        tests: at(|times| Some(times.tests))?,
        lint: at(|times| Some(times.lint))?,
        first: at(|times| Some(times.first))?,
        controls: at(|times| Some(times.controls))?,
        store: at(|times| times.store),
        total: at(|times| Some(times.total))?,
    })
}

/// The smallest value that at least this share of all does not exceed, in hundredths.
fn nearest(values: impl Iterator<Item = u64>, share: usize) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    let rank = (values.len() * share).div_ceil(100).max(1);
    values.get(rank - 1).copied()
}

/// Gives whole milliseconds, the unit of evidence.
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Scope, Spread, StoredTimings, Timings};
    #[test]
    fn a_store_that_nobody_noted_is_unknown_and_not_nothing() {
        let timings = Timings { tests: 7, total: 10, ..Timings::default() };

        let [unknown, known] = [10, 14].map(|noted| StoredTimings::of(&timings, noted));

        assert_eq!((unknown.store, unknown.total), (None, 10));
        assert_eq!((known.store, known.total, known.tests), (Some(4), 14, 7));
    }

    #[test]
    fn percentiles_are_values_that_were_seen_part_by_part() {
        let times: Vec<StoredTimings> = (1..=20)
            .map(|number| StoredTimings {
                total: number,
                queue: 21 - number,
                store: (number > 18).then_some(number),
                ..StoredTimings::default()
            })
            .collect();

        let spread = Spread::over(Scope::Home, &times).unwrap();

        assert_eq!(spread.executions, 20);
        assert_eq!((spread.p50.total, spread.p50.queue, spread.p50.store), (10, 10, Some(19)));
        assert_eq!((spread.p95.total, spread.p95.queue, spread.p95.store), (19, 19, Some(20)));
        assert_eq!(Spread::over(Scope::Proposal, &[]), None);
    }
}
