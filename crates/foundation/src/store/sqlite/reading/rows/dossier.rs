//! Everything about one proposal, read together.
//!
//! A row that cannot be read is damage and names its table and proposal, so that whoever verifies can say where it lies.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::LogRow;
use crate::store::rows::{Bound, Dossier};
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    count, digest, many, one, optional_digest, optional_parsed, parsed,
};
use crate::store::sqlite::tables::{executions, proposals, provenance, reviews, revisions};
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::revision::Revision;

/// Reads all of it.
pub(super) fn read(connection: &Connection, row: i64) -> Result<Dossier, StoreError> {
    let sql = "SELECT id FROM proposals WHERE row = ?1";
    let id: Option<ProposalId> =
        in_table("proposals", &row, one(connection, sql, [row], |row| parsed(row, 0)))?;
    let gone = || corrupt(format!("proposals: row {row} cannot be read"));
    let id = id.ok_or_else(gone)?;
    let proposal =
        in_table("proposals", &id, proposals::read(connection, &id))?.ok_or_else(gone)?;
    let entries = many(
        connection,
        "SELECT seq, record FROM audit_log WHERE proposal = ?1 ORDER BY seq",
        [row],
        |row| Ok(LogRow { seq: count(row, 0)?, bytes: row.get(1)? }),
    )?;
    let revisions = in_table("revisions", &id, all_revisions(connection, row, &id))?;
    let executions = in_table("executions", &id, all_executions(connection, row))?;
    let odd = match odd_author(connection, row, &id)? {
        Some(odd) => Some(odd),
        None => odd_execution(connection, &executions)?,
    };
    Ok(Dossier {
        row,
        entries,
        revisions,
        executions,
        reviews: in_table("reviews", &id, reviews::read(connection, &id))?,
        bound: in_table("reviews", &id, bound(connection, row))?,
        provenance: in_table("provenance", &id, provenance::of_proposal(connection, &id))?,
        history: in_table("history", &id, provenance::history(connection, &id, u32::MAX))?,
        odd,
        proposal,
    })
}

/// Says which table and row cannot be read.
fn in_table<T>(
    table: &str,
    whose: &impl std::fmt::Display,
    read: Result<T, StoreError>,
) -> Result<T, StoreError> {
    read.map_err(|error| match error {
        StoreError::Corrupt { detail } => corrupt(format!("{table}: {whose}: {detail}")),
        StoreError::Database(error) => corrupt(format!("{table}: {whose}: {error}")),
        other => other,
    })
}

fn all_revisions(
    connection: &Connection,
    row: i64,
    id: &ProposalId,
) -> Result<Vec<Revision>, StoreError> {
    let sql = "SELECT number FROM revisions WHERE proposal = ?1 ORDER BY number";
    let numbers: Vec<u32> = many(connection, sql, [row], |row| Ok(row.get(0)?))?;
    let read = |number: u32| {
        revisions::read(connection, id, number)?.ok_or_else(|| corrupt("a revision is gone"))
    };
    numbers.into_iter().map(read).collect()
}

fn all_executions(connection: &Connection, row: i64) -> Result<Vec<Execution>, StoreError> {
    let sql = "SELECT id FROM executions WHERE proposal = ?1 ORDER BY row";
    let ids: Vec<ExecutionId> = many(connection, sql, [row], |row| parsed(row, 0))?;
    let read = |id: &ExecutionId| {
        executions::read(connection, id)?.ok_or_else(|| corrupt("an execution is gone"))
    };
    ids.iter().map(read).collect()
}

fn bound(connection: &Connection, row: i64) -> Result<Vec<Bound>, StoreError> {
    let sql = "SELECT content_hash, execution, shown_digest FROM reviews WHERE proposal = ?1 \
        ORDER BY seq";
    many(connection, sql, [row], |row| {
        Ok(Bound {
            content_hash: digest(row, 0)?,
            execution: optional_parsed(row, 1)?,
            shown: optional_digest(row, 2)?,
        })
    })
}

/// Looks for an execution that is counted for another language or author than those of the revision it ran.
fn odd_author(
    connection: &Connection,
    row: i64,
    id: &ProposalId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT e.id FROM executions e JOIN proposals p ON p.row = e.proposal \
        LEFT JOIN revisions r ON r.proposal = e.proposal AND r.number = e.revision \
        WHERE e.proposal = ?1 AND (e.language <> p.language \
        OR e.model IS NOT ifnull(r.model, ifnull(r.provider, r.origin))) LIMIT 1";
    let found: Option<String> = one(connection, sql, [row], |row| Ok(row.get(0)?))?;
    let words = |execution| {
        format!("executions: {execution} of {id}: language or model is not that of its revision")
    };
    Ok(found.map(words))
}

/// Looks for columns that do not follow from the evidence beside them.
fn odd_execution(connection: &Connection, all: &[Execution]) -> Result<Option<String>, StoreError> {
    for execution in all {
        if let Some(column) = executions::odd_column(connection, execution)? {
            let id = &execution.id;
            return Ok(Some(format!(
                "executions: {id}: {column} does not follow from its evidence"
            )));
        }
    }
    Ok(None)
}
