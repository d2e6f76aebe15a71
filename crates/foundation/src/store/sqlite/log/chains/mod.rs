//! Chains over the entries about each proposal, as rows, and the signed tree over them.
//!
//! `growing.rs` lets them grow with the log inside its transactions, `building.rs` makes them of the log of an older database,
//! `reading.rs` reads the entries about a proposal, or the owners' ones, and refuses whatever the signature does not cover,
//! `known.rs` remembers those that were read last, and `tree.rs` checks all of it at once.

pub(crate) mod building;
pub(crate) mod growing;
pub(crate) mod known;
pub(crate) mod reading;
mod rows;
pub(crate) mod tree;
