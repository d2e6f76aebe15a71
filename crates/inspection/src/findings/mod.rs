//! What a look at sources finds, ranked.
//!
//! The first lines are the ones worth reading.
//! Each file knows one kind of finding and nothing of the others. A look is a hint for a person, with the line and the reason; it is
//! no evidence and moves no verdict.

pub mod dangers;
pub mod duplicates;
pub mod finding;
pub mod known;
pub mod looks;
#[cfg(test)]
mod looks_tests;
#[cfg(test)]
mod other_languages_tests;
pub mod past;
pub mod ranking;
pub mod sarif;
pub mod secrets;
pub mod shape;
pub mod unused;
