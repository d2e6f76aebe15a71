//! Boxes that wait for jobs, and the fork servers that make them.
//!
//! `servers.rs` gives a run its box; `place.rs` is where one stage's server stands, `fork_server.rs` the server itself,
//! `warm.rs` what a box is for. `docs/design/fork-server.md` tells why a verdict costs little this way.

pub(crate) mod fork_server;
mod place;
pub(crate) mod servers;
#[cfg(test)]
mod servers_tests;
pub(crate) mod warm;
