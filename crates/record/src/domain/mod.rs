//! The nouns and their rules.
//!
//! Everything here is pure and synchronous: no input or output, no clock, no SQL. Decisions are functions from data to
//! data, so every rule can be read, tabled and property-tested without a database or a sandbox.

pub mod act;
pub mod application;
pub mod approval;
pub mod approval_rules;
pub mod assurance;
pub mod change;
pub mod change_evidence;
pub mod change_rules;
pub mod changeset;
#[cfg(test)]
mod changeset_tests;
pub mod concept;
pub mod concern;
pub mod controls;
pub mod decision;
pub mod digest;
pub mod dismissal;
pub mod encoding;
pub mod entry_point;
pub mod environment;
pub mod evidence;
pub mod evidence_form;
pub mod execution;
pub mod flips;
#[cfg(test)]
mod flips_tests;
pub mod healing;
pub mod hidden;
pub mod history;
pub mod id;
pub mod language;
pub mod lease;
pub mod limits;
pub mod lookalike;
pub mod module_name;
pub mod patch;
pub mod policy;
pub mod preamble;
pub mod principal;
pub mod probe;
pub mod proposal;
pub mod pytest;
pub mod repeats;
pub mod repository;
pub mod requirement;
pub mod review;
pub mod review_error;
pub mod revision;
pub mod role;
pub mod secrets;
pub mod shown;
pub mod source;
pub mod source_path;
pub mod space;
pub mod stats;
pub mod status;
pub mod text;
pub mod time;
pub mod timings;
pub mod token;
pub mod usage;
pub mod verdict;
#[cfg(test)]
mod verdict_tests;
pub mod weakening;
pub mod word_fit;
