//! Holds an application against the entry that started it.
//!
//! Rows are not signed and the record is: before an engine writes what an order says, the digest of the order has to be the one
//! on record, for the same proposal.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use foundation::store::query::Entry;
use record::audit::record::Record;
use record::domain::application::{Application, Direction};
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Refuses an application whose row is not what its entries say.
pub async fn check(context: &Context, application: &Application) -> Result<(), CommandError> {
    fits(&entries(context, &application.order.proposal).await?, application)
}

/// The applications of a proposal, oldest first, each as its entries have it; refuses where a row is missing or says otherwise.
pub async fn all(context: &Context, id: &ProposalId) -> Result<Vec<Application>, CommandError> {
    let entries = entries(context, id).await?;
    let found = context.store()?.applications(id).await?;
    found.iter().try_for_each(|application| fits(&entries, application))?;
    let starts = [Direction::Apply, Direction::Rollback].map(|direction| direction.kinds().0);
    let begun = entries.iter().map(|entry| &entry.record).filter(|one| starts.contains(&one.kind));
    for record in begun {
        if found.iter().all(|application| application.started != record.seq) {
            return Err(broken(record.seq, "is missing, which an entry names"));
        }
    }
    Ok(found)
}

async fn entries(context: &Context, id: &ProposalId) -> Result<Vec<Arc<Entry>>, CommandError> {
    let account = context.store()?.account(id).await?;
    Ok(account.map(|account| account.entries).unwrap_or_default())
}

fn fits(entries: &[Arc<Entry>], application: &Application) -> Result<(), CommandError> {
    let order = &application.order;
    let (starts, ends) = order.direction.kinds();
    let is_its_end = |record: &&Record| {
        record.kind == ends
            && record.data.get("started").and_then(Value::as_u64) == Some(application.started)
    };
    let records = || entries.iter().map(|entry| &entry.record);
    let end = records().find(is_its_end);
    let is_ended = match application.end {
        None => end.is_none(),
        Some((seq, ending)) => end.is_some_and(|record| {
            let outcome = record.data.get("outcome").and_then(Value::as_str);
            record.seq == seq && outcome == Some(ending.word())
        }),
    };
    let is_begun = |record: &Record| {
        let digest = record.data.get("order_digest").and_then(Value::as_str);
        record.kind == starts
            && record.subject.revision == Some(order.revision)
            && record.subject.revision_digest == Some(order.content_hash)
            && digest.and_then(|text| text.parse::<Digest>().ok()) == Some(application.digest)
    };
    let start = records().find(|record| record.seq == application.started);
    if is_ended && start.is_some_and(is_begun) {
        return Ok(());
    }
    Err(broken(application.started, "is not what the entries say"))
}

fn broken(started: u64, problem: &str) -> CommandError {
    let message = format!("applications: that of entry {started} {problem}");
    CommandError::broken(message)
}
