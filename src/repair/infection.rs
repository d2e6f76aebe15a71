//! Which edits can matter to failing tests.

use std::ops::Range;

use super::suggestion::{Likely, Suggestion};
use crate::sandbox::probe::{Infected, Infection};

/// What is left of the promise of an edit that cannot mend a failing test, or that makes all of them raise.
const HOPELESS: f64 = 1e-3;
/// What is left of it where an edit infects all passing tests too.
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
/// `infected` tells of the first of the suggestions; `failing` says how many of the tests asked for fail, which stand before
/// those that pass. That an edit spares passing tests makes it likely to make all pass, and no likelier to be right: it has a
/// part in how likely an edit is, not in the order.
pub fn by_infection(
    suggestions: Vec<Suggestion>,
    infected: &Infected,
    failing: usize,
) -> Vec<Likely> {
    let told = |place: usize, cases: Range<usize>| -> Vec<Infection> {
        infected.0.range(cases).filter_map(|(_, told)| told.get(place).copied()).collect()
    };
    let weigh = |(place, suggestion): (usize, Suggestion)| {
        let (factor, sparing) = match suggestion.operator {
            UNSHARING => (1.0, 1.0),
            _ => factors(&told(place, 0..failing), &told(place, failing..usize::MAX)),
        };
        let promise = suggestion.promise * factor;
        (promise, Likely { likely: promise * sparing, suggestion })
    };
    let mut weighed: Vec<(f64, Likely)> = suggestions.into_iter().enumerate().map(weigh).collect();
    weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    weighed.into_iter().map(|(_, edit)| edit).collect()
}

/// What an edit promises and how likely it is, by what it does in failing and in passing tests.
fn factors(failing: &[Infection], passing: &[Infection]) -> (f64, f64) {
    let is_told = |told: &Infection| !matches!(told, Infection::Unknown | Infection::Unreached);
    // What no test reaches may have run when its module was imported.
    if !failing.iter().chain(passing).any(is_told) {
        return (1.0, 1.0);
    }
    let all = count(passing.len()).max(1.0);
    let is_spared = |told: &&Infection| told.is_absent() || **told == Infection::Holds;
    let spared = count(passing.iter().filter(is_spared).count()) / all;
    let sparing = SPARES.powf(spared) * if spared < 1.0 { 1.0 } else { SPARES_ALL };
    let known: Vec<&Infection> =
        failing.iter().filter(|told| **told != Infection::Unknown).collect();
    let cannot_mend = known.iter().any(|told| told.is_absent());
    let raises = !known.is_empty() && known.iter().all(|told| **told == Infection::Raise);
    if cannot_mend || raises || failing.iter().chain(passing).any(|told| *told == Infection::Fails)
    {
        return (HOPELESS, 1.0);
    }
    if known.is_empty() {
        return (1.0, sparing);
    }
    let holding = count(known.iter().filter(|told| ***told == Infection::Holds).count());
    let harmed = passing.iter().filter(|told| matches!(told, Infection::Value | Infection::Raise));
    let promised = HARMFUL.powf(count(harmed.count()) / all);
    (promised, sparing * HOLDS.powf(holding / count(known.len())))
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
