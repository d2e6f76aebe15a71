//! One execution of a revision.
//!
//! `trial.rs` leases, runs, judges and stores; `terms.rs` says under which limits.

pub mod terms;
pub mod trial;
