//! The record as it is stored: its growing end, its key, its rows, its chains.
//!
//! Only `tail` appends. The records are the truth of the home, every other table can be held against them.

pub(super) mod chains;
pub(super) mod ledger;
pub(super) mod records;
pub(super) mod tail;
