//! What stands in sources, told without running them.
//!
//! Pure functions over texts and their syntax trees: findings of a look at code, the public interface of a module and how two of
//! them differ, and the arithmetic with which an improvement is scored. Nothing here reads a file, a clock or a setting.

pub mod findings;
pub mod flame;
pub mod functions;
pub mod interface;
pub mod language;
pub mod plot;
pub mod python;
pub mod reach;
pub mod risk;
pub mod score;
pub mod standard;
pub mod statistics;
pub mod steering;
pub mod structure;
pub mod tree;
pub mod ways;
