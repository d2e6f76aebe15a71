//! Work that the backend has jails do, and evidence from what they show.
//!
//! `suite.rs` runs a suite, its lint (`linting.rs`) and its negative controls (`controls.rs`); `assemble.rs` puts what
//! they showed together as evidence, with what the suite ran with (`versions.rs`). `probing.rs` asks quick questions about
//! candidates and `studying.rs` observes files; what these say is never evidence.

pub(crate) mod assemble;
pub(crate) mod controls;
pub(crate) mod linting;
pub(crate) mod probing;
pub(crate) mod shadows;
pub(crate) mod studying;
pub(crate) mod suite;
mod versions;
