//! Findings that the owner dismissed.
//!
//! They are read from the owners' entries of the record, of which the store gives all or refuses: nothing that can be written without an
//! entry hides a finding. A later entry of the same finding counts instead of the earlier one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::changeset::RepositoryName;
use record::domain::dismissal::Dismissal;
use record::domain::time::Timestamp;

/// A dismissal with the entry that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What was dismissed, and why.
    pub dismissal: Dismissal,
    /// Who did.
    pub by: String,
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
}

/// Reads all that count, by repository and finding.
pub async fn all(
    context: &Context,
) -> Result<BTreeMap<(RepositoryName, String), Known>, CommandError> {
    let mut known = BTreeMap::new();
    for record in context.store()?.owner_changes().await? {
        let unfit = || {
            let message = format!("audit_log: entry {} dismisses no finding", record.seq);
            CommandError::broken(message)
        };
        match record.kind {
            ActKind::OwnerFindingDismissed => {
                let dismissal = Dismissal::of_detail(&record.data).ok_or_else(unfit)?;
                let key = (dismissal.repository.clone(), dismissal.finding.clone());
                let (by, seq, at) = (record.actor.id.clone(), record.seq, record.ts);
                known.insert(key, Known { dismissal, by, seq, at });
            }
            ActKind::OwnerFindingReinstated => {
                known.remove(&reinstated(&record).ok_or_else(unfit)?);
            }
            _ => {}
        }
    }
    Ok(known)
}

fn reinstated(record: &Record) -> Option<(RepositoryName, String)> {
    let text = |field: &str| record.data.get(field).and_then(Value::as_str);
    Some((text("repository")?.parse().ok()?, text("finding")?.to_owned()))
}
