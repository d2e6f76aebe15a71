//! The documents of the stages of an improvement: review, impact, generated text, evaluation.
//!
//! Each stage can be run by itself on the documents of those before it, so that another program may do one of them. Their schemas are
//! in `schemas/stages`; a document that does not fit is refused by name.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::contract::error::CommandError;
use crate::improving::impact::Reached;
use crate::improving::replaying::ReplayView;
use inspection::findings::finding::Finding;
use inspection::interface::gate::Gate;
use inspection::score::Parts;

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
pub fn read<T: DeserializeOwned>(stage: &str, text: &str) -> Result<T, CommandError> {
    serde_json::from_str(text).map_err(|error| {
        CommandError::usage(format!("stage {stage}: the document does not fit: {error}"))
            .hint(format!("Its schema is schemas/stages/{stage}.json."))
    })
}
