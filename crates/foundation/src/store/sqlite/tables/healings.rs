//! Healings and their turns as rows.
//!
//! A healing is open until it has an end; turns are only added to an open one, so a kill leaves a healing that can go
//! on.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{digest, execute, int, json, many, moment, one, parsed, to_json};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::digest::Digest;
use record::domain::healing::{End, Healing, Turn};
use record::domain::id::ProposalId;

const COLUMNS: &str = "SELECT h.row, h.key, p.id, h.base, h.plan, h.started_at, h.outcome \
    FROM healings h JOIN proposals p ON p.row = h.proposal";

/// Adds a healing.
pub(crate) fn insert(unit: &mut Unit<'_>, healing: &Healing) -> Result<(), StoreError> {
    let state = proposals::state(unit.connection, &healing.proposal)?;
    let sql = "INSERT INTO healings (key, proposal, base, plan, started_seq, started_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let params = (
        healing.key.as_bytes(),
        state.row,
        healing.base,
        to_json(&healing.plan)?,
        int(unit.seq),
        healing.started_at.millis(),
    );
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Adds a step of a healing that has not ended.
pub(crate) fn add_turn(
    unit: &mut Unit<'_>,
    healing: Digest,
    turn: &Turn,
) -> Result<(), StoreError> {
    let row = open_row(unit.connection, healing)?;
    let sql = "INSERT INTO healing_turns \
        (healing, part, revision, strategy, operator, class, diagnosis, detail) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let params = (
        row,
        turn.part.word(),
        turn.revision,
        turn.strategy.word(),
        &turn.detail.operator,
        turn.detail.class.word(),
        &turn.detail.diagnosis,
        to_json(&turn.detail)?,
    );
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Ends a healing.
pub(crate) fn end(unit: &mut Unit<'_>, healing: Digest, end: &End) -> Result<(), StoreError> {
    let row = open_row(unit.connection, healing)?;
    let sql =
        "UPDATE healings SET ended_seq = ?2, ended_at = ?3, stop = ?4, outcome = ?5 WHERE row = ?1";
    let params = (row, int(unit.seq), unit.at.millis(), end.stop.word(), to_json(end)?);
    execute(unit.connection, sql, params)?;
    Ok(())
}

fn open_row(connection: &Connection, healing: Digest) -> Result<i64, StoreError> {
    let sql = "SELECT row FROM healings WHERE key = ?1 AND ended_seq IS NULL";
    let found = one(connection, sql, [healing.as_bytes()], |row| Ok(row.get(0)?))?;
    found.ok_or_else(|| corrupt("a step of a healing that is not open"))
}

/// The healing of a key.
pub(crate) fn read(connection: &Connection, key: Digest) -> Result<Option<Healing>, StoreError> {
    let sql = format!("{COLUMNS} WHERE h.key = ?1");
    one(connection, &sql, [key.as_bytes()], |row| decode(connection, row))
}

/// The healings of a proposal, oldest first.
pub(crate) fn of_proposal(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Vec<Healing>, StoreError> {
    let sql = format!("{COLUMNS} WHERE p.id = ?1 ORDER BY h.row");
    many(connection, &sql, [id.as_str()], |row| decode(connection, row))
}

fn decode(connection: &Connection, row: &Row<'_>) -> Result<Healing, StoreError> {
    let outcome: Option<String> = row.get(6)?;
    Ok(Healing {
        key: digest(row, 1)?,
        proposal: parsed(row, 2)?,
        base: row.get(3)?,
        plan: json(row, 4)?,
        started_at: moment(row, 5)?,
        turns: turns(connection, row.get(0)?)?,
        end: match outcome {
            Some(_) => Some(json(row, 6)?),
            None => None,
        },
    })
}

fn turns(connection: &Connection, healing: i64) -> Result<Vec<Turn>, StoreError> {
    let sql = "SELECT part, revision, strategy, detail FROM healing_turns \
        WHERE healing = ?1 ORDER BY row";
    many(connection, sql, [healing], |row| {
        Ok(Turn {
            part: parsed(row, 0)?,
            revision: row.get(1)?,
            strategy: parsed(row, 2)?,
            detail: json(row, 3)?,
        })
    })
}
