//! State of a home's daemon, as the daemon commands answer it.
//!
//! It lies apart from `daemon.rs` because `lifecycle.rs` and `resident.rs` make it and the command line draws it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::surfaces::http::status::Status;

/// What is known of the daemon afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DaemonState {
    /// Whether an engine is at work for this home.
    pub running: bool,
    /// Whether the action was what it came to: started, stopped or found so.
    pub done: bool,
    /// Where engine and clients meet.
    pub socket: String,
    /// What the engine says of itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<Status>,
}
