//! Requests under keys as rows.
//!
//! They are bounded by age, which the caller says, and by number, so that keys without end fill no disk.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::kept_answers::{Claimed, KeptAnswer, KeyedRequest};
use crate::store::sqlite::rows::{digest, execute, one};
use record::domain::id::JobId;
use record::domain::time::Timestamp;

/// Keys that are kept, whatever their age.
const MOST_KEYS: u32 = 10_000;

/// Writes a request under its key, or says what the key stands for.
pub(crate) fn claim(
    connection: &Connection,
    request: &KeyedRequest,
    since: Timestamp,
) -> Result<Claimed, StoreError> {
    execute(connection, "DELETE FROM kept_answers WHERE at < ?1", [since.millis()])?;
    let sql = "SELECT asked, answer FROM kept_answers WHERE holder = ?1 AND key = ?2";
    let known = one(connection, sql, (&request.holder, &request.key), |row| {
        let answer: Option<String> = row.get(1)?;
        Ok((digest(row, 0)?, answer))
    })?;
    match known {
        Some((asked, answer)) if asked == request.asked => Ok(Claimed::Repeated(answer)),
        Some(_) => Ok(Claimed::Other),
        None => insert(connection, request).map(|()| Claimed::Fresh),
    }
}

fn insert(connection: &Connection, request: &KeyedRequest) -> Result<(), StoreError> {
    let sql = "INSERT INTO kept_answers (holder, key, job, command, asked, at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let params = (
        &request.holder,
        &request.key,
        request.job.as_str(),
        &request.command,
        request.asked.as_bytes(),
        request.at.millis(),
    );
    execute(connection, sql, params)?;
    let sql = "DELETE FROM kept_answers WHERE (holder, key) IN (SELECT holder, key FROM kept_answers \
        ORDER BY at DESC, key LIMIT -1 OFFSET ?1)";
    execute(connection, sql, [MOST_KEYS]).map(|_| ())
}

/// Writes the answer of a request.
pub(crate) fn keep(
    connection: &Connection,
    (holder, key): (&str, &str),
    answer: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE kept_answers SET answer = ?3 WHERE holder = ?1 AND key = ?2";
    execute(connection, sql, (holder, key, answer)).map(|_| ())
}

/// Finds an answer by the name of its work.
pub(crate) fn find(
    connection: &Connection,
    holder: &str,
    job: &JobId,
) -> Result<Option<KeptAnswer>, StoreError> {
    let sql = "SELECT command, answer FROM kept_answers \
        WHERE holder = ?1 AND job = ?2 AND answer IS NOT NULL ORDER BY at DESC";
    one(connection, sql, (holder, job.as_str()), |row| {
        Ok(KeptAnswer { command: row.get(0)?, answer: row.get(1)? })
    })
}
