//! A store in one SQLite file.
//!
//! One thread writes, in groups; readers have their own connections. `sqlite_store.rs` is the entry, `writer.rs` the
//! thread, `change.rs` what one change becomes; most other files are the nouns of the schema in `migrations/sqlite`.

mod backup;
mod blobs;
mod calls;
mod change;
mod concepts;
pub(super) mod connection;
mod executions;
mod failure;
pub mod file_layer;
pub mod generate;
mod head_file;
mod header;
mod healings;
mod home;
mod jobs;
mod key_file;
mod list;
mod log;
mod migrate;
mod owners;
mod proposals;
mod provenance;
mod prune;
mod readers;
mod recount;
pub mod restore;
mod reviews;
mod revisions;
mod rollups;
mod rows;
mod search;
pub mod sqlite_store;
mod stats;
mod tail;
mod transaction;
mod writer;
