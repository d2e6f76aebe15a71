//! The record that can be checked.
//!
//! Pure functions and values: the canonical record, the Merkle tree over it, the signed checkpoint, the statement an
//! owner signs, and the verifier that needs nothing but bytes. No input or output, no clock, no SQL: the store writes what
//! is sealed here, and an auditor can verify with this wing alone.

pub mod canonical;
pub mod chain;
pub mod checkpoint;
pub mod decision;
mod detail;
pub mod dsse;
pub mod examined;
pub mod fact;
pub mod grounds;
pub mod head;
mod in_toto;
pub mod key;
pub mod local_key;
pub mod log_proof;
pub mod merkle;
mod ordered;
pub mod owner_change;
pub mod owner_key;
mod owner_signature;
pub mod plain;
pub mod problem;
pub mod proof;
pub mod quick;
pub mod quorum;
pub mod record;
pub mod restored;
mod sealing;
pub mod signers;
mod spelling;
mod ssh_wire;
pub mod sshsig;
pub mod statement;
pub mod summary;
mod tally;
pub mod tiles;
pub mod tree;
pub mod verification;
pub mod verify;

#[cfg(test)]
mod decision_tests;
#[cfg(test)]
mod quick_tests;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod statement_tests;
