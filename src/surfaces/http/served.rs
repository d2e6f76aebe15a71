//! State that all request handlers share.
//!
//! The writer fills it in when it starts to listen (`writer/serving.rs`); the handlers only read it. It lies in a file of
//! its own, so that handlers and router need not import each other.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::surfaces::http::front::Front;
use crate::surfaces::http::signing::requests::SigningRequests;
use crate::surfaces::writer::desk::Desk;
use crate::surfaces::writer::lock::Writer;
use work::contract::command::Entry;

/// The shared state; a clone is a handle to the same engine.
#[derive(Clone)]
pub struct Served {
    /// Accepts the commands.
    pub desk: Arc<Desk>,
    /// The commands there are.
    pub entries: &'static [Entry],
    /// This process, as the lock file says.
    pub writer: Writer,
    /// The user of this process.
    pub own_uid: u32,
    /// What there is for those who come over TCP; `None` where it does not listen there.
    pub front: Option<Arc<Front>>,
    /// What waits for an owner's signature.
    pub requests: Arc<SigningRequests>,
    /// Fires when the engine lets go of its connections.
    pub end: CancellationToken,
    /// Told when someone asks the daemon to stop.
    pub stop: Arc<Notify>,
}
