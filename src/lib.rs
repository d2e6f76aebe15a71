//! The gate and the ledger for generated code.
//!
//! Read `ARCHITECTURE.md` first. Imports point downward only, in the order of this map from top to bottom; below it lie the
//! crates `work`, `foundation`, `repair`, `sandbox` and `record`.

pub mod surfaces;

pub mod app;

pub mod commands;
pub mod engine;
