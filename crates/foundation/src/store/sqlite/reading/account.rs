//! A proposal with everything that a decision about it rests on.
//!
//! All of it is read in one transaction, so that whoever holds rows against records compares one moment with itself, whatever
//! others write meanwhile.

use std::ops::ControlFlow;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::Account;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::chains::known::KnownChains;
use crate::store::sqlite::log::chains::reading;
use crate::store::sqlite::log::records;
use crate::store::sqlite::log::tail::genesis_key;
use crate::store::sqlite::tables::{owners, proposals, reviews};
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Most proposals in which the same bytes did not pass; no owner looks at more.
const MAX_ALIKE: usize = 16;
/// Most records that are verified on the way to a decision, a fraction of a second; of a longer log they are read as they are.
const MOST_VERIFIED: u64 = 100_000;

/// Reads it all; `None` where there is no such proposal.
pub(crate) fn read(
    connection: &Connection,
    key: &VerifierKey,
    head: Option<&Head>,
    (id, known): (&ProposalId, &KnownChains),
) -> Result<Option<Account>, StoreError> {
    reading::check_outside(connection, key, head)?;
    let found = proposals::row_of(connection, id)?.zip(proposals::read(connection, id)?);
    let Some((row, proposal)) = found else { return Ok(None) };
    let chain = reading::of_proposal(connection, key, row, known.of(id))?;
    let entries = chain.entries().to_vec();
    known.keep(id, chain);
    Ok(Some(Account {
        proposal,
        entries,
        reviews: reviews::read(connection, id)?,
        policies: owners::policies(connection, key)?,
    }))
}

/// The proposals in which these bytes did not pass, the newest first, by the records alone.
///
/// Rows and indexes of other proposals are not asked: nothing would hold them against what they stand for.
pub(crate) fn alike(
    connection: &Connection,
    (key, head): (Option<VerifierKey>, Option<Head>),
    content: Digest,
) -> Result<Vec<ProposalId>, StoreError> {
    let sought = content.hex();
    let mut found: Vec<ProposalId> = Vec::new();
    let mut look = |bytes: &[u8]| {
        let is_named = bytes.windows(sought.len()).any(|part| part == sought.as_bytes());
        let record = is_named.then(|| Record::parse(bytes).ok()).flatten();
        if let Some(id) = record.and_then(|record| not_passed(record, content)) {
            found.retain(|known| *known != id);
            found.push(id);
        }
    };
    if records::state(connection)?.size <= MOST_VERIFIED {
        // A copy without its key can only be held against itself.
        let key = key.map_or_else(|| genesis_key(connection), Ok)?;
        let verified = records::verify_with(connection, (Some(key), head.as_ref()), &mut look)?;
        if let Some(problem) = verified.problem {
            let entry = verified.first_bad.map_or_else(String::new, |seq| format!("entry {seq}: "));
            return Err(corrupt(format!("audit_log: {entry}{problem}")));
        }
    } else {
        records::stream(connection, 0, &mut |_, bytes| {
            look(bytes);
            ControlFlow::Continue(())
        })?;
    }
    Ok(found.into_iter().rev().take(MAX_ALIKE).collect())
}

/// The proposal of a verdict on these bytes that is against them.
fn not_passed(record: Record, content: Digest) -> Option<ProposalId> {
    let is_run = record.kind == ActKind::ExecutionVerdict;
    let is_against = record.data.get("verdict").and_then(|word| word.as_str()) != Some("passed");
    let is_meant = is_run && is_against && record.subject.revision_digest == Some(content);
    record.subject.proposal.filter(|_| is_meant)
}
