//! Verification of an export, for whoever holds its files and a public key.
//!
//! An auditor should not have to trust the program that wrote the record. This crate therefore needs no home, no database and
//! no async runtime: it reads a folder or a tar file as hostile input, and hands every record to the verifier of the `record`
//! crate. `saraphina audit verify PATH` and the executable `saraphina-verify` both call it, so there is one implementation.

pub mod archive;
pub mod check;
pub mod detached;
pub mod error;
pub mod examining;
pub mod format;
pub mod given;
pub mod layout;
pub mod source;
mod strangers;
pub mod verified;
pub mod words;
