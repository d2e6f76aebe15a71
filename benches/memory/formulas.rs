//! Simpler formulas that predictions are held against.
//!
//! Arc's is its co-change part as it is described: commits shared (two at least), how often, how lately, how steadily; its times are
//! ages in commits here, thirty of them to the month.

use std::collections::HashMap;

use work::memory::lists::{Ranked, ranked};
use work::memory::replay::{History, Predicted};

/// Commits that stand for a day.
const A_DAY: u32 = 1;

/// Files by how many commits they share with the one asked about.
pub(crate) fn counted(history: &History, predicted: &Predicted<'_>) -> Ranked {
    let mut sums: HashMap<u32, f64> = HashMap::new();
    for past in predicted.before.iter().map(|place| &history.commits[*place]) {
        for (file, _) in past.changes.iter().filter(|(file, _)| *file != predicted.asked) {
            *sums.entry(*file).or_default() += 1.0;
        }
    }
    sums.retain(|file, _| predicted.candidates.binary_search(file).is_ok());
    ranked(sums)
}

/// Arc's formula.
pub(crate) fn arc(history: &History, predicted: &Predicted<'_>) -> Ranked {
    let now = history.commits[predicted.commit].number;
    let mut shared: HashMap<u32, Vec<u32>> = HashMap::new();
    for past in predicted.before.iter().map(|place| &history.commits[*place]) {
        for (file, _) in past.changes.iter().filter(|(file, _)| *file != predicted.asked) {
            shared.entry(*file).or_default().push(past.number);
        }
    }
    let score = |numbers: Vec<u32>| {
        if numbers.len() < 2 {
            return 0.0;
        }
        let frequency = (0.1 * ((numbers.len() + 1) as f64).log2()).min(0.5);
        let days = (now - numbers.iter().max().copied().unwrap_or(0)) / A_DAY;
        let recency = match days {
            0..7 => 0.3,
            7..30 => 0.2,
            30..90 => 0.1,
            _ => 0.05,
        };
        let consistency = 0.2 * numbers.len() as f64 / predicted.before.len() as f64;
        let sum = frequency + recency + consistency;
        if sum < 0.2 { 0.0 } else { sum }
    };
    let mut sums: HashMap<u32, f64> =
        shared.into_iter().map(|(file, numbers)| (file, score(numbers))).collect();
    sums.retain(|file, _| predicted.candidates.binary_search(file).is_ok());
    ranked(sums)
}
