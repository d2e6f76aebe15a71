//! The record, complete in one place.
//!
//! `write.rs` makes the files of an export from a store, and `guide.rs` the page that explains them. Their names, the tar file and
//! the verification of all of them are in the `verifier` crate, which needs no store.

pub mod guide;
pub mod write;
