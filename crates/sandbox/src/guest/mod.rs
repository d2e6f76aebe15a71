//! What runs inside the jail.
//!
//! The harness and the linter are Python files of their own, embedded and shown to the jail read-only. They know, run
//! and report; they never judge.

pub(crate) mod scripts;
