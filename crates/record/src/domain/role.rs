//! What a file of a revision is for.
//!
//! Coverage and lint are about code alone, the suite is told by the role, and the content hash names it, so that nobody can pass
//! tests off as code later.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The subject: what is proposed, and what coverage and lint are about.
    Code,
    /// The suite.
    Test,
    /// Anything else the suite needs beside it.
    Support,
}

impl Role {
    /// The word in manifests and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Test => "test",
            Self::Support => "support",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Code, Self::Test, Self::Support]
            .into_iter()
            .find(|role| role.word() == text)
            .ok_or(())
    }
}
