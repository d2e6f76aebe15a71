//! Holds an application against the entry that started it.
//!
//! Rows are not signed and the record is: before an engine writes what an order says, the digest of the order has to be the one
//! on record, for the same proposal.

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use record::domain::application::{Application, Ending};
use record::domain::digest::Digest;

/// Refuses an application whose row is not what its entry says.
pub async fn check(context: &Context, application: &Application) -> Result<(), CommandError> {
    let order = &application.order;
    let account = context.store()?.account(&order.proposal).await?;
    let entries = account.map(|account| account.entries).unwrap_or_default();
    let of = |seq: u64| entries.iter().map(|entry| &entry.record).find(|record| record.seq == seq);
    let is_ended = |(seq, ending): (u64, Ending)| {
        of(seq).is_some_and(|record| {
            record.kind == order.direction.kinds().1
                && record.data.get("started").and_then(Value::as_u64) == Some(application.started)
                && record.data.get("outcome").and_then(Value::as_str) == Some(ending.word())
        })
    };
    let fits = application.end.is_none_or(is_ended)
        && of(application.started).is_some_and(|record| {
            let digest = record.data.get("order_digest").and_then(Value::as_str);
            record.kind == order.direction.kinds().0
                && record.subject.revision == Some(order.revision)
                && record.subject.revision_digest == Some(order.content_hash)
                && digest.and_then(|text| text.parse::<Digest>().ok()) == Some(application.digest)
        });
    if fits {
        return Ok(());
    }
    let message =
        format!("applications: that of entry {} is not what the entry says", application.started);
    Err(CommandError::new(ErrorKind::Integrity, message).hint("Run `/audit verify`."))
}
