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
pub mod repair;
pub mod sandbox;
pub mod store;

pub mod audit;
pub mod config;
pub mod observability;

pub mod domain;
