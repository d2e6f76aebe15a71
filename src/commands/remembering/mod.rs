//! What the commands about the memory of a repository share.
//!
//! `subject` finds the repository that is meant, `views` are the parts of their answers.

pub mod subject;
pub mod views;
