//! The healing loop of the commands.
//!
//! `work` is the loop; what it decides is decided in `healing`, what it stores is written by `record`.

pub mod acts;
pub mod answer;
pub mod edits;
pub mod end;
pub mod model;
pub mod notes;
pub mod page;
pub mod personas;
pub mod plan;
pub mod told;
pub mod work;
