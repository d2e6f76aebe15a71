//! The families of single edits.
//!
//! Each room knows one family and sees one node at a time; `all` asks them in turn. None of them knows the expected values
//! of the tests.

mod additions;
pub(super) mod all;
mod arithmetic;
mod branches;
mod calls;
mod collections;
mod compare;
mod conditions;
mod constants;
mod decisions;
mod either;
mod fields;
mod insertions;
mod lines;
mod names;
mod operands;
mod own_calls;
mod patterns;
mod returns;
mod sharing;
mod slices;
mod statements;
mod surplus;
mod twins;
mod undoing;
mod wrap;
