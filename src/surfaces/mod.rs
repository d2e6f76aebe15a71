//! The ways in which people and programs reach commands.
//!
//! No rules live here: a surface turns what was typed or sent into an order, and an answer into words. `cli.rs`
//! chooses between the shell, a script and the session; `turn.rs` carries out one typed command for all of them; `writer/` is the way
//! to the process that writes.

pub mod check;
pub mod cli;
pub mod confirm;
pub mod console;
pub mod envelope;
pub mod files;
pub mod fresh_key;
pub mod http;
pub mod keyboard;
pub mod lacking;
pub mod mcp;
pub mod open;
pub mod owner_key;
pub mod pager;
pub mod progress;
pub mod render;
pub mod repl;
pub mod script;
pub mod serve;
pub mod session;
pub mod sign;
pub mod signing_question;
pub mod subcommand;
pub mod terminal;
pub mod turn;
pub mod visit;
pub mod ways;
pub mod words;
pub mod writer;

#[cfg(test)]
mod fakes;
