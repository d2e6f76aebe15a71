//! Which edits can matter to failing tests.

use std::ops::Range;

use super::suggestion::Suggestion;
use crate::sandbox::probe::{Infected, Infection};

/// What is left of the promise of an edit that cannot mend a failing test, or that makes all of them raise.
const HOPELESS: f64 = 1e-3;
/// What is left of it where an edit infects all passing tests too.
const HARMFUL: f64 = 0.15;

/// Edits after which values are the same as before, and only shared no more: what they change shows later.
const UNSHARING: &str = "copy";

/// Puts edits that cannot matter behind, and those before that touch failing tests only; what they promise stays as it is.
///
/// `infected` tells of the first of the suggestions; `failing` says how many of the tests asked for fail, which stand before
/// those that pass.
pub fn by_infection(suggestions: &mut Vec<Suggestion>, infected: &Infected, failing: usize) {
    let told = |place: usize, cases: Range<usize>| -> Vec<Infection> {
        infected.0.range(cases).filter_map(|(_, told)| told.get(place).copied()).collect()
    };
    let weigh = |(place, suggestion): (usize, Suggestion)| {
        let factor = match suggestion.operator {
            UNSHARING => 1.0,
            _ => factor(&told(place, 0..failing), &told(place, failing..usize::MAX)),
        };
        (suggestion.promise * factor, suggestion)
    };
    let mut weighed: Vec<(f64, Suggestion)> =
        std::mem::take(suggestions).into_iter().enumerate().map(weigh).collect();
    weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    *suggestions = weighed.into_iter().map(|(_, suggestion)| suggestion).collect();
}

/// One for an edit that infects every failing test and no other; less, the more of the others it infects.
fn factor(failing: &[Infection], passing: &[Infection]) -> f64 {
    let is_told = |told: &Infection| !matches!(told, Infection::Unknown | Infection::Unreached);
    let known: Vec<&Infection> =
        failing.iter().filter(|told| **told != Infection::Unknown).collect();
    // What no test reaches may have run when its module was imported.
    if known.is_empty() || !failing.iter().chain(passing).any(is_told) {
        return 1.0;
    }
    let is_spared = |told: &&Infection| matches!(**told, Infection::Unreached | Infection::Absent);
    if known.iter().any(is_spared) || known.iter().all(|told| **told == Infection::Raise) {
        return HOPELESS;
    }
    let harmed = passing.iter().filter(|told| matches!(told, Infection::Value | Infection::Raise));
    HARMFUL.powf(count(harmed.count()) / count(passing.len()).max(1.0))
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
