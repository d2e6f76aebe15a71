//! Tokens with which programs come in over HTTP.
//!
//! A token says as whom a program acts and how far it reaches. There is no scope for the owner's own commands: what decides needs a
//! key, which a token is not. The record holds the hash of its text alone, which nobody can turn back.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::digest::{Digest, hex};
use crate::domain::principal::Authority;
use crate::domain::time::Timestamp;

/// Random bytes of a token's text.
const SECRET_BYTES: usize = 32;
/// Random bytes of its name.
const ID_BYTES: usize = 4;

/// How far a token reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// It looks, and changes nothing.
    Read,
    /// It makes proposals, revisions and evidence, too.
    Propose,
}

impl TokenScope {
    /// The most that its holder may do.
    pub const fn authority(self) -> Authority {
        match self {
            Self::Read => Authority::Read,
            Self::Propose => Authority::Propose,
        }
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.authority().fmt(formatter)
    }
}

/// A token as it is recorded; its JSON is the detail of the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its name in lists, eight hex digits.
    pub id: String,
    /// The name of the program that holds it.
    pub name: String,
    /// How far it reaches.
    pub scope: TokenScope,
    /// The digest of its text.
    pub hash: Digest,
    /// When it stops counting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Token {
    /// Makes a token and its text, which is shown once, from random bytes.
    pub fn make(
        (name, scope): (&str, TokenScope),
        expires_at: Option<Timestamp>,
        random: &[u8; SECRET_BYTES + ID_BYTES],
    ) -> (Self, String) {
        let (id, secret) = random.split_at(ID_BYTES);
        let id = hex(id);
        let text = format!("sara_{scope}_{id}_{}", hex(secret));
        let hash = Self::hash_of(&text);
        (Self { id, name: name.to_owned(), scope, hash, expires_at }, text)
    }

    /// The digest of a token's text.
    pub fn hash_of(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    /// Tells whether it counts at a moment.
    pub fn counts_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The detail of its entry.
    pub fn detail(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            // Texts are an object, whatever they hold.
            _ => Map::new(),
        }
    }

    /// Reads the detail of an entry.
    pub fn of_detail(data: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(data.clone())).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_by_the_digest_of_its_text_and_ends_in_time() {
        let end = Timestamp::from_millis(1_000);
        let (token, text) = Token::make(("ci", TokenScope::Read), Some(end), &[7; 36]);

        assert_eq!(token.hash, Token::hash_of(&text));
        assert!(text.starts_with("sara_read_07070707_0707"), "{text}");
        let counts = [999, 1_000].map(|at| token.counts_at(Timestamp::from_millis(at)));
        assert_eq!(counts, [true, false]);
        assert_eq!(Token::of_detail(&token.detail()), Some(token));
    }
}
