//! The house is held to its plan.
//!
//! `rules.rs` says what is wrong with a tree of files, `tree.rs` reads one, `graph.rs` tells which file imports which, `house.rs` applies the rules to this
//! repository, and `planted.rs` shows that each rule bites.

mod graph;
mod house;
mod planted;
mod rules;
mod sizes;
mod tree;
mod unused;
