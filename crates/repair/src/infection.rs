//! Edits put in an order by what they change in failing and passing tests.
//!
//! A run that records values tells whether an edit can matter at all: one that changes nothing in a failing test cannot mend it.
//! That saves most executions of the search.

use std::ops::Range;

use super::suggestion::{Likely, Suggestion};
use record::domain::probe::{Failing, Infected, Infection};

/// The factor for an edit that cannot mend a failing test, or that makes all of them raise.
const HOPELESS: f64 = 1e-3;
/// The factor for an edit that changes nothing in a test that runs out of time, as far as that was followed.
const LATE: f64 = 0.03;
/// The factor for an edit that infects all passing tests too.
const HARMFUL: f64 = 0.15;
/// How many times likelier an edit is to make all tests pass that infects no passing test: by their share, and for all.
const SPARES: f64 = 5.75;
const SPARES_ALL: f64 = 20.0;
/// The same of an edit with which the assertions of all failing tests hold.
const HOLDS: f64 = 20.0;

/// Edits after which values are the same as before, and only shared no more: what they change shows later.
const UNSHARING: &str = "copy";

/// Puts edits that cannot matter behind, and those before that touch failing tests only; what they promise stays as it is.
///
/// `infected` tells of the first of the suggestions. That an edit spares passing tests makes it likely to make all pass, and no
/// likelier to be right: it has a part in how likely an edit is, not in the order.
pub fn by_infection(
    suggestions: Vec<Suggestion>,
    infected: &Infected,
    failing: Failing,
) -> Vec<Likely> {
    let (in_time, all) = (failing.in_time, failing.in_time + failing.late);
    let told = |place: usize, cases: Range<usize>| -> Vec<Infection> {
        infected.0.range(cases).filter_map(|(_, told)| told.get(place).copied()).collect()
    };
    let weigh = |(place, suggestion): (usize, Suggestion)| {
        let (factor, sparing) = match suggestion.operator {
            UNSHARING => (1.0, 1.0),
            _ => Tests {
                failing: told(place, 0..in_time),
                late: told(place, in_time..all),
                passing: told(place, all..usize::MAX),
            }
            .factors(),
        };
        let promise = suggestion.promise * factor;
        (promise, Likely { likely: promise * sparing, suggestion })
    };
    let mut weighed: Vec<(f64, Likely)> = suggestions.into_iter().enumerate().map(weigh).collect();
    weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    weighed.into_iter().map(|(_, edit)| edit).collect()
}

/// The effects of an edit on tests.
struct Tests {
    failing: Vec<Infection>,
    /// In those that run out of time, as far as they were followed.
    late: Vec<Infection>,
    passing: Vec<Infection>,
}

impl Tests {
    /// Gives the factors of the edit's promise and of its likelihood.
    fn factors(&self) -> (f64, f64) {
        let every = || self.failing.iter().chain(&self.late).chain(&self.passing);
        let is_told = |told: &Infection| !matches!(told, Infection::Unknown | Infection::Unreached);
        // What no test reaches may have run when its module was imported.
        if !every().any(is_told) {
            return (1.0, 1.0);
        }
        let known: Vec<&Infection> = self
            .failing
            .iter()
            .chain(&self.late)
            .filter(|told| **told != Infection::Unknown)
            .collect();
        let cannot_mend = self.failing.iter().any(|told| told.is_absent());
        let raises = !known.is_empty() && known.iter().all(|told| **told == Infection::Raise);
        if cannot_mend || raises || every().any(|told| *told == Infection::Fails) {
            return (HOPELESS, 1.0);
        }
        let all = count(self.passing.len()).max(1.0);
        let is_spared = |told: &&Infection| told.is_absent() || **told == Infection::Holds;
        let spared = count(self.passing.iter().filter(is_spared).count()) / all;
        let sparing = SPARES.powf(spared) * if spared < 1.0 { 1.0 } else { SPARES_ALL };
        if known.is_empty() {
            return (1.0, sparing);
        }
        let stays_late = self.late.iter().any(|told| told.is_absent());
        let holding = count(known.iter().filter(|told| ***told == Infection::Holds).count());
        let is_harmed = |told: &&Infection| matches!(**told, Infection::Value | Infection::Raise);
        let harmed = count(self.passing.iter().filter(is_harmed).count());
        let promised = HARMFUL.powf(harmed / all) * if stays_late { LATE } else { 1.0 };
        (promised, sparing * HOLDS.powf(holding / count(known.len())))
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
