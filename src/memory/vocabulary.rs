//! Names that few files define: where one file defines such a name and another mentions it, both belong together.
//!
//! It needs no resolved import and takes every language. Names that many files define (`main`, `setup`) say nothing and are left out.

use std::collections::HashMap;

use crate::memory::lists::{Ranked, ranked};

/// Most files that may define a name that says something.
const RARE: usize = 2;
/// What a name that a file mentions speaks for the file that defines it, beside the other way round.
const MENTIONS: f64 = 1.0;

/// The words of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Hashes of the names that it defines, sorted.
    pub defined: Vec<u32>,
    /// Hashes of all its words, sorted.
    pub mentioned: Vec<u32>,
}

/// The words of all sources of one moment.
#[derive(Debug, Default)]
pub struct Vocabulary<'a> {
    sources: HashMap<u32, &'a Spoken>,
    defining: HashMap<u32, Vec<u32>>,
}

impl<'a> Vocabulary<'a> {
    /// Puts a source in the place of what the file held before, or takes the file out.
    pub fn put(&mut self, file: u32, spoken: Option<&'a Spoken>) {
        if let Some(before) = self.sources.remove(&file) {
            for name in &before.defined {
                if let Some(files) = self.defining.get_mut(name) {
                    files.retain(|defining| *defining != file);
                }
            }
        }
        let Some(spoken) = spoken else { return };
        for name in &spoken.defined {
            self.defining.entry(*name).or_default().push(file);
        }
        self.sources.insert(file, spoken);
    }

    /// Ranks the files that share rare names with one.
    pub fn near(&self, file: u32) -> Ranked {
        let Some(own) = self.sources.get(&file) else { return Vec::new() };
        let mut sums: HashMap<u32, f64> = HashMap::new();
        let rare: Vec<u32> = own.defined.iter().copied().filter(|name| self.is_rare(*name)).collect();
        for (other, spoken) in self.sources.iter().filter(|(other, _)| **other != file) {
            let shared = rare.iter().filter(|name| spoken.mentioned.binary_search(name).is_ok()).count();
            if shared > 0 {
                *sums.entry(*other).or_default() += f64::from(u32::try_from(shared).unwrap_or(u32::MAX));
            }
        }
        for name in &own.mentioned {
            let Some(files) = self.defining.get(name).filter(|files| files.len() <= RARE) else { continue };
            for other in files.iter().filter(|other| **other != file) {
                *sums.entry(*other).or_default() += MENTIONS;
            }
        }
        ranked(sums)
    }

    /// The hashes of the rare names that one file defines and another mentions.
    pub fn shared(&self, defining: u32, mentioning: u32) -> Vec<u32> {
        let (Some(left), Some(right)) = (self.sources.get(&defining), self.sources.get(&mentioning)) else {
            return Vec::new();
        };
        let is_shared = |name: &u32| self.is_rare(*name) && right.mentioned.binary_search(name).is_ok();
        left.defined.iter().copied().filter(is_shared).collect()
    }

    fn is_rare(&self, name: u32) -> bool {
        self.defining.get(&name).is_some_and(|files| files.len() <= RARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_few_define_bring_files_together() {
        let spoken = |defined: &[u32], mentioned: &[u32]| Spoken {
            defined: defined.to_vec(),
            mentioned: mentioned.to_vec(),
        };
        let sources = [
            spoken(&[1, 9], &[1, 9]),
            spoken(&[2, 9], &[1, 2, 9]),
            spoken(&[9], &[9]),
            spoken(&[], &[1]),
        ];
        let mut vocabulary = Vocabulary::default();
        for (file, source) in (0..).zip(&sources) {
            vocabulary.put(file, Some(source));
        }

        assert_eq!(vocabulary.near(0), [(1, 1.0), (3, 1.0)]);
        assert_eq!(vocabulary.near(3), [(0, 1.0)]);
        assert_eq!((vocabulary.shared(0, 1), vocabulary.shared(1, 0)), (vec![1], vec![]));
        vocabulary.put(3, None);
        assert_eq!(vocabulary.near(0), [(1, 1.0)]);
    }
}
