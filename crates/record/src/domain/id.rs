//! Identifiers: a word and twelve hex digits, such as `proposal_7c2e01aa90ff`.
//!
//! They are derived from idempotency keys, so that a repeated command names the same thing, and typed by kind, so that an
//! execution can never be passed where a proposal is meant. Any unambiguous prefix is accepted from a person.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::digest::{Digest, hex};

/// Hex digits after the underscore.
const DIGITS: usize = 12;

/// A kind of thing that identifiers name.
pub trait Named: Copy + Ord + Hash + 'static {
    /// The word before the underscore.
    const WORD: &'static str;
}

/// An identifier such as `proposal_7c2e01aa90ff`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id<K: Named> {
    text: String,
    kind: PhantomData<K>,
}

/// Text that is no identifier of the wanted kind.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a {word} id: expected {word}_ and 12 lower-case hex digits")]
pub struct IdError {
    word: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $alias:ident, $word:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $kind {}
        impl Named for $kind {
            const WORD: &'static str = $word;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// Names a proposal.
    ProposalKind, ProposalId, "proposal";
    /// Names an execution.
    ExecutionKind, ExecutionId, "exec";
    /// Names a review.
    ReviewKind, ReviewId, "review";
    /// Names a job.
    JobKind, JobId, "job";
}

impl<K: Named> Id<K> {
    /// Derives an id from an idempotency key, so that a repeated command names the same thing.
    pub fn derived(idempotency: &str) -> Self {
        let digest = Digest::of_parts(&[K::WORD.as_bytes(), b"\n", idempotency.as_bytes()]);
        Self::of_digits(&hex(digest.as_bytes())[..DIGITS])
    }

    fn of_digits(digits: &str) -> Self {
        Self { text: format!("{}_{digits}", K::WORD), kind: PhantomData }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives its digits as a number, which is smaller where very many are kept.
    pub fn number(&self) -> u64 {
        let digits = self.text.rsplit('_').next().unwrap_or_default();
        // Twelve hex digits, by every constructor.
        u64::from_str_radix(digits, 16).unwrap_or_default()
    }

    /// Turns such a number back into the id.
    pub fn of_number(number: u64) -> Self {
        Self::of_digits(&format!("{:012x}", number & 0xffff_ffff_ffff))
    }
}

/// A pattern that a person typed for an id: `@`, or the first digits with or without the word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdPattern {
    /// `@`: the newest.
    Newest,
    /// A text prefix of a full id, word included.
    Prefix(String),
}

impl IdPattern {
    /// Reads what was typed; `None` when it cannot name anything of this kind.
    pub fn parse<K: Named>(typed: &str) -> Option<Self> {
        if typed == "@" {
            return Some(Self::Newest);
        }
        let word = K::WORD;
        let named = typed.strip_prefix(word).and_then(|rest| rest.strip_prefix('_'));
        let digits = named.unwrap_or(typed);
        // The word alone names all of them; nothing at all names none.
        let least = usize::from(named.is_none());
        let fits = (least..=DIGITS).contains(&digits.len()) && digits.bytes().all(is_digit);
        fits.then(|| Self::Prefix(format!("{word}_{digits}")))
    }
}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl<K: Named> fmt::Display for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl<K: Named> fmt::Debug for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl<K: Named> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError { word: K::WORD };
        let Some(digits) = text.strip_prefix(K::WORD).and_then(|rest| rest.strip_prefix('_'))
        else {
            return Err(error);
        };
        if digits.len() != DIGITS || !digits.bytes().all(is_digit) {
            return Err(error);
        }
        Ok(Self::of_digits(digits))
    }
}

impl<K: Named> TryFrom<String> for Id<K> {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl<K: Named> From<Id<K>> for String {
    fn from(id: Id<K>) -> Self {
        id.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_stable_and_parse_back() {
        let id = ProposalId::derived("a key");

        assert_eq!(id, ProposalId::derived("a key"));
        assert_ne!(id, ProposalId::derived("another key"));
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn patterns_accept_digits_with_or_without_the_word() {
        let prefix = |text: &str| Some(IdPattern::Prefix(text.to_owned()));

        assert_eq!(IdPattern::parse::<ProposalKind>("@"), Some(IdPattern::Newest));
        assert_eq!(IdPattern::parse::<ProposalKind>("7c2e"), prefix("proposal_7c2e"));
        assert_eq!(IdPattern::parse::<ProposalKind>("proposal_7c2e"), prefix("proposal_7c2e"));
        // Every proposal begins with it; that it says too little is told by how many fit.
        assert_eq!(IdPattern::parse::<ProposalKind>("proposal_"), prefix("proposal_"));
        assert_eq!(IdPattern::parse::<ProposalKind>("exec_7c2e"), None);
        assert_eq!(IdPattern::parse::<ProposalKind>("7C2E"), None);
        assert_eq!(IdPattern::parse::<ProposalKind>("0123456789abc"), None);
    }
}
