//! What a module offers to others, and what a change of it breaks.
//!
//! It is read of the text alone, so that a file can be held against its successor in milliseconds and without running either. What
//! no text shows, behaviour, is for a replay in a sandbox to compare.

pub mod class;
pub mod difference;
pub mod effects;
pub mod gate;
#[cfg(test)]
mod gate_tests;
pub mod offer;
pub mod parameters;
pub mod reading;
pub mod signature;
