//! What a provider gives: the text, and what is known of its making.
//!
//! A reply that broke off has the same form, so that a failure can tell what had arrived before it (`error.rs`).

use std::fmt;

use record::domain::usage::Usage;

/// The origin of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    /// A model wrote it.
    Generated,
    /// It was found among curated snippets.
    Retrieved,
}

/// One reply of a provider.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The reply, as labelled blocks in the form `extract.rs` reads.
    pub text: String,
    /// Its origin.
    pub making: Making,
    /// The provider's name: `openai`, `library`, an endpoint's own.
    pub provider: String,
    /// The model that answered; absent for the library.
    pub model: Option<String>,
    /// Tokens, cost and time it used; unknown parts are absent.
    pub usage: Usage,
    /// Names of the snippets or concepts it comes from.
    pub sources: Vec<String>,
    /// The prompt that was sent, for its digest; empty for the library.
    pub prompt: String,
    /// The name of the role that the prompt gave the model.
    pub persona: Option<String>,
    /// Providers that were asked before and did not answer.
    pub failed: Vec<Failed>,
}

/// A provider that was asked and did not answer.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Its name.
    pub provider: String,
    /// The model that it was to ask, where that is known.
    pub model: Option<String>,
    /// Why.
    pub why: String,
    /// Whether a model may have been at work, so that its server may want to be paid.
    pub may_cost: bool,
    /// What had arrived of its reply.
    pub arrived: Option<Box<Completion>>,
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.provider, self.why)
    }
}
