//! Heals a failing revision in a loop, and knows when to stop.
//!
//! `healing_loop.rs` runs, diagnoses, repairs and runs again until `course.rs` says to stop. `edits.rs` repairs without a model
//! (`search/`), `model.rs` asks one; `acts.rs` records every step. What is decided is decided in pure functions: `course.rs` from
//! the attempts so far, `budget.rs` from what was spent.

pub mod acts;
pub mod budget;
pub mod candidates;
pub mod changes;
pub mod characterisation;
pub mod chosen;
pub mod contradiction;
pub mod course;
pub mod edits;
pub mod ending;
pub mod forecast;
pub mod healed;
pub mod healed_page;
pub mod healing_loop;
pub mod lean;
pub mod model;
pub mod mutation;
pub mod notes;
pub mod personas;
pub mod plan;
pub mod replaced;
pub mod rounds;
pub mod run;
pub mod search;
pub mod stored;
pub mod taking;
pub mod told;
pub mod untried;
pub mod vouched;
pub mod work;
pub mod workshop;
