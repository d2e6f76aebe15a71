//! Concepts and their tested snippets: found, taught, learned.
//!
//! What is curated is embedded in the binary; what is learned comes from the store and is given as a slice, so nothing
//! here waits or writes.

pub mod curated;
pub mod error;
pub mod fields;
pub mod languages;
pub mod learning;
pub mod lesson;
mod request;
pub mod search;
mod terms;
mod unwanted;
pub mod words;
