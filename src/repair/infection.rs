//! Which edits can matter to failing tests.

use super::suggestion::Suggestion;
use crate::sandbox::probe::{Infected, Infection};

/// What is left of the promise of an edit that cannot mend a failing test, or that makes all of them raise.
const HOPELESS: f64 = 1e-3;
/// What is left of it where an edit infects all passing tests too.
const HARMFUL: f64 = 0.15;

/// Puts edits that cannot matter behind, and those before that touch failing tests only; what they promise stays as it is.
///
/// `infected` tells of the first of the suggestions; `failing` says how many of the tests asked for fail, which stand before
/// those that pass.
pub fn by_infection(suggestions: &mut Vec<Suggestion>, infected: &Infected, failing: usize) {
    let weigh = |(place, suggestion): (usize, Suggestion)| {
        let of = |(case, told): (&usize, &Vec<Infection>)| Some((*case, *told.get(place)?));
        let told = infected.0.iter().filter_map(of);
        let (failing, passing): (Vec<_>, Vec<_>) = told.partition(|(case, _)| *case < failing);
        (suggestion.promise * factor(&failing, &passing), suggestion)
    };
    let mut weighed: Vec<(f64, Suggestion)> =
        std::mem::take(suggestions).into_iter().enumerate().map(weigh).collect();
    weighed.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    *suggestions = weighed.into_iter().map(|(_, suggestion)| suggestion).collect();
}

/// One for an edit that infects every failing test and no other; less, the more of the others it infects.
fn factor(failing: &[(usize, Infection)], passing: &[(usize, Infection)]) -> f64 {
    let told = |(_, told): &(usize, Infection)| *told;
    let (failing, passing): (Vec<Infection>, Vec<Infection>) =
        (failing.iter().map(told).collect(), passing.iter().map(told).collect());
    let is_told = |told: &&Infection| !matches!(told, Infection::Unknown | Infection::Unreached);
    // What no test reaches may have run when its module was imported.
    if failing.iter().chain(&passing).find(is_told).is_none() {
        return 1.0;
    }
    let is_spared = |told: &Infection| matches!(told, Infection::Unreached | Infection::Absent);
    let known: Vec<Infection> =
        failing.into_iter().filter(|told| *told != Infection::Unknown).collect();
    if known.is_empty() {
        return 1.0;
    }
    if known.iter().any(is_spared) || known.iter().all(|told| *told == Infection::Raise) {
        return HOPELESS;
    }
    let harmed = passing.iter().filter(|told| matches!(told, Infection::Value | Infection::Raise));
    HARMFUL.powf(count(harmed.count()) / count(passing.len()).max(1.0))
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
