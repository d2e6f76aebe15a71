//! The families of single edits.
//!
//! Each room knows one family and sees one node at a time; `all` asks them in turn. None of them knows the expected values
//! of the tests.

mod additions;
pub(super) mod all;
mod arithmetic;
mod calls;
mod collections;
mod compare;
mod conditions;
mod constants;
mod decisions;
mod insertions;
mod lines;
mod names;
mod operands;
mod returns;
mod slices;
mod statements;
mod wrap;
