//! How people and programs reach commands.
//!
//! No rules live here: a surface turns what was typed or sent into an invocation, and an answer into words. `cli.rs`
//! chooses between the shell, a script and the session; `turn.rs` carries out one typed command for all of them.

pub mod cli;
pub mod client;
pub mod confirm;
pub mod control;
pub mod daemon;
pub mod desk;
pub mod door;
pub mod envelope;
pub mod files;
pub mod generated;
pub mod grammar;
pub mod http;
pub mod link;
pub mod lock;
pub mod owner_key;
pub mod progress;
pub mod protocol;
pub mod render;
pub mod repl;
pub mod resident;
pub mod script;
pub mod serving;
pub mod session;
pub mod signals;
pub mod slash;
pub mod socket;
pub mod sse;
pub mod suggest;
pub mod terminal;
pub mod turn;
pub mod visit;

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod slash_tests;
