//! An owner's decision, from the statement to the record.
//!
//! `decide.rs` checks what was signed (`signing.rs`) and records it; `owner_act.rs` does the same for keys, policy and restore;
//! `dismissal.rs` ends approvals that no longer hold.

pub mod decide;
pub mod decided;
pub mod dismissal;
pub mod expected;
pub mod guarded;
pub mod owner_act;
pub mod permit;
pub mod reasoned;
pub mod recorded;
pub mod signing;
pub mod votes;
