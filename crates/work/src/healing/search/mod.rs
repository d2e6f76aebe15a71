//! The search for a patch without a model.
//!
//! `search.rs` tries single edits, `pairs.rs` two at once, both in the order that `ground.rs` gives them from traces of the
//! tests. `bench.rs` asks a sandbox, `choice.rs` picks among the patches that pass. What comes back is a hint: only a full
//! execution is evidence. Where a suite is slow `passing.rs` chooses the tests that are run.

pub mod bench;
pub mod choice;
pub mod found;
pub mod ground;
pub mod holdback;
pub mod pairs;
pub mod passing;
pub mod search;
