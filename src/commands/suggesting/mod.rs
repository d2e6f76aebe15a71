//! What would make evidence stronger.
//!
//! `findings.rs` reads them from evidence, `review.rs` asks a model for remarks, `proposal.rs` makes a proposal of missing tests.

pub mod findings;
pub mod proposal;
pub mod review;
