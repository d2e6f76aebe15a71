//! A proposal with everything that a decision about it rests on.
//!
//! All of it is read in one transaction, so that whoever holds rows against records compares one moment with itself, whatever
//! others write meanwhile.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::Account;
use crate::store::sqlite::log::chains::known::KnownChains;
use crate::store::sqlite::log::chains::reading;
use crate::store::sqlite::tables::{executions, owners, proposals, reviews};
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::domain::id::ProposalId;

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
    let alike = executions::not_passed(connection, proposal.content_hash, row)?;
    Ok(Some(Account {
        proposal,
        entries,
        reviews: reviews::read(connection, id)?,
        policies: owners::policies(connection, key)?,
        alike,
    }))
}
