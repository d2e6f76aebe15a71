//! Diagnoses of failures, read from evidence.
//!
//! `diagnosis.rs` names the class of failure and says it in a sentence; `raised.rs` reads tracebacks, `files.rs` tells what each of several
//! files did, `packages.rs` what a requirements file asks for, `absent.rs` what a module that is missing may be, `python.rs` which Python a project is for, `script.rs` how a script ended, `shown.rs` what a model is shown. Everything here is pure.

pub mod absent;
pub mod changed;
pub mod diagnosis;
pub mod files;
pub mod outside;
pub mod packages;
pub mod program;
pub mod python;
pub mod raised;
pub mod script;
pub mod shown;
