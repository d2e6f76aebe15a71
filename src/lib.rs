//! The gate and the ledger for generated code.
//!
//! Read `ARCHITECTURE.md` first. Imports point downward only, in the order of this map from top to bottom.

pub mod surfaces;

pub mod anchors;
pub mod app;
pub mod launch;

pub mod commands;

pub mod healing;

pub mod knowledge;
pub mod providers;
pub mod store;

pub mod config;
pub mod observability;
