//! The only wing that speaks SQL.
//!
//! `store.rs` is the contract; every write is one `Change`, which commits with its acts or not at all.

pub mod error;
pub mod history;
pub mod original;
pub mod query;
pub mod sqlite;
pub mod store;
