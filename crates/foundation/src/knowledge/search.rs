//! Finds the concepts that fit a request.
//!
//! A ranking (BM25) gives candidates; one of them is an answer only if it covers most of the request's meaning and is
//! named by a telling word. A wrong snippet costs more than none, so both bounds are strict.

use std::collections::{HashMap, HashSet};

use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};

use crate::knowledge::fields::{definitions_of, summaries_of};
use crate::knowledge::languages;
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
/// What an answer may cover less than the concept that covers most.
const LESS: f32 = 0.2;
/// The part that it must cover to be worth naming.
const RELATED_FLOOR: f32 = 0.25;
/// The part that it must cover for its code to serve as an example.
const EXAMPLE_FLOOR: f32 = 0.4;
/// Times the words of a field count in the ranking: name, keywords, names in the code, summary.
const WEIGHTS: (usize, usize, usize, usize) = (4, 3, 2, 2);
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
/// Weight of the words after `that`, `with`, `for` … against those before.
const DETAIL: f32 = 0.5;
/// Weight of a word that asks for nothing of its own.
const VAGUE: f32 = 0.7;
/// Words that end the naming of a thing and begin its details.
const DETAILS_BEGIN: &[&str] =
    &["that", "which", "with", "for", "using", "so", "where", "when", "without", "and"];

/// Concepts with their ranking.
pub struct Index {
    concepts: Vec<Concept>,
    terms: Vec<Terms>,
    rarity: HashMap<String, f32>,
    engine: SearchEngine<usize, u32, Spaced>,
}

/// The stems of one concept.
struct Terms {
    /// Of its name and its slugs.
    name: HashSet<String>,
    /// Of its name alone.
    title: HashSet<String>,
    /// Its name and its slugs, each in one piece.
    joined: HashSet<String>,
    /// Of its keywords, each for itself.
    keywords: Vec<Vec<String>>,
    /// Of everything but the description.
    strong: HashSet<String>,
    /// Of everything.
    all: HashSet<String>,
    /// Of the code, with what its comments say.
    code: HashSet<String>,
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
        let is_answer = |hit: &&Hit<'_>| {
            hit.coverage >= FLOOR.max(most - LESS)
                && hit.is_named
                && !hit.concept.snippets.is_empty()
        };
        let best = hits.iter().take(MAX_NEAREST).find(is_answer).filter(|_| language.is_none());
        let fit = best.and_then(|hit| {
            let words = self.word_fit(request, self.terms.get(hit.id)?);
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
        Some(self.word_fit(request, self.terms.get(id)?))
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
    fn word_fit(&self, request: &str, terms: &Terms) -> WordFit {
        let (mut covered, mut missing) = (Vec::new(), Vec::new());
        for word in words(request) {
            let has = |set: &HashSet<String>| word.forms.iter().any(|form| set.contains(form));
            if has(&terms.strong) || has(&terms.code) || (has(&terms.all) && !self.names_one(&word))
            {
                covered.push(word.said);
            } else if word.is_a_wish() {
                missing.push(word.said);
            }
        }
        WordFit::of(covered, missing)
    }

    /// Tells whether a word is a part of some concept's name.
    fn names_one(&self, word: &Word) -> bool {
        self.terms.iter().any(|terms| word.forms.iter().any(|form| terms.name.contains(form)))
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
        let words = weighted_words(request);
        let mut found: Vec<(f32, usize)> = self
            .engine
            .search(&stems(request).join(" "), None)
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
                let score = coverage + score / best + EXACTNESS * named_part(&words, terms);
                Some((score, Hit { id, concept, coverage, is_named }))
            })
            .collect();
        hits.sort_by(|left, right| right.0.total_cmp(&left.0));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The part of a request's meaning that a concept's words cover; rare words mean more.
    fn coverage(&self, words: &[(Word, f32)], terms: &Terms) -> f32 {
        let mut covered = 0.0;
        let mut total = 0.0;
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
            let weight = if word.is_a_wish() { *weight } else { weight * VAGUE };
            covered += found * weight * rarity;
            total += weight * rarity;
        }
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
        let is_said = |word: &Word| {
            word.is_a_wish() && word.forms.iter().any(|form| terms.strong.contains(form))
        };
        if !words.iter().any(|(word, _)| is_said(word)) {
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

/// The part of a concept's name that a request says.
fn named_part(words: &[(Word, f32)], terms: &Terms) -> f32 {
    let is_said =
        |form: &&String| words.iter().any(|(word, _)| word.forms.iter().any(|said| said == *form));
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    number(terms.title.iter().filter(is_said).count()) / number(terms.title.len().max(1))
}

/// The words of a request: those that name the thing weigh more than its details.
fn weighted_words(request: &str) -> Vec<(Word, f32)> {
    let mut end = request.len();
    let mut at = 0;
    for part in request.split_inclusive(char::is_whitespace) {
        let word = part.trim().trim_end_matches([',', ';', ':']).to_lowercase();
        let named = !words(request.get(..at).unwrap_or_default()).is_empty();
        if named && DETAILS_BEGIN.contains(&word.as_str()) {
            end = at;
            break;
        }
        at += part.len();
    }
    let named = words(request.get(..end).unwrap_or_default());
    let details = words(request.get(end..).unwrap_or_default());
    let details = details.into_iter().filter(|word| !named.contains(word)).collect::<Vec<_>>();
    let named = named.into_iter().map(|word| (word, 1.0));
    named.chain(details.into_iter().map(|word| (word, DETAIL))).collect()
}

/// Cuts what was reduced to stems and joined by blanks.
#[derive(Debug, Default)]
struct Spaced;

impl Tokenizer for Spaced {
    fn tokenize(&self, text: &str) -> Vec<String> {
        text.split_ascii_whitespace().map(str::to_owned).collect()
    }
}

/// The stems of a concept's fields, in order; making them is what an index costs, so it is done once.
struct Parts {
    name: Vec<String>,
    slugs: Vec<String>,
    joined: HashSet<String>,
    keywords: Vec<Vec<String>>,
    definitions: Vec<String>,
    summaries: Vec<String>,
    description: Vec<String>,
    code: HashSet<String>,
}

impl Parts {
    fn of(concept: &Concept) -> Self {
        let slugs: Vec<String> =
            concept.snippets.iter().map(|snippet| snippet.slug.replace('_', " ")).collect();
        let code = concept.snippets.iter().map(|snippet| snippet.code.replace('_', " "));
        Self {
            name: stems(&concept.name),
            joined: slugs.iter().chain([&concept.name]).map(|name| stems(name).concat()).collect(),
            code: code.flat_map(|code| stems(&code)).collect(),
            slugs: slugs.iter().flat_map(|slug| stems(slug)).collect(),
            keywords: concept.keywords.iter().map(|keyword| stems(keyword)).collect(),
            definitions: stems(&definitions_of(concept)),
            summaries: stems(&summaries_of(concept)),
            description: stems(&concept.description),
        }
    }

    /// Everything, as often as it counts.
    fn weighted(&self) -> String {
        let (name, keywords, definitions, summary) = WEIGHTS;
        let all_keywords = self.keywords.concat();
        let fields = [
            (&self.name, name),
            (&all_keywords, keywords),
            (&self.definitions, definitions),
            (&self.summaries, summary),
            (&self.description, 1),
        ];
        let repeated = fields.iter().flat_map(|(field, times)| std::iter::repeat_n(field, *times));
        repeated.map(|field| field.join(" ")).collect::<Vec<_>>().join(" ")
    }

    fn terms(self) -> Terms {
        let own = self.keywords.iter().flatten().chain(&self.name);
        let strong = own.chain(&self.definitions).chain(&self.summaries);
        let strong: HashSet<String> = strong.cloned().collect();
        let all = strong.iter().cloned().chain(self.description).collect();
        let title = self.name.iter().cloned().collect();
        let name = self.name.into_iter().chain(self.slugs).collect();
        Terms {
            name,
            title,
            joined: self.joined,
            keywords: self.keywords,
            strong,
            all,
            code: self.code,
        }
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
