//! The gate and the ledger for generated code.
//!
//! Read `ARCHITECTURE.md` first. Imports point downward only, in the order of this map from top to bottom; below it lie the
//! crates `repair`, `sandbox` and `record`.

pub mod surfaces;

pub mod app;

pub mod commands;
pub mod engine;

pub mod healing;
pub mod improving;

pub mod applying;
pub mod deciding;
pub mod drafting;
pub mod executing;
pub mod reporting;

pub mod memory;

pub mod checking;

pub mod auditing;

pub mod contract;
pub mod diagnosis;

pub mod anchors;
pub mod knowledge;
pub mod notices;
pub mod providers;
pub mod repository;

pub mod store;

pub mod config;
pub mod launch;
pub mod observability;
