//! The house is held to its plan.
//!
//! `rules.rs` says what is wrong with a tree of files, `tree.rs` reads one, `house.rs` applies the rules to this
//! repository, and `planted.rs` shows that each rule bites.

mod house;
mod planted;
mod rules;
mod sizes;
mod tree;
