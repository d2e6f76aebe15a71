//! What can be read over HTTP besides running commands by name.
//!
//! `table.rs` lists the addresses that stand for a command, `asked.rs` answers them. The other files have what no command gives: the
//! exact bytes of the record, pieces of evidence, jobs, and whether the engine is well.

pub mod asked;
pub mod commands;
pub mod executions;
pub mod files;
pub mod health;
pub mod jobs;
pub mod record;
pub mod table;
