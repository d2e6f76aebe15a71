//! One file per command.
//!
//! `command.rs` is the contract, `registry.rs` the list. A command returns data; surfaces make words of it.

pub mod answer;
pub mod command;
pub mod config;
pub mod context;
pub mod error;
pub mod help;
pub mod page;
pub mod registry;
pub mod wing_errors;
