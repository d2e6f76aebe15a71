//! Finds what would make evidence stronger.
//!
//! `findings.rs` reads it from evidence, `review.rs` asks a model for remarks, `proposal.rs` makes a proposal of missing
//! tests. Nothing of it is evidence itself, so nothing here touches a verdict.

pub mod findings;
pub mod proposal;
pub mod review;
