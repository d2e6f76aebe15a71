//! Faults: kills, power loss, failing files, crowds, and a model beside the program.
//!
//! `file_layer.rs` is a layer below SQLite that fails and forgets; `engine.rs` is a process that is killed. The full counts
//! are run by `benches/faults.rs`.

pub(crate) mod contention;
pub(crate) mod engine;
pub(crate) mod errors;
mod file_layer;
pub(crate) mod kills;
pub(crate) mod ledger;
pub(crate) mod model;
pub(crate) mod power;
pub(crate) mod seeds;
