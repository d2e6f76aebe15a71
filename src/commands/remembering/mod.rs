//! What the commands about the memory of a repository share.
//!
//! `subject` finds the repository that is meant, `views` are the parts of their answers, `dismissed` is the answer of those about findings
//! that an owner dismissed, `learnt` what such decisions taught, `named` is about names that are typed, `breaks` lays out places that break,
//! and `work_tree_line` finds a line of the work tree in the commit.

pub mod breaks;
pub mod dismissed;
pub mod learnt;
pub mod named;
pub mod subject;
pub mod views;
pub mod work_tree_line;
