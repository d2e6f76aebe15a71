//! The one thread that writes, and what it makes of a change.
//!
//! `writer` collects changes, `transaction` commits a group of them with one flush, `change` turns one into rows and
//! records, `unflushed` writes what may be lost.

pub(super) mod change;
pub(super) mod transaction;
pub(super) mod unflushed;
pub(super) mod writer;
