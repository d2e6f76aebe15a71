//! Limits of one execution, each with a reason of its own when it is hit.
//!
//! They are part of the evidence: the same suite under other limits is another observation.

use serde::{Deserialize, Serialize};

/// Bounds of one execution; every one of them ends in its own reason when it is hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time of the tests, in milliseconds.
    pub tests_ms: u64,
    /// Wall time of lint, in milliseconds.
    pub lint_ms: u64,
    /// Memory of the whole tree of processes, in bytes.
    pub memory_bytes: u64,
    /// Processes and threads alive at once.
    pub processes: u32,
    /// Bytes of disk in the box.
    pub disk_bytes: u64,
    /// Files and folders in the box.
    pub disk_files: u64,
    /// Bytes of output kept: the head and the tail, half each.
    pub output_bytes: u64,
    /// Open file handles of one process.
    pub handles: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tests_ms: 60_000,
            lint_ms: 30_000,
            memory_bytes: 512 << 20,
            processes: 64,
            disk_bytes: 64 << 20,
            disk_files: 10_000,
            output_bytes: 1 << 20,
            handles: 256,
        }
    }
}
