//! The integration suite.

#[path = "suite/audit/mod.rs"]
mod audit;
