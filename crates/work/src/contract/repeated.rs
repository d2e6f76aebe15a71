//! Finds what an earlier invocation under the same key recorded.
//!
//! A client that lost the answer sends the command again under the same key. The command must then return what happened the
//! first time instead of doing it twice, and the record is the place that knows it.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use foundation::store::query::LogQuery;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Records of a proposal that are looked at, the newest: a client repeats at once or not at all.
const LOOKED_AT: u32 = 50;

/// A record and its leaf hash.
#[derive(Clone, Debug)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its leaf hash.
    pub hash: Digest,
}

/// Finds the newest record of a kind that this invocation's key made for a proposal.
pub async fn record(
    invocation: &Invocation,
    proposal: &ProposalId,
    kind: ActKind,
) -> Result<Option<Found>, CommandError> {
    let found = records(invocation, proposal).await?;
    Ok(found.into_iter().find(|found| found.record.kind == kind))
}

/// Lists the newest records that this invocation's key made for a proposal.
pub async fn records(
    invocation: &Invocation,
    proposal: &ProposalId,
) -> Result<Vec<Found>, CommandError> {
    let query = LogQuery { proposal: Some(proposal.clone()), limit: LOOKED_AT, before: None };
    let rows = invocation.store()?.log(&query).await?;
    let found = rows.iter().filter_map(|row| {
        let record = Record::parse(&row.bytes).ok()?;
        Some(Found { record, hash: leaf_hash(&row.bytes) })
    });
    Ok(found.filter(|found| found.record.idem == invocation.caller.idempotency).collect())
}
