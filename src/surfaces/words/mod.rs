//! Typed words, sorted into a command and its arguments.
//!
//! `grammar.rs` knows the flags of a command, `slash.rs` reads a slash line with them, `suggest.rs` names what may have been meant. The
//! manual page and the completions (`generated.rs`) are written from the same declarations.

pub mod generated;
pub mod grammar;
pub mod slash;
pub mod suggest;

#[cfg(test)]
mod slash_tests;
