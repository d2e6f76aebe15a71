//! Keys of owners, policies, and whether a decision still rests on them.
//!
//! A decision was checked before it reached the writer; its key and its policy are looked at once more here, inside the
//! transaction, because both may have changed in between.

use rusqlite::{Connection, Row};
use serde::Deserialize;
use serde_json::Value;

use crate::store::error::StoreError;
use crate::store::query::{Overdue, StoredPolicy};
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::chains::reading;
use crate::store::sqlite::rows::{
    count, digest, execute, int, many, moment, one, optional_moment, parsed,
};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::unit::Unit;
use record::audit::key::VerifierKey;
use record::audit::owner_change::OwnerChange;
use record::audit::owner_key::OwnerKey;
use record::audit::quorum::is_guarded;
use record::audit::record::Record;
use record::audit::signers::{Moment, Signed as Entry, Signer, Signers};
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

/// The keys so far, oldest first, as their entries tell; a row that says otherwise is refused.
pub(crate) fn keys(connection: &Connection, key: &VerifierKey) -> Result<Signers, StoreError> {
    let mut recorded = Signers::default();
    for record in changes(connection, key)? {
        let unfit = |error| corrupt(format!("audit_log: entry {}: {error}", record.seq));
        recorded.take(&Entry::of(&record)).map_err(unfit)?;
    }
    let stored = stored_keys(connection)?;
    let differs = |at: usize| recorded.0.get(at) != stored.0.get(at);
    match (0..recorded.0.len().max(stored.0.len())).find(|at| differs(*at)) {
        None => Ok(recorded),
        Some(at) => {
            let odd = stored.0.get(at).or_else(|| recorded.0.get(at));
            let whose = odd.map(|signer| signer.key.fingerprint()).unwrap_or_default();
            Err(corrupt(format!("owner_keys: the row of {whose} is not what the entries say")))
        }
    }
}

/// The entries that changed keys or policy, or endorsed such a change; oldest first.
pub(crate) fn changes(
    connection: &Connection,
    key: &VerifierKey,
) -> Result<Vec<Record>, StoreError> {
    let rows = reading::of_owners(connection, key)?;
    let parsed = rows.iter().map(|row| Record::parse(&row.bytes));
    parsed.collect::<Result<_, _>>().map_err(|error| corrupt(format!("audit_log: {error}")))
}

fn stored_keys(connection: &Connection) -> Result<Signers, StoreError> {
    let sql = "SELECT principal, key, assurance, added_seq, added_at, removed_seq, removed_at, \
        fingerprint FROM owner_keys ORDER BY added_seq";
    many(connection, sql, [], signer).map(Signers)
}

fn signer(row: &Row<'_>) -> Result<Signer, StoreError> {
    let removed: Option<i64> = row.get(5)?;
    let removed = match removed {
        Some(_) => Some(Moment { seq: count(row, 5)?, at: moment(row, 6)? }),
        None => None,
    };
    let fingerprint: String = row.get(7)?;
    if removed.is_none() && optional_moment(row, 6)?.is_some() {
        return Err(corrupt(format!("owner_keys: {fingerprint} has removed_at, but counts")));
    }
    let text = |column| -> Result<Value, StoreError> { Ok(Value::String(row.get(column)?)) };
    let unreadable = |error: serde_json::Error| corrupt(format!("owner_keys: {error}"));
    let key: OwnerKey = serde_json::from_value(text(1)?).map_err(unreadable)?;
    if fingerprint != key.fingerprint() {
        return Err(corrupt(format!("owner_keys: {fingerprint} is not the key beside it")));
    }
    Ok(Signer {
        principal: row.get(0)?,
        key,
        assurance: serde_json::from_value(text(2)?).map_err(unreadable)?,
        added: Moment { seq: count(row, 3)?, at: moment(row, 4)? },
        removed,
    })
}

/// The policies that owners set, oldest first, as their entries have them; a row that says otherwise is refused.
pub(crate) fn policies(
    connection: &Connection,
    key: &VerifierKey,
) -> Result<Vec<StoredPolicy>, StoreError> {
    let changes = changes(connection, key)?;
    let changes = changes.iter().filter(|record| record.kind == ActKind::PolicyChanged);
    let recorded: Vec<StoredPolicy> = changes.map(recorded_policy).collect::<Result<_, _>>()?;
    let stored = stored_policies(connection)?;
    let differs = |at: usize| recorded.get(at) != stored.get(at);
    match (0..recorded.len().max(stored.len())).find(|at| differs(*at)) {
        None => Ok(recorded),
        Some(at) => {
            let seq = stored.get(at).or_else(|| recorded.get(at)).map(|policy| policy.seq);
            let seq = seq.unwrap_or_default();
            Err(corrupt(format!("policies: the row {seq} is not what the entries say")))
        }
    }
}

fn recorded_policy(record: &Record) -> Result<StoredPolicy, StoreError> {
    let unfit = || corrupt(format!("audit_log: entry {} holds no policy", record.seq));
    let document = record.data.get("policy").cloned().ok_or_else(unfit)?;
    let policy: Policy = serde_json::from_value(document).map_err(|_| unfit())?;
    let digest = record.data.get("policy_digest").and_then(Value::as_str);
    if digest != Some(policy.digest().to_string().as_str()) {
        return Err(unfit());
    }
    Ok(StoredPolicy { policy, seq: record.seq, changed_at: record.ts })
}

fn stored_policies(connection: &Connection) -> Result<Vec<StoredPolicy>, StoreError> {
    let sql = "SELECT seq, document, changed_at, digest FROM policies ORDER BY seq";
    many(connection, sql, [], |row| {
        let document: String = row.get(1)?;
        let unreadable = |error| corrupt(format!("policies: {error}"));
        let policy: Policy = serde_json::from_str(&document).map_err(unreadable)?;
        let seq = count(row, 0)?;
        if digest(row, 3)? != policy.digest() {
            return Err(corrupt(format!("policies: the row {seq} does not fit its digest")));
        }
        Ok(StoredPolicy { policy, seq, changed_at: moment(row, 2)? })
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
