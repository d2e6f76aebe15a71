//! How people and programs reach commands.
//!
//! No rules live here: a surface turns what was typed or sent into an invocation, and an answer into words.

pub mod session;
