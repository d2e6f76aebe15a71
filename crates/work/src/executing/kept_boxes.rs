//! Boxes that were kept with what their tests wrote: which there are, and their end.
//!
//! Nothing else looks at them, and they are no evidence, so that they go by age alone. A folder that is no box of ours stays.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::contract::context::Context;
use crate::contract::disk;
use crate::contract::error::{CommandError, ErrorKind};
use crate::executing::terms;
use record::domain::id::ExecutionId;
use record::domain::time::Timestamp;

/// A box that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBox {
    /// Its folder.
    pub folder: PathBuf,
    /// Bytes in it.
    pub bytes: u64,
}

/// Finds the boxes of executions before a time.
pub async fn before(context: &Context, time: Timestamp) -> Result<Vec<KeptBox>, CommandError> {
    let boxes = terms::boxes(&context.settings);
    let mut found = Vec::new();
    for usage in disk::usage(&boxes) {
        let Ok(id) = usage.name.parse::<ExecutionId>() else { continue };
        let folder = boxes.join(&usage.name);
        let recorded =
            context.store()?.execution(&id).await?.map(|execution| execution.executed_at);
        if recorded.or_else(|| changed_at(&folder)).is_some_and(|at| at < time) {
            found.push(KeptBox { folder, bytes: usage.bytes });
        }
    }
    Ok(found)
}

/// Tells when a folder was changed: of a run that broke off, nothing else says how old it is.
fn changed_at(folder: &Path) -> Option<Timestamp> {
    let metadata = std::fs::symlink_metadata(folder).ok().filter(std::fs::Metadata::is_dir)?;
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

/// Takes boxes away.
pub fn take_away(boxes: &[KeptBox]) -> Result<(), CommandError> {
    for kept in boxes {
        std::fs::remove_dir_all(&kept.folder).map_err(|error| {
            let message = format!("{} cannot be removed: {error}", kept.folder.display());
            CommandError::new(ErrorKind::Unavailable, message).hint("Remove it by hand.")
        })?;
    }
    Ok(())
}
