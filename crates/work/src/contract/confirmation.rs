//! A question that a command puts to its owner.
//!
//! A command that needs a yes answers with an error that carries one of these. The surface shows the page exactly so, asks,
//! and sends the command again with the answer. The digest of what was shown goes into the signed statement, so an owner
//! signs for what they saw.

use serde::{Deserialize, Serialize};

use crate::contract::page::Page;
use record::domain::digest::Digest;

/// A page and a question that the owner must confirm before a command goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The page to show; its digest is signed.
    pub page: Page,
    /// The question, without the choices.
    pub question: String,
    /// The words that have to be typed.
    pub wanted: Wanted,
    /// The content hash that the answer is bound to.
    pub content_hash: Digest,
    /// Digest of the text of `page`.
    pub shown_digest: Digest,
}

/// The words to be typed to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// `y` or `yes`; anything else is no.
    Yes,
    /// Exactly these digits.
    Digits(String),
    /// Exactly this sentence.
    Phrase(String),
}
