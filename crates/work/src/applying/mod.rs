//! Writes approved revisions into their targets, and takes them out again.
//!
//! `plan` decides from what is wanted and what was seen; `folder` is the only way to the files of a target; `stage` keeps
//! contents beside them; `execution` carries an order out and `recovery` ends one whose engine died; `journal` puts both on
//! record.

pub mod acts;
pub mod branch;
pub mod contents;
pub mod error;
pub mod execution;
pub mod folder;
pub mod journal;
pub mod look;
pub mod plan;
pub mod preparing;
pub mod recovery;
pub mod seen;
pub mod stage;
pub mod unfinished;
pub mod vouched;
pub mod wanted;
