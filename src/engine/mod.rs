//! Carries out commands for every surface.
//!
//! `engine.rs` checks authority and runs a command on a task of its own; `reconcile.rs` ends at start what an engine that died
//! left open.

pub mod engine;
pub mod reconcile;
