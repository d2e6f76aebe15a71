//! Whether one of two series of times is the shorter one.
//!
//! Times on a machine that others use have tails, so ranks and medians are compared and not means. The interval comes from resampling
//! with a fixed sequence: the same series give the same answer, and "no difference" is an answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Series that are drawn anew for the interval.
const DRAWS: usize = 2_000;
/// Cliff's delta below which a difference is taken for none.
const LEAST_EFFECT: f64 = 0.147;
/// Relative difference of medians below which nobody would notice.
const LEAST_CHANGE: f64 = 0.02;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The second series is shorter.
    Faster,
    /// The second series is longer.
    Slower,
    /// Neither can be told.
    NoDifference,
}

/// Two series compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The median of the first.
    pub median_a: f64,
    /// The median of the second.
    pub median_b: f64,
    /// The second median over the first.
    pub ratio: f64,
    /// Ninety-five percent of what the ratio may be.
    pub interval: (f64, f64),
    /// Cliff's delta: how much more often the second is longer than shorter, -1 to 1.
    pub effect: f64,
    /// The answer.
    pub answer: Answer,
}

/// Compares two series; nothing where one of them is empty.
pub fn compare(a: &[f64], b: &[f64]) -> Option<Compared> {
    let (median_a, median_b) = (median(a)?, median(b)?);
    let effect = delta(a, b);
    let interval = interval(a, b)?;
    let ratio = median_b / median_a.max(f64::MIN_POSITIVE);
    let is_clear = effect.abs() >= LEAST_EFFECT && (ratio - 1.0).abs() >= LEAST_CHANGE;
    let answer = match interval {
        (_, high) if is_clear && high < 1.0 => Answer::Faster,
        (low, _) if is_clear && low > 1.0 => Answer::Slower,
        _ => Answer::NoDifference,
    };
    Some(Compared { median_a, median_b, ratio, interval, effect, answer })
}

/// The median of a series.
fn median(series: &[f64]) -> Option<f64> {
    let mut sorted = series.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, upper))
}

fn delta(a: &[f64], b: &[f64]) -> f64 {
    let pairs = a.iter().flat_map(|left| b.iter().map(move |right| right.total_cmp(left)));
    let (sum, count) =
        pairs.fold((0_i64, 0_i64), |(sum, count), order| (sum + order as i64, count + 1));
    let exact = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    if count == 0 { 0.0 } else { exact(sum) / exact(count) }
}

fn interval(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut ratios = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let (first, second) = (median(&chance.draw(a))?, median(&chance.draw(b))?);
        ratios.push(second / first.max(f64::MIN_POSITIVE));
    }
    ratios.sort_by(f64::total_cmp);
    let at = |share: usize| ratios.get(DRAWS * share / 1_000).copied();
    Some((at(25)?, at(975)?))
}

/// A fixed sequence of numbers (xorshift), so that the same series give the same interval.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn draw(&mut self, series: &[f64]) -> Vec<f64> {
        let length = series.len() as u64;
        let mut pick = || usize::try_from(self.next() % length.max(1)).unwrap_or(0);
        series.iter().filter_map(|_| series.get(pick()).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(base: f64, step: f64) -> Vec<f64> {
        (0..20_u32).map(|number| base + step * f64::from(number * 7 % 20)).collect()
    }

    #[test]
    fn a_shorter_series_is_faster_and_the_same_one_is_no_difference() {
        let faster = compare(&series(100.0, 0.5), &series(60.0, 0.5)).unwrap();
        let same = compare(&series(100.0, 2.0), &series(100.1, 2.0)).unwrap();

        assert_eq!((faster.answer, faster.effect), (Answer::Faster, -1.0));
        assert!(faster.interval.1 < 0.7, "{faster:?}");
        assert_eq!(same.answer, Answer::NoDifference);
        assert!(same.interval.0 < 1.0 && 1.0 < same.interval.1, "{same:?}");
    }

    #[test]
    fn a_clear_difference_that_nobody_would_notice_is_none() {
        let compared = compare(&series(100.0, 0.001), &series(101.0, 0.001)).unwrap();

        assert_eq!((compared.answer, compared.effect), (Answer::NoDifference, 1.0));
        assert_eq!(compare(&[], &[1.0]), None);
    }
}
