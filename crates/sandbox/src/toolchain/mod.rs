//! Pinned tools that suites run with.
//!
//! `python.rs` gives a ready toolchain and sets one up where there is none: `interpreter.rs` finds a Python,
//! `install.rs` fills a folder of its own from the hash-locked lists in `requirements.rs`, and `compiled.rs` compiles the guest's
//! files for it.
//! `layer.rs` installs what a proposal declares, by the uv that `uv.rs` finds, and `installed.rs` reads what that is.

mod compiled;
mod install;
pub mod installed;
pub(crate) mod interpreter;
pub mod layer;
pub mod linter;
pub mod python;
pub mod requirements;
mod uv;
