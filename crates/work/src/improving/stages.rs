//! The documents of the stages of an improvement: review, impact, generated text, evaluation.
//!
//! Each stage can be run by itself on the documents of those before it, so that another program may do one of them. Their schemas are
//! in `schemas/stages`; a document that does not fit is refused by name.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::contract::error::{CommandError, ErrorKind};
use crate::improving::reached::Reached;
use crate::improving::replaying::ReplayView;
use inspection::findings::finding::Finding;
use inspection::interface::gate::Gate;
use inspection::score::Parts;

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// What is found in the file.
    Review,
    /// What a change of it reaches.
    Impact,
    /// An improved text.
    Generate,
    /// What that text is worth.
    Evaluate,
}

impl Stage {
    /// The word that people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Impact => "impact",
            Self::Generate => "generate",
            Self::Evaluate => "evaluate",
        }
    }

    /// Names the stage in an error that happened in it.
    pub fn failed(self, error: CommandError) -> CommandError {
        let start = format!("stage {}: ", self.word());
        if error.kind == ErrorKind::Interrupted || error.message.starts_with("stage ") {
            return error;
        }
        CommandError { message: format!("{start}{}", error.message), ..error }
    }
}

/// What was found in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The file.
    pub path: String,
    /// The findings, hottest first.
    pub findings: Vec<Finding>,
}

/// What a change of the file reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// The file.
    pub path: String,
    /// The files that it reaches.
    pub affected: Vec<Reached>,
    /// The tests that reach it, first to fail first; empty where no graph tells them.
    #[serde(default)]
    pub tests: Vec<Reached>,
    /// What is not known.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// An improved text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The file.
    pub path: String,
    /// Who made it: `mechanical`, or the name of a provider.
    pub by: String,
    /// The text.
    pub text: String,
    /// What was done, a sentence each.
    pub explanation: Vec<String>,
    /// Other files that go with it, new or changed.
    #[serde(default)]
    pub others: Vec<Other>,
}

impl Generated {
    /// A text as nobody changed it yet.
    pub fn unchanged(path: &str, text: &str) -> Self {
        let (path, text) = (path.to_owned(), text.to_owned());
        Self { path, by: String::new(), text, explanation: Vec::new(), others: Vec::new() }
    }
}

/// A file that goes with an improved text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// The file.
    pub path: String,
    /// The text.
    pub text: String,
}

/// What an improved text is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The file.
    pub path: String,
    /// The score, 0 to 1.
    pub score: f64,
    /// What the gate saw.
    pub gate: Gate,
    /// The measured parts.
    pub parts: Parts,
    /// What a replay showed; null where the gate was shut before.
    pub replay: Option<ReplayView>,
    /// Tests that passed before and do not now.
    pub broken_tests: Vec<String>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
}

/// Reads a document of a stage.
pub fn read<T: DeserializeOwned>(stage: Stage, text: &str) -> Result<T, CommandError> {
    let stage = stage.word();
    serde_json::from_str(text).map_err(|error| {
        CommandError::usage(format!("stage {stage}: the document does not fit: {error}"))
            .hint(format!("Its schema is schemas/stages/{stage}.json."))
    })
}
