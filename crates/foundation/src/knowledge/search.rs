//! Finds the concepts that fit a request.
//!
//! A ranking (BM25) gives candidates; one of them is an answer only if it covers most of the request's meaning and is
//! named by a telling word. A wrong snippet costs more than none, so both bounds are strict.

use std::collections::{HashMap, HashSet};

use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};

use crate::knowledge::languages;
use crate::knowledge::request::{is_question, spelt_out, weighted_words};
use crate::knowledge::terms::{Parts, Terms, code_stems};
use crate::knowledge::unwanted::{imports, unwanted};
use crate::knowledge::words::{Word, stems, words};
use record::domain::concept::Concept;
use record::domain::word_fit::{Fit, Miss, WordFit};

/// Most concepts that are related to a request.
pub const MAX_RELATED: usize = 5;
/// Most nearest concepts that are named where none fits.
const MAX_NEAREST: usize = 3;
/// Number of the best ranked that are looked at closely.
const MAX_CANDIDATES: usize = 8;
/// The part of a request's meaning that a snippet must cover to be an answer to it.
const FLOOR: f32 = 0.55;
/// The part that it must cover where the request says all of its name.
const NAMED_FLOOR: f32 = 0.38;
/// What an answer may cover less than the concept that covers most.
const LESS: f32 = 0.2;
/// The part that it must cover to be worth naming.
const RELATED_FLOOR: f32 = 0.25;
/// The part that it must cover for its code to serve as an example.
const EXAMPLE_FLOOR: f32 = 0.4;
/// Fewest concepts that rarity is reckoned with, so that a handful of learned ones is weighed alike.
const FEWEST: usize = 100;
/// In how many concepts a word of a name, or a keyword, may occur and still say which one is meant.
const TELLING: (usize, usize) = (12, 2);
/// Worth of a word that is found only in the description.
const PASSING_MENTION: f32 = 0.15;
/// Worth of a name of which the request says all.
const EXACTNESS: f32 = 0.25;
/// The part of a name that a request with one telling word has to say.
const HALF: f32 = 0.5;
/// The part of a request's meaning from which two keywords say which concept is meant, however common they are.
const NEARLY_ALL: f32 = 0.9;
/// The most that all details together weigh against the name of the thing: many of them make it no other thing.
const MOST_DETAIL: f32 = 0.85;
/// Weight of a word that asks for nothing of its own.
const VAGUE: f32 = 0.7;
/// Fewest letters of a word in which two that changed places can be told from another word, one too few or too many, and one for
/// another that sounds like it.
const LONG: (usize, usize, usize) = (5, 6, 7);
/// Letters that are written for each other.
const ALIKE: [&str; 2] = ["aeiouy", "cksz"];
/// The part that a snippet must cover where every other covers clearly less, and how much of it these may cover.
const ALONE: (f32, f32) = (0.35, 0.65);
/// Fewest telling words that such a snippet must have: one of them may be by chance.
const FEWEST_SAID: usize = 2;

/// Concepts with their ranking.
pub struct Index {
    concepts: Vec<Concept>,
    terms: Vec<Terms>,
    rarity: HashMap<String, f32>,
    engine: SearchEngine<usize, u32, Spaced>,
}

/// A concept and how well it fits.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// Its place in the index.
    id: usize,
    /// The concept.
    pub concept: &'a Concept,
    /// The part of the request's meaning it covers, 0 to 1.
    pub coverage: f32,
    /// True where the request says a word or a phrase that tells this concept from the others.
    pub is_named: bool,
    /// The part of its name that the request says, 0 to 1.
    said: f32,
    /// How many words of the request that ask for something it has.
    wishes: usize,
}

impl Hit<'_> {
    fn is_wholly_named(&self) -> bool {
        self.said >= 1.0
    }

    /// The part of a request's meaning that it must cover: less where the request says all of its name.
    fn floor(&self) -> f32 {
        if self.is_wholly_named() { NAMED_FLOOR } else { FLOOR }
    }
}

impl Index {
    /// Ranks concepts by their name, keywords, summary, definitions and description.
    pub fn new(concepts: Vec<Concept>) -> Self {
        let parts: Vec<Parts> = concepts.iter().map(Parts::of).collect();
        let texts = parts.iter().map(Parts::weighted).enumerate();
        let documents: Vec<Document<usize>> =
            texts.map(|(id, contents)| Document { id, contents }).collect();
        let engine = SearchEngineBuilder::with_tokenizer_and_documents(Spaced, documents).build();
        let terms: Vec<Terms> = parts.into_iter().map(Parts::terms).collect();
        let rarity = rarity(&terms);
        Self { concepts, terms, rarity, engine }
    }

    /// The concepts, in their own order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The snippet that answers a request, or the names of the nearest concepts.
    pub fn fit(&self, request: &str) -> Result<Fit, Miss> {
        let hits = self.hits(request);
        let language = languages::foreign(request);
        // One that covers much less than another is no answer, even where only it is named.
        let most = hits.iter().map(|hit| hit.coverage).fold(0.0, f32::max);
        let is_question = is_question(request);
        let is_answer = |hit: &&Hit<'_>| {
            (!is_question || hit.is_wholly_named())
                && hit.coverage >= hit.floor().max(most - LESS)
                && hit.is_named
                && !hit.concept.snippets.is_empty()
        };
        let mut answers = hits.iter().take(MAX_NEAREST).filter(is_answer).collect::<Vec<_>>();
        if answers.is_empty() && !is_question {
            answers.extend(alone(&hits));
        }
        // Of two that answer, the one of whose name all is said is meant.
        answers.sort_by_key(|hit| !hit.is_wholly_named());
        let best = answers.first().filter(|_| language.is_none());
        let fit = best.and_then(|hit| {
            let words = self.word_fit(request, hit.id)?;
            Some(Fit { concept: hit.concept.clone(), words })
        });
        fit.ok_or_else(|| {
            let nearest = hits.iter().take(MAX_NEAREST).map(|hit| hit.concept.name.clone());
            Miss { nearest: nearest.collect(), language }
        })
    }

    /// How well the snippet of exactly this code answers a request; nothing where no snippet is that code.
    pub fn fit_of_code(&self, request: &str, code: &str) -> Option<WordFit> {
        let is_it = |concept: &&Concept| concept.snippets.iter().any(|known| known.code == code);
        let id = self.concepts.iter().position(|concept| is_it(&concept))?;
        self.word_fit(request, id)
    }

    /// The concept that goes by a name, if only in other forms: `quicksort`, `memoization`.
    pub fn named(&self, name: &str) -> Option<&Concept> {
        let wanted = words(name);
        let joined: String = stems(name).concat();
        if joined.is_empty() || languages::foreign(name).is_some() {
            return None;
        }
        let is_meant = |terms: &Terms| {
            let says = |word: &Word| word.forms.iter().any(|form| terms.name.contains(form));
            (wanted.iter().all(says) && wanted.iter().any(Word::is_a_wish))
                || terms.joined.contains(&joined)
        };
        let id = self.terms.iter().position(is_meant)?;
        self.concepts.get(id)
    }

    /// Tells the words of a request that a snippet has something for from those that it has nothing for.
    ///
    /// What only the description says counts unless it names another concept: "for expiry see the TTL cache" has no expiry.
    fn word_fit(&self, request: &str, id: usize) -> Option<WordFit> {
        let concept = self.concepts.get(id)?;
        let (terms, code) = (self.terms.get(id)?, code_stems(concept));
        let request = &spelt_out(request);
        let (unwanted, used) = (self.unwanted(request), imports(concept));
        let is_unwanted = |word: &Word| unwanted.contains(&word.said);
        let (against, asked): (Vec<Word>, Vec<Word>) =
            words(request).into_iter().partition(is_unwanted);
        let (mut missing, mut covered): (Vec<String>, Vec<String>) =
            against.into_iter().map(|word| word.said).partition(|said| used.contains(said));
        for mut word in asked {
            self.spell(&mut word);
            let has = |set: &HashSet<String>| word.forms.iter().any(|form| set.contains(form));
            if has(&terms.strong) || has(&code) || (has(&terms.all) && !self.names_one(&word)) {
                covered.push(word.said);
            } else if word.is_a_wish() {
                missing.push(word.said);
            }
        }
        Some(WordFit::of(covered, missing))
    }

    /// Reads a word that nothing here knows as the one that it is a slip of the pen from, if there is exactly one.
    fn spell(&self, word: &mut Word) {
        let is_known = |form: &String| {
            self.rarity.contains_key(form)
                || self.terms.iter().any(|terms| terms.all.contains(form))
        };
        let [form] = word.forms.as_slice() else { return };
        if word.said.len() < LONG.0 || is_known(form) {
            return;
        }
        let is_slip = |known: &&String| {
            let is_near = known.get(..2) == form.get(..2) && strsim::osa_distance(known, form) == 1;
            let fewest = match strsim::hamming(known, form) {
                // Another letter mostly makes another word.
                Ok(1) if !sound_alike(known, form) => usize::MAX,
                Ok(1) => LONG.2,
                Ok(_) => LONG.0,
                Err(_) => LONG.1,
            };
            is_near && word.said.len() >= fewest && known.len() + 1 >= fewest
        };
        let mut near = self.rarity.keys().filter(is_slip);
        if let (Some(only), None) = (near.next(), near.next()) {
            word.forms = vec![only.clone()];
        }
    }

    /// Tells whether a word is a part of some concept's name.
    fn names_one(&self, word: &Word) -> bool {
        self.terms.iter().any(|terms| word.forms.iter().any(|form| terms.name.contains(form)))
    }

    /// The modules that a request does not want; the library is only looked through where it says such a thing.
    fn unwanted(&self, request: &str) -> HashSet<String> {
        unwanted(request, &|name| self.concepts.iter().any(|one| imports(one).contains(name)))
    }

    /// The concepts that belong to a request, nearest first.
    pub fn related(&self, request: &str) -> Vec<Concept> {
        let hits = self.hits(request).into_iter().filter(|hit| hit.coverage >= RELATED_FLOOR);
        let kept = hits.take(MAX_RELATED).map(|hit| {
            let mut concept = hit.concept.clone();
            // A concept that is merely near helps by its name; its code would only mislead.
            if !(hit.is_named && hit.coverage >= EXAMPLE_FLOOR) {
                concept.snippets.clear();
            }
            concept
        });
        kept.collect()
    }

    /// The best ranked concepts, nearest first.
    pub fn hits(&self, request: &str) -> Vec<Hit<'_>> {
        let request = &spelt_out(request);
        let unwanted = self.unwanted(request);
        let mut words = weighted_words(request);
        words.retain(|(word, _)| !unwanted.contains(&word.said));
        for (word, _) in &mut words {
            self.spell(word);
        }
        let sought = words.iter().flat_map(|(word, _)| word.forms.clone());
        let mut found: Vec<(f32, usize)> = self
            .engine
            .search(&sought.collect::<Vec<_>>().join(" "), None)
            .into_iter()
            .map(|result| (result.score, result.document.id))
            .collect();
        found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let best = found.first().map_or(1.0, |(score, _)| *score).max(f32::EPSILON);
        let mut hits: Vec<(f32, Hit<'_>)> = found
            .into_iter()
            .take(MAX_CANDIDATES)
            .filter_map(|(score, id)| {
                let concept = self.concepts.get(id)?;
                let terms = self.terms.get(id)?;
                let coverage = self.coverage(&words, terms);
                let is_named = self.is_named(&words, terms, coverage);
                let said = named_part(&words, terms);
                let score = coverage + score / best + EXACTNESS * said;
                let wishes = words.iter().filter(|(word, _)| is_said(word, terms)).count();
                Some((score, Hit { id, concept, coverage, is_named, said, wishes }))
            })
            .collect();
        hits.sort_by(|left, right| right.0.total_cmp(&left.0));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The part of a request's meaning that a concept's words cover; rare words mean more.
    fn coverage(&self, words: &[(Word, f32)], terms: &Terms) -> f32 {
        let (mut named, mut details) = ((0.0, 0.0), (0.0, 0.0));
        for (word, weight) in words {
            let rarity =
                word.forms.iter().map(|form| self.rarity_of(form)).fold(f32::MAX, f32::min);
            let found = if word.forms.iter().any(|form| terms.strong.contains(form)) {
                1.0
            } else if word.forms.iter().any(|form| terms.all.contains(form)) {
                PASSING_MENTION
            } else {
                0.0
            };
            let vague = if word.is_a_wish() { 1.0 } else { VAGUE };
            let part = if *weight < 1.0 { &mut details } else { &mut named };
            part.0 += found * weight * vague * rarity;
            part.1 += weight * vague * rarity;
        }
        let most =
            if named.1 > 0.0 { MOST_DETAIL * named.1 / details.1.max(f32::EPSILON) } else { 1.0 };
        let share = most.min(1.0);
        let (covered, total) = (named.0 + share * details.0, named.1 + share * details.1);
        if total > 0.0 { covered / total } else { 0.0 }
    }

    /// Common words such as `number` and `list` say too little, even together.
    fn is_named(&self, words: &[(Word, f32)], terms: &Terms, coverage: f32) -> bool {
        let forms: HashSet<&String> = words.iter().flat_map(|(word, _)| &word.forms).collect();
        let tells = |form: &String, most: usize| {
            forms.contains(form)
                && self.rarity_of(form) >= inverse_frequency(self.terms.len(), most)
        };
        let has_keyword = |keyword: &Vec<String>| match keyword.as_slice() {
            [] => false,
            [single] => tells(single, TELLING.1),
            phrase => phrase.iter().all(|form| forms.contains(form)),
        };
        if !words.iter().any(|(word, _)| is_said(word, terms)) {
            return false;
        }
        let in_name = |form: &String| tells(form, TELLING.0);
        let said = terms.keywords.iter().filter(|keyword| match keyword.as_slice() {
            [single] => forms.contains(single),
            _ => false,
        });
        // One word of a compound, as in "fixed-width", is not the thing itself.
        let wishes = words.iter().filter(|(word, _)| word.is_a_wish()).count();
        if wishes == 1 && named_part(words, terms) < HALF {
            return terms.keywords.iter().any(|keyword| keyword.len() == 1 && has_keyword(keyword))
                || (words.len() > 1 && coverage >= NEARLY_ALL && said.count() > 0);
        }
        terms.name.iter().any(in_name)
            || terms.keywords.iter().any(has_keyword)
            || (coverage >= NEARLY_ALL && said.count() >= 2)
    }

    fn rarity_of(&self, form: &str) -> f32 {
        self.rarity.get(form).copied().unwrap_or_else(|| inverse_frequency(self.terms.len(), 0))
    }
}

/// The one that covers much, and every other clearly less: the words that it lacks are told with it.
fn alone<'a, 'b>(hits: &'b [Hit<'a>]) -> Option<&'b Hit<'a>> {
    let best = hits.first()?;
    let others = hits.iter().skip(1).map(|hit| hit.coverage).fold(0.0, f32::max);
    let is_clear =
        best.wishes >= FEWEST_SAID && best.coverage >= ALONE.0 && others <= best.coverage * ALONE.1;
    (is_clear && best.is_named && !best.concept.snippets.is_empty()).then_some(best)
}

/// Tells whether two words of the same length differ in letters alone that are written for each other.
fn sound_alike(one: &str, other: &str) -> bool {
    let is_alike = |(left, right): (char, char)| {
        left == right || ALIKE.iter().any(|group| group.contains(left) && group.contains(right))
    };
    one.chars().zip(other.chars()).all(is_alike)
}

/// Tells whether a word asks for something that a concept has by more than a passing mention.
fn is_said(word: &Word, terms: &Terms) -> bool {
    word.is_a_wish() && word.forms.iter().any(|form| terms.strong.contains(form))
}

/// The part of a concept's name that a request says.
fn named_part(words: &[(Word, f32)], terms: &Terms) -> f32 {
    let is_said =
        |form: &&String| words.iter().any(|(word, _)| word.forms.iter().any(|said| said == *form));
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    number(terms.title.iter().filter(is_said).count()) / number(terms.title.len().max(1))
}

/// Cuts what was reduced to stems and joined by blanks.
#[derive(Debug, Default)]
struct Spaced;

impl Tokenizer for Spaced {
    fn tokenize(&self, text: &str) -> Vec<String> {
        text.split_ascii_whitespace().map(str::to_owned).collect()
    }
}

fn rarity(terms: &[Terms]) -> HashMap<String, f32> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for form in terms.iter().flat_map(|terms| &terms.strong) {
        *counts.entry(form.clone()).or_default() += 1;
    }
    counts.into_iter().map(|(form, count)| (form, inverse_frequency(terms.len(), count))).collect()
}

fn inverse_frequency(documents: usize, count: usize) -> f32 {
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    let documents = documents.max(FEWEST);
    (1.0 + (number(documents) - number(count) + 0.5).max(0.0) / (number(count) + 0.5)).ln()
}
