//! Failures of a sandbox itself.
//!
//! Whatever the tested code does is evidence and never an error; these are about boxes that could not be made, with the
//! remedy where an owner has one.

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
        /// The owner's remedy.
        remedy: String,
    },
    /// No interpreter fits.
    #[error("no Python from 3.10 on was found")]
    NoPython {
        /// The programs that were looked at.
        looked: Vec<String>,
    },
    /// The toolchain could not be set up.
    #[error("the Python toolchain could not be set up: {detail}")]
    Toolchain {
        /// The failure.
        detail: String,
        /// The owner's remedy.
        remedy: String,
    },
    /// The packages of a proposal could not be provided.
    #[error("the packages of the proposal could not be provided: {detail}")]
    Packages {
        /// The failure.
        detail: String,
        /// The owner's remedy.
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
        /// The step at which it failed.
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
