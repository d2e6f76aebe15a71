//! Context that the rows of one change share.
//!
//! Each table's functions take it instead of the change itself, so a table knows neither the other tables' writes nor
//! the transaction it is part of.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::sqlite::tables::rollups::Deltas;
use record::domain::time::Timestamp;

/// One change while its rows are written, inside the open transaction.
pub(crate) struct Unit<'a> {
    pub(crate) connection: &'a Connection,
    /// The time of its records, which never goes back.
    pub(crate) at: Timestamp,
    /// The sequence of its first record.
    pub(crate) seq: u64,
    pub(crate) deltas: &'a mut Deltas,
    /// Rows of the proposals it changes.
    pub(crate) touched: BTreeSet<i64>,
}
