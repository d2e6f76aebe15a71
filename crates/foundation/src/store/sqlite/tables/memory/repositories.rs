//! Remembered repositories as rows, and the steps that are written for them.
//!
//! A step is written where nobody else wrote since its builder last looked: two builds of one repository would give files and
//! commits the same numbers.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::memory::{Proposed, Remembered, Step};
use crate::store::sqlite::rows::{count, execute, int, many, one, optional_parsed, parsed};
use crate::store::sqlite::tables::memory::ids::{bytes, optional_id};
use crate::store::sqlite::tables::memory::{beside, blames, history, sources};

/// Finds a repository by its name.
pub(crate) fn read(connection: &Connection, name: &str) -> Result<Option<Remembered>, StoreError> {
    let sql = "SELECT row, version, head, facts FROM memory_repositories WHERE name = ?1";
    one(connection, sql, [name], |row| {
        let (head, facts) = (optional_id(row, 2)?, row.get(3)?);
        Ok(Remembered { row: row.get(0)?, version: count(row, 1)?, head, facts })
    })
}

/// Begins to remember a repository, or finds it.
pub(crate) fn begin(connection: &Connection, name: &str) -> Result<Remembered, StoreError> {
    let sql = "INSERT INTO memory_repositories (name) VALUES (?1) ON CONFLICT (name) DO NOTHING";
    execute(connection, sql, [name])?;
    read(connection, name)?.ok_or(StoreError::Closed)
}

/// Moves what is remembered from one name to another under which nothing was built; whether there was anything.
pub(crate) fn rename(connection: &Connection, from: &str, to: &str) -> Result<bool, StoreError> {
    let is_there = "SELECT 1 FROM memory_repositories WHERE name = ?1 AND head IS NOT NULL";
    let is_built = |name: &str| -> Result<bool, StoreError> {
        Ok(one(connection, is_there, [name], |_| Ok(()))?.is_some())
    };
    if !is_built(from)? || is_built(to)? {
        return Ok(false);
    }
    execute(connection, "DELETE FROM memory_repositories WHERE name = ?1", [to])?;
    let sql = "UPDATE memory_repositories SET name = ?2 WHERE name = ?1";
    execute(connection, sql, (from, to)).map(|moved| moved > 0)
}

/// Writes one step; the new version.
pub(crate) fn step(
    connection: &Connection,
    repository: i64,
    version: u64,
    step: &Step,
) -> Result<u64, StoreError> {
    let sql =
        "UPDATE memory_repositories SET version = version + 1 WHERE row = ?1 AND version = ?2";
    if execute(connection, sql, (repository, int(version)))? != 1 {
        return Err(StoreError::StaleFence);
    }
    match step {
        Step::History { commits, changes, files } => {
            history::add_files(connection, repository, files)?;
            history::add_commits(connection, repository, commits)?;
            history::add_changes(connection, repository, changes)?;
        }
        Step::Forget(commits) => {
            history::forget(connection, repository, commits)?;
            blames::clear(connection, repository)?;
        }
        Step::Merged(merged) => history::merge(connection, repository, merged)?,
        Step::Sources(parsed) => {
            parsed.iter().try_for_each(|source| sources::add(connection, source))?;
        }
        Step::Tree { files, relinked, links } => {
            history::add_files(connection, repository, files)?;
            sources::relink(connection, repository, relinked, links)?;
        }
        Step::Built { head, facts } => {
            let sql = "UPDATE memory_repositories SET head = ?2, facts = ?3 WHERE row = ?1";
            execute(connection, sql, (repository, bytes(head), facts))?;
            sources::sweep(connection)?;
        }
        Step::Blamed { path, blob, hunks } => {
            blames::keep(connection, repository, (path, blob), hunks)?;
        }
        Step::Noted(notes) => beside::note(connection, repository, notes)?,
        Step::Imported(issues) => beside::import(connection, repository, issues)?,
        Step::Covered(covers) => beside::cover(connection, repository, covers)?,
        Step::Mended(mended) => beside::mend(connection, repository, mended)?,
        Step::Found(facts) => {
            let sql = "UPDATE memory_repositories SET facts = ?2 WHERE row = ?1";
            execute(connection, sql, (repository, facts))?;
        }
    }
    Ok(version + 1)
}

/// The proposals of changes of a path, newest first.
pub(crate) fn proposed(
    connection: &Connection,
    name: &str,
    path: &str,
    limit: u32,
) -> Result<Vec<Proposed>, StoreError> {
    let sql = "SELECT p.id, max(r.number), p.status, p.verdict, p.request FROM revision_sides s \
        JOIN revision_bases b ON b.revision = s.revision JOIN revisions r ON r.row = s.revision \
        JOIN proposals p ON p.row = r.proposal WHERE s.path = ?1 AND b.repository = ?2 \
        GROUP BY p.row ORDER BY p.row DESC LIMIT ?3";
    many(connection, sql, (path, name, limit), |row| {
        Ok(Proposed {
            id: parsed(row, 0)?,
            revision: row.get(1)?,
            status: parsed(row, 2)?,
            verdict: optional_parsed(row, 3)?,
            request: row.get(4)?,
        })
    })
}
