//! Holds all rows against an already verified log, in both directions.
//!
//! The log is signed and the rows are not: somebody who edits the database can change code, evidence or a decision without touching
//! the log. One implementation serves `/audit verify`, `/doctor --deep`, `/backup` and `/restore`; it reads the database as of
//! one moment, keeps a few words for each proposal and job, and names the first row that does not fit.

use tokio_util::sync::CancellationToken;

use crate::auditing::rows::found::Found;
use crate::auditing::rows::journal::Journal;
use crate::auditing::rows::{proposals, tables};
use crate::auditing::standing::Policies;
use crate::auditing::vouching::Misfit;
use crate::contract::blocking::beside;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use foundation::store::error::StoreError;
use foundation::store::query::LogState;
use foundation::store::rows::{Dossier, Rows};
use foundation::store::store::Store;
use record::audit::key::VerifierKey;
use record::domain::id::ProposalId;

/// Finds the first row that the record does not vouch for, or the first entry whose row is missing; it blocks.
pub fn first_misfit(
    store: &dyn Store,
    key: &VerifierKey,
    cancel: &CancellationToken,
) -> Result<Option<Misfit>, CommandError> {
    let mut answer = None;
    let work = &mut |rows: &dyn Rows| {
        answer = examine(rows, key, cancel)?;
        Ok(())
    };
    match store.at_one_moment(work) {
        Ok(()) => {}
        // The store checks what it reads, and says so when rows were altered.
        Err(StoreError::Corrupt { detail }) => answer = Some(Misfit { seq: None, problem: detail }),
        Err(error) => return Err(error.into()),
    }
    if cancel.is_cancelled() {
        return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
    }
    Ok(answer)
}

/// The same for the home of a context, beside the runtime; nothing is looked at where the log has no entry.
pub async fn first_of_home(
    context: &Context,
    cancel: CancellationToken,
) -> Result<Option<Misfit>, CommandError> {
    let store = context.store.clone()?;
    if store.log_state().await?.size == 0 {
        return Ok(None);
    }
    let key = lookup::log_key(store.as_ref()).await?;
    beside(move || first_misfit(store.as_ref(), &key, &cancel)).await
}

/// One proposal with its rows and entries, and the signed head that they belong to.
#[derive(Clone, Debug)]
pub struct Vouched {
    /// Everything about it.
    pub dossier: Dossier,
    /// The newest signed state of the log at that moment.
    pub state: LogState,
    /// The key of the log.
    pub key: VerifierKey,
}

/// Reads everything about one proposal as of one moment, for whoever hands it out; a row that its entries do not vouch for refuses.
pub async fn vouched(context: &Context, id: &ProposalId) -> Result<Vouched, CommandError> {
    let store = context.store.clone()?;
    let key = lookup::log_key(store.as_ref()).await?;
    let id = id.clone();
    beside(move || {
        let mut found = None;
        let work = &mut |rows: &dyn Rows| {
            found = one_vouched(rows, &key, &id)?;
            Ok(())
        };
        match store.at_one_moment(work) {
            Ok(()) => {}
            Err(StoreError::Corrupt { detail }) => return Err(broken(detail)),
            Err(error) => return Err(error.into()),
        }
        let gone = || CommandError::new(ErrorKind::NotFound, "there is no such proposal");
        found.ok_or_else(gone)?.map_err(|misfit| broken(misfit.problem))
    })
    .await
}

fn one_vouched(
    rows: &dyn Rows,
    key: &VerifierKey,
    id: &ProposalId,
) -> Result<Option<Result<Vouched, Misfit>>, StoreError> {
    let Some(dossier) = rows.dossier(id)? else { return Ok(None) };
    let set = rows.policies(key)?;
    let policies = Policies::new(set.into_iter().map(|set| set.policy));
    Ok(Some(match proposals::misfit_of(rows, &policies, &dossier)? {
        Some(misfit) => Err(misfit),
        None => Ok(Vouched { dossier, state: rows.state()?, key: key.clone() }),
    }))
}

fn broken(problem: String) -> CommandError {
    CommandError::new(ErrorKind::Integrity, problem)
        .hint("A row was altered; nothing was written. Run `/audit verify`.")
}

fn examine(rows: &dyn Rows, key: &VerifierKey, cancel: &CancellationToken) -> Found {
    let is_stopped = || cancel.is_cancelled();
    let mut journal = Journal::new(rows, key);
    if let Some(misfit) = journal.read(&is_stopped)? {
        return Ok(Some(misfit));
    }
    if journal.size() == 0 {
        return Ok(None);
    }
    let policies = rows.policies(key)?;
    if let Some(misfit) = tables::first_misfit(rows, &journal)? {
        return Ok(Some(misfit));
    }
    let policies = Policies::new(policies.into_iter().map(|set| set.policy));
    if let Some(misfit) = proposals::first_misfit(rows, &journal, &policies, &is_stopped)? {
        return Ok(Some(misfit));
    }
    Ok(rows.oddity(key)?.map(|problem| Misfit { seq: None, problem }))
}
