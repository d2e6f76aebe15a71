//! Sources of completions.
//!
//! `provider.rs` is the contract. A reply is hostile text until `extract.rs` has made files of it.

pub mod error;
pub mod extract;
pub mod provider;
