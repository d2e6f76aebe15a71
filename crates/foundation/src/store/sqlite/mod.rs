//! The store in one SQLite file of a home.
//!
//! Start with `sqlite_store`, which answers every question of the store's contract. `writing` is the one thread that
//! writes, `reading` the pool that reads, `tables` the nouns of the schema in `migrations/sqlite`, `log` the record,
//! `home` the files. They use each other in that order, never backwards.

mod applications;
pub mod backup_reader;
pub(super) mod connection;
mod failure;
pub mod file_layer;
pub mod generate;
mod glance;
mod history;
mod home;
mod log;
mod memory;
mod notices;
mod reading;
pub mod restore;
mod rows;
pub mod sqlite_store;
mod tables;
mod writing;
