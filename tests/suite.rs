//! The integration suite.

#[path = "suite/sandbox/mod.rs"]
mod sandbox;
