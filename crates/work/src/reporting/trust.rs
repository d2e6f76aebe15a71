//! How far a patch without a model can be trusted, in words and in shares.
//!
//! A word of confidence says no more than how often such patches were right: counted over 401 unseen wrong programs, of which
//! 223 passed all their tests after a healing and 149 then behaved like the reference (`docs/measurements.md`). Two shares are what
//! the others leave of these: patches that differ, and mechanical ones. Several open behaviours count against all of them, whatever
//! else confirms one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::healing::{Confidence, Strategy};

/// How often such patches were right on programs that nothing was tuned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// Patches that behaved like the reference.
    pub right: u32,
    /// Patches that passed all tests.
    pub of: u32,
}

const fn share(right: u32, of: u32) -> Measured {
    Measured { right, of }
}

/// Where all patches that passed behaved alike, and where they did not or nobody could tell.
const ALIKE: Measured = share(62, 69);
const NOT_ALIKE: Measured = share(87, 154);
/// By what confirmed the patch.
const HELD_BACK: Measured = share(88, 136);
const EXAMPLES: Measured = share(8, 8);
const PROPERTIES: Measured = share(14, 15);
const PLAUSIBLE: Measured = share(22, 43);
/// Fixes that the complaint itself suggested.
const MECHANICAL: Measured = share(17, 21);

/// What is known of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How it was made.
    pub strategy: Strategy,
    /// What confirmed it.
    pub confidence: Option<Confidence>,
    /// Kinds of behaviour among the patches that pass; absent where that is not known.
    pub behaviours: Option<u32>,
}

impl Known {
    /// Gives the share of such patches that were right; `None` where nothing was counted.
    pub fn measured(self) -> Option<Measured> {
        match (self.strategy, self.behaviours, self.confidence) {
            (Strategy::Model, _, _) => None,
            (_, Some(2..), _) => Some(NOT_ALIKE),
            (Strategy::Search, Some(1), _) => Some(ALIKE),
            (Strategy::Mechanical, _, _) => Some(MECHANICAL),
            (Strategy::Search, _, Some(Confidence::HeldBack)) => Some(HELD_BACK),
            (Strategy::Search, _, Some(Confidence::Examples)) => Some(EXAMPLES),
            (Strategy::Search, _, Some(Confidence::Properties)) => Some(PROPERTIES),
            (Strategy::Search, _, Some(Confidence::Plausible)) => Some(PLAUSIBLE),
            (Strategy::Search, _, None) => None,
        }
    }

    /// Says for a person what speaks for the patch, and how often such patches were right.
    pub fn words(self) -> String {
        let said = match (self.strategy, self.behaviours, self.confidence) {
            (Strategy::Model, _, _) => "a model wrote it".to_owned(),
            (_, Some(many @ 2..), _) => {
                format!("not settled: {many} behaviours pass the tests, and only you can choose")
            }
            (Strategy::Search, Some(1), _) => {
                "all patches that passed the tests behave alike".to_owned()
            }
            (Strategy::Mechanical, _, _) => "the error message itself suggested it".to_owned(),
            (Strategy::Search, _, Some(Confidence::HeldBack)) => {
                "half of the tests chose it, and it passes the other half".to_owned()
            }
            (Strategy::Search, _, Some(Confidence::Examples)) => {
                "it agrees with the examples of its descriptions".to_owned()
            }
            (Strategy::Search, _, Some(Confidence::Properties)) => {
                "it answers other inputs as it answers those of the tests".to_owned()
            }
            (Strategy::Search, _, Some(Confidence::Plausible) | None) => {
                "it passes the tests that chose it, nothing else speaks for it".to_owned()
            }
        };
        match self.measured() {
            Some(Measured { right, of }) => {
                format!("{said}; of such patches {right} of {of} were right on unseen programs")
            }
            None => format!("{said}; how often such patches are right was not counted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_behaviours_count_against_whatever_confirms_a_patch() {
        let of = |behaviours, confidence| {
            Known { strategy: Strategy::Search, confidence, behaviours }.measured().unwrap()
        };
        let words = [
            Confidence::HeldBack,
            Confidence::Examples,
            Confidence::Properties,
            Confidence::Plausible,
        ];

        for word in words {
            assert_eq!(of(Some(2), Some(word)), of(Some(5), None));
            assert_eq!(of(Some(1), Some(word)), ALIKE);
            assert!(f64::from(NOT_ALIKE.right) / f64::from(NOT_ALIKE.of) < 0.6);
        }
    }

    #[test]
    fn the_shares_are_parts_of_one_count() {
        let all = [HELD_BACK, EXAMPLES, PROPERTIES, PLAUSIBLE, MECHANICAL];
        let sum = |parts: &[Measured]| {
            parts.iter().fold((0, 0), |(right, of), part| (right + part.right, of + part.of))
        };

        assert_eq!(sum(&all), (149, 223));
        assert_eq!(sum(&[ALIKE, NOT_ALIKE]), (149, 223));
    }
}
