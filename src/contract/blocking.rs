//! Work that waits for files.

use crate::contract::error::{CommandError, ErrorKind};

/// Runs work that waits for files beside the runtime.
pub async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
}
