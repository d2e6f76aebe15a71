//! The four lists that a prediction is fused of, and what each of them goes by.
//!
//! Which files changed together before, weighed by how long ago and in how large a commit; which share rare names; whose names are
//! alike; which changed lately at all. Weights are fixed: learning them for each repository did not help (docs/design/memory.md).

use inspection::language::{is_test, stem};

/// Largest commit that says what belongs together; larger ones are moves, formatting and imports.
pub const MOST_TOGETHER: u32 = 30;
/// Commits after which a change counts for a third.
const FADING: f64 = 400.0;
/// The same for what changed lately.
const CHURN_FADING: f64 = 100.0;
/// Commits back after which a change no longer counts as lately.
pub const CHURN_REACH: u32 = 600;

/// Files with what speaks for each, best first.
pub type Ranked = Vec<(u32, f64)>;

/// Sorts what was summed up; equal ones by their number, so that the order is the same each time.
pub fn ranked(sums: impl IntoIterator<Item = (u32, f64)>) -> Ranked {
    let mut ranked: Ranked = sums.into_iter().filter(|(_, sum)| *sum > 0.0).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    ranked
}

/// What one commit says for each pair of its files.
pub fn together(age: u32, size: u32) -> f64 {
    (-f64::from(age) / FADING).exp() / (1.0 + f64::from(size)).log2()
}

/// What one commit says for its files alone.
pub fn lately(age: u32) -> f64 {
    (-f64::from(age) / CHURN_FADING).exp()
}

/// A path in the parts that names are compared by.
#[derive(Clone, Debug)]
pub struct Name<'a> {
    folders: Vec<&'a [u8]>,
    stem: &'a str,
    words: Vec<&'a str>,
    is_test: bool,
}

impl<'a> Name<'a> {
    /// Takes a path apart.
    pub fn of(path: &'a [u8]) -> Self {
        let stem = stem(path);
        let words =
            stem.split(|symbol: char| !symbol.is_alphanumeric()).filter(|word| word.len() > 2);
        let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        let folders = path.get(..end).unwrap_or_default().split(|byte| *byte == b'/');
        Self { folders: folders.collect(), stem, words: words.collect(), is_test: is_test(path) }
    }

    /// Whether the name is that of a test.
    pub const fn is_test(&self) -> bool {
        self.is_test
    }

    /// Whether two names are the same but for folder, ending and what marks a test.
    pub fn is_called_like(&self, other: &Self) -> bool {
        self.stem == other.stem && !self.stem.starts_with("__")
    }

    /// How much two names say that their files belong together, 0 to 2.
    pub fn affinity(&self, other: &Self) -> f64 {
        let is_same = self.is_called_like(other);
        let stems = if is_same { 1.0 } else { 0.5 * self.shared_words(other) };
        let pair = if is_same && self.is_test != other.is_test { 0.5 } else { 0.0 };
        stems + pair + 0.3 * self.shared_folders(other)
    }

    fn shared_words(&self, other: &Self) -> f64 {
        let shared = self.words.iter().filter(|word| other.words.contains(word)).count();
        let all = self.words.len() + other.words.len() - shared;
        if all == 0 { 0.0 } else { share(shared, all) }
    }

    fn shared_folders(&self, other: &Self) -> f64 {
        let depth = self.folders.len().max(other.folders.len());
        let pairs = self.folders.iter().zip(&other.folders);
        share(pairs.take_while(|(left, right)| left == right).count(), depth)
    }
}

fn share(part: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { number(part) / number(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_of_a_file_is_nearer_than_its_neighbour_and_that_nearer_than_a_stranger() {
        let affinity = |left: &str, right: &str| {
            Name::of(left.as_bytes()).affinity(&Name::of(right.as_bytes()))
        };

        let test = affinity("src/shop/cart.py", "tests/test_cart.py");
        let neighbour = affinity("src/shop/cart.py", "src/shop/price.py");
        let stranger = affinity("src/shop/cart.py", "docs/conf.py");

        assert!(test > neighbour && neighbour > stranger, "{test} {neighbour} {stranger}");
    }

    #[test]
    fn the_newer_and_the_smaller_commit_says_more() {
        assert!(together(1, 2) > together(100, 2) && together(1, 2) > together(1, 20));
        assert_eq!(
            ranked([(3, 1.0), (1, 2.0), (2, 1.0), (4, 0.0)]),
            [(1, 2.0), (2, 1.0), (3, 1.0)]
        );
    }
}
