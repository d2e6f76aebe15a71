//! Kept blames as rows.
//!
//! One of each path is kept, with what the file held: other bytes, or commits that were taken out of the history, make it count no more.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::memory::KeptHunk;
use crate::store::sqlite::rows::{execute, many, one};
use crate::store::sqlite::tables::memory::ids::bytes;
use record::domain::changeset::GitId;

/// Keeps the blame of a file.
pub(super) fn keep(
    connection: &Connection,
    repository: i64,
    (path, blob): (&[u8], &GitId),
    hunks: &[KeptHunk],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM memory_blames WHERE repository = ?1 AND path = ?2";
    execute(connection, sql, (repository, path))?;
    let sql = "INSERT INTO memory_blames (repository, path, blob) VALUES (?1, ?2, ?3)";
    execute(connection, sql, (repository, path, bytes(blob)))?;
    let blame = connection.last_insert_rowid();
    let sql = "INSERT INTO memory_hunks (blame, line, lines, number, path) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT DO NOTHING";
    for KeptHunk { line, lines, number, path } in hunks {
        execute(connection, sql, (blame, line, lines, number, path))?;
    }
    Ok(())
}

/// Forgets every blame of a repository.
pub(super) fn clear(connection: &Connection, repository: i64) -> Result<(), StoreError> {
    execute(connection, "DELETE FROM memory_blames WHERE repository = ?1", [repository]).map(drop)
}

fn hunk_of(row: &Row<'_>) -> Result<KeptHunk, StoreError> {
    Ok(KeptHunk { line: row.get(0)?, lines: row.get(1)?, number: row.get(2)?, path: row.get(3)? })
}

/// The lines of a kept blame that hold one.
pub(crate) fn hunk(
    connection: &Connection,
    repository: i64,
    (path, blob): (&[u8], &GitId),
    line: u32,
) -> Result<Option<KeptHunk>, StoreError> {
    let sql = "SELECT h.line, h.lines, h.number, h.path FROM memory_blames b \
        CROSS JOIN memory_hunks h ON h.blame = b.row \
        WHERE b.repository = ?1 AND b.path = ?2 AND b.blob = ?3 AND h.line <= ?4 \
        ORDER BY h.line DESC LIMIT 1";
    let found = one(connection, sql, (repository, path, bytes(blob), line), hunk_of)?;
    Ok(found.filter(|hunk| line < hunk.line.saturating_add(hunk.lines)))
}

/// A kept blame.
pub(crate) fn hunks(
    connection: &Connection,
    repository: i64,
    (path, blob): (&[u8], &GitId),
) -> Result<Option<Vec<KeptHunk>>, StoreError> {
    let sql = "SELECT row FROM memory_blames WHERE repository = ?1 AND path = ?2 AND blob = ?3";
    let params = (repository, path, bytes(blob));
    let Some(blame): Option<i64> = one(connection, sql, params, |row| Ok(row.get(0)?))? else {
        return Ok(None);
    };
    let sql = "SELECT line, lines, number, path FROM memory_hunks WHERE blame = ?1 ORDER BY line";
    many(connection, sql, [blame], hunk_of).map(Some)
}
