//! The memory of repositories: built, brought up to date, stopped, and asked about repositories that want harm.
//!
//! `history.rs` makes long histories in one go; what single commands answer is beside the other commands.

mod building;
mod clones;
pub(crate) mod history;
mod hostile;
