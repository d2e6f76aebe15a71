//! Finds what would make evidence stronger.
//!
//! `findings.rs` reads it from evidence, `mutants.rs` says what tests noticed, `review.rs` asks a model for remarks, `proposal.rs` makes a proposal of missing
//! tests. Nothing of it is evidence itself, so nothing here touches a verdict.

pub mod findings;
pub mod mutants;
pub mod proposal;
pub mod review;
