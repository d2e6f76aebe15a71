//! What the handlers of requests share.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::contract::command::Entry;
use crate::surfaces::writer::desk::Desk;
use crate::surfaces::writer::lock::Writer;

/// What the handlers share.
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
    /// Told when someone asks the daemon to stop.
    pub stop: Arc<Notify>,
}
