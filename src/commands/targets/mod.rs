//! What the commands share that write into targets: where to, with what, and how it is told.
//!
//! `/apply-code` and `/rollback-code` ask and answer alike.

pub mod answer;
pub mod making;
pub mod question;
pub mod replayed;
