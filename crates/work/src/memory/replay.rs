//! Plays the history once more: predicts each commit from what lay before it.
//!
//! The chances of a repository are counted so, and the figures of the documentation are measured so. Nothing of a commit, or of what came
//! later, is known when it is predicted; what it makes anew cannot be predicted and is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;

use record::domain::changeset::GitId;

use crate::memory::calibration::{Curve, Sample};
use crate::memory::fusion::{Lists, fuse};
use crate::memory::lists::{CHURN_REACH, MOST_TOGETHER, Name, Ranked, lately, ranked, together};
use crate::memory::vocabulary::{self, Spoken, Vocabulary};
use crate::memory::words::{hash, scan};
use inspection::language::Language;

/// Fewest and most sources of a commit by which formulas are compared: a file alone has nothing to be found.
pub const COMPARED: RangeInclusive<usize> = 2..=15;
/// Fewest and most sources of a commit that chances are counted on: that a file changes alone is a chance too.
pub const COUNTED_ON: RangeInclusive<usize> = 1..=15;
/// Best of a prediction that the chances are counted of.
const COUNTED: usize = 20;
/// Commits that the chances of a repository are counted on.
pub const CALIBRATED_ON: usize = 300;

/// A commit of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its number; merges have numbers too.
    pub number: u32,
    /// How many files it changes.
    pub size: u32,
    /// The files, with what they hold afterwards.
    pub changes: Vec<(u32, Option<GitId>)>,
}

/// A history with the newest paths of its files.
#[derive(Debug, Default)]
pub struct History {
    /// Its commits, parents first; merges are left out.
    pub commits: Vec<Past>,
    /// The newest path of each file.
    pub paths: HashMap<u32, Vec<u8>>,
}

/// One prediction beside what came true.
pub struct Predicted<'a> {
    /// Where the commit stands in the history.
    pub commit: usize,
    /// The file that was asked about.
    pub asked: u32,
    /// What was said.
    pub lists: &'a Lists,
    /// The other sources that the commit changed.
    pub truth: &'a HashSet<u32>,
    /// The commits that changed the file before, as places in the history.
    pub before: &'a [usize],
    /// All sources that were there.
    pub candidates: &'a [u32],
}

/// What is known of the history up to one commit.
struct State<'a> {
    history: &'a History,
    names: HashMap<u32, Name<'a>>,
    spoken: &'a BTreeMap<GitId, Spoken>,
    of_file: HashMap<u32, Vec<usize>>,
    blobs: HashMap<u32, &'a GitId>,
    vocabulary: Vocabulary<'a>,
}

impl History {
    /// The places of the last commits that can be predicted, of those with so many sources.
    pub fn predictable(
        &self,
        sources: &RangeInclusive<usize>,
        count: usize,
        before: usize,
    ) -> BTreeSet<usize> {
        let is_predictable = |(place, past): &(usize, &Past)| {
            let changed = past.changes.iter().filter(|(file, _)| self.is_source(*file)).count();
            *place < before && sources.contains(&changed)
        };
        let places = self.commits.iter().enumerate().rev().filter(is_predictable);
        places.map(|(place, _)| place).take(count).collect()
    }

    /// The contents that predictions from a place on look into.
    pub fn contents(&self, from: usize) -> Vec<GitId> {
        let mut held: HashMap<u32, &GitId> = HashMap::new();
        let mut all: HashSet<&GitId> = HashSet::new();
        for (place, past) in self.commits.iter().enumerate() {
            if place == from {
                all.extend(held.values());
            }
            for (file, blob) in past.changes.iter().filter(|(file, _)| self.is_source(*file)) {
                match blob {
                    Some(blob) if place >= from => drop(all.insert(blob)),
                    Some(blob) => drop(held.insert(*file, blob)),
                    None => drop(held.remove(file)),
                }
            }
        }
        all.into_iter().cloned().collect()
    }

    /// Predicts some commits and shows each prediction.
    pub fn replay(
        &self,
        places: &BTreeSet<usize>,
        spoken: &BTreeMap<GitId, Spoken>,
        see: &mut dyn FnMut(&Predicted<'_>),
    ) {
        let from = places.iter().min().copied().unwrap_or(self.commits.len());
        let mut state = State::new(self, spoken);
        for (place, past) in self.commits.iter().enumerate() {
            if place == from {
                state.learn_words();
            }
            if places.contains(&place) {
                state.predict(place, past, see);
            }
            state.take(place, past, place >= from);
        }
    }

    /// Counts the chances of a repository.
    pub fn curve(&self, spoken: &BTreeMap<GitId, Spoken>, places: &BTreeSet<usize>) -> Curve {
        let mut samples = Vec::new();
        let mut commits = HashSet::new();
        self.replay(places, spoken, &mut |predicted| {
            commits.insert(predicted.commit);
            let best = fuse(predicted.lists).into_iter().take(COUNTED);
            samples.extend(
                best.map(|(file, score)| Sample {
                    score,
                    came_true: predicted.truth.contains(&file),
                }),
            );
        });
        Curve::fit(u32::try_from(commits.len()).unwrap_or(u32::MAX), samples)
    }

    fn is_source(&self, file: u32) -> bool {
        self.paths.get(&file).is_some_and(|path| Language::of(path).is_some())
    }
}

/// The words of a content, as predictions compare them.
pub fn spoken(content: &[u8]) -> Spoken {
    let words = scan(content);
    let mut defined: Vec<u32> = vocabulary::telling(words.defined.iter().map(String::as_str))
        .map(|name| hash(name.as_bytes()))
        .collect();
    defined.sort_unstable();
    Spoken { defined, mentioned: words.mentioned }
}

impl<'a> State<'a> {
    fn new(history: &'a History, spoken: &'a BTreeMap<GitId, Spoken>) -> Self {
        let sources = history.paths.iter().filter(|(_, path)| Language::of(path).is_some());
        Self {
            history,
            names: sources.map(|(file, path)| (*file, Name::of(path))).collect(),
            spoken,
            of_file: HashMap::new(),
            blobs: HashMap::new(),
            vocabulary: Vocabulary::indexed(),
        }
    }

    fn learn_words(&mut self) {
        for (file, blob) in &self.blobs {
            self.vocabulary.put(*file, self.spoken.get(*blob));
        }
    }

    fn predict(&self, place: usize, past: &Past, see: &mut dyn FnMut(&Predicted<'_>)) {
        let known: Vec<u32> = past
            .changes
            .iter()
            .map(|(file, _)| *file)
            .filter(|file| self.blobs.contains_key(file))
            .collect();
        let mut candidates: Vec<u32> = self.blobs.keys().copied().collect();
        candidates.sort_unstable();
        let lately = self.lately(place);
        for asked in &known {
            let lists = self.lists(place, *asked, &candidates, &lately);
            let truth = known.iter().copied().filter(|file| file != asked).collect();
            let before = self.of_file.get(asked).map(Vec::as_slice).unwrap_or_default();
            let (commit, asked) = (place, *asked);
            see(&Predicted {
                commit,
                asked,
                lists: &lists,
                truth: &truth,
                before,
                candidates: &candidates,
            });
        }
    }

    fn lists(&self, place: usize, asked: u32, candidates: &[u32], lately: &Ranked) -> Lists {
        let mut sums: HashMap<u32, f64> = HashMap::new();
        for before in self.of_file.get(&asked).into_iter().flatten() {
            let Some(past) = self.history.commits.get(*before) else { continue };
            let said = together(self.age(place, past), past.size);
            for (file, _) in
                past.changes.iter().filter(|(file, _)| past.size <= MOST_TOGETHER && *file != asked)
            {
                *sums.entry(*file).or_default() += said;
            }
        }
        sums.retain(|file, _| self.blobs.contains_key(file));
        let alike = |file: &u32| {
            let (own, other) = (self.names.get(&asked)?, self.names.get(file)?);
            Some((*file, own.affinity(other)))
        };
        let others = candidates.iter().filter(|file| **file != asked);
        Lists {
            together: ranked(sums),
            names: self.vocabulary.near(asked),
            alike: ranked(others.filter_map(alike)),
            lately: lately.iter().copied().filter(|(file, _)| *file != asked).collect(),
        }
    }

    fn lately(&self, place: usize) -> Ranked {
        let from = place.saturating_sub(usize::try_from(CHURN_REACH).unwrap_or(usize::MAX));
        let mut sums: HashMap<u32, f64> = HashMap::new();
        for past in self.history.commits.iter().take(place).skip(from) {
            for (file, _) in past.changes.iter().filter(|_| past.size <= MOST_TOGETHER) {
                *sums.entry(*file).or_default() += lately(self.age(place, past));
            }
        }
        sums.retain(|file, _| self.blobs.contains_key(file));
        ranked(sums)
    }

    fn age(&self, now: usize, then: &Past) -> u32 {
        let now = self.history.commits.get(now).map_or(0, |past| past.number);
        now.saturating_sub(then.number)
    }

    fn take(&mut self, place: usize, past: &'a Past, has_words: bool) {
        for (file, blob) in past.changes.iter().filter(|(file, _)| self.names.contains_key(file)) {
            self.of_file.entry(*file).or_default().push(place);
            match blob {
                Some(blob) => drop(self.blobs.insert(*file, blob)),
                None => drop(self.blobs.remove(file)),
            }
            if has_words {
                self.vocabulary.put(*file, blob.as_ref().and_then(|blob| self.spoken.get(blob)));
            }
        }
    }
}
