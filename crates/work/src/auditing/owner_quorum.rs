//! What owners agreed on, read from a log.
//!
//! The rules are in the record (`audit/quorum.rs`); here they meet the entries of a home or a backup.

use crate::contract::error::{CommandError, ErrorKind};
use foundation::store::store::Store;
use record::audit::quorum::OwnerQuorum;

/// Replays the entries of a log that changed policy and keys, and the endorsements between them.
pub async fn replay(log: &dyn Store) -> Result<OwnerQuorum, CommandError> {
    let mut quorum = OwnerQuorum::default();
    for record in log.owner_changes().await? {
        quorum.take(&record).map_err(|error| {
            CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
        })?;
    }
    Ok(quorum)
}
