//! Says which words of a request a snippet covers.
//!
//! A snippet passes its own tests whatever was asked for. So an answer from the library names the words that it has nothing
//! for, and is called partial where there are any.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::concept::Concept;

/// A snippet that answers a request, in whole or in part.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The concept it belongs to.
    pub concept: Concept,
    /// The words of the request that it covers, and those that it does not.
    pub words: WordFit,
}

/// No snippet answers a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Miss {
    /// The nearest concepts, by name.
    pub nearest: Vec<String>,
    /// The language asked for, where no snippet is written in it.
    pub language: Option<&'static str>,
}

/// The words of a request, by what a snippet has for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WordFit {
    /// Whether words are left over: the snippet answers a part of the request only.
    pub partial: bool,
    /// Words that the snippet has something for.
    pub covered: Vec<String>,
    /// Words that it has nothing for.
    pub missing: Vec<String>,
}

impl WordFit {
    /// Puts the words of both kinds together.
    pub fn of(covered: Vec<String>, missing: Vec<String>) -> Self {
        Self { partial: !missing.is_empty(), covered, missing }
    }

    /// The warning of a partial answer.
    pub fn warning(&self) -> Option<String> {
        self.partial.then(|| {
            format!(
                "This answers only a part of the request: nothing in it is for \u{201c}{}\u{201d}.",
                self.missing.join("\u{201d}, \u{201c}")
            )
        })
    }
}
