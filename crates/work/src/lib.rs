//! What commands do: one room for each verb, and the contract that they share.
//!
//! Imports point downward only, in the order of this map from top to bottom; below it lie the crates `foundation`, `inspection`,
//! `repair`, `sandbox`, `verifier` and `record`. No room here knows a command by name, or who asks for it.

pub mod healing;
pub mod improving;

pub mod applying;
pub mod deciding;
pub mod drafting;
pub mod executing;
pub mod reporting;

pub mod memory;

pub mod checking;

pub mod auditing;

pub mod contract;
pub mod diagnosis;
