//! What a command asks its owner.

use serde::{Deserialize, Serialize};

use crate::contract::page::Page;
use record::domain::digest::Digest;

/// What the owner must confirm before a command goes on: shown exactly so, then asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// What is shown; its digest is signed.
    pub page: Page,
    /// The question, without the choices.
    pub question: String,
    /// What has to be typed.
    pub wanted: Wanted,
    /// The content hash that the answer is bound to.
    pub content_hash: Digest,
    /// Digest of the text of `page`.
    pub shown_digest: Digest,
}

/// What has to be typed to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// `y` or `yes`; anything else is no.
    Yes,
    /// Exactly these digits.
    Digits(String),
}
