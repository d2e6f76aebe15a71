//! Runs file work on a thread of its own.
//!
//! Commands run on the asynchronous runtime, where a slow disk would stop every other session. Copies, archives and walks
//! over folders go through here; a panic in them becomes an internal error.

use crate::contract::error::{CommandError, ErrorKind};

/// Runs work that waits for files on a thread beside the runtime.
pub async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
}
