//! What a command asks its owner.

use serde::{Deserialize, Serialize};

use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::page::Page;
use record::domain::digest::Digest;

/// Fewest leading digits of a digest that `--expect` takes.
const MIN_EXPECT: usize = 12;

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

/// Refuses where `--expect` is given and is not how the digest of a thing (`the backup`) begins.
pub fn check_expected(
    expect: Option<&str>,
    thing: &str,
    digest: &Digest,
) -> Result<(), CommandError> {
    let Some(expected) = expect else { return Ok(()) };
    let (digits, hex) = (expected.strip_prefix("sha256:").unwrap_or(expected), digest.hex());
    if digits.len() < MIN_EXPECT {
        let message = format!("--expect takes at least {MIN_EXPECT} digits of the digest");
        return Err(CommandError::usage(message));
    }
    if !hex.starts_with(digits) {
        let message = format!("{thing} is {hex}, not {digits} as expected");
        return Err(CommandError::new(ErrorKind::State, message));
    }
    Ok(())
}
