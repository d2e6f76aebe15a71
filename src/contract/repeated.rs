//! What an earlier same-key invocation recorded.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::store::query::LogQuery;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// How many of a proposal's newest records are looked at: a client repeats at once or not at all.
const LOOKED_AT: u32 = 50;

/// A record and its leaf hash.
#[derive(Clone, Debug)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its leaf hash.
    pub hash: Digest,
}

/// The newest record of a kind that this invocation's key made for a proposal.
pub async fn record(
    invocation: &Invocation,
    proposal: &ProposalId,
    kind: ActKind,
) -> Result<Option<Found>, CommandError> {
    let found = records(invocation, proposal).await?;
    Ok(found.into_iter().find(|found| found.record.kind == kind))
}

/// The newest records that this invocation's key made for a proposal.
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
