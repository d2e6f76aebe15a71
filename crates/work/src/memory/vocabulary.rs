//! Names that few files define bring together the files that use them.
//!
//! It needs no resolved import and takes every language. Names that many files define (`main`, `setup`) say nothing and are left out.

use std::collections::HashMap;

use crate::memory::lists::{Ranked, ranked};

/// Most files that may define a name that says something.
const RARE: usize = 2;
/// A word that more than one in so many files has is common.
const COMMON_PART: usize = 4;
/// Files that may have a word before it can be common.
const COMMON_LEAST: usize = 8;

/// The words of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Hashes of the names that it defines, sorted.
    pub defined: Vec<u32>,
    /// Hashes of all its words, sorted.
    pub mentioned: Vec<u32>,
}

/// The names of a source that tell it from others: those that Python itself calls, such as `__init__`, stand everywhere.
pub fn telling<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    names.filter(|name| !(name.starts_with("__") && name.ends_with("__")))
}

/// The words of all sources of one moment.
#[derive(Debug, Default)]
pub struct Vocabulary<'a> {
    sources: HashMap<u32, &'a Spoken>,
    defining: HashMap<u32, Vec<u32>>,
    /// The files that mention each name, sorted; only where many questions are worth it.
    mentioning: Option<HashMap<u32, Vec<u32>>>,
}

impl<'a> Vocabulary<'a> {
    /// One that is asked many times.
    pub fn indexed() -> Self {
        Self { mentioning: Some(HashMap::new()), ..Self::default() }
    }

    /// Puts a source in the place of what the file held before, or takes the file out.
    pub fn put(&mut self, file: u32, spoken: Option<&'a Spoken>) {
        if let Some(before) = self.sources.remove(&file) {
            for name in &before.defined {
                self.defining.entry(*name).or_default().retain(|defining| *defining != file);
            }
            self.forget_mentions(file, before);
        }
        let Some(spoken) = spoken else { return };
        for name in &spoken.defined {
            self.defining.entry(*name).or_default().push(file);
        }
        self.note_mentions(file, spoken);
        self.sources.insert(file, spoken);
    }

    fn note_mentions(&mut self, file: u32, spoken: &Spoken) {
        let Some(index) = &mut self.mentioning else { return };
        for name in &spoken.mentioned {
            let files = index.entry(*name).or_default();
            if let Err(place) = files.binary_search(&file) {
                files.insert(place, file);
            }
        }
    }

    fn forget_mentions(&mut self, file: u32, spoken: &Spoken) {
        let Some(index) = &mut self.mentioning else { return };
        for name in &spoken.mentioned {
            let files = index.entry(*name).or_default();
            if let Ok(place) = files.binary_search(&file) {
                files.remove(place);
            }
        }
    }

    /// Ranks the files that share rare names with one.
    pub fn near(&self, file: u32) -> Ranked {
        let Some(own) = self.sources.get(&file) else { return Vec::new() };
        let mut sums: HashMap<u32, f64> = HashMap::new();
        for name in own.defined.iter().filter(|name| self.is_rare(**name)) {
            let mentioning = self.mentioning(*name, file);
            let said = said(mentioning.len());
            for other in mentioning {
                *sums.entry(other).or_default() += said;
            }
        }
        for name in own.mentioned.iter().filter(|name| self.is_rare(**name)) {
            let said = said(self.mentioning(*name, file).len() + 1);
            for other in
                self.defining.get(name).into_iter().flatten().filter(|other| **other != file)
            {
                *sums.entry(*other).or_default() += said;
            }
        }
        ranked(sums)
    }

    /// The hashes of the names that one file defines and another mentions, without those that say nothing.
    pub fn shared(&self, defining: u32, mentioning: u32) -> Vec<u32> {
        let (Some(left), Some(right)) =
            (self.sources.get(&defining), self.sources.get(&mentioning))
        else {
            return Vec::new();
        };
        let is_shared =
            |name: &u32| self.is_rare(*name) && right.mentioned.binary_search(name).is_ok();
        let shared = left.defined.iter().copied().filter(is_shared);
        shared.filter(|name| !self.is_common(*name, defining)).collect()
    }

    /// Whether so many files have a word that it is more likely one of the language than this name.
    fn is_common(&self, name: u32, defining: u32) -> bool {
        let most = (self.sources.len() / COMMON_PART).max(COMMON_LEAST);
        self.mentioning(name, defining).len() > most
    }

    /// The other files that mention a name.
    fn mentioning(&self, name: u32, file: u32) -> Vec<u32> {
        if let Some(index) = &self.mentioning {
            let files = index.get(&name).into_iter().flatten();
            return files.copied().filter(|other| *other != file).collect();
        }
        let mentions = |spoken: &Spoken| spoken.mentioned.binary_search(&name).is_ok();
        let others =
            self.sources.iter().filter(|(other, spoken)| **other != file && mentions(spoken));
        others.map(|(other, _)| *other).collect()
    }

    fn is_rare(&self, name: u32) -> bool {
        self.defining.get(&name).is_some_and(|files| files.len() <= RARE)
    }
}

/// What one name says: the less, the more files mention it.
fn said(mentioning: usize) -> f64 {
    1.0 / f64::from(u32::try_from(mentioning + 1).unwrap_or(u32::MAX)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(defined: &[u32], mentioned: &[u32]) -> Spoken {
        Spoken { defined: defined.to_vec(), mentioned: mentioned.to_vec() }
    }

    #[test]
    fn an_index_answers_as_looking_through_all_does() {
        let texts: Vec<Spoken> = (0..40_u32)
            .map(|seed| {
                let words = |count: u32, step: u32| -> Vec<u32> {
                    let mut words: Vec<u32> =
                        (0..count).map(|place| (seed * step + place * place) % 23).collect();
                    words.sort_unstable();
                    words.dedup();
                    words
                };
                spoken(&words(3, 7), &words(9, 5))
            })
            .collect();
        let (mut indexed, mut plain) = (Vocabulary::indexed(), Vocabulary::default());
        for (turn, text) in (0_u32..).zip(&texts) {
            let (file, text) = (turn * 5 % 11, (turn % 7 != 6).then_some(text));
            indexed.put(file, text);
            plain.put(file, text);
            for asked in 0..11 {
                assert_eq!(indexed.near(asked), plain.near(asked), "{turn}, {asked}");
                assert_eq!(indexed.shared(asked, file), plain.shared(asked, file));
            }
        }
        assert!((0..11).any(|file| !plain.near(file).is_empty()));
    }

    #[test]
    fn names_that_few_define_bring_files_together() {
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

        let near = |file: u32| -> Vec<u32> {
            vocabulary.near(file).iter().map(|(file, _)| *file).collect()
        };
        assert_eq!([near(0), near(3), near(2)], [vec![1, 3], vec![0], vec![]]);
        assert_eq!((vocabulary.shared(0, 1), vocabulary.shared(1, 0)), (vec![1], vec![]));
        vocabulary.put(3, None);
        assert_eq!(vocabulary.near(0), [(1, 1.0)]);
    }
}
