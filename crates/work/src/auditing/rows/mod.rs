//! Every row held against the record, and every entry against the rows.
//!
//! `check.rs` is the whole of it: `journal.rs` reads the log once and holds against it what lies beside single entries, `tables.rs`
//! what must be there once for each of them, and `proposals.rs` everything about one proposal after the other. What one row
//! must say is in `auditing/vouching.rs`, which whoever decides uses as well.

pub mod check;
mod found;
mod journal;
mod pages;
mod proposals;
mod tables;
