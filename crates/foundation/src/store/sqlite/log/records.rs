//! Reads records, and verifies all of them.
//!
//! Records are handed out as the bytes that were stored: a caller that hashes them sees what was signed.

use std::ops::ControlFlow;

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::query::{LogQuery, LogRow, LogState, Visit};
use crate::store::sqlite::log::tail::stored_node;
use crate::store::sqlite::rows::{count, int, many, one};
use crate::store::sqlite::tables::proposals;
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::verification::Verification;
use record::audit::verify::Verifier;
use record::domain::digest::Digest;

/// The newest signed state.
pub(crate) fn state(connection: &Connection) -> Result<LogState, StoreError> {
    let sql = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1";
    let checkpoint = one(connection, sql, [], |row| {
        Ok(LogState { size: count(row, 0)?, checkpoint: row.get(1)? })
    })?;
    Ok(checkpoint.unwrap_or(LogState { size: 0, checkpoint: String::new() }))
}

/// Counts the records.
pub(crate) fn size(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT ifnull(max(seq) + 1, 0) FROM audit_log";
    Ok(one(connection, sql, [], |row| count(row, 0))?.unwrap_or_default())
}

/// Records, newest first.
pub(crate) fn read(connection: &Connection, query: &LogQuery) -> Result<Vec<LogRow>, StoreError> {
    let before = query.before.map_or(i64::MAX, int);
    let Some(id) = &query.proposal else {
        let sql = "SELECT seq, record FROM audit_log WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
        return many(connection, sql, (before, query.limit), decode);
    };
    let Some(proposal) = proposals::row_of(connection, id)? else { return Ok(Vec::new()) };
    let sql = "SELECT seq, record FROM audit_log WHERE proposal = ?1 AND seq < ?2 \
        ORDER BY seq DESC LIMIT ?3";
    many(connection, sql, (proposal, before, query.limit), decode)
}

/// Records from `seq` on, oldest first.
pub(crate) fn read_from(
    connection: &Connection,
    seq: u64,
    limit: u32,
) -> Result<Vec<LogRow>, StoreError> {
    let sql = "SELECT seq, record FROM audit_log WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
    many(connection, sql, (int(seq), limit), decode)
}

/// Shows every record from `seq` on, oldest first, without keeping any, until told to stop.
pub(crate) fn stream(
    connection: &Connection,
    seq: u64,
    visit: &mut Visit<'_>,
) -> Result<(), StoreError> {
    let sql = "SELECT seq, record FROM audit_log WHERE seq >= ?1 ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([int(seq)])?;
    while let Some(row) = rows.next()? {
        let record = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        if visit(count(row, 0)?, record).is_break() {
            break;
        }
    }
    Ok(())
}

/// The first record of the change that was written under a key.
pub(crate) fn recorded(connection: &Connection, key: &str) -> Result<Option<LogRow>, StoreError> {
    let sql = "SELECT l.seq, l.record FROM idempotency i JOIN audit_log l ON l.seq = i.seq \
        WHERE i.key = ?1";
    one(connection, sql, [Digest::of(key.as_bytes()).as_bytes()], decode)
}

/// Checks every record, the newest checkpoint and, where given, the head outside.
pub(crate) fn verify(
    connection: &Connection,
    key: Option<VerifierKey>,
    head: Option<&Head>,
) -> Result<Verification, StoreError> {
    verify_with(connection, (key, head), &mut |_| ())
}

/// The same, and shows each record on the way.
pub(crate) fn verify_with(
    connection: &Connection,
    (key, head): (Option<VerifierKey>, Option<&Head>),
    visit: &mut dyn FnMut(&[u8]),
) -> Result<Verification, StoreError> {
    let mut verifier = Verifier::new(key);
    stream(connection, 0, &mut |_, bytes| {
        visit(bytes);
        match verifier.push(bytes) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    let note = state(connection)?.checkpoint;
    let stored = |place| stored_node(connection, place).ok().flatten();
    Ok(verifier.finish_with(Some(&note), head, &stored))
}

fn decode(row: &Row<'_>) -> Result<LogRow, StoreError> {
    Ok(LogRow { seq: count(row, 0)?, bytes: row.get(1)? })
}
