//! The interactive session.
//!
//! `prompt.rs` is the loop; `helper.rs` is what the line editor asks while somebody types.

pub mod complete;
pub mod helper;
pub mod history;
pub mod lines;
pub mod paths;
pub mod prompt;
pub mod typed;
pub mod welcome;
pub mod written;
