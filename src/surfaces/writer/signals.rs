//! Ends an engine when the system sends a signal.
//!
//! A session that is told to terminate ends its engine cleanly and then the process. A daemon takes the signals over from
//! its start; a terminal that goes away does not end it.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::surfaces::writer::serving::Serving;
use work::contract::error::{ErrorKind, Exit};

/// Time cancelled work has to end.
const GRACE: Duration = Duration::from_secs(5);
/// Time the surface has to leave by itself after that.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Ends the engine of a session cleanly when the process is told to terminate, and then the process.
pub fn end_on_terminate(serving: &Arc<Serving>) {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    // Without the engine there is nothing to end, and the signal must not wait for it.
    let serving = Arc::downgrade(serving);
    tokio::spawn(async move {
        terminate.recv().await;
        if let Some(serving) = serving.upgrade() {
            let is_busy = !serving.desk().at_work().is_empty();
            serving.desk().cancel_all();
            serving.wind_down(Some(GRACE)).await;
            if let Err(error) = serving.release().await {
                tracing::error!(failure = %error, "the engine did not end cleanly");
            }
            drop(serving);
            if is_busy {
                tokio::time::sleep(LAST_WORDS).await;
            }
        }
        leave();
    });
}

/// The signals that end a daemon; from its making on, none of them ends the process by itself.
pub struct Endings {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Endings {
    /// Takes the signals over.
    pub fn take() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one; returns its word in the record.
    pub async fn next(&mut self) -> &'static str {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return "terminate",
                _ = self.interrupt.recv() => return "interrupt",
                // The terminal it was started from may go.
                _ = self.hang_up.recv() => {}
            }
        }
    }
}

#[expect(clippy::exit, reason = "a prompt that waits for a line cannot be told to return")]
fn leave() {
    std::process::exit(i32::from(Exit::Error(ErrorKind::Interrupted).code()));
}
