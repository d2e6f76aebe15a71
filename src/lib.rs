//! saraphina: the gate and the ledger for generated code.
//!
//! Read `ARCHITECTURE.md` first. Imports point downward only, in the order of this map from bottom to top.

pub mod audit;
pub mod domain;
