//! How a revision is to be run.

use std::collections::BTreeMap;

use record::domain::limits::Limits;
use record::domain::policy::Policy;
use sandbox::backend::{Keep, Network};

/// How a revision is to be run.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What it may use.
    pub limits: Limits,
    /// How often it runs.
    pub repeat: u32,
    /// Variables it gets.
    pub env: BTreeMap<String, String>,
    /// Whether it reaches a network.
    pub network: Network,
    /// Whether the box stays.
    pub keep: Keep,
    /// The backend; the default one where absent.
    pub backend: Option<String>,
    /// What the evidence is judged by.
    pub policy: Policy,
}

impl Trial {
    /// Once, within limits, in the usual box.
    pub fn usual(limits: Limits, policy: Policy) -> Self {
        Self {
            limits,
            repeat: 1,
            env: BTreeMap::new(),
            network: Network::Loopback,
            keep: Keep::Nothing,
            backend: None,
            policy,
        }
    }
}
