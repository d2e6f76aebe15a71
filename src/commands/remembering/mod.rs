//! What the commands about the memory of a repository share.
//!
//! `subject` finds the repository that is meant, `views` are the parts of their answers, `dismissed` is the answer of those about findings
//! that an owner dismissed, and `learnt` what such decisions taught.

pub mod dismissed;
pub mod learnt;
pub mod subject;
pub mod views;
