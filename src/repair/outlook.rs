//! What trials tell about edits nearby.

use std::cmp::Ordering;

use super::suggestion::Suggestion;
use crate::domain::patch::Edit;

/// What an edit gains in logarithms of rank for one at the same place after which a failing test passes, and for one that
/// breaks no other test besides; what it loses for one that mends nothing, and again for one that only breaks.
const MENDS: f64 = 0.7;
const BREAKS_NOTHING: f64 = 0.8;
const USELESS: f64 = 0.08;
/// The first ranks differ by less than their logarithms.
const EASE: f64 = 3.0;

/// How likely each of the edits is that were not tried yet, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// With the place of each in the first order.
    likely: Vec<(f64, usize)>,
}

/// What became of the tests with one of the edits, named by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The place of the edit.
    pub index: usize,
    /// Tests that pass and did not before.
    pub mended: usize,
    /// Tests that passed before and do not now.
    pub broken: usize,
}

impl Outlook {
    /// The first of so many edits is the likeliest.
    pub fn of(count: usize) -> Self {
        let rank = |place: usize| f64::from(u32::try_from(place).unwrap_or(u32::MAX));
        Self { likely: (0..count).map(|place| (-(rank(place) + EASE).ln(), place)).collect() }
    }

    /// Puts the edits from a place on in a new order, after what others at their places did; those before stay.
    ///
    /// Where mutants make failing tests pass a fault is near, and where they only make passing ones fail it is not (Moon et al., Ask the
    /// Mutants, ICST 2014).
    pub fn learn(&mut self, suggestions: &mut Vec<Suggestion>, from: usize, effects: &[Effect]) {
        let edits = |place: usize| suggestions.get(place).map(|it| &it.patch.edits[..]);
        let tell = |effect: &Effect| Some((edits(effect.index)?, weight(effect)));
        let told: Vec<(&[Edit], f64)> = effects.iter().filter_map(tell).collect();
        for ((likely, _), suggestion) in self.likely.iter_mut().zip(&*suggestions).skip(from) {
            let near = told.iter().filter(|(edits, _)| meet(edits, &suggestion.patch.edits));
            *likely += near.map(|(_, weight)| weight).sum::<f64>();
        }
        self.sort(suggestions, from, |one, other| other.0.total_cmp(&one.0));
    }

    /// Puts the edits from a place on back into the first order: that of what they promise, by which patches are chosen.
    pub fn forget(&mut self, suggestions: &mut Vec<Suggestion>, from: usize) {
        self.sort(suggestions, from, |one, other| one.1.cmp(&other.1));
    }

    /// The place in the first order of the edit that is at a place now.
    pub fn first_place(&self, index: usize) -> usize {
        self.likely.get(index).map_or(index, |(_, place)| *place)
    }

    fn sort(
        &mut self,
        suggestions: &mut Vec<Suggestion>,
        from: usize,
        order: fn(&(f64, usize), &(f64, usize)) -> Ordering,
    ) {
        let from = from.min(suggestions.len()).min(self.likely.len());
        let rest = self.likely.split_off(from).into_iter().zip(suggestions.split_off(from));
        let mut rest: Vec<((f64, usize), Suggestion)> = rest.collect();
        rest.sort_by(|(one, _), (other, _)| order(one, other));
        for (likely, suggestion) in rest {
            self.likely.push(likely);
            suggestions.push(suggestion);
        }
    }
}

fn weight(effect: &Effect) -> f64 {
    match (effect.mended, effect.broken) {
        (0, 0) => -USELESS,
        (0, _) => -2.0 * USELESS,
        (_, 0) => MENDS + BREAKS_NOTHING,
        (..) => MENDS,
    }
}

/// Whether the first stretches of two edits touch.
fn meet(one: &[Edit], other: &[Edit]) -> bool {
    let (Some(one), Some(other)) = (one.first(), other.first()) else { return false };
    one.path == other.path && one.start <= other.end + 1 && other.start <= one.end + 1
}

#[cfg(test)]
mod tests {
    use super::{Effect, Outlook};
    use crate::domain::patch::{Edit, Patch};
    use crate::repair::suggestion::Suggestion;

    fn suggestion(start: usize) -> Suggestion {
        let path = "a.py".parse().unwrap();
        let edit = Edit { path, start, end: start + 2, text: String::new() };
        Suggestion { patch: Patch::of(edit), operator: "compare", why: String::new(), promise: 1.0 }
    }

    fn starts(suggestions: &[Suggestion]) -> Vec<usize> {
        suggestions.iter().map(|it| it.patch.edits[0].start).collect()
    }

    #[test]
    fn edits_where_another_mended_a_test_come_before_those_where_it_did_nothing() {
        let mut suggestions: Vec<Suggestion> =
            [0, 50, 0, 90, 50, 51].into_iter().map(suggestion).collect();
        let mut outlook = Outlook::of(suggestions.len());
        let useless = Effect { index: 0, mended: 0, broken: 3 };
        let mends = Effect { index: 1, mended: 1, broken: 0 };

        outlook.learn(&mut suggestions, 2, &[useless, useless, mends]);

        assert_eq!(starts(&suggestions), [0, 50, 50, 51, 90, 0]);
        assert_eq!([1, 2, 5].map(|index| outlook.first_place(index)), [1, 4, 2]);
        outlook.forget(&mut suggestions, 3);
        assert_eq!(starts(&suggestions), [0, 50, 50, 0, 90, 51]);
    }

    #[test]
    fn what_is_learnt_adds_up_and_nothing_is_lost() {
        let mut suggestions: Vec<Suggestion> =
            (0..40).map(|place| suggestion(place * 10)).collect();
        let mut outlook = Outlook::of(suggestions.len());
        let before = outlook.clone();

        outlook.learn(&mut suggestions, 5, &[]);
        assert_eq!((&outlook, starts(&suggestions)[39]), (&before, 390));

        outlook.learn(&mut suggestions, 5, &[Effect { index: 99, mended: 1, broken: 0 }]);
        outlook.learn(&mut suggestions, 99, &[Effect { index: 0, mended: 1, broken: 0 }]);
        let mut all = starts(&suggestions);
        all.sort_unstable();
        assert_eq!((&outlook, all), (&before, (0..40).map(|place| place * 10).collect()));
    }
}
