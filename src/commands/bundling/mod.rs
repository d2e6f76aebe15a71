//! A proposal packed into one file, and read again.
//!
//! `write.rs` packs and `read.rs` unpacks without trusting what it reads; `bundle.rs` is the form both share.

pub mod bundle;
pub mod read;
pub mod tar;
pub mod write;
