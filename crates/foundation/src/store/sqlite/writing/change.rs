//! Turns one change into rows and records, inside the open transaction.
//!
//! The key of a change is looked up first, so a repeated change is answered with its first receipt; what the change
//! expects is compared before anything is written.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::ledger::Ledger;
use crate::store::sqlite::log::tail::Entry;
use crate::store::sqlite::rows::{count, digest, execute, int, one};
use crate::store::sqlite::tables::rollups::Deltas;
use crate::store::sqlite::tables::unit::Unit;
use crate::store::sqlite::tables::{
    applications, blobs, calls, concepts, executions, healings, jobs, owners, proposals,
    provenance, prune, reviews, revisions, search,
};
use record::domain::act::Act;
use record::domain::change::{Change, Expected, Freshness, Receipt, Write};
use record::domain::digest::Digest;

/// Writes a change inside the open transaction.
pub(crate) fn apply(
    ledger: &mut Ledger,
    deltas: &mut Deltas,
    change: &Change,
) -> Result<Receipt, StoreError> {
    let connection = &ledger.connection;
    let key = Digest::of(change.idempotency.as_bytes());
    if let Some(receipt) = earlier(connection, change, key)? {
        return Ok(receipt);
    }
    check_expected(connection, change.expected.as_ref())?;
    ledger.tail.advance(connection, &ledger.key, change.at)?;
    let seq = ledger.tail.size();
    owners::check_grounds(connection, &change.act, seq)?;
    let at = ledger.tail.moment();
    let mut unit = Unit { connection, at, seq, deltas, touched: BTreeSet::new() };
    change.writes.iter().try_for_each(|write| write_rows(&mut unit, write))?;
    proposals::touch(connection, &unit.touched, at)?;
    let hash = append(ledger, change)?;
    if !change.idempotency.is_empty() {
        let sql = "INSERT INTO idempotency (key, seq) VALUES (?1, ?2)";
        execute(&ledger.connection, sql, (key.as_bytes(), int(seq)))?;
    }
    Ok(Receipt { seq, hash, freshness: Freshness::Fresh })
}

/// The receipt of an earlier change with the same key; an empty key is nobody's.
fn earlier(
    connection: &Connection,
    change: &Change,
    key: Digest,
) -> Result<Option<Receipt>, StoreError> {
    if change.idempotency.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT i.seq, n.hash FROM idempotency i \
        JOIN audit_node n ON n.leaf = i.seq AND n.level = 0 WHERE i.key = ?1";
    one(connection, sql, [key.as_bytes()], |row| {
        let (seq, hash) = (count(row, 0)?, digest(row, 1)?);
        Ok(Receipt { seq, hash, freshness: Freshness::Replayed })
    })
}

fn check_expected(connection: &Connection, expected: Option<&Expected>) -> Result<(), StoreError> {
    let Some(expected) = expected else { return Ok(()) };
    let sql = "SELECT version FROM proposals WHERE id = ?1";
    let version = one(connection, sql, [expected.proposal.as_str()], |row| count(row, 0))?;
    if version == Some(expected.version) {
        return Ok(());
    }
    Err(StoreError::Conflict { proposal: expected.proposal.clone() })
}

fn write_rows(unit: &mut Unit<'_>, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::NewProposal(proposal) => proposals::insert(unit, proposal),
        Write::NewRevision(revision) => {
            let row = revisions::insert(unit, revision)?;
            search::enqueue(unit.connection, row)
        }
        Write::NewExecution { execution, authorship, language } => {
            executions::insert(unit, execution, authorship, *language)
        }
        Write::NewReview(review) => reviews::insert(unit, review),
        Write::SetStatus { proposal, status } => proposals::set_status(unit, proposal, *status),
        Write::SetStanding { proposal, standing } => {
            proposals::set_standing(unit, proposal, *standing)
        }
        Write::EndApprovals { proposal } => owners::end_approvals(unit, proposal),
        Write::AddOwnerKey(key) => owners::add_key(unit, key),
        Write::RemoveOwnerKey { fingerprint } => owners::remove_key(unit, fingerprint),
        Write::SetPolicy(policy) => owners::set_policy(unit, policy),
        Write::NewCall(call) => calls::insert(unit, call),
        Write::NewJob(job) => jobs::insert(unit.connection, job),
        Write::FinishJob { job, fence, state } => {
            jobs::finish(unit.connection, job, *fence, *state)
        }
        Write::NewHealing(healing) => healings::insert(unit, healing),
        Write::NewTurn { healing, turn } => healings::add_turn(unit, *healing, turn),
        Write::EndHealing { healing, end } => healings::end(unit, *healing, end),
        Write::NewBlob(text) => blobs::store(unit.connection, text.as_bytes()).map(|_| ()),
        Write::NewBytes(bytes) => blobs::store(unit.connection, bytes).map(|_| ()),
        Write::StartApplication(order) => applications::start(unit, order),
        Write::EndApplication { started, ending } => applications::end(unit, *started, *ending),
        Write::PruneBlobs { rule, digests } => prune::prune(unit.connection, rule, digests),
        Write::NewConcept(concept) => concepts::insert(unit.connection, concept),
        Write::NewProvenance(provenance) => provenance::insert(unit, provenance),
        Write::NewHistory(item) => provenance::insert_history(unit, item),
        Write::FinishImport(import) => provenance::finish(unit, import),
    }
}

/// The records of the act and of what followed from it; the leaf hash of the first.
fn append(ledger: &mut Ledger, change: &Change) -> Result<Digest, StoreError> {
    let mut first = None;
    for act in std::iter::once(&change.act).chain(&change.consequences) {
        let proposal = subject_row(&ledger.connection, act)?;
        let entry = Entry { act, idempotency: &change.idempotency, proposal };
        let hash = ledger.append(&entry)?;
        first.get_or_insert(hash);
    }
    first.ok_or_else(|| corrupt("a change without an act"))
}

fn subject_row(connection: &Connection, act: &Act) -> Result<Option<i64>, StoreError> {
    match &act.subject.proposal {
        Some(id) => proposals::row_of(connection, id),
        None => Ok(None),
    }
}
