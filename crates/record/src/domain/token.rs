//! Tokens with which programs come in over HTTP.
//!
//! A token says as whom a program acts and how far it reaches. There is no scope for the owner's own commands: what decides needs a
//! key, which a token is not.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::principal::Authority;

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
