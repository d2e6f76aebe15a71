//! Concepts and their snippets: what the program knows and can show.
//!
//! Curated ones come with the program and are tested; learned ones hold untrusted code of a model. Their source tells them apart
//! wherever they are shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::language::Language;

/// How hard a concept is, 1 to 4.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct Difficulty(u8);

impl Difficulty {
    /// A difficulty from 1 to 4; anything else is `None`.
    pub const fn new(level: u8) -> Option<Self> {
        if matches!(level, 1..=4) { Some(Self(level)) } else { None }
    }

    /// The number.
    pub const fn level(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Difficulty {
    type Error = &'static str;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level).ok_or("difficulty is a number from 1 to 4")
    }
}

impl From<Difficulty> for u8 {
    fn from(difficulty: Difficulty) -> Self {
        difficulty.0
    }
}

/// A concept with its place among the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Concept {
    /// Unique name, such as `CSV parsing`.
    pub name: String,
    /// paradigm, syntax, pattern, language, library or concept.
    pub category: String,
    /// The language; absent for any.
    pub language: Option<Language>,
    /// 1 to 4.
    pub difficulty: Difficulty,
    /// What it is, in a few sentences.
    pub description: String,
    /// Names of concepts to know first.
    pub prerequisites: Vec<String>,
    /// Names of neighbours.
    pub related: Vec<String>,
    /// Words people use for it.
    pub keywords: Vec<String>,
    /// Where it was learned: the curated folder `knowledge/python/<topic>/<slug>`, `library`, or a model's name.
    pub source: String,
    /// Curated examples, which are tested, or those of a model, which nobody has run.
    pub snippets: Vec<Snippet>,
}

/// The source of what the library provider taught.
pub const LIBRARY: &str = "library";

/// Tells whether a source stands for curated knowledge.
pub fn is_curated(source: &str) -> bool {
    source == LIBRARY || source.starts_with("knowledge/")
}

impl Concept {
    /// Tells whether it comes with the program; then its examples are tested, else they are untrusted code of a model.
    pub fn is_curated(&self) -> bool {
        is_curated(&self.source)
    }
}

/// An example of a concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snippet {
    /// The module name its tests import; unique among curated ones.
    pub slug: String,
    /// What the code does, in a sentence.
    pub summary: String,
    /// The language.
    pub language: Language,
    /// The code.
    pub code: String,
    /// Its tests.
    pub tests: String,
}
