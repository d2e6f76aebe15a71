//! The integration suite.

#[path = "suite/audit/mod.rs"]
mod audit;
#[path = "suite/knowledge/mod.rs"]
mod knowledge;
#[path = "suite/providers/mod.rs"]
mod providers;
