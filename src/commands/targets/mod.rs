//! What the commands share that write into targets.
//!
//! `/apply-code` and `/rollback-code` find their place, ask and answer alike.

pub mod answer;
pub mod branches;
pub mod commit_view;
pub mod making;
pub mod message;
pub mod question;
pub mod rebasing;
pub mod replayed;
