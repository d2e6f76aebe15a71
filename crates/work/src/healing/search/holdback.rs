//! Splits the tests in two halves: one chooses a patch, the other confirms it.
//!
//! A patch that passes tests which had no part in choosing it is more than a fit to those tests. The split follows the
//! digests of the tests' names, so that it is the same each time and nobody picks it.

use std::collections::BTreeSet;

use record::domain::digest::Digest;

/// Fewest tests of which half can be held back.
const FEWEST: usize = 4;

/// Two halves of the tests, by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Those that choose a patch; one that fails is among them.
    pub seen: BTreeSet<usize>,
    /// Those that confirm it.
    pub held_back: BTreeSet<usize>,
}

/// Splits tests by the digests of their ids, the same way each time; `None` where there are too few.
pub fn split(cases: &[String], passed: &BTreeSet<usize>) -> Option<Split> {
    if cases.len() < FEWEST {
        return None;
    }
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|index| cases.get(*index).map(|id| Digest::of(id.as_bytes()).hex()));
    let failing = order.iter().position(|index| !passed.contains(index))?;
    // What fails comes first, so that it is seen.
    let first = order.remove(failing);
    order.insert(0, first);
    let mut split = Split::default();
    for (place, index) in order.into_iter().enumerate() {
        let half = if place % 2 == 0 { &mut split.seen } else { &mut split.held_back };
        half.insert(index);
    }
    Some(split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_held_back_and_a_failing_test_is_seen() {
        let cases: Vec<String> = (0..9).map(|number| format!("test_a.py::test_{number}")).collect();
        for failing in 0..9 {
            let passed = (0..9).filter(|index| *index != failing).collect();

            let halves = split(&cases, &passed).unwrap();

            assert!(halves.seen.contains(&failing));
            assert_eq!((halves.seen.len(), halves.held_back.len()), (5, 4));
            assert_eq!(Some(halves), split(&cases, &passed));
        }
        assert_eq!(split(&cases[..3], &BTreeSet::new()), None);
    }
}
