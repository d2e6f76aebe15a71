//! Proposals as rows.
//!
//! Each row has a version that counts its changes; a change that expects another version is refused, which is how two
//! commands about one proposal notice each other.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::query::Resolved;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    count, digest, execute, json, many, moment, one, optional_parsed, parsed, to_json,
};
use crate::store::sqlite::tables::rollups::Counts;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::change::NewProposal;
use record::domain::digest::Digest;
use record::domain::id::{IdPattern, ProposalId};
use record::domain::proposal::{Latest, Proposal, Standing};
use record::domain::status::Status;
use record::domain::time::Timestamp;

/// Most candidates that an ambiguous prefix shows.
const MOST_CANDIDATES: usize = 10;

/// Follows every hex digit, so that a prefix and this letter bound a range.
const AFTER_DIGITS: char = 'g';

/// A proposal as far as a write needs to know it.
pub(crate) struct State {
    pub(crate) row: i64,
    pub(crate) status: Status,
    pub(crate) head: u32,
    pub(crate) language: String,
    pub(crate) created_at: Timestamp,
}

/// Adds a proposal, pending and without a revision.
pub(crate) fn insert(unit: &mut Unit<'_>, proposal: &NewProposal) -> Result<(), StoreError> {
    if row_of(unit.connection, &proposal.id)?.is_some() {
        return Err(StoreError::Conflict { proposal: proposal.id.clone() });
    }
    let sql = "INSERT INTO proposals (id, language, status, content_hash, created_at, updated_at, \
        module, related_concepts, request) VALUES (?1, ?2, 'pending', ?3, ?4, ?4, ?5, ?6, ?7)";
    let related = to_json(&proposal.related_concepts)?;
    let moment = unit.at.millis();
    let params = (
        proposal.id.as_str(),
        proposal.language.word(),
        Digest::ZERO.as_bytes(),
        moment,
        &proposal.module,
        related,
        &proposal.request,
    );
    execute(unit.connection, sql, params)?;
    unit.touched.insert(unit.connection.last_insert_rowid());
    let counts = Counts::proposal();
    let day = unit.at.day();
    unit.deltas.add("all", &day, "", &counts);
    unit.deltas.add("language", &day, proposal.language.word(), &counts);
    Ok(())
}

/// The state of a proposal that a write is about; a missing one contradicts what the caller knew.
pub(crate) fn state(connection: &Connection, id: &ProposalId) -> Result<State, StoreError> {
    let sql = "SELECT row, status, head, language, created_at FROM proposals WHERE id = ?1";
    let found = one(connection, sql, [id.as_str()], |row| {
        Ok(State {
            row: row.get(0)?,
            status: parsed(row, 1)?,
            head: row.get(2)?,
            language: row.get(3)?,
            created_at: moment(row, 4)?,
        })
    })?;
    found.ok_or_else(|| StoreError::Conflict { proposal: id.clone() })
}

/// The row number of a proposal.
pub(crate) fn row_of(connection: &Connection, id: &ProposalId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT row FROM proposals WHERE id = ?1";
    one(connection, sql, [id.as_str()], |row| Ok(row.get(0)?))
}

/// Moves a proposal to another status.
pub(crate) fn set_status(
    unit: &mut Unit<'_>,
    id: &ProposalId,
    status: Status,
) -> Result<(), StoreError> {
    let state = state(unit.connection, id)?;
    let sql = "UPDATE proposals SET status = ?2 WHERE row = ?1 AND status <> ?2";
    execute(unit.connection, sql, (state.row, status.word()))?;
    unit.touched.insert(state.row);
    let counts = Counts::moved(state.status, status);
    let day = state.created_at.day();
    unit.deltas.add("all", &day, "", &counts);
    unit.deltas.add("language", &day, &state.language, &counts);
    Ok(())
}

/// Says whether an execution contests the approval.
pub(crate) fn set_standing(
    unit: &mut Unit<'_>,
    id: &ProposalId,
    standing: Standing,
) -> Result<(), StoreError> {
    let state = state(unit.connection, id)?;
    let sql = "UPDATE proposals SET standing = ?2 WHERE row = ?1";
    execute(unit.connection, sql, (state.row, standing_word(standing)))?;
    unit.touched.insert(state.row);
    Ok(())
}

/// Counts a change of each proposal and moves its time.
pub(crate) fn touch(
    connection: &Connection,
    rows: &BTreeSet<i64>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE proposals SET version = version + 1, updated_at = ?2 WHERE row = ?1";
    for row in rows {
        execute(connection, sql, (row, at.millis()))?;
    }
    Ok(())
}

/// A proposal as it stands.
pub(crate) fn read(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Option<Proposal>, StoreError> {
    let sql = "SELECT id, request, language, module, status, standing, related_concepts, head, \
        content_hash, latest_execution, verdict, created_at, updated_at, version \
        FROM proposals WHERE id = ?1";
    one(connection, sql, [id.as_str()], decode)
}

fn decode(row: &Row<'_>) -> Result<Proposal, StoreError> {
    let latest = match (optional_parsed(row, 9)?, optional_parsed(row, 10)?) {
        (Some(execution), Some(verdict)) => Some(Latest { execution, verdict }),
        _ => None,
    };
    Ok(Proposal {
        id: parsed(row, 0)?,
        request: row.get(1)?,
        language: parsed(row, 2)?,
        module: row.get(3)?,
        status: parsed(row, 4)?,
        standing: standing_of(row, 5)?,
        related_concepts: json(row, 6)?,
        head: row.get(7)?,
        content_hash: digest(row, 8)?,
        latest,
        created_at: moment(row, 11)?,
        updated_at: moment(row, 12)?,
        version: count(row, 13)?,
    })
}

const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Clear => "clear",
        Standing::Contested => "contested",
    }
}

fn standing_of(row: &Row<'_>, column: usize) -> Result<Standing, StoreError> {
    let word = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    [Standing::Clear, Standing::Contested]
        .into_iter()
        .find(|standing| standing_word(*standing) == word)
        .ok_or_else(|| corrupt(format!("unknown standing {word:?}")))
}

/// The proposals that a pattern names.
pub(crate) fn resolve(
    connection: &Connection,
    pattern: &IdPattern,
) -> Result<Resolved<ProposalId>, StoreError> {
    let ids = match pattern {
        IdPattern::Newest => {
            let sql = "SELECT id FROM proposals ORDER BY row DESC LIMIT 1";
            many(connection, sql, [], |row| parsed(row, 0))?
        }
        IdPattern::Prefix(prefix) => {
            let sql = "SELECT id FROM proposals WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 10";
            many(connection, sql, range(prefix), |row| parsed(row, 0))?
        }
    };
    Ok(resolved(ids))
}

/// Finds the newest proposal of a session, or else of a person, by the entry that each began with.
pub(crate) fn newest_of(
    connection: &Connection,
    person: &str,
    session: &str,
) -> Result<Option<ProposalId>, StoreError> {
    let first = |field: &str| {
        format!(
            "(SELECT json_extract(CAST(record AS TEXT), '{field}') FROM audit_log \
            WHERE proposal = proposals.row ORDER BY seq LIMIT 1)"
        )
    };
    let (actor, own) = (first("$.actor.id"), first("$.via.session"));
    let of = |also: &str| {
        format!(
            "SELECT id FROM proposals WHERE ifnull({actor}, ?1) = ?1 {also} \
            ORDER BY row DESC LIMIT 1"
        )
    };
    let here = of(&format!("AND {own} = ?2"));
    match one(connection, &here, (person, session), |row| parsed(row, 0))? {
        Some(id) => Ok(Some(id)),
        None => one(connection, &of(""), [person], |row| parsed(row, 0)),
    }
}

/// The bounds of all ids that start with a prefix.
pub(crate) fn range(prefix: &str) -> (String, String) {
    (prefix.to_owned(), format!("{prefix}{AFTER_DIGITS}"))
}

/// None, one or several.
pub(crate) fn resolved<T>(mut ids: Vec<T>) -> Resolved<T> {
    ids.truncate(MOST_CANDIDATES);
    match ids.len() {
        0 => Resolved::None,
        1 => ids.pop().map_or(Resolved::None, Resolved::One),
        _ => Resolved::Many(ids),
    }
}
