//! A part that `/doctor` examined, with its health and a remedy.
//!
//! Every examination returns this one form, so page, data and exit code are made in one place. Health is ordered from good to
//! broken: the worst part decides the exit code.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a part is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Something could be better.
    Warn,
    /// A needed part is not there.
    Missing,
    /// The record or the database is not what it should be.
    Broken,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The part.
    pub part: String,
    /// How it is.
    pub health: Health,
    /// What was found, in words.
    pub found: String,
    /// What to do; empty where nothing is.
    pub remedy: String,
    /// Details by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Part {
    /// Makes a part with what was found.
    pub fn new(part: &str, health: Health, found: impl Into<String>) -> Self {
        Self {
            part: part.to_owned(),
            health,
            found: found.into(),
            remedy: String::new(),
            details: BTreeMap::new(),
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }

    /// Adds details.
    #[must_use]
    pub fn details(self, details: BTreeMap<String, String>) -> Self {
        Self { details, ..self }
    }
}
