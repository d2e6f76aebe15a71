//! Proof in the repository: notes on commits made from the record, and commits checked against them.
//!
//! A note carries what an owner signed, with the entry and its proof; so whoever has the repository, the owners' public keys and the key
//! of the log can tell what was approved, without our home. `note.rs` is the form, `check.rs` where to start.

pub mod allowed_signers;
pub mod check;
pub mod checked;
pub mod fitting;
pub mod history;
pub mod installing;
pub mod judging;
pub mod kept_lines;
pub mod manifest;
pub mod note;
pub mod noting;
pub mod opened;
pub mod reason;
pub mod trailers;
pub mod used;
