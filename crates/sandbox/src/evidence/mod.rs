//! From frames to evidence: pure, total, and sceptical.
//!
//! `transcript.rs` reads frames in the only order they may come in; `tests.rs` counts, `coverage.rs` sums up lines,
//! `lint.rs` and `ruff.rs` read messages, `executed.rs`, `methods.rs` and `annotations.rs` which of them a run has answered (`lines_run.rs`), `packages.rs` and `plug_ins.rs` what was missing, `shadows.rs` tests that others hide, `remarks.rs` what texts say against themselves, `ending.rs` decides how the run ended and `said.rs` reads what it wrote last. `plan.rs`, `stubs.rs` and `spoilt.rs` make the runs that should
//! fail, `rounds.rs` and `scripts.rs` those that know no expectation; `held.rs` and `judged.rs` say what these come to, `unheard.rs` whose helpers fail in vain, `unseen.rs` all that tests do not see, `claims.rs` what
//! is not tested and `bodies.rs` what never ran, `bystanders.rs` which tests only read the others' text, `mended.rs` and `studied.rs` what studies say, `witness.rs` and `value.rs` what replays give, and `controls.rs` judges them all. Nothing here trusts a
//! number that the suite sent.

pub(crate) mod annotations;
pub(crate) mod aside;
pub(crate) mod bindings;
pub(crate) mod bodies;
pub(crate) mod bystanders;
pub(crate) mod claims;
pub(crate) mod controls;
#[cfg(test)]
mod controls_samples;
#[cfg(test)]
mod controls_tests;
pub(crate) mod coverage;
pub(crate) mod ending;
pub(crate) mod executed;
pub(crate) mod expectations;
pub(crate) mod held;
pub(crate) mod held_out;
pub(crate) mod judged;
pub(crate) mod lines_run;
pub(crate) mod lint;
pub(crate) mod mended;
pub(crate) mod methods;
pub(crate) mod packages;
pub(crate) mod plan;
pub(crate) mod plug_ins;
pub(crate) mod ran;
pub(crate) mod reading;
pub(crate) mod remarks;
pub(crate) mod rounds;
pub(crate) mod ruff;
pub(crate) mod runs;
pub(crate) mod said;
pub(crate) mod scripts;
pub(crate) mod shadows;
pub(crate) mod spoilt;
pub(crate) mod stubs;
pub(crate) mod studied;
pub(crate) mod tests;
pub(crate) mod transcript;
#[cfg(test)]
mod transcript_tests;
pub(crate) mod unheard;
pub(crate) mod unseen;
pub(crate) mod value;
pub(crate) mod witness;
pub(crate) mod wording;
pub(crate) mod written;
