//! A database as of one moment, read through one connection.
//!
//! Whoever verifies a home that is in use must see entries and rows of the same commit; one read transaction gives that, and
//! lets others write meanwhile.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::{LogState, StoredPolicy};
use crate::store::rows::{Cell, Dossier, RowStore, Rows, SeeEntry, SeeRow, Table, Work};
use crate::store::sqlite::log::chains::tree;
use crate::store::sqlite::log::records;
use crate::store::sqlite::reading::rows::{dossier, oddities};
use crate::store::sqlite::rows::{cell, count, one};
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::{concepts, owners};
use record::audit::key::VerifierKey;
use record::domain::concept::Concept;
use record::domain::id::ProposalId;

/// A connection inside a read transaction.
pub(crate) struct Snapshot<'a>(pub(crate) &'a Connection);

/// The columns of a table, and the order they are shown in; `?1` and `?2` bound the first where it is a number.
const fn sql(table: Table) -> &'static str {
    match table {
        Table::Nodes => {
            "SELECT leaf, level, hash FROM audit_node WHERE leaf BETWEEN ?1 AND ?2 ORDER BY leaf, level"
        }
        Table::Checkpoints => {
            "SELECT size, note FROM audit_checkpoint WHERE size BETWEEN ?1 AND ?2 ORDER BY size"
        }
        Table::Calls => {
            "SELECT row, provider, model, input_tokens, output_tokens, cost_microusd, latency_ms, called_at \
            FROM calls WHERE row BETWEEN ?1 AND ?2 ORDER BY row"
        }
        Table::Jobs => {
            "SELECT execution, proposal, revision, fence, state, id FROM jobs WHERE ?1 <= ?2"
        }
        Table::Nonces => "SELECT nonce, seq FROM nonces WHERE ?1 <= ?2",
        Table::Keys => "SELECT key, seq FROM idempotency WHERE ?1 <= ?2",
        Table::Imports => {
            "SELECT file_digest, source, shape, imported_at FROM imports WHERE ?1 <= ?2"
        }
        Table::Healings => {
            "SELECT started_seq, proposal, base, ended_seq, stop FROM healings \
            WHERE started_seq BETWEEN ?1 AND ?2 ORDER BY started_seq"
        }
        Table::Applications => {
            "SELECT started_seq, proposal, revision, direction, place, plan, ended_seq, outcome FROM applications \
            WHERE started_seq BETWEEN ?1 AND ?2 ORDER BY started_seq"
        }
        Table::Chains => {
            "SELECT proposal, entries, hash FROM chains WHERE proposal BETWEEN ?1 AND ?2 ORDER BY proposal"
        }
        Table::LooseBlobs => {
            "SELECT digest FROM blobs WHERE ?1 <= ?2 AND digest NOT IN ( \
            SELECT stdout FROM executions WHERE stdout IS NOT NULL \
            UNION SELECT stderr FROM executions WHERE stderr IS NOT NULL \
            UNION SELECT blob FROM history WHERE blob IS NOT NULL \
            UNION SELECT digest FROM application_contents)"
        }
        Table::OwnerEntries => {
            "SELECT seq FROM owner_entries WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq"
        }
    }
}

impl RowStore for SqliteStore {
    fn at_one_moment(&self, work: &mut Work<'_>) -> Result<(), StoreError> {
        self.read(|connection| work(&Snapshot(connection)))
    }
}

impl Rows for Snapshot<'_> {
    fn state(&self) -> Result<LogState, StoreError> {
        records::state(self.0)
    }

    fn entries(&self, see: &mut SeeEntry<'_>) -> Result<(), StoreError> {
        let sql = "SELECT seq, proposal, record FROM audit_log ORDER BY seq";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let record = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            if see(count(row, 0)?, row.get(1)?, record).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn table(
        &self,
        table: Table,
        range: (i64, i64),
        see: &mut SeeRow<'_>,
    ) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(sql(table))?;
        let columns = statement.column_count();
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            let cells: Result<Vec<Cell>, StoreError> =
                (0..columns).map(|column| cell(row.get_ref(column)?)).collect();
            if see(&cells?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn dossier_after(&self, row: i64) -> Result<Option<Dossier>, StoreError> {
        let sql = "SELECT row FROM proposals WHERE row > ?1 ORDER BY row LIMIT 1";
        let next: Option<i64> = one(self.0, sql, [row], |row| Ok(row.get(0)?))?;
        next.map(|row| dossier::read(self.0, row)).transpose()
    }

    fn dossier(&self, id: &ProposalId) -> Result<Option<Dossier>, StoreError> {
        let sql = "SELECT row FROM proposals WHERE id = ?1";
        let row: Option<i64> = one(self.0, sql, [id.as_str()], |row| Ok(row.get(0)?))?;
        row.map(|row| dossier::read(self.0, row)).transpose()
    }

    fn concepts(&self) -> Result<Vec<Concept>, StoreError> {
        concepts::read_all(self.0)
    }

    fn policies(&self, key: &VerifierKey) -> Result<Vec<StoredPolicy>, StoreError> {
        owners::keys(self.0, key)?;
        owners::policies(self.0, key)
    }

    fn oddity(&self, key: &VerifierKey) -> Result<Option<String>, StoreError> {
        match oddities::first(self.0)? {
            None => tree::misfit(self.0, key),
            found => Ok(found),
        }
    }
}
