//! Keys of owners, policies, and whether a decision still rests on them.
//!
//! A decision was checked before it reached the writer; its key and its policy are looked at once more here, inside the
//! transaction, because both may have changed in between.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::Value;

use crate::store::error::StoreError;
use crate::store::query::{LogRow, Overdue, StoredPolicy};
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{count, digest, execute, int, many, moment, one, parsed};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::unit::Unit;
use record::audit::owner_change::OwnerChange;
use record::audit::quorum::is_guarded;
use record::audit::signers::{Moment, Signer, Signers};
use record::audit::statement::Nonce;
use record::domain::act::{Act, ActKind};
use record::domain::change::OwnerKeyRow;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::policy::Policy;

/// Enrols a key.
pub(crate) fn add_key(unit: &Unit<'_>, key: &OwnerKeyRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO owner_keys (added_seq, fingerprint, principal, key, assurance, added_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let OwnerKeyRow { fingerprint, principal, key, assurance } = key;
    let word = assurance.word();
    // Two processes may enrol the first key at once; the second finds it done.
    let live = "SELECT 1 FROM owner_keys WHERE fingerprint = ?1 AND removed_seq IS NULL";
    if one(unit.connection, live, [fingerprint], |_| Ok(()))?.is_some() {
        return Err(StoreError::Superseded);
    }
    let params = (int(unit.seq), fingerprint, principal, key, word, unit.at.millis());
    execute(unit.connection, sql, params).map(drop)
}

/// Notes that a key counts no longer.
pub(crate) fn remove_key(unit: &Unit<'_>, fingerprint: &str) -> Result<(), StoreError> {
    let sql = "UPDATE owner_keys SET removed_seq = ?2, removed_at = ?3 \
        WHERE fingerprint = ?1 AND removed_seq IS NULL";
    execute(unit.connection, sql, (fingerprint, int(unit.seq), unit.at.millis())).map(drop)
}

/// Notes a new policy.
pub(crate) fn set_policy(unit: &Unit<'_>, policy: &Policy) -> Result<(), StoreError> {
    let document = serde_json::to_string(policy).map_err(|error| corrupt(error.to_string()))?;
    let sql = "INSERT INTO policies (seq, digest, document, changed_at) VALUES (?1, ?2, ?3, ?4)";
    let digest = policy.digest();
    execute(unit.connection, sql, (int(unit.seq), digest.as_bytes(), document, unit.at.millis()))
        .map(drop)
}

/// Makes the approvals of a proposal void.
pub(crate) fn end_approvals(unit: &mut Unit<'_>, id: &ProposalId) -> Result<(), StoreError> {
    let state = proposals::state(unit.connection, id)?;
    let sql = "UPDATE reviews SET ended_seq = ?2 WHERE proposal = ?1 AND ended_seq IS NULL \
        AND decision IN ('approved', 'approved_despite')";
    execute(unit.connection, sql, (state.row, int(unit.seq)))?;
    unit.touched.insert(state.row);
    Ok(())
}

/// The keys so far, oldest first.
pub(crate) fn keys(connection: &Connection) -> Result<Signers, StoreError> {
    let sql = "SELECT principal, key, assurance, added_seq, added_at, removed_seq, removed_at \
        FROM owner_keys ORDER BY added_seq";
    let signers = many(connection, sql, [], |row| {
        let removed: Option<i64> = row.get(5)?;
        let removed = match removed {
            Some(_) => Some(Moment { seq: count(row, 5)?, at: moment(row, 6)? }),
            None => None,
        };
        let text = |column| -> Result<Value, StoreError> { Ok(Value::String(row.get(column)?)) };
        let unreadable = |error: serde_json::Error| corrupt(error.to_string());
        Ok(Signer {
            principal: row.get(0)?,
            key: serde_json::from_value(text(1)?).map_err(unreadable)?,
            assurance: serde_json::from_value(text(2)?).map_err(unreadable)?,
            added: Moment { seq: count(row, 3)?, at: moment(row, 4)? },
            removed,
        })
    })?;
    Ok(Signers(signers))
}

/// The entries that changed policy or keys, and what owners signed since the newest of them; oldest first.
pub(crate) fn changes(connection: &Connection) -> Result<Vec<LogRow>, StoreError> {
    let sql = "WITH made (seq) AS (SELECT seq FROM policies UNION SELECT added_seq FROM owner_keys \
        UNION SELECT removed_seq FROM owner_keys WHERE removed_seq IS NOT NULL) \
        SELECT seq, record FROM audit_log WHERE seq IN (SELECT seq FROM made UNION \
        SELECT seq FROM nonces WHERE seq > (SELECT max(seq) FROM made)) ORDER BY seq";
    many(connection, sql, [], |row| Ok(LogRow { seq: count(row, 0)?, bytes: row.get(1)? }))
}

/// The policy that counts, if one was ever set.
pub(crate) fn policy(connection: &Connection) -> Result<Option<StoredPolicy>, StoreError> {
    let sql = "SELECT seq, document, changed_at FROM policies ORDER BY seq DESC LIMIT 1";
    one(connection, sql, [], |row| {
        let document: String = row.get(1)?;
        let policy = serde_json::from_str(&document).map_err(|error| corrupt(error.to_string()))?;
        Ok(StoredPolicy { policy, seq: count(row, 0)?, changed_at: moment(row, 2)? })
    })
}

/// Proposals with approvals that count and should not any more.
pub(crate) fn overdue(
    connection: &Connection,
    overdue: Overdue,
    limit: u32,
) -> Result<Vec<ProposalId>, StoreError> {
    let (sql, bound) = match overdue {
        Overdue::By(moment) => (
            "SELECT DISTINCT p.id FROM reviews v JOIN proposals p ON p.row = v.proposal \
            WHERE v.ended_seq IS NULL AND v.expires_at IS NOT NULL AND v.expires_at <= ?1 \
            LIMIT ?2",
            moment.millis(),
        ),
        Overdue::Before(seq) => (
            "SELECT DISTINCT p.id FROM reviews v JOIN proposals p ON p.row = v.proposal \
            WHERE v.ended_seq IS NULL AND v.decision IN ('approved', 'approved_despite') \
            AND v.seq < ?1 LIMIT ?2",
            int(seq),
        ),
    };
    many(connection, sql, (bound, limit), |row| parsed(row, 0))
}

/// Refuses a decision whose key or policy stopped counting after it was checked, and one that was recorded before.
pub(crate) fn check_grounds(
    connection: &Connection,
    act: &Act,
    seq: u64,
) -> Result<(), StoreError> {
    let Some(statement) = &act.statement else { return Ok(()) };
    check_signer(connection, act)?;
    if act.signature.is_some() {
        take_nonce(connection, statement, seq)?;
    }
    if is_guarded(act.kind) || act.kind == ActKind::OwnerChangeEndorsed {
        check_unchanged(connection, statement)?;
    }
    if !matches!(act.kind, ActKind::DecisionApproved | ActKind::DecisionApprovedDespite) {
        return Ok(());
    }
    let sql = "SELECT digest FROM policies ORDER BY seq DESC LIMIT 1";
    let current = one(connection, sql, [], |row| digest(row, 0))?;
    let decided_under = act.data.get("policy_digest").and_then(Value::as_str);
    match current.as_ref().map(Digest::to_string) {
        Some(current) if decided_under != Some(&current) => Err(StoreError::Superseded),
        _ => Ok(()),
    }
}

/// Refuses a change of policy or keys where another one came after what its owner saw: the quorum was counted before.
///
/// The very first key is enrolled in between where somebody's first act is such a change; it changes no quorum.
fn check_unchanged(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    let seen = OwnerChange::parse(statement.as_bytes())
        .map_err(|error| StoreError::Record(error.to_string()))?;
    let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM policies WHERE seq >= ?1) OR EXISTS \
        (SELECT 1 FROM owner_keys WHERE removed_seq >= ?1 OR (added_seq >= ?1 \
        AND added_seq > (SELECT min(added_seq) FROM owner_keys)))";
    match one(connection, sql, [int(seen.predicate.as_of.size)], |_| Ok(()))? {
        Some(()) => Err(StoreError::Superseded),
        None => Ok(()),
    }
}

/// The nonce of a signed statement, as both kinds of statement hold it.
#[derive(Deserialize)]
struct Signed {
    predicate: Unique,
}

#[derive(Deserialize)]
struct Unique {
    nonce: Nonce,
}

fn take_nonce(connection: &Connection, statement: &str, seq: u64) -> Result<(), StoreError> {
    let signed: Signed = serde_json::from_str(statement)
        .map_err(|error| StoreError::Record(format!("the statement cannot be read: {error}")))?;
    let sql = "INSERT INTO nonces (nonce, seq) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    match execute(connection, sql, (String::from(signed.predicate.nonce), int(seq)))? {
        0 => Err(StoreError::Superseded),
        _ => Ok(()),
    }
}

fn check_signer(connection: &Connection, act: &Act) -> Result<(), StoreError> {
    let signer = act.actor.key.as_deref().filter(|_| act.signature.is_some());
    let sql = "SELECT count(*), ifnull(sum(fingerprint = ?1), 0) FROM owner_keys \
        WHERE removed_seq IS NULL";
    let found = one(connection, sql, [signer], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    match found {
        Some((1.., 0)) => Err(StoreError::Superseded),
        _ => Ok(()),
    }
}
