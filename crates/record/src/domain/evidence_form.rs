//! The forms in which evidence was hashed, so that outsiders can compute its digest.
//!
//! Evidence from before is hashed as its fields stand in the program, which nobody else can write alike; since then its JSON is
//! canonical (RFC 8785). The form is part of the evidence, so that whoever has it knows which bytes to hash.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The spelling of the JSON that the digest of evidence is taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Its fields as the program declares them, as evidence without a form has them.
    #[default]
    Declared,
    /// RFC 8785.
    Rfc8785,
}

impl Form {
    /// The word in the entry of a verdict; entries from before have none.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Declared => None,
            Self::Rfc8785 => Some("rfc8785"),
        }
    }

    /// Tells whether it goes without saying.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field by reference")]
    pub(super) const fn is_declared(&self) -> bool {
        matches!(self, Self::Declared)
    }

    /// Writes a value in this form.
    pub(super) fn write(self, value: &impl Serialize) -> Vec<u8> {
        match self {
            Self::Declared => serde_json::to_vec(value).unwrap_or_default(),
            Self::Rfc8785 => serde_json_canonicalizer::to_vec(value).unwrap_or_default(),
        }
    }
}
