//! Reports, proofs and verifications for auditors.
//!
//! `audit` is the command; every part of it has a file here.

pub mod csv;
pub mod export;
pub mod html;
pub mod population;
pub mod prove;
pub mod report;
pub mod verified;
pub mod verify;
