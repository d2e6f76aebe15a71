//! What healing does otherwise where the revision is a change of a repository.
//!
//! A change runs only where its suite runs, so candidates are tried by runs of the failing tests in the tree of the repository, which
//! are slow: `seeking.rs` therefore edits nothing but what the change brought. `asking.rs` tells a model the difference and the files
//! that matter, and keeps the tests as they are.

pub mod asking;
pub mod seeking;
