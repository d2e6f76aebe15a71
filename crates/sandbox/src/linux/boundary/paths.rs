//! Folders of a jail, as both sides name them.
//!
//! The inside makes them; the engine writes them into commands, variables and descriptions of jobs.

/// The sealed files of the revision.
pub(crate) const SOURCES: &str = "/box/src";
/// The scratch folder, where the suite runs and may write.
pub(crate) const WORK: &str = "/box/work";
/// The harness's own files, read-only.
pub(crate) const GUEST: &str = "/saraphina";
