//! Folders of a jail, as both sides name them.
//!
//! The inside makes them; the engine writes them into commands, variables and descriptions of jobs.

use std::path::{Path, PathBuf};

use crate::guest::scripts;

/// The sealed files of the revision.
pub(crate) const SOURCES: &str = "/box/src";
/// The scratch folder, where the suite runs and may write.
pub(crate) const WORK: &str = "/box/work";
/// The harness's own files, read-only.
pub(crate) const GUEST: &str = scripts::PLACE;

/// A path of the box below the folder in which its root is put together.
pub(crate) fn below(base: &Path, path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    base.join(path.strip_prefix("/").unwrap_or(path))
}
