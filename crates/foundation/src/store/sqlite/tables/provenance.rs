//! Imported proposals, and what their sources say was done, as rows.
//!
//! The tables are apart from those of executions and reviews, so no rule about approvals can meet imported history.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    digest, execute, json, many, one, optional_digest, optional_parsed, parsed, to_json,
};
use crate::store::sqlite::tables::unit::Unit;
use crate::store::sqlite::tables::{blobs, proposals};
use record::domain::digest::Digest;
use record::domain::history::{FinishedImport, HistoryItem, Provenance, SourceKind};
use record::domain::id::ProposalId;

/// Longer bodies leave the row.
const LONGEST_INLINE_BYTES: usize = 4 << 10;

/// Says where a proposal comes from; the same one of the same source cannot come twice.
pub(crate) fn insert(unit: &Unit<'_>, provenance: &Provenance) -> Result<(), StoreError> {
    let conflict = || StoreError::Conflict { proposal: provenance.proposal.clone() };
    if of_source(unit.connection, provenance.source, &provenance.source_id)?.is_some() {
        return Err(conflict());
    }
    let row = proposals::row_of(unit.connection, &provenance.proposal)?.ok_or_else(conflict)?;
    let sql = "INSERT INTO provenance (proposal, source, source_id, digest, claimed_status, \
        claimed_created_at, claimed_updated_at, zone, remarks) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let params = (
        row,
        provenance.source.word(),
        &provenance.source_id,
        provenance.digest.as_bytes(),
        &provenance.claimed_status,
        &provenance.claimed_created_at,
        &provenance.claimed_updated_at,
        &provenance.zone,
        to_json(&provenance.remarks)?,
    );
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Adds what a source says was done; what is there already stays as it is.
pub(crate) fn insert_history(unit: &Unit<'_>, item: &HistoryItem) -> Result<(), StoreError> {
    let proposal = match &item.proposal {
        Some(id) => Some(proposals::state(unit.connection, id)?.row),
        None => None,
    };
    let blob = match item.body.len() {
        0..=LONGEST_INLINE_BYTES => None,
        _ => Some(blobs::store(unit.connection, item.body.as_bytes())?),
    };
    let body = if blob.is_some() { "" } else { &item.body };
    let sql = "INSERT INTO history (proposal, digest, kind, revision, moment, actor, action, \
        words, body, blob) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
        ON CONFLICT (digest) DO NOTHING";
    let params = (
        proposal,
        item.digest.as_bytes(),
        item.kind.word(),
        item.revision,
        &item.moment,
        &item.actor,
        &item.action,
        &item.words,
        body,
        blob.as_ref().map(Digest::as_bytes),
    );
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Notes that a file was imported to its end.
pub(crate) fn finish(unit: &Unit<'_>, import: &FinishedImport) -> Result<(), StoreError> {
    let sql = "INSERT INTO imports (file_digest, source, shape, imported_at) \
        VALUES (?1, ?2, ?3, ?4) ON CONFLICT (file_digest) DO NOTHING";
    let params =
        (import.file_digest.as_bytes(), import.source.word(), &import.shape, unit.at.millis());
    execute(unit.connection, sql, params)?;
    Ok(())
}

/// Tells whether a file was imported to its end before.
pub(crate) fn is_finished(connection: &Connection, file: &Digest) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM imports WHERE file_digest = ?1";
    Ok(one(connection, sql, [file.as_bytes()], |_| Ok(()))?.is_some())
}

const COLUMNS: &str = "SELECT p.id, v.source, v.source_id, v.digest, v.claimed_status, \
    v.claimed_created_at, v.claimed_updated_at, v.zone, v.remarks \
    FROM provenance v JOIN proposals p ON p.row = v.proposal";

/// Reads the source of a proposal.
pub(crate) fn of_proposal(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Option<Provenance>, StoreError> {
    one(connection, &format!("{COLUMNS} WHERE p.id = ?1"), [id.as_str()], decode)
}

/// Finds the proposal that a source's one became here.
pub(crate) fn of_source(
    connection: &Connection,
    source: SourceKind,
    source_id: &str,
) -> Result<Option<Provenance>, StoreError> {
    let sql = format!("{COLUMNS} WHERE v.source = ?1 AND v.source_id = ?2");
    one(connection, &sql, (source.word(), source_id), decode)
}

fn decode(row: &Row<'_>) -> Result<Provenance, StoreError> {
    Ok(Provenance {
        proposal: parsed(row, 0)?,
        source: parsed(row, 1)?,
        source_id: row.get(2)?,
        digest: digest(row, 3)?,
        claimed_status: row.get(4)?,
        claimed_created_at: row.get(5)?,
        claimed_updated_at: row.get(6)?,
        zone: row.get(7)?,
        remarks: json(row, 8)?,
    })
}

/// The history of a proposal, in the order in which it came over.
pub(crate) fn history(
    connection: &Connection,
    id: &ProposalId,
    limit: u32,
) -> Result<Vec<HistoryItem>, StoreError> {
    let sql = "SELECT p.id, h.digest, h.kind, h.revision, h.moment, h.actor, h.action, h.words, \
        h.body, h.blob FROM history h JOIN proposals p ON p.row = h.proposal \
        WHERE p.id = ?1 ORDER BY h.row LIMIT ?2";
    many(connection, sql, (id.as_str(), limit), |row| decode_item(connection, row))
}

fn decode_item(connection: &Connection, row: &Row<'_>) -> Result<HistoryItem, StoreError> {
    let body = match optional_digest(row, 9)? {
        Some(digest) => blobs::read_text(connection, digest)?
            .ok_or_else(|| corrupt(format!("the imported text {digest} is missing")))?,
        None => row.get(8)?,
    };
    Ok(HistoryItem {
        proposal: optional_parsed(row, 0)?,
        digest: digest(row, 1)?,
        kind: parsed(row, 2)?,
        revision: row.get(3)?,
        moment: row.get(4)?,
        actor: row.get(5)?,
        action: row.get(6)?,
        words: row.get(7)?,
        body,
    })
}
