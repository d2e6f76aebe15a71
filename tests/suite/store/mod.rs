//! The store, from outside.
//!
//! `changes.rs`, `lists.rs`, `records.rs` and `work.rs` are the contract, written for any store; `sqlite.rs` holds ours to it.

mod changes;
mod crash;
mod disk;
mod files;
mod lists;
mod migrations;
mod originals;
mod readers;
mod records;
mod released;
mod rollups;
pub(crate) mod sample;
mod sample_change;
mod sqlite;
mod work;
