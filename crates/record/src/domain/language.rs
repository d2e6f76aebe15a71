//! Programming languages of proposals.
//!
//! Only those whose suites a sandbox can run are listed, so a proposal in any other language is refused before it is stored.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language whose suites the sandbox can run.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Python 3.10 or newer, tested with pytest.
    #[default]
    Python,
}

impl Language {
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "python" => Ok(Self::Python),
            _ => Err(()),
        }
    }
}
