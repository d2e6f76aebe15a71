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

/// What an execution with the owner's network has instead of a guarantee of one.
pub const HOST_NETWORK: &str = "absent: the owner gave the host's";

impl Guarantees {
    /// Whether the owner gave the execution the network of the host.
    pub fn has_host_network(&self) -> bool {
        self.0.get("network").is_some_and(|word| word == HOST_NETWORK)
    }
}

/// What the engine lays under a suite. Whoever starts an execution may choose limits and variables, and the versions of the
/// harness come from inside the box, so none of these tells two executions apart.
const GROUND: [&str; 5] = ["arch", "harness", "packages", "saraphina", "toolchain"];

impl Environment {
    /// The digest of what the engine alone decides: executions of one ground should have come to the same.
    pub fn ground(&self) -> Digest {
        let is_ground = |name: &&String| GROUND.contains(&name.as_str());
        let names = self.0.keys().filter(is_ground);
        digest(&names.filter_map(|name| Some((name.clone(), self.0.get(name)?.clone()))).collect())
    }

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
