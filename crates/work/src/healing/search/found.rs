//! Results of a search: the best patch and what is known of it.
//!
//! They lie apart from the searches because mechanical fixes, single edits and pairs all answer with them.

use record::domain::healing::{Confidence, SeparatingInput};
use record::domain::source::Source;

/// The result of looking for a patch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    /// The best patch, if there is one.
    pub found: Option<Found>,
    /// Candidates that were tried.
    pub candidates: u64,
    /// Edits that pass every test and are far-fetched, each with the reason.
    pub refused: Vec<String>,
    /// Whether time ran out before all was tried.
    pub is_late: bool,
}

/// Says what a far-fetched edit does, and why it is none to pass on.
pub fn refused(does: &str, why: &str) -> String {
    format!("{does}: it {why}")
}

/// A patched source that passes more tests than before, as far as a box tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The patched source and what was changed.
    pub patched: Patched,
    /// Its place among the candidates, from 1.
    pub rank: Option<u64>,
    /// The place of the first candidate that passes every test.
    pub first_rank: Option<u64>,
    /// The trust it deserves; absent where it does not pass all tests.
    pub confidence: Option<Confidence>,
    /// Kinds of behaviour among the patches that pass; absent where that cannot be known.
    pub behaviours: Option<u32>,
    /// An input on which they differ.
    pub separating: Option<SeparatingInput>,
    /// One patch of each other behaviour.
    pub others: Vec<Patched>,
}

/// A source with an edit made.
#[derive(Clone, Debug, PartialEq)]
pub struct Patched {
    /// The files.
    pub source: Source,
    /// The word of the edit.
    pub operator: String,
    /// The explanation of the edit for a person.
    pub explanation: String,
}

impl Found {
    /// Moves its ranks behind so many candidates that were tried before.
    #[must_use]
    pub fn behind(self, candidates: u64) -> Self {
        let behind = |rank: Option<u64>| rank.map(|rank| rank + candidates);
        Self { rank: behind(self.rank), first_rank: behind(self.first_rank), ..self }
    }

    /// Wraps a patch of which nothing else is known.
    pub fn alone(patched: Patched) -> Self {
        Self {
            patched,
            rank: None,
            first_rank: None,
            confidence: None,
            behaviours: None,
            separating: None,
            others: Vec::new(),
        }
    }
}
