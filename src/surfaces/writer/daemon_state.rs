//! State of a home's daemon, as the daemon commands answer it.
//!
//! It lies apart from `daemon.rs` because `lifecycle.rs` and `resident.rs` make it and the command line draws it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::surfaces::http::status::Status;

/// The state of the daemon after an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DaemonState {
    /// True when an engine is at work for this home.
    pub running: bool,
    /// True when the action reached its aim: the daemon was started, stopped or found running.
    pub done: bool,
    /// The socket on which engine and clients meet.
    pub socket: String,
    /// The engine's own status.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<Status>,
}
