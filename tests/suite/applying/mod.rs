//! Changes written into targets and taken out again: whole or not at all, whatever happens meanwhile.
//!
//! `trees.rs` makes folders and changes of them from a seed, with a model of what has to come out that knows nothing of the plan.

mod full_disk;
mod hostile;
mod kills;
mod plans;
mod round_trips;
pub(crate) mod trees;
