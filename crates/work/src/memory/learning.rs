//! What decisions teach about kinds of findings, and whether that helps.
//!
//! A rule weighs more where proposals that mend it are accepted, and less where they are rejected or its findings dismissed. Weights
//! only order what is told: they hide nothing. Whether they help is counted on the decisions themselves, each held against the
//! weights of the time before it, with an interval; where that holds nothing apart, the answer is that there is no difference.

use std::collections::BTreeMap;

use foundation::store::beside::DecidedRule;
use record::domain::id::ProposalId;

/// A proposal that was decided, with what it mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The entry of the decision.
    pub seq: u64,
    /// Whether the proposal was accepted.
    pub is_accepted: bool,
    /// The rules that it mended.
    pub rules: Vec<String>,
}

/// A finding that was dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dismissed {
    /// The entry of the dismissal.
    pub seq: u64,
    /// Its rule.
    pub rule: String,
}

/// What decisions say about a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Proposals that mended it and were accepted.
    pub accepted: u32,
    /// Those that were rejected, and findings of it that were dismissed.
    pub rejected: u32,
}

/// How many of some proposals were accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Accepted ones.
    pub accepted: u32,
    /// All of them.
    pub of: u32,
}

/// Whether weights told accepted proposals from rejected ones before they were decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Helped {
    /// Proposals whose rules weighed more than usual.
    pub raised: Share,
    /// Proposals whose rules weighed less.
    pub lowered: Share,
    /// The difference of both shares with its 95 % interval; none where one of them has no proposal.
    pub difference: Option<(f64, f64, f64)>,
}

/// Made-up decisions, half of them accepting, that every rule starts with.
const STARTING: f64 = 4.0;
/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_964;

impl Weight {
    /// The factor of the rule: 1 where nothing is known, from 0 to 2.
    pub fn factor(self) -> f64 {
        let (accepted, all) = (f64::from(self.accepted), f64::from(self.accepted + self.rejected));
        2.0 * (accepted + STARTING / 2.0) / (all + STARTING)
    }

    fn take(&mut self, is_accepted: bool) {
        if is_accepted {
            self.accepted += 1;
        } else {
            self.rejected += 1;
        }
    }
}

/// Gathers rows of decided proposals: those of one proposal are one lesson.
pub fn lessons(decided: Vec<DecidedRule>) -> Vec<Lesson> {
    let mut lessons: Vec<(ProposalId, Lesson)> = Vec::new();
    for DecidedRule { proposal, is_accepted, seq, rule } in decided {
        match lessons.last_mut() {
            Some((last, lesson)) if *last == proposal => lesson.rules.push(rule),
            _ => lessons.push((proposal, Lesson { seq, is_accepted, rules: vec![rule] })),
        }
    }
    lessons.into_iter().map(|(_, lesson)| lesson).collect()
}

/// What all decisions so far say about each rule.
pub fn weights(lessons: &[Lesson], dismissed: &[Dismissed]) -> BTreeMap<String, Weight> {
    before(lessons, dismissed, u64::MAX)
}

fn before(lessons: &[Lesson], dismissed: &[Dismissed], seq: u64) -> BTreeMap<String, Weight> {
    let mut weights: BTreeMap<String, Weight> = BTreeMap::new();
    for lesson in lessons.iter().filter(|lesson| lesson.seq < seq) {
        for rule in &lesson.rules {
            weights.entry(rule.clone()).or_default().take(lesson.is_accepted);
        }
    }
    for one in dismissed.iter().filter(|one| one.seq < seq) {
        weights.entry(one.rule.clone()).or_default().take(false);
    }
    weights
}

/// Counts whether the weights would have told what was decided later.
pub fn helped(lessons: &[Lesson], dismissed: &[Dismissed]) -> Helped {
    let (mut raised, mut lowered) = (Share::default(), Share::default());
    for lesson in lessons.iter().filter(|lesson| !lesson.rules.is_empty()) {
        let weights = before(lessons, dismissed, lesson.seq);
        let factor = |rule: &String| weights.get(rule).copied().unwrap_or_default().factor();
        let count = f64::from(u32::try_from(lesson.rules.len()).unwrap_or(u32::MAX));
        let mean = lesson.rules.iter().map(factor).sum::<f64>() / count;
        let share = match mean.total_cmp(&1.0) {
            std::cmp::Ordering::Greater => &mut raised,
            std::cmp::Ordering::Less => &mut lowered,
            // Nothing was known of its rules, or nothing that says either.
            std::cmp::Ordering::Equal => continue,
        };
        share.of += 1;
        share.accepted += u32::from(lesson.is_accepted);
    }
    Helped { raised, lowered, difference: difference(raised, lowered) }
}

/// The difference of two shares with Newcombe's interval, which holds for small counts too.
fn difference(one: Share, other: Share) -> Option<(f64, f64, f64)> {
    let (p, (p_low, p_high)) = (part(one)?, wilson(one)?);
    let (q, (q_low, q_high)) = (part(other)?, wilson(other)?);
    let low = (p - q) - ((p - p_low).powi(2) + (q_high - q).powi(2)).sqrt();
    let high = (p - q) + ((p_high - p).powi(2) + (q - q_low).powi(2)).sqrt();
    Some((p - q, low, high))
}

fn part(share: Share) -> Option<f64> {
    (share.of > 0).then(|| f64::from(share.accepted) / f64::from(share.of))
}

fn wilson(share: Share) -> Option<(f64, f64)> {
    let (p, n) = (part(share)?, f64::from(share.of));
    let centre = p + Z * Z / (2.0 * n);
    let width = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    Some(((centre - width) / whole, (centre + width) / whole))
}

impl Helped {
    /// The answer in one word.
    pub fn word(&self) -> &'static str {
        match self.difference {
            None => "too few decisions",
            Some((_, low, _)) if low > 0.0 => "helps",
            Some((_, _, high)) if high < 0.0 => "misleads",
            Some(_) => "no difference",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(seq: u64, is_accepted: bool, rule: &str) -> Lesson {
        Lesson { seq, is_accepted, rules: vec![rule.to_owned()] }
    }

    #[test]
    fn what_is_accepted_weighs_more_and_what_is_rejected_or_dismissed_less() {
        let lessons = [lesson(1, true, "F401"), lesson(2, false, "E501")];
        let dismissed = [Dismissed { seq: 3, rule: "E501".to_owned() }];

        let weights = weights(&lessons, &dismissed);

        assert_eq!(weights["E501"], Weight { accepted: 0, rejected: 2 });
        let factors =
            [weights["F401"].factor(), weights["E501"].factor(), Weight::default().factor()];
        assert!(factors[0] > 1.0 && factors[1] < 1.0 && (factors[2] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn weights_that_tell_help_and_those_that_do_not_make_no_difference() {
        let is_even = |seq: u64| seq.is_multiple_of(2);
        let tell = |seq: u64| lesson(seq, is_even(seq), if is_even(seq) { "good" } else { "bad" });
        let by_chance =
            |seq: u64| lesson(seq, seq * seq % 7 < 3, if is_even(seq) { "one" } else { "two" });

        let told: Vec<Lesson> = (1..=30).map(tell).collect();
        let chance: Vec<Lesson> = (1..=30).map(by_chance).collect();

        let helped_much = helped(&told, &[]);
        assert_eq!(helped_much.word(), "helps", "{helped_much:?}");
        assert_eq!((helped_much.raised.accepted, helped_much.lowered.accepted), (14, 0));
        assert_eq!(helped(&chance, &[]).word(), "no difference", "{:?}", helped(&chance, &[]));
        assert_eq!(helped(&told[..2], &[]).word(), "too few decisions");
    }

    #[test]
    fn the_interval_is_that_of_the_literature() {
        // Newcombe 1998, method 10, example a: 56/70 against 48/80.
        let found = difference(Share { accepted: 56, of: 70 }, Share { accepted: 48, of: 80 });

        let (difference, low, high) = found.unwrap();
        let told = format!("{difference:.4} {low:.4} {high:.4}");
        assert_eq!(told, "0.2000 0.0524 0.3339");
    }
}
