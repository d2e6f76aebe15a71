//! Commits, files and what commits change, as rows.
//!
//! Everything is asked for by a number of one repository: numbers of commits grow from parents to children, so a range of numbers
//! is a piece of the history.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::memory::{KeptChange, KeptCommit, KeptFile, Touch};
use crate::store::sqlite::rows::{execute, many, one};
use crate::store::sqlite::tables::memory::ids::{bytes, id, optional_bytes, optional_id};
use record::domain::changeset::GitId;

const COMMIT: &str = "SELECT number, id, authored_at, author, parents, size, reverts, proposal, merged_by, \
    message FROM memory_commits";

/// Adds files, or says anew where they lie and what they hold.
pub(super) fn add_files(
    connection: &Connection,
    repository: i64,
    files: &[KeptFile],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_files (repository, number, path, is_live, blob) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (repository, number) DO UPDATE SET path = ?3, is_live = ?4, blob = ?5";
    for KeptFile { number, path, is_live, blob } in files {
        let blob = optional_bytes(blob.as_ref());
        execute(connection, sql, (repository, number, path, is_live, blob))?;
    }
    Ok(())
}

/// Adds commits.
pub(super) fn add_commits(
    connection: &Connection,
    repository: i64,
    commits: &[KeptCommit],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_commits (repository, number, id, authored_at, author, parents, size, reverts, \
        proposal, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    for commit in commits {
        let reverts = optional_bytes(commit.reverts.as_ref());
        let params = (
            repository,
            commit.number,
            bytes(&commit.id),
            commit.authored_at,
            &commit.author,
            commit.parents,
            commit.size,
            reverts,
            &commit.proposal,
            &commit.message,
        );
        execute(connection, sql, params)?;
    }
    Ok(())
}

/// Adds what commits change.
pub(super) fn add_changes(
    connection: &Connection,
    repository: i64,
    changes: &[KeptChange],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO memory_changes (repository, file, number, blob) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT DO UPDATE SET blob = ?4";
    for KeptChange { number, file, blob } in changes {
        execute(connection, sql, (repository, file, number, optional_bytes(blob.as_ref())))?;
    }
    Ok(())
}

/// Notes which merges brought commits in.
pub(super) fn merge(
    connection: &Connection,
    repository: i64,
    merged: &[(u32, u32)],
) -> Result<(), StoreError> {
    let sql = "UPDATE memory_commits SET merged_by = ?3 WHERE repository = ?1 AND number = ?2";
    merged.iter().try_for_each(|(number, merge)| {
        execute(connection, sql, (repository, number, merge)).map(drop)
    })
}

/// Forgets commits with what they changed.
pub(super) fn forget(
    connection: &Connection,
    repository: i64,
    commits: &[GitId],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM memory_commits WHERE repository = ?1 AND id = ?2";
    commits.iter().try_for_each(|id| execute(connection, sql, (repository, bytes(id))).map(drop))
}

fn commit(row: &Row<'_>) -> Result<KeptCommit, StoreError> {
    Ok(KeptCommit {
        number: row.get(0)?,
        id: id(row, 1)?,
        authored_at: row.get(2)?,
        author: row.get(3)?,
        parents: row.get(4)?,
        size: row.get(5)?,
        reverts: optional_id(row, 6)?,
        proposal: row.get(7)?,
        merged_by: row.get(8)?,
        message: row.get(9)?,
    })
}

/// The ids of all commits, with their numbers.
pub(crate) fn ids(
    connection: &Connection,
    repository: i64,
) -> Result<Vec<(u32, GitId)>, StoreError> {
    let sql = "SELECT number, id FROM memory_commits WHERE repository = ?1 ORDER BY number";
    many(connection, sql, [repository], |row| Ok((row.get(0)?, id(row, 1)?)))
}

/// The newest number, and how many commits there are.
pub(crate) fn newest(connection: &Connection, repository: i64) -> Result<(u32, u32), StoreError> {
    let sql = "SELECT ifnull(max(number), 0), count(*) FROM memory_commits WHERE repository = ?1";
    let found = one(connection, sql, [repository], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.unwrap_or_default())
}

/// A commit by its number.
pub(crate) fn numbered(
    connection: &Connection,
    repository: i64,
    number: u32,
) -> Result<Option<KeptCommit>, StoreError> {
    let sql = format!("{COMMIT} WHERE repository = ?1 AND number = ?2");
    one(connection, &sql, (repository, number), commit)
}

/// Commits by the first digits of their id, at most two.
pub(crate) fn named(
    connection: &Connection,
    repository: i64,
    digits: &str,
) -> Result<Vec<KeptCommit>, StoreError> {
    let Some((least, past)) = between(digits) else { return Ok(Vec::new()) };
    let sql = format!("{COMMIT} WHERE repository = ?1 AND id >= ?2 AND id < ?3 LIMIT 2");
    many(connection, &sql, (repository, least, past), commit)
}

/// The least bytes that begin with these digits, and the least after all of them; nothing where they are no digits.
fn between(digits: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let nibbles: Option<Vec<u8>> =
        digits.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let nibbles = nibbles?;
    let packed = |nibbles: &[u8]| -> Vec<u8> {
        nibbles.chunks(2).map(|pair| (pair[0] << 4) | pair.get(1).copied().unwrap_or(0)).collect()
    };
    let mut past = nibbles.clone();
    while past.last() == Some(&15) {
        past.pop();
    }
    match past.last_mut() {
        Some(last) => *last += 1,
        // Nothing comes after; an id has no more bytes than this.
        None => past = vec![15; 66],
    }
    Some((packed(&nibbles), packed(&past)))
}

/// The commits that changed a file, newest first.
pub(crate) fn of_file(
    connection: &Connection,
    repository: i64,
    file: u32,
    limit: u32,
) -> Result<Vec<KeptCommit>, StoreError> {
    let sql = format!(
        "{COMMIT} WHERE repository = ?1 AND number IN (SELECT number FROM memory_changes \
        WHERE repository = ?1 AND file = ?2 ORDER BY number DESC LIMIT ?3) ORDER BY number DESC"
    );
    many(connection, &sql, (repository, file, limit), commit)
}

/// Commits of a file that take another of it back, newest first, each with that one.
///
/// There are few of them, so they come before what the file's commits are, of which there may be thousands; left to itself, SQLite walks over
/// all commits for the sake of their order.
pub(crate) fn taken_back(
    connection: &Connection,
    repository: i64,
    file: u32,
    limit: u32,
) -> Result<Vec<(KeptCommit, KeptCommit)>, StoreError> {
    let sql = format!(
        "{COMMIT} AS c INDEXED BY memory_commits_that_revert WHERE repository = ?1 AND reverts IS NOT NULL \
        AND EXISTS (SELECT 1 FROM memory_changes \
        WHERE repository = ?1 AND file = ?2 AND number = c.number) ORDER BY number DESC LIMIT ?3"
    );
    let backs = many(connection, &sql, (repository, file, limit), commit)?;
    let sql = format!(
        "{COMMIT} AS c WHERE repository = ?1 AND id = ?3 AND EXISTS (SELECT 1 FROM memory_changes \
        WHERE repository = ?1 AND file = ?2 AND number = c.number)"
    );
    let mut found = Vec::new();
    for back in backs {
        let Some(id) = &back.reverts else { continue };
        if let Some(tried) = one(connection, &sql, (repository, file, bytes(id)), commit)? {
            found.push((back, tried));
        }
    }
    Ok(found)
}

/// The commits that take one back.
pub(crate) fn reverts(
    connection: &Connection,
    repository: i64,
    of: &GitId,
) -> Result<Vec<KeptCommit>, StoreError> {
    let sql = format!(
        "{COMMIT} INDEXED BY memory_commits_that_revert WHERE repository = ?1 AND reverts = ?2 ORDER BY number"
    );
    many(connection, &sql, (repository, bytes(of)), commit)
}

/// Sizes of commits from a number on.
pub(crate) fn sizes(
    connection: &Connection,
    repository: i64,
    from: u32,
) -> Result<Vec<(u32, u32)>, StoreError> {
    let sql = "SELECT number, size FROM memory_commits WHERE repository = ?1 AND number >= ?2 \
        ORDER BY number";
    many(connection, sql, (repository, from), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What commits change, from a number on.
pub(crate) fn changes(
    connection: &Connection,
    repository: i64,
    from: u32,
) -> Result<Vec<KeptChange>, StoreError> {
    let sql = "SELECT number, file, blob FROM memory_changes WHERE repository = ?1 AND number >= ?2 \
        ORDER BY number, file";
    many(connection, sql, (repository, from), |row| {
        Ok(KeptChange { number: row.get(0)?, file: row.get(1)?, blob: optional_id(row, 2)? })
    })
}

/// The files of all commits of at most `most` files that changed one file.
pub(crate) fn touches(
    connection: &Connection,
    repository: i64,
    file: u32,
    most: u32,
) -> Result<Vec<Touch>, StoreError> {
    let sql = "SELECT c.number, c.size, x.file FROM memory_changes t \
        CROSS JOIN memory_commits c ON c.repository = t.repository AND c.number = t.number \
        CROSS JOIN memory_changes x ON x.repository = t.repository AND x.number = t.number \
        WHERE t.repository = ?1 AND t.file = ?2 AND c.size <= ?3 ORDER BY c.number";
    many(connection, sql, (repository, file, most), |row| {
        Ok(Touch { number: row.get(0)?, size: row.get(1)?, file: row.get(2)? })
    })
}

/// All files.
pub(crate) fn files(connection: &Connection, repository: i64) -> Result<Vec<KeptFile>, StoreError> {
    let sql = "SELECT number, path, is_live, blob FROM memory_files WHERE repository = ?1";
    many(connection, sql, [repository], |row| {
        let blob = optional_id(row, 3)?;
        Ok(KeptFile { number: row.get(0)?, path: row.get(1)?, is_live: row.get(2)?, blob })
    })
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn digits_stand_for_all_ids_that_begin_with_them() {
        let found = |digits: &str| between(digits).unwrap();

        assert_eq!(found("a1b"), (vec![0xa1, 0xb0], vec![0xa1, 0xc0]));
        assert_eq!(found("1f"), (vec![0x1f], vec![0x20]));
        assert_eq!(found("ff"), (vec![0xff], vec![0xff; 33]));
        assert_eq!(found("0ff").1, vec![0x10]);
        assert_eq!(between("xy"), None);
    }
}
