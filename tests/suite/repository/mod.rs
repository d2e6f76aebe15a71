//! Repositories, from outside: each test makes real ones with git itself.
//!
//! `sample.rs` makes them; `hostile.rs` makes those that want to be run.

mod checking;
mod deltas;
pub(crate) mod hostile;
mod patches;
mod places;
mod results;
mod revisions;
pub(crate) mod sample;
mod trees;
mod work_tree;
mod writing;
