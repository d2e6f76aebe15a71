//! What is known of git: repositories read, compared, kept and written.
//!
//! A repository of somebody else is data. All work is done in folders of our own, which see its objects and its references; its
//! settings, hooks and filters are never in play. `repository.rs` is where to start.

pub mod aside;
pub mod blaming;
pub mod commits;
pub mod comparing;
mod declared;
pub mod delta;
mod differ;
pub mod error;
mod git;
pub mod habits;
pub mod index;
pub mod index_lock;
pub mod keeping;
pub mod leaving;
pub mod listing;
mod mentioned;
pub mod merging;
pub mod notes;
mod object_id;
mod objects;
mod optional;
pub mod patching;
mod pipe;
mod poetry;
mod present;
pub mod range;
pub mod refs;
pub mod repository;
pub mod results;
pub mod revisions;
mod scratch;
pub mod shadow;
pub mod sources;
pub mod survey;
pub mod target;
mod trees;
pub mod walking;
pub mod work_tree;
