//! An original's database, read as hostile bytes.
//!
//! `snapshot.rs` copies the file aside, `original.rs` recognises it, `tables.rs` is the published schema, `row.rs` a row
//! of whatever types it has.

pub mod error;
pub mod original;
pub mod row;
pub mod snapshot;
pub mod tables;
