//! Faults: kills, power loss, failing files, crowds, and a model beside the program.
//!
//! `file_layer.rs` is a layer below SQLite that fails and forgets; `engine.rs` is a process that is killed. The full counts
//! are run by `benches/faults.rs`.

mod contention;
mod engine;
mod errors;
mod file_layer;
mod kills;
mod ledger;
mod model;
mod power;
mod seeds;
