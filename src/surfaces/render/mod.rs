//! From pages to terminal text.
//!
//! Every text is escaped before ink is added, so that the only escape sequences in the output are our own colours.

pub mod cell;
pub mod chart;
pub mod code;
pub mod diff;
pub mod error;
pub mod fields;
pub mod ink;
pub mod marked;
pub mod page;
pub mod table;
pub mod typed;
pub mod wrap;

#[cfg(test)]
mod page_tests;
