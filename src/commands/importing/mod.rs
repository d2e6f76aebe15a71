//! Takes in databases of the systems before, and bundles of other homes.
//!
//! `original.rs` with `survey.rs`, `history.rs` and `rest.rs` reads an original; `bundle.rs` takes what another home
//! exported. Both make an `Incoming` (`incoming.rs`): a pending proposal with its claimed history.

pub mod answer;
pub mod args;
pub mod bundle;
pub mod history;
pub mod incoming;
pub mod original;
pub mod rest;
pub mod survey;
