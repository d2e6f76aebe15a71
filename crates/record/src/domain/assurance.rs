//! Grades of how well an owner's key is kept.
//!
//! The client that enrols a key states the grade and the record repeats it. It is a claim that auditors weigh, not something the
//! program can verify.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands between the key and whoever runs as its user; said by the client that enrols it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A file without a passphrase: every program of this user can sign with it.
    Low,
    /// A file with a passphrase.
    File,
    /// A key of an agent, which may ask before each use.
    Agent,
    /// A security key, which asks for a touch.
    Hardware,
}

impl Assurance {
    /// The word in records and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::File => "file",
            Self::Agent => "agent",
            Self::Hardware => "hardware",
        }
    }

    /// What it means, for a person.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Low => "low assurance: any program of this user can use the key",
            Self::File => "a file with a passphrase",
            Self::Agent => "held by an agent",
            Self::Hardware => "held by a security key",
        }
    }
}
