//! One execution of a revision.
//!
//! `trial.rs` leases, runs, judges and stores; `terms.rs` says under which limits, `dependencies.rs` with which packages and
//! `variables.rs` with which variables.

pub mod baselines;
pub mod changes;
pub mod dependencies;
pub mod following;
pub mod kept_boxes;
pub mod terms;
pub mod trial;
pub mod variables;
