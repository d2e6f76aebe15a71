//! The record, complete in one place.
//!
//! `layout.rs` names the files, `write.rs` makes them from a store, `guide.rs` explains them, `archive.rs` packs them into one tar
//! and finds them again, `source.rs` reads either form without trusting it, `check.rs` verifies it.

pub mod archive;
pub mod check;
pub mod guide;
pub mod layout;
pub mod source;
pub mod write;
