//! From red to green, and when to stop.
//!
//! What is decided is decided in pure functions: `diagnosis` from evidence, `course` from the attempts so far. The search
//! for a patch asks a sandbox through its contract and writes nothing. Recording, asking a model and executing for evidence
//! are the commands' part.

pub mod bench;
pub mod budget;
pub mod characterisation;
pub mod choice;
pub mod contradiction;
pub mod course;
pub mod diagnosis;
pub mod files;
pub mod found;
pub mod ground;
pub mod holdback;
pub mod mutation;
pub mod packages;
pub mod pairs;
pub mod raised;
pub mod rounds;
pub mod script;
pub mod search;
pub mod workshop;
