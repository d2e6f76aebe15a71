//! Readers and the questions that reach over several tables.
//!
//! Every read has a connection of its own that cannot write, so readers never wait for the writer.

pub(super) mod account;
pub(super) mod list;
pub(super) mod readers;
pub(super) mod recount;
pub(super) mod rows;
pub(super) mod stats;
pub(super) mod usage;
