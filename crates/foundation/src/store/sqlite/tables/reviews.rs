//! Decisions of owners as rows.
//!
//! A decision is never changed; an approval that ended gets the sequence of the record that ended it.

use rusqlite::Connection;
use serde_json::Value;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    count, execute, int, many, moment, optional_count, optional_moment, parsed,
};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::review::{PastReview, Review};
use record::domain::time::Timestamp;

/// Adds a decision.
pub(crate) fn insert(unit: &mut Unit<'_>, review: &Review) -> Result<(), StoreError> {
    let state = proposals::state(unit.connection, review.proposal())?;
    let sql = "INSERT INTO reviews (proposal, seq, id, revision, content_hash, execution, decision, \
        reviewer, reason, comment, shown_digest, reviewed_at, signer, expires_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let shown = review.shown_digest();
    let hash = review.content_hash();
    let params = (
        state.row,
        int(unit.seq),
        review.id().as_str(),
        review.revision(),
        hash.as_bytes(),
        review.execution().map(ExecutionId::as_str),
        review.decision().word(),
        review.reviewer(),
        review.reason(),
        review.comment(),
        shown.as_ref().map(Digest::as_bytes),
        unit.at.millis(),
        review.signer(),
        review.expires_at().map(Timestamp::millis),
    );
    execute(unit.connection, sql, params)?;
    unit.touched.insert(state.row);
    Ok(())
}

/// Every decision on a proposal, oldest first.
pub(crate) fn read(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Vec<PastReview>, StoreError> {
    let Some(proposal) = proposals::row_of(connection, id)? else { return Ok(Vec::new()) };
    let sql = "SELECT id, revision, decision, reviewer, reason, comment, seq, reviewed_at, signer, \
        expires_at, ended_seq FROM reviews WHERE proposal = ?1 ORDER BY seq";
    many(connection, sql, [proposal], |row| {
        Ok(PastReview {
            id: parsed(row, 0)?,
            revision: row.get(1)?,
            decision: decision(row.get(2)?)?,
            reviewer: row.get(3)?,
            reason: row.get(4)?,
            comment: row.get(5)?,
            seq: count(row, 6)?,
            reviewed_at: moment(row, 7)?,
            signer: row.get(8)?,
            expires_at: optional_moment(row, 9)?,
            ended: optional_count(row, 10)?,
        })
    })
}

fn decision(word: String) -> Result<Decision, StoreError> {
    serde_json::from_value(Value::String(word)).map_err(|error| corrupt(error.to_string()))
}
