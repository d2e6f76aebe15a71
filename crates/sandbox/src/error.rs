//! What can go wrong before a suite runs.

use std::path::PathBuf;

use thiserror::Error;

/// A sandbox that could not be made; what happens inside one is evidence, never an error.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// A layer below the floor could not be established.
    #[error("the sandbox cannot be made safe here: {missing}")]
    BelowFloor {
        /// The layers that are missing.
        missing: String,
        /// What the owner can do.
        remedy: String,
    },
    /// No interpreter fits.
    #[error("no Python from 3.10 on was found")]
    NoPython {
        /// What was looked at.
        looked: Vec<String>,
    },
    /// The toolchain could not be set up.
    #[error("the Python toolchain could not be set up: {detail}")]
    Toolchain {
        /// What failed.
        detail: String,
        /// What the owner can do.
        remedy: String,
    },
    /// This backend does not exist on this system.
    #[error("the backend {backend} is not available: {detail}")]
    Unavailable {
        /// The backend.
        backend: String,
        /// Why.
        detail: String,
    },
    /// A system call failed while the box was made.
    #[error("{step}: {source}")]
    System {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A file of the toolchain or the box could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The owner stopped it.
    #[error("interrupted")]
    Cancelled,
}
