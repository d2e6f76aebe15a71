//! A file that a change reaches, with why and how likely.
//!
//! It is part of what a look tells and of the document of the stage impact, so that another program may find such files in its own way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file that a change reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// The file.
    pub path: String,
    /// Why, in words that can be checked.
    pub reason: String,
    /// How likely it changes too, 0 to 1; null where nobody can tell.
    #[serde(default)]
    pub likelihood: Option<f64>,
}
