//! Puts lists together by ranks: what stands high in several lists stands high.
//!
//! Reciprocal-rank fusion needs no common measure of what the lists go by, and nothing to train. Its weights were tuned once, on commits
//! before those that the published figures are measured on, and are flat around their optimum.

use std::collections::HashMap;

use crate::memory::lists::{Ranked, ranked};

/// How little the first ranks differ.
const FLATNESS: f64 = 2.0;
/// The weights of the four lists.
const WEIGHTS: [f64; 4] = [1.0, 0.5, 0.5, 0.2];

/// The lists for one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    /// What changed together with it.
    pub together: Ranked,
    /// What shares rare names with it.
    pub names: Ranked,
    /// What is called alike.
    pub alike: Ranked,
    /// What changed lately.
    pub lately: Ranked,
}

/// Fuses the lists.
pub fn fuse(lists: &Lists) -> Ranked {
    let mut sums: HashMap<u32, f64> = HashMap::new();
    let all = [&lists.together, &lists.names, &lists.alike, &lists.lately];
    for (list, weight) in all.into_iter().zip(WEIGHTS) {
        for (file, rank) in ranks(list) {
            *sums.entry(file).or_default() += weight / (FLATNESS + rank);
        }
    }
    ranked(sums)
}

/// The rank of each file; files that a list holds for equal share the mean of their ranks, since their order says nothing.
fn ranks(list: &[(u32, f64)]) -> impl Iterator<Item = (u32, f64)> {
    let mut before = 0_u32;
    list.chunk_by(|left, right| left.1.total_cmp(&right.1).is_eq()).flat_map(move |equal| {
        let count = u32::try_from(equal.len()).unwrap_or(u32::MAX);
        let rank = f64::from(before) + f64::from(count + 1) / 2.0;
        before += count;
        equal.iter().map(move |(file, _)| (*file, rank))
    })
}

/// The sum of what is said of several files: each of them counts alike.
pub fn merged(lists: &[Ranked]) -> Ranked {
    let mut sums: HashMap<u32, f64> = HashMap::new();
    for (file, score) in lists.iter().flatten() {
        *sums.entry(*file).or_default() += score;
    }
    ranked(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_high_in_several_lists_comes_first() {
        let lists = Lists {
            together: vec![(1, 9.0), (2, 8.0)],
            names: vec![(2, 3.0), (3, 1.0)],
            alike: vec![(2, 1.0)],
            lately: vec![(4, 5.0), (1, 1.0)],
        };

        let order: Vec<u32> = fuse(&lists).iter().map(|(file, _)| *file).collect();

        assert_eq!(order, [2, 1, 3, 4]);
    }

    #[test]
    fn files_that_a_list_holds_for_equal_share_a_rank() {
        let ranks: Vec<(u32, f64)> = ranks(&[(7, 3.0), (1, 1.0), (2, 1.0), (9, 0.5)]).collect();

        assert_eq!(ranks, [(7, 1.0), (1, 2.5), (2, 2.5), (9, 4.0)]);
    }
}
