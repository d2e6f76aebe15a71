//! Applications as rows: what was to be written where, and how that ended.
//!
//! The order is stored as it was recorded, byte for byte, because its digest is in the entry that names it.

use rusqlite::{Connection, Params, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    count, execute, int, json, many, optional_count, optional_parsed, to_json,
};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::application::{Application, Ending, Order};
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

const COLUMNS: &str = "SELECT started_seq, plan, ended_seq, outcome FROM applications";

/// Adds an application that begins; there is one at a time in one place.
pub(crate) fn start(unit: &mut Unit<'_>, order: &Order) -> Result<(), StoreError> {
    let filter = "WHERE place = ?1 AND ended_seq IS NULL";
    if !listed(unit.connection, filter, [&order.place])?.is_empty() {
        return Err(StoreError::Occupied { place: order.place.clone() });
    }
    let state = proposals::state(unit.connection, &order.proposal)?;
    let sql = "INSERT INTO applications (started_seq, proposal, revision, direction, place, plan) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (direction, place) = (order.direction.word(), &order.place);
    let params = (int(unit.seq), state.row, order.revision, direction, place, to_json(order)?);
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Ends an application that is open.
pub(crate) fn end(unit: &mut Unit<'_>, started: u64, ending: Ending) -> Result<(), StoreError> {
    let sql = "UPDATE applications SET ended_seq = ?2, outcome = ?3 \
        WHERE started_seq = ?1 AND ended_seq IS NULL";
    match execute(unit.connection, sql, (int(started), int(unit.seq), ending.word()))? {
        1 => Ok(()),
        _ => Err(corrupt(format!("the application of entry {started} is not open"))),
    }
}

/// Every application of a proposal, oldest first.
pub(crate) fn of_proposal(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Vec<Application>, StoreError> {
    let filter = "WHERE proposal = (SELECT row FROM proposals WHERE id = ?1)";
    listed(connection, filter, [id.as_str()])
}

/// Those that have not ended, oldest first.
pub(crate) fn open(connection: &Connection) -> Result<Vec<Application>, StoreError> {
    listed(connection, "WHERE ended_seq IS NULL", [])
}

/// The newest one that is in and was not taken out; where none is, the newest of all.
pub(crate) fn newest(connection: &Connection) -> Result<Option<Application>, StoreError> {
    let filter = "WHERE started_seq = coalesce(
        (SELECT max(started_seq) FROM applications AS applied
         WHERE direction = 'apply' AND outcome = 'applied' AND NOT EXISTS (
             SELECT 1 FROM applications AS back
             WHERE back.proposal = applied.proposal AND back.direction = 'rollback'
               AND back.outcome = 'applied'
               AND json_extract(back.plan, '$.undoes') = applied.started_seq)),
        (SELECT max(started_seq) FROM applications))";
    Ok(listed(connection, filter, [])?.pop())
}

fn listed(
    connection: &Connection,
    filter: &str,
    params: impl Params,
) -> Result<Vec<Application>, StoreError> {
    let sql = format!("{COLUMNS} {filter} ORDER BY started_seq");
    many(connection, &sql, params, decode)
}

fn decode(row: &Row<'_>) -> Result<Application, StoreError> {
    let plan: String = row.get(1)?;
    let outcome: Option<Ending> = optional_parsed(row, 3)?;
    Ok(Application {
        started: count(row, 0)?,
        digest: Digest::of(plan.as_bytes()),
        order: json(row, 1)?,
        end: optional_count(row, 2)?.zip(outcome),
    })
}
