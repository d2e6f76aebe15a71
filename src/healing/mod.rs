//! From red to green, and when to stop.
//!
//! What is decided is decided in pure functions: `diagnosis` from evidence, `course` from the attempts so far. The search
//! for a patch asks a sandbox through its contract and writes nothing. Recording, asking a model and executing for evidence
//! are the commands' part.

pub mod script;
