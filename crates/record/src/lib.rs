//! The nouns and the record that can be checked.
//!
//! `domain` holds the nouns and the rules that decide, `audit` the record of what was decided and its verification. Both are
//! pure: no input or output, no clock, no async, no SQL. Whoever wants to verify a record builds on this crate alone.

pub mod audit;
pub mod domain;
