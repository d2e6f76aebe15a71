//! What a command answers, and what it asks.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::commands::error::Exit;
use crate::commands::page::Page;
use crate::domain::digest::Digest;

/// The typed result of one invocation: data for programs, a page for people.
pub trait Outcome: Serialize + DeserializeOwned + JsonSchema + Send {
    /// Lays the result out for a person.
    fn page(&self) -> Page;

    /// Whether the answer is negative.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}

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
