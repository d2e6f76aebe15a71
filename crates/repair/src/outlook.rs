//! The order of edits that are left, updated by the trials of others.
//!
//! Where an edit makes a failing test pass the fault is near, and where it only breaks tests it is not. Only the most telling trial
//! of a place counts, so that many useless ones cannot bury it.

use std::cmp::Ordering;

use super::suggestion::{Likely, Suggestion};
use record::domain::patch::Edit;

/// The gain of an edit in logarithms of rank for one at the same place after which a failing test passes and no other fails, for
/// one after which others fail besides, and for one that only breaks tests.
const MENDS: f64 = 1.0;
const MENDS_AND_BREAKS: f64 = 0.4;
const BREAKS: f64 = -0.3;
/// The first ranks differ by less than their logarithms.
const EASE: f64 = 3.0;

/// Chances of the edits that were not tried yet, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook(Vec<Chance>);

/// Everything known of one edit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Chance {
    /// Its place in the order of what edits promise.
    place: usize,
    /// The logarithm of its rank before any trial, the smaller the likelier.
    rank: f64,
    /// The most telling trial at the same place.
    near: Option<Near>,
}

/// The news that a trial brings of edits at the same place, the most telling last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    Breaks,
    MendsAndBreaks,
    Mends,
}

/// Changes among the tests with one of the edits, named by its place.
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
    /// Puts edits, which come in the order of what they promise, in that of how likely each is.
    pub fn of(edits: Vec<Likely>) -> (Self, Vec<Suggestion>) {
        let mut edits: Vec<(usize, Likely)> = edits.into_iter().enumerate().collect();
        edits.sort_by(|(_, one), (_, other)| other.likely.total_cmp(&one.likely));
        let ranked = edits.into_iter().enumerate().map(|(rank, (place, edit))| {
            let rank = f64::from(u32::try_from(rank).unwrap_or(u32::MAX));
            (Chance { place, rank: (rank + EASE).ln(), near: None }, edit.suggestion)
        });
        let (chances, suggestions) = ranked.unzip();
        (Self(chances), suggestions)
    }

    /// Puts the edits from a place on in a new order, after what others at their places did; those before stay.
    ///
    /// Where mutants make failing tests pass a fault is near, and where they only make passing ones fail it is not (Moon et al., Ask the
    /// Mutants, ICST 2014). However many were tried at a place, only the most telling one counts.
    pub fn learn(&mut self, suggestions: &mut Vec<Suggestion>, from: usize, effects: &[Effect]) {
        let edits = |place: usize| suggestions.get(place).map(|it| &it.patch.edits[..]);
        let tell = |effect: &Effect| Some((edits(effect.index)?, effect.near()?));
        let told: Vec<(&[Edit], Near)> = effects.iter().filter_map(tell).collect();
        for (chance, suggestion) in self.0.iter_mut().zip(&*suggestions).skip(from) {
            let near = told.iter().filter(|(edits, _)| meet(edits, &suggestion.patch.edits));
            chance.near = chance.near.max(near.map(|(_, near)| *near).max());
        }
        self.sort(suggestions, from, |one, other| other.likely().total_cmp(&one.likely()));
    }

    /// Puts the edits from a place on into the order of what they promise, by which patches are chosen.
    pub fn forget(&mut self, suggestions: &mut Vec<Suggestion>, from: usize) {
        self.sort(suggestions, from, |one, other| one.place.cmp(&other.place));
    }

    /// The place, in the order of what edits promise, of the edit that is at a place now.
    pub fn first_place(&self, index: usize) -> usize {
        self.0.get(index).map_or(index, |chance| chance.place)
    }

    fn sort(
        &mut self,
        suggestions: &mut Vec<Suggestion>,
        from: usize,
        order: fn(&Chance, &Chance) -> Ordering,
    ) {
        let from = from.min(suggestions.len()).min(self.0.len());
        let rest = self.0.split_off(from).into_iter().zip(suggestions.split_off(from));
        let mut rest: Vec<(Chance, Suggestion)> = rest.collect();
        rest.sort_by(|(one, _), (other, _)| order(one, other));
        for (chance, suggestion) in rest {
            self.0.push(chance);
            suggestions.push(suggestion);
        }
    }
}

impl Chance {
    fn likely(&self) -> f64 {
        let gain = self.near.map_or(0.0, |near| match near {
            Near::Breaks => BREAKS,
            Near::MendsAndBreaks => MENDS_AND_BREAKS,
            Near::Mends => MENDS,
        });
        gain - self.rank
    }
}

impl Effect {
    const fn near(&self) -> Option<Near> {
        match (self.mended, self.broken) {
            (0, 0) => None,
            (0, _) => Some(Near::Breaks),
            (_, 0) => Some(Near::Mends),
            (..) => Some(Near::MendsAndBreaks),
        }
    }
}

/// Tells whether the first stretches of two edits touch.
fn meet(one: &[Edit], other: &[Edit]) -> bool {
    let (Some(one), Some(other)) = (one.first(), other.first()) else { return false };
    one.path == other.path && one.start <= other.end + 1 && other.start <= one.end + 1
}

#[cfg(test)]
mod tests {
    use super::{Effect, Outlook};
    use crate::suggestion::{Likely, Suggestion};
    use record::domain::patch::{Edit, Patch};

    fn suggestion(start: usize) -> Suggestion {
        let path = "a.py".parse().unwrap();
        let edit = Edit { path, start, end: start + 2, text: String::new() };
        Suggestion { patch: Patch::of(edit), operator: "compare", why: String::new(), promise: 1.0 }
    }

    fn starts(suggestions: &[Suggestion]) -> Vec<usize> {
        suggestions.iter().map(|it| it.patch.edits[0].start).collect()
    }

    /// Edits of which each is less likely than the one before it.
    fn falling(starts: impl Iterator<Item = usize>) -> (Outlook, Vec<Suggestion>) {
        let edit = |(place, start): (usize, usize)| {
            let likely = -f64::from(u32::try_from(place).unwrap());
            Likely { likely, suggestion: suggestion(start) }
        };
        Outlook::of(starts.enumerate().map(edit).collect())
    }

    #[test]
    fn edits_are_tried_as_they_are_likely_and_chosen_as_they_promise() {
        let edit = |(likely, start)| Likely { likely, suggestion: suggestion(start) };
        let edits = [(1.0, 0), (3.0, 10), (2.0, 20), (3.0, 30)].map(edit).to_vec();

        let (mut outlook, mut suggestions) = Outlook::of(edits);

        assert_eq!(starts(&suggestions), [10, 30, 20, 0]);
        assert_eq!([0, 1, 2, 3].map(|index| outlook.first_place(index)), [1, 3, 2, 0]);
        outlook.forget(&mut suggestions, 1);
        assert_eq!(starts(&suggestions), [10, 0, 20, 30]);
    }

    #[test]
    fn edits_where_another_mended_a_test_come_before_those_where_it_broke_some() {
        let (mut outlook, mut suggestions) = falling([0, 50, 0, 90, 50, 51].into_iter());
        let breaks = Effect { index: 0, mended: 0, broken: 3 };
        let mends = Effect { index: 1, mended: 1, broken: 0 };

        outlook.learn(&mut suggestions, 2, &[breaks, breaks, mends]);

        assert_eq!(starts(&suggestions), [0, 50, 50, 51, 90, 0]);
        assert_eq!([1, 2, 5].map(|index| outlook.first_place(index)), [1, 4, 2]);
        outlook.forget(&mut suggestions, 3);
        assert_eq!(starts(&suggestions), [0, 50, 50, 0, 90, 51]);
    }

    #[test]
    fn the_most_telling_trial_at_a_place_counts_and_nothing_is_lost() {
        let (mut outlook, mut suggestions) = falling((0..40).map(|place| place * 10));
        let before = (outlook.clone(), suggestions.clone());
        let far = Effect { index: 99, mended: 1, broken: 0 };
        let breaks = Effect { index: 4, mended: 0, broken: 1 };
        let mends = Effect { mended: 1, ..breaks };

        outlook.learn(&mut suggestions, 5, &[far, Effect { broken: 0, ..breaks }]);
        assert_eq!((&outlook, &suggestions), (&before.0, &before.1));

        let (mut twice, mut same) = before.clone();
        outlook.learn(&mut suggestions, 0, &[breaks, mends, breaks]);
        twice.learn(&mut same, 0, &[mends]);
        assert_eq!((&outlook, &suggestions), (&twice, &same));
        assert_ne!(suggestions, before.1);

        outlook.forget(&mut suggestions, 0);
        assert_eq!(suggestions, before.1);
    }
}
