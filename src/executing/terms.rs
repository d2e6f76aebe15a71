//! Limits and options of one execution.
//!
//! They lie apart from `trial.rs` because commands and healing fill them in before anything runs.

use std::collections::BTreeMap;

use record::domain::limits::Limits;
use record::domain::policy::Policy;
use sandbox::backend::{Keep, Network};

/// The limits and options of one execution.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The limits of what it may use.
    pub limits: Limits,
    /// The number of runs.
    pub repeat: u32,
    /// Variables it gets.
    pub env: BTreeMap<String, String>,
    /// The network that it reaches.
    pub network: Network,
    /// The parts of the box that stay afterwards.
    pub keep: Keep,
    /// The backend; the default one where absent.
    pub backend: Option<String>,
    /// The policy that judges the evidence.
    pub policy: Policy,
}

impl Trial {
    /// Asks for one run within limits, in the usual box.
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
