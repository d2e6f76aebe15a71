//! Other files that will likely change too, with the reason and the chance of each.
//!
//! Likely is not certain: what breaks for sure is another question (`breakage.rs`). Each reason names what can be looked up: commits,
//! names, paths.

use std::collections::{HashMap, HashSet};

use crate::memory::breakage::Callers;
use crate::memory::covered::{Covering, strength};
use crate::memory::fusion::{Lists, fuse, merged};
use crate::memory::links::Links;
use crate::memory::lists::{CHURN_REACH, MOST_TOGETHER, Name, Ranked, lately, ranked, together};
use crate::memory::loaded::{Loaded, shown};
use crate::memory::reasons::{Impact, Likely, Reason};
use crate::memory::vocabulary::{self, Spoken, Vocabulary};
use crate::memory::words::{hash, unpacked};
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, Recall, Touch};
use inspection::language::{Language, holds_tests, is_test};

/// Fewest common commits of a file that is no source, and how often of a hundred times it has to come along.
const COMPANION: (usize, usize) = (3, 30);
/// Most names that one reason has.
const MOST_NAMES: usize = 3;
/// Files of tests that are named for each other file of the limit: one that is left off may be the one that fails.
const TESTS_PER_FILE: usize = 4;
/// Newest commits of a file of which the chance of what comes along is counted.
const LATE: usize = 50;
/// Most files that are no sources.
const MOST_COMPANIONS: usize = 5;

/// What is asked.
pub struct Question<'a> {
    /// The files.
    pub files: &'a [u32],
    /// Names that are called: tests that call one come before those that do not.
    pub callers: &'a Callers,
    /// Tests that ran what is asked about: they come first.
    pub covering: &'a Covering,
    /// Files of tests among the files that come first, because the change itself brings them.
    pub own: &'a [u32],
    /// Most sources that are named.
    pub limit: usize,
}

/// Everything that an answer is made of.
struct Ground<'a> {
    loaded: &'a Loaded,
    sources: Vec<u32>,
    names: HashMap<u32, Name<'a>>,
    vocabulary: Vocabulary<'a>,
    churn: HashMap<u32, (f64, usize)>,
    links: Links,
}

/// Answers a question.
pub fn impact(
    recall: &dyn Recall,
    loaded: &Loaded,
    question: &Question<'_>,
) -> Result<Impact, StoreError> {
    let words = recall.words(loaded.row)?;
    let spoken: HashMap<u32, Spoken> =
        words.iter().map(|words| (words.file, spoken(words))).collect();
    let mut vocabulary = Vocabulary::default();
    for (file, spoken) in &spoken {
        vocabulary.put(*file, Some(spoken));
    }
    let is_source = |file: &&KeptFile| Language::of(&file.path).is_some();
    let mut sources: Vec<u32> =
        loaded.files.values().filter(is_source).map(|file| file.number).collect();
    sources.sort_unstable();
    let names =
        loaded.files.values().filter(is_source).map(|file| (file.number, Name::of(&file.path)));
    let ground = Ground {
        loaded,
        names: names.collect(),
        sources,
        vocabulary,
        churn: churn(recall, loaded)?,
        links: Links::new(recall.links(loaded.row)?),
    };
    let mut asked = Vec::new();
    for file in question.files {
        asked.push(Asked {
            file: *file,
            touches: recall.touches(loaded.row, *file, MOST_TOGETHER)?,
        });
    }
    ground.answer(recall, question, &asked)
}

/// A file that is asked about, with the commits that changed it.
struct Asked {
    file: u32,
    touches: Vec<Touch>,
}

impl Asked {
    /// The numbers of the commits that changed it.
    fn own(&self) -> impl Iterator<Item = u32> {
        self.touches.iter().filter(|touch| touch.file == self.file).map(|touch| touch.number)
    }

    fn commits(&self) -> usize {
        self.own().count()
    }

    /// The commits that changed another file too, newest last.
    fn with(&self, file: u32) -> Vec<u32> {
        let own: HashSet<u32> = self.own().collect();
        let other =
            self.touches.iter().filter(|touch| touch.file == file && own.contains(&touch.number));
        other.map(|touch| touch.number).collect()
    }

    /// In what share of the newest commits the other changed too, by the rule of succession (Laplace): few commits say little.
    fn share_of_late(&self, file: u32) -> Option<f64> {
        let mut own: Vec<u32> = self.own().collect();
        own.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
        own.truncate(LATE);
        let with = self.with(file).into_iter().filter(|number| own.contains(number)).count();
        let count = |count: usize| u32::try_from(count).ok().map(f64::from);
        Some((count(with)? + 1.0) / (count(own.len())? + 2.0))
    }
}

fn spoken(words: &foundation::store::memory::Words) -> Spoken {
    let mut defined: Vec<u32> =
        vocabulary::telling(words.defined.lines()).map(|name| hash(name.as_bytes())).collect();
    defined.sort_unstable();
    Spoken { defined, mentioned: unpacked(&words.mentioned) }
}

/// What changed lately: how much that says, and in how many commits.
fn churn(recall: &dyn Recall, loaded: &Loaded) -> Result<HashMap<u32, (f64, usize)>, StoreError> {
    let from = loaded.newest.saturating_sub(CHURN_REACH);
    let sizes: HashMap<u32, u32> = recall.sizes(loaded.row, from)?.into_iter().collect();
    let mut churn: HashMap<u32, (f64, usize)> = HashMap::new();
    for change in recall.changes(loaded.row, from)? {
        if sizes.get(&change.number).is_some_and(|size| *size <= MOST_TOGETHER) {
            let (sum, times) = churn.entry(change.file).or_default();
            *sum += lately(loaded.newest + 1 - change.number);
            *times += 1;
        }
    }
    Ok(churn)
}

impl Ground<'_> {
    fn answer(
        &self,
        recall: &dyn Recall,
        question: &Question<'_>,
        asked: &[Asked],
    ) -> Result<Impact, StoreError> {
        let lists: Vec<Lists> = asked.iter().map(|asked| self.lists(asked)).collect();
        let mut fused = merged(&lists.iter().map(fuse).collect::<Vec<_>>());
        fused.retain(|(file, _)| !question.files.contains(file));
        let mut impact = Impact::default();
        for (file, score) in fused.iter().take(question.limit) {
            impact.likely.push(self.likely(recall, asked, *file, *score)?);
        }
        for file in self.companions(asked) {
            // Other files come by no score, and their chance is how often they came along of late.
            let chance = match asked {
                [one] if self.loaded.facts.curve.is_told() => one.share_of_late(file),
                _ => None,
            };
            impact.companions.push(Likely { chance, ..self.likely(recall, asked, file, 0.0)? });
        }
        let (tests, left_off) = self.tests(recall, question, &fused)?;
        impact.left_off = left_off;
        for (file, score) in tests {
            let mut test = self.likely(recall, asked, file, score)?;
            let called = question.callers.get(&file).into_iter().flatten();
            let calls = called.take(MOST_NAMES).map(|name| Reason::Calls { name: name.clone() });
            let ran = question.covering.get(&file).into_iter().flatten();
            let ran = ran.take(MOST_NAMES).map(Reason::seen);
            let own = question.own.contains(&file).then_some(Reason::Own);
            test.reasons.splice(0..0, ran.chain(own).chain(calls));
            test.chance = None;
            let says_nothing = |reason: &Reason| matches!(reason, Reason::Lately { times: 0, .. });
            if !test.reasons.iter().all(says_nothing) {
                impact.tests.push(test);
            }
        }
        Ok(impact)
    }

    fn lists(&self, asked: &Asked) -> Lists {
        let mut sums: HashMap<u32, f64> = HashMap::new();
        for touch in asked.touches.iter().filter(|touch| touch.file != asked.file) {
            let age = (self.loaded.newest + 1).saturating_sub(touch.number);
            *sums.entry(touch.file).or_default() += together(age, touch.size);
        }
        sums.retain(|file, _| self.names.contains_key(file));
        let others = || self.sources.iter().filter(|file| **file != asked.file);
        let alike = |file: &u32| {
            let (own, other) = (self.names.get(&asked.file)?, self.names.get(file)?);
            Some((*file, own.affinity(other)))
        };
        let lately = |file: &u32| Some((*file, self.churn.get(file)?.0));
        Lists {
            together: ranked(sums),
            names: self.vocabulary.near(asked.file),
            alike: ranked(others().filter_map(alike)),
            lately: ranked(others().filter_map(lately)),
        }
    }

    /// Files of tests: first those that noticed or ran what is asked about, then those that call it, then what will likely change.
    fn tests(
        &self,
        recall: &dyn Recall,
        question: &Question<'_>,
        fused: &Ranked,
    ) -> Result<(Ranked, usize), StoreError> {
        let is_test =
            |file: u32| self.loaded.files.get(&file).is_some_and(|file| is_test(&file.path));
        let mut tests: Ranked = fused.iter().copied().filter(|(file, _)| is_test(*file)).collect();
        // What was seen to run it may share neither history nor names with it.
        let told: HashSet<u32> = tests.iter().map(|(file, _)| *file).collect();
        let mut more: Vec<u32> =
            question.covering.keys().chain(question.callers.keys()).copied().collect();
        more.extend(question.own);
        more.sort_unstable();
        more.dedup();
        more.retain(|file| {
            let is_asked = question.files.contains(file) && !question.own.contains(file);
            !told.contains(file) && is_test(*file) && !is_asked
        });
        tests.extend(more.into_iter().map(|file| (file, 0.0)));
        tests.sort_by_key(|(file, _)| {
            let ran = question.covering.get(file).map(|ran| strength(ran));
            let is_own = question.own.contains(file);
            (std::cmp::Reverse(ran), !is_own, !question.callers.contains_key(file))
        });
        let mut first = Ranked::new();
        let most = question.limit.saturating_mul(TESTS_PER_FILE);
        let mut rest = tests.into_iter();
        while first.len() < most
            && let Some((file, score)) = rest.next()
        {
            if question.covering.contains_key(&file) || self.holds_tests(recall, file)? {
                first.push((file, score));
            }
        }
        Ok((first, rest.len()))
    }

    /// Whether a file among tests has any: what only helps them fails nowhere.
    fn holds_tests(&self, recall: &dyn Recall, file: u32) -> Result<bool, StoreError> {
        let Some(path) = self.loaded.files.get(&file).map(|file| file.path.as_slice()) else {
            return Ok(false);
        };
        Ok(match holds_tests(path) {
            Some(holds) => holds,
            None => self.symbols(recall, file)?.iter().any(|name| name.starts_with("test")),
        })
    }

    fn companions(&self, asked: &[Asked]) -> Vec<u32> {
        let (fewest, share) = COMPANION;
        let mut found: HashMap<u32, usize> = HashMap::new();
        let is_asked = |file: &u32| asked.iter().any(|asked| asked.file == *file);
        for asked in asked {
            let files: HashSet<u32> = asked.touches.iter().map(|touch| touch.file).collect();
            let is_companion = |file: &u32| {
                let times = asked.with(*file).len();
                let is_there =
                    self.loaded.files.contains_key(file) && !self.names.contains_key(file);
                is_there
                    && !is_asked(file)
                    && times >= fewest
                    && times * 100 >= asked.commits() * share
            };
            for file in files.into_iter().filter(is_companion) {
                *found.entry(file).or_default() += asked.with(file).len();
            }
        }
        let mut found: Vec<(u32, usize)> = found.into_iter().collect();
        found.sort_by_key(|(file, times)| (std::cmp::Reverse(*times), *file));
        found.into_iter().take(MOST_COMPANIONS).map(|(file, _)| file).collect()
    }

    fn likely(
        &self,
        recall: &dyn Recall,
        asked: &[Asked],
        file: u32,
        score: f64,
    ) -> Result<Likely, StoreError> {
        let mut reasons = Vec::new();
        for asked in asked.iter().filter(|asked| asked.file != file) {
            reasons.extend(self.together(recall, asked, file)?);
            reasons.extend(self.names(recall, asked.file, file)?);
            reasons.extend(self.way(asked.file, file));
            reasons.extend(self.alike(asked.file, file));
        }
        if reasons.is_empty() {
            let times = self.churn.get(&file).map_or(0, |(_, times)| *times);
            let of = self.loaded.newest.min(CHURN_REACH);
            reasons.push(Reason::Lately { times, of });
        }
        let path = self.loaded.path(file);
        // A chance is counted on questions about one file.
        let chance = if asked.len() == 1 { self.loaded.facts.curve.chance(score) } else { None };
        Ok(Likely { file, path, score, chance, reasons })
    }

    fn together(
        &self,
        recall: &dyn Recall,
        asked: &Asked,
        file: u32,
    ) -> Result<Option<Reason>, StoreError> {
        let common = asked.with(file);
        let Some(newest) = common.last() else { return Ok(None) };
        let Some(commit) = recall.commit(self.loaded.row, *newest)? else { return Ok(None) };
        Ok(Some(Reason::Together {
            with: self.loaded.path(asked.file),
            times: common.len(),
            of: asked.commits(),
            newest: commit.id,
            at: commit.authored_at,
        }))
    }

    /// The names that a file defines by its syntax: words after a keyword in a comment are none.
    fn symbols(&self, recall: &dyn Recall, file: u32) -> Result<Vec<String>, StoreError> {
        let blob = self.loaded.files.get(&file).and_then(|file| file.blob.as_ref());
        blob.map_or_else(|| Ok(Vec::new()), |blob| recall.symbols(blob))
    }

    fn names(&self, recall: &dyn Recall, asked: u32, file: u32) -> Result<Vec<Reason>, StoreError> {
        let texts = |defining: u32, hashes: Vec<u32>| -> Result<Vec<String>, StoreError> {
            let names =
                if hashes.is_empty() { Vec::new() } else { self.symbols(recall, defining)? };
            let found = names.iter().filter(|name| hashes.contains(&hash(name.as_bytes())));
            Ok(found.take(MOST_NAMES).map(|name| shown(name.as_bytes())).collect())
        };
        let of = || self.loaded.path(asked);
        let mentions = texts(asked, self.vocabulary.shared(asked, file))?;
        let defines = texts(file, self.vocabulary.shared(file, asked))?;
        let mentions =
            (!mentions.is_empty()).then(|| Reason::Mentions { of: of(), names: mentions });
        let defines = (!defines.is_empty()).then(|| Reason::Defines { of: of(), names: defines });
        Ok(mentions.into_iter().chain(defines).collect())
    }

    fn way(&self, asked: u32, file: u32) -> Option<Reason> {
        let way = self.links.way(file, asked).or_else(|| self.links.way(asked, file))?;
        Some(Reason::Imports { way: way.into_iter().map(|file| self.loaded.path(file)).collect() })
    }

    fn alike(&self, asked: u32, file: u32) -> Option<Reason> {
        let (own, other) = (self.names.get(&asked)?, self.names.get(&file)?);
        let of = self.loaded.path(asked);
        if !own.is_called_like(other) {
            return None;
        }
        Some(if other.is_test() { Reason::TestOf { of } } else { Reason::Alike { of } })
    }
}
