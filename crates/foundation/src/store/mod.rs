//! The wing that keeps everything, and the only one that speaks SQL.
//!
//! `store` is the contract, `sqlite` the store that holds it, `original` the reader of databases of the program that
//! this one replaces. Every write is one `Change`, which commits with its acts or not at all.

pub mod applications;
pub mod beside;
pub mod error;
pub mod glance;
pub mod history;
pub mod kept_answers;
pub mod memory;
pub mod notices;
pub mod original;
pub mod query;
pub mod rows;
pub mod sqlite;
pub mod store;
