//! The environment of an execution, and the guarantees its backend established.
//!
//! Both enter the evidence as sorted names and values and are compared by digest. A layer that could not be established is
//! present as `absent`, so that a missing layer cannot pass for one nobody asked about.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::digest::Digest;

/// Names and versions of what the suite ran with: `python`, `pytest`, `coverage`, `pylint`, `kernel`, limits and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Environment(pub BTreeMap<String, String>);

/// Layers of isolation that the backend proved by trying: layer name to what was established, such as `landlock` to `abi 7`.
///
/// A layer that could not be established is present with the value `absent`, never left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Guarantees(pub BTreeMap<String, String>);

impl Environment {
    /// The digest of the sorted `name=value` lines.
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

impl Guarantees {
    /// The digest of the sorted `name=value` lines.
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

fn digest(values: &BTreeMap<String, String>) -> Digest {
    let lines: Vec<String> =
        values.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    Digest::of(lines.concat().as_bytes())
}
