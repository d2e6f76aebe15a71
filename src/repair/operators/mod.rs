//! The families of single edits.
//!
//! Each room knows one family and sees one node at a time; `all` asks them in turn. None of them knows the expected values
//! of the tests.

pub(super) mod all;
mod arithmetic;
mod branches;
mod calls;
mod collections;
mod compare;
mod constants;
mod guards;
mod insertions;
mod names;
mod returns;
mod slices;
mod statements;
mod wrap;
