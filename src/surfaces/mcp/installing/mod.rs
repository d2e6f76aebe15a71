//! The configuration of the common clients of agents.
//!
//! `client.rs` knows where each keeps its servers and in what form, `merging.rs` puts ours beside those that are there, and
//! `install.rs` prints or writes it.

pub mod client;
pub mod install;
pub mod merging;
