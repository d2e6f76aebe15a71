//! Notes, items of a forge, tests with what they ran, and mended findings, as rows.
//!
//! Notes are replaced as a whole, because a note may be taken away; everything else is added to what is there.

use rusqlite::{Connection, Row};

use crate::store::beside::{ItemKind, KeptCover, KeptIssue, KeptMended, KeptNote};
use crate::store::error::StoreError;
use crate::store::sqlite::rows::{count, execute, int, many, one};
use crate::store::sqlite::tables::memory::ids::{bytes, id, optional_bytes, optional_id};
use record::domain::changeset::GitId;

/// Keeps the decisions of notes instead of those before.
pub(super) fn note(
    connection: &Connection,
    repository: i64,
    notes: &[KeptNote],
) -> Result<(), StoreError> {
    execute(connection, "DELETE FROM memory_notes WHERE repository = ?1", [repository])?;
    let sql = "INSERT INTO memory_notes (repository, id, place, proposal, revision, decision, said_by, reason, \
        said_at, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    for note in notes {
        let KeptNote { commit, place, proposal, revision, decision, by, reason, at, seq } = note;
        let id = bytes(commit);
        let params =
            (repository, id, place, proposal, revision, decision, by, reason, at, int(*seq));
        execute(connection, sql, params)?;
    }
    Ok(())
}

/// The decisions that notes tell of a commit.
pub(crate) fn notes_on(
    connection: &Connection,
    repository: i64,
    commit: &GitId,
) -> Result<Vec<KeptNote>, StoreError> {
    let sql = "SELECT id, place, proposal, revision, decision, said_by, reason, said_at, seq \
        FROM memory_notes WHERE repository = ?1 AND id = ?2 ORDER BY place";
    many(connection, sql, (repository, bytes(commit)), |row| {
        Ok(KeptNote {
            commit: id(row, 0)?,
            place: row.get(1)?,
            proposal: row.get(2)?,
            revision: row.get(3)?,
            decision: row.get(4)?,
            by: row.get(5)?,
            reason: row.get(6)?,
            at: row.get(7)?,
            seq: count(row, 8)?,
        })
    })
}

/// Keeps items of a forge; a newer file says more than an older one.
pub(super) fn import(
    connection: &Connection,
    repository: i64,
    issues: &[KeptIssue],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_issues (repository, number, is_pull, title, state, author, opened_at, merged_as, \
        source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (repository, number, is_pull) \
        DO UPDATE SET title = ?4, state = ?5, author = ?6, opened_at = ?7, merged_as = ?8, source = ?9";
    for issue in issues {
        let KeptIssue { number, kind, title, state, author, opened_at, merged_as, source } = issue;
        let is_pull = *kind == ItemKind::Pull;
        let merged_as = optional_bytes(merged_as.as_ref());
        let number = int(*number);
        let params =
            (repository, number, is_pull, title, state, author, opened_at, merged_as, source);
        execute(connection, sql, params)?;
    }
    Ok(())
}

const ISSUE: &str = "SELECT number, is_pull, title, state, author, opened_at, merged_as, source \
    FROM memory_issues WHERE repository = ?1";

fn issue(row: &Row<'_>) -> Result<KeptIssue, StoreError> {
    let kind = if row.get(1)? { ItemKind::Pull } else { ItemKind::Issue };
    Ok(KeptIssue {
        number: count(row, 0)?,
        kind,
        title: row.get(2)?,
        state: row.get(3)?,
        author: row.get(4)?,
        opened_at: row.get(5)?,
        merged_as: optional_id(row, 6)?,
        source: row.get(7)?,
    })
}

/// The items of a number.
pub(crate) fn issues(
    connection: &Connection,
    repository: i64,
    number: u64,
) -> Result<Vec<KeptIssue>, StoreError> {
    let sql = format!("{ISSUE} AND number = ?2 ORDER BY is_pull");
    many(connection, &sql, (repository, int(number)), issue)
}

/// The pull requests that became a commit.
pub(crate) fn pulls_of(
    connection: &Connection,
    repository: i64,
    commit: &GitId,
) -> Result<Vec<KeptIssue>, StoreError> {
    let sql = format!("{ISSUE} AND merged_as = ?2 ORDER BY number");
    many(connection, &sql, (repository, bytes(commit)), issue)
}

/// Adds tests with what they ran; what a test noticed once it stays known for.
pub(super) fn cover(
    connection: &Connection,
    repository: i64,
    covers: &[KeptCover],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_covers (repository, path, symbol, test, lines, noticed, execution) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (repository, path, symbol, test) \
        DO UPDATE SET lines = ?5, noticed = max(noticed, ?6), execution = ?7";
    for KeptCover { path, symbol, test, lines, is_noticed, execution } in covers {
        let params = (repository, path, symbol, test, lines, is_noticed, execution);
        execute(connection, sql, params)?;
    }
    Ok(())
}

/// The tests that ran lines of a file.
pub(crate) fn covers(
    connection: &Connection,
    repository: i64,
    path: &str,
) -> Result<Vec<KeptCover>, StoreError> {
    let sql = "SELECT path, symbol, test, lines, noticed, execution FROM memory_covers \
        WHERE repository = ?1 AND path = ?2 ORDER BY symbol, test";
    many(connection, sql, (repository, path), |row| {
        Ok(KeptCover {
            path: row.get(0)?,
            symbol: row.get(1)?,
            test: row.get(2)?,
            lines: row.get(3)?,
            is_noticed: row.get(4)?,
            execution: row.get(5)?,
        })
    })
}

/// How many items of a forge there are, and how many tests with what they ran.
pub(crate) fn counts(connection: &Connection, repository: i64) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT (SELECT count(*) FROM memory_issues WHERE repository = ?1), \
        (SELECT count(DISTINCT test) FROM memory_covers WHERE repository = ?1)";
    let found = one(connection, sql, [repository], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    Ok(found.unwrap_or_default())
}

/// Notes what proposals mended.
pub(super) fn mend(
    connection: &Connection,
    repository: i64,
    mended: &[KeptMended],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_mended (repository, proposal, rule, count) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (repository, proposal, rule) DO UPDATE SET count = ?4";
    for KeptMended { proposal, rule, count } in mended {
        execute(connection, sql, (repository, proposal.as_str(), rule, count))?;
    }
    Ok(())
}
