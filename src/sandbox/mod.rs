//! The only wing that starts processes.
//!
//! `backend.rs` is the contract: a job in, evidence out. Everything the code under test sends is hostile bytes.

pub mod backend;
pub mod error;
