//! From scores to chances, by what came true in the history of the same repository.
//!
//! A score only orders. What share of the files with such a score did change with the one asked about is counted on past commits, each
//! predicted from what lay before it, and made monotone (isotonic regression by pooling neighbours). With too few commits there is no
//! chance to tell, and none is made up.

use serde::{Deserialize, Serialize};

/// Fewest commits that a chance rests on.
pub const FEWEST_COMMITS: u32 = 50;
/// The way of counting: the first left out commits of one file, and promised too much.
const WAY: u32 = 1;
/// Steps of a curve: neighbours with fewer samples than a share of all are pooled.
const STEPS: usize = 24;

/// Scores with the chance that goes with them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// How many commits it rests on.
    pub commits: u32,
    /// The way of counting that it was fitted by.
    #[serde(default)]
    way: u32,
    /// The lowest score of each step and its chance, both rising.
    steps: Vec<(f64, f64)>,
}

/// A file that was predicted, and whether it changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Its score.
    pub score: f64,
    /// Whether it changed.
    pub came_true: bool,
}

/// Neighbours that share one chance.
struct Pool {
    from: f64,
    hits: f64,
    count: f64,
}

impl Curve {
    /// Fits a curve to samples of so many commits.
    pub fn fit(commits: u32, mut samples: Vec<Sample>) -> Self {
        samples.sort_by(|left, right| left.score.total_cmp(&right.score));
        let count = |samples: usize| f64::from(u32::try_from(samples).unwrap_or(u32::MAX));
        let fewest = count(samples.len().div_ceil(STEPS));
        let mut pools: Vec<Pool> = Vec::new();
        let mut last = f64::NEG_INFINITY;
        for sample in samples {
            let hit = f64::from(u8::from(sample.came_true));
            match pools.last_mut() {
                // Equal scores have one chance.
                Some(pool) if pool.count < fewest || sample.score <= last => {
                    pool.hits += hit;
                    pool.count += 1.0;
                }
                _ => {
                    pool_where_falling(&mut pools);
                    pools.push(Pool { from: sample.score, hits: hit, count: 1.0 });
                }
            }
            last = sample.score;
        }
        pool_where_falling(&mut pools);
        let steps = pools.iter().map(|pool| (pool.from, pool.hits / pool.count)).collect();
        Self { commits, way: WAY, steps }
    }

    /// Whether it was counted as chances are counted now.
    pub const fn is_counted_so(&self) -> bool {
        self.way == WAY
    }

    /// Whether enough is known to tell chances.
    pub const fn is_told(&self) -> bool {
        self.commits >= FEWEST_COMMITS
    }

    /// The chance of a score; none where too little is known.
    pub fn chance(&self, score: f64) -> Option<f64> {
        if !self.is_told() {
            return None;
        }
        let step = self.steps.iter().rev().find(|(from, _)| *from <= score);
        step.or(self.steps.first()).map(|(_, chance)| *chance)
    }
}

/// Joins the last two pools as long as the chance falls from one to the next.
fn pool_where_falling(pools: &mut Vec<Pool>) {
    while let [.., before, last] = pools.as_mut_slice() {
        if before.hits / before.count <= last.hits / last.count {
            return;
        }
        before.hits += last.hits;
        before.count += last.count;
        pools.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(score: f64, came_true: bool) -> Sample {
        Sample { score, came_true }
    }

    #[test]
    fn chances_rise_with_scores_and_are_the_shares_that_came_true() {
        let low = (0..100).map(|n| sample(0.1, n % 10 == 0));
        let high = (0..100).map(|n| sample(0.9, n % 2 == 0));

        let curve = Curve::fit(300, low.chain(high).collect());

        let (low, high) = (curve.chance(0.1).unwrap(), curve.chance(0.95).unwrap());
        assert!((0.05..0.15).contains(&low) && (0.4..0.6).contains(&high), "{low} {high}");
        let all: Vec<f64> = (0..100).map(|n| curve.chance(f64::from(n) / 100.0).unwrap()).collect();
        assert!(all.is_sorted());
    }

    #[test]
    fn with_too_little_history_there_is_no_chance() {
        let curve = Curve::fit(FEWEST_COMMITS - 1, vec![sample(0.5, true)]);

        assert_eq!(curve.chance(0.5), None);
    }
}
