//! Whose events are our own.
//!
//! An event is named after the crate that it stands in. The rooms lie in several crates, so the names are told once here, for the log
//! files and for reports of crashes.

/// The crates whose events are written from the wanted level on, and whose failures are reported.
pub(super) const OURS: [&str; 3] = ["saraphina", "work", "foundation"];
