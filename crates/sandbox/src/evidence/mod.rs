//! From frames to evidence: pure, total, and sceptical.
//!
//! `transcript.rs` reads frames in the only order they may come in; `tests.rs` counts, `coverage.rs` sums up lines,
//! `lint.rs` and `ruff.rs` read messages, `ending.rs` decides how the run ended. `plan.rs` and `stubs.rs` make the runs that should
//! fail, `controls.rs` judges them, `witness.rs` and `value.rs` compare replays. Nothing here trusts a number that the
//! suite sent.

pub(crate) mod controls;
#[cfg(test)]
mod controls_tests;
pub(crate) mod coverage;
pub(crate) mod ending;
pub(crate) mod executed;
pub(crate) mod lint;
pub(crate) mod plan;
pub(crate) mod reading;
pub(crate) mod ruff;
pub(crate) mod stubs;
pub(crate) mod tests;
pub(crate) mod transcript;
#[cfg(test)]
mod transcript_tests;
pub(crate) mod value;
pub(crate) mod witness;
