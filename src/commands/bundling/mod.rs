//! Packs a proposal into one file, and reads such files again.
//!
//! `write.rs` packs and `read.rs` unpacks without trusting what it reads; `bundle.rs` is the form both share, `tar.rs` the
//! archive around it, `named.rs` what decisions name by digest.

pub mod attestation;
pub mod bundle;
pub mod changes;
pub mod named;
pub mod read;
pub mod tar;
pub mod write;
