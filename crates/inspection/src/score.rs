//! The score of an improvement, 0 to 1, from what was executed.
//!
//! A gate comes first: what breaks a contract scores 0, whatever a linter says of it. Then the behaviour that tests and replays
//! observed, and what became better. The same file scores 0.65, so nothing but a change for the better reaches the usual threshold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The score of a file that stayed as it was.
pub const UNCHANGED: f64 = 0.65;
/// The score that an iteration has to reach where nothing else is said.
pub const THRESHOLD: f64 = 0.7;
/// Share of mutants that a replay has to notice to count in full.
const ENOUGH_KILLED: f64 = 0.8;
/// Parts of the score: behaviour and quality.
const BEHAVIOUR: f64 = 0.3;

/// A figure of the file before and after; less is better unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
}

impl Pair {
    /// How much better it became: 0.5 for no change, 1 where all is gone.
    pub fn gain(self) -> f64 {
        let Self { before, after } = self;
        (0.5 + 0.5 * (before - after) / before.max(after).max(1.0)).clamp(0.0, 1.0)
    }

    /// The same for a share of which more is better.
    pub fn gain_of_share(self) -> f64 {
        (0.5 + 0.5 * (self.after - self.before)).clamp(0.0, 1.0)
    }
}

/// The measured parts of a score; what could not be measured is absent and weighs nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// Why the gate is shut; none where it is open.
    pub refusals: Vec<String>,
    /// Share of the changed executable lines that passing tests or replays ran; 1 where nothing executable changed.
    pub executed: f64,
    /// Share of mutants of the old file that the replay notices; null where none was tried.
    pub killed_by_replay: Option<f64>,
    /// Whether anything that runs was changed.
    pub changes_behaviour: bool,
    /// Weighted lint messages.
    pub lint: Option<Pair>,
    /// Ways through functions above the usual number.
    pub complexity: Option<Pair>,
    /// Share of the file's lines that tests run.
    pub coverage: Option<Pair>,
    /// Copied stretches.
    pub duplication: Option<Pair>,
    /// Share of mutants that the tests notice.
    pub mutation: Option<Pair>,
    /// What a change of structure is for: circles of imports, or lines of the largest file.
    #[serde(default)]
    pub structure: Option<Pair>,
}

/// The behaviour that was observed, 0 to 1.
pub fn behaviour(parts: &Parts) -> f64 {
    if !parts.changes_behaviour {
        return 1.0;
    }
    let strength = parts.killed_by_replay.map_or(1.0, |share| (share / ENOUGH_KILLED).min(1.0));
    (parts.executed * strength).clamp(0.0, 1.0)
}

/// How much better the file became, 0 to 1; 0.5 where nothing changed.
pub fn quality(parts: &Parts) -> f64 {
    let gains = [
        (0.35, parts.lint.map(Pair::gain)),
        (0.30, parts.complexity.map(Pair::gain)),
        (0.15, parts.coverage.map(Pair::gain_of_share)),
        (0.10, parts.duplication.map(Pair::gain)),
        (0.10, parts.mutation.map(Pair::gain_of_share)),
        (0.30, parts.structure.map(Pair::gain)),
    ];
    let known = gains.iter().filter_map(|(weight, gain)| Some((weight, (*gain)?)));
    let (sum, weights) = known
        .fold((0.0, 0.0), |(sum, weights), (weight, gain)| (sum + weight * gain, weights + weight));
    if weights > 0.0 { sum / weights } else { 0.5 }
}

/// The score, to three digits.
pub fn score(parts: &Parts) -> f64 {
    if !parts.refusals.is_empty() {
        return 0.0;
    }
    let whole = BEHAVIOUR * behaviour(parts) + (1.0 - BEHAVIOUR) * quality(parts);
    (whole * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn pair(before: f64, after: f64) -> Pair {
        Pair { before, after }
    }

    fn unchanged() -> Parts {
        Parts {
            lint: Some(pair(7.0, 7.0)),
            complexity: Some(pair(9.0, 9.0)),
            coverage: Some(pair(0.8, 0.8)),
            executed: 1.0,
            ..Parts::default()
        }
    }

    #[test]
    fn the_same_file_stays_below_the_threshold_and_a_shut_gate_scores_nothing() {
        let shut = Parts {
            refusals: vec!["a parameter is gone".to_owned()],
            lint: Some(pair(50.0, 0.0)),
            ..unchanged()
        };

        assert_eq!(Some(score(&unchanged())), Some(UNCHANGED));
        const { assert!(UNCHANGED < THRESHOLD) };
        assert_eq!(Some(score(&shut)), Some(0.0));
    }

    #[test]
    fn what_nobody_ran_reaches_the_threshold_only_where_everything_found_is_gone() {
        let untried = Parts { changes_behaviour: true, executed: 0.0, ..unchanged() };
        let better = Parts {
            lint: Some(pair(7.0, 1.0)),
            complexity: Some(pair(9.0, 2.0)),
            coverage: None,
            ..untried.clone()
        };
        let perfect = Parts {
            lint: Some(pair(7.0, 0.0)),
            complexity: Some(pair(9.0, 0.0)),
            coverage: None,
            ..untried
        };

        assert!(score(&better) < THRESHOLD, "{}", score(&better));
        assert_eq!(Some(score(&perfect)), Some(0.7));
    }

    #[test]
    fn each_part_is_monotone() {
        let step = |number: u32| f64::from(number) / 10.0;
        for number in 0..10 {
            let (less, more) = (step(number), step(number + 1));
            let pairs = [
                (
                    Parts { lint: Some(pair(10.0, 10.0 * more)), ..unchanged() },
                    Parts { lint: Some(pair(10.0, 10.0 * less)), ..unchanged() },
                ),
                (
                    Parts { coverage: Some(pair(0.5, less)), ..unchanged() },
                    Parts { coverage: Some(pair(0.5, more)), ..unchanged() },
                ),
                (
                    Parts { changes_behaviour: true, executed: less, ..unchanged() },
                    Parts { changes_behaviour: true, executed: more, ..unchanged() },
                ),
            ];
            for (worse, better) in pairs {
                assert!(score(&worse) <= score(&better), "{worse:?} {better:?}");
            }
        }
    }
}
