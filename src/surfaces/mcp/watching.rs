//! Tells a client which of the resources that it watches have changed.
//!
//! What changes is on record, so that the record is read on from where it was; another process may have written it. It is looked at
//! only while a client watches something. Each of the protocol's two ways to watch is a loop over `Watch::changed`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::ResourceUpdatedNotificationParam;
use rmcp::service::{Peer, SubscriptionContext};
use rmcp::{ErrorData, RoleServer};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::surfaces::mcp::carrier::Carrier;
use crate::surfaces::mcp::decoding::{Address, FileAddress};
use record::audit::record::Record;
use record::domain::act::Subject;
use record::domain::id::{ExecutionId, ProposalId};
use work::contract::error::CommandError;

/// Time between two looks at the record.
const PAUSE: Duration = Duration::from_secs(1);
/// Records that are looked at in one go.
const AT_ONCE: u32 = 1_000;
/// Resources that a client may watch.
const MAX_WATCHED: usize = 256;

/// The resources that a client of the older versions watches.
#[derive(Default)]
pub struct Watched {
    uris: Arc<Mutex<BTreeSet<String>>>,
    ended: Mutex<Option<CancellationToken>>,
}

impl Watched {
    /// Watches one more resource; the first one begins the watch.
    pub async fn add(
        &self,
        uri: String,
        carrier: &Arc<dyn Carrier>,
        peer: &Peer<RoleServer>,
    ) -> Result<(), ErrorData> {
        if Address::read(&uri).is_none() {
            return Err(ErrorData::resource_not_found("nothing lies at this address", None));
        }
        let watch = Watch::begin(carrier).await.map_err(|error| failed(&error))?;
        {
            let mut uris = self.uris.lock().unwrap_or_else(PoisonError::into_inner);
            if uris.len() >= MAX_WATCHED {
                return Err(too_many());
            }
            uris.insert(uri);
        }
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.is_none() {
            let end = ended.insert(CancellationToken::new()).clone();
            tokio::spawn(tell(watch, Arc::clone(&self.uris), peer.clone(), end));
        }
        Ok(())
    }

    /// Watches a resource no more.
    pub fn remove(&self, uri: &str) {
        self.uris.lock().unwrap_or_else(PoisonError::into_inner).remove(uri);
    }

    /// Ends the watch.
    pub fn end(&self) {
        if let Some(end) = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take() {
            end.cancel();
        }
    }
}

async fn tell(
    mut watch: Watch,
    uris: Arc<Mutex<BTreeSet<String>>>,
    peer: Peer<RoleServer>,
    end: CancellationToken,
) {
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
        let wanted = uris.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for uri in watch.changed(&wanted).await {
            let told = ResourceUpdatedNotificationParam::new(uri);
            if peer.notify_resource_updated(told).await.is_err() {
                return;
            }
        }
    }
}

/// Watches what a client of the newer versions asks for, until it has enough.
pub async fn listen(
    carrier: &Arc<dyn Carrier>,
    context: SubscriptionContext,
) -> Result<(), ErrorData> {
    let wanted = context.accepted().resource_subscriptions.clone().unwrap_or_default();
    let wanted: BTreeSet<String> = wanted.into_iter().collect();
    if wanted.len() > MAX_WATCHED {
        return Err(too_many());
    }
    let mut watch = Watch::begin(carrier).await.map_err(|error| failed(&error))?;
    loop {
        tokio::select! {
            () = context.cancelled() => return Ok(()),
            () = sleep(PAUSE) => {}
        }
        for uri in watch.changed(&wanted).await {
            if context.sink().notify_resource_updated(uri).await.is_err() {
                return Ok(());
            }
        }
    }
}

/// A place in the record up to which changes were told.
struct Watch {
    carrier: Arc<dyn Carrier>,
    seen: u64,
}

impl Watch {
    async fn begin(carrier: &Arc<dyn Carrier>) -> Result<Self, CommandError> {
        // A home without a record begins with its first entry.
        let seen = match carrier.reader() {
            Some(Ok(reader)) => reader.context().store()?.log_state().await?.size,
            Some(Err(_)) | None => 0,
        };
        Ok(Self { carrier: Arc::clone(carrier), seen })
    }

    /// Returns those of the addresses whose resource changed since the last look.
    async fn changed(&mut self, wanted: &BTreeSet<String>) -> Vec<String> {
        let subjects = match self.new_subjects().await {
            Ok(subjects) => subjects,
            Err(failure) => {
                tracing::debug!(failure = %failure, "the record could not be watched");
                return Vec::new();
            }
        };
        let concerned = |uri: &&String| {
            Address::read(uri).is_some_and(|address| {
                subjects.iter().any(|subject| is_concerned(&address, subject))
            })
        };
        wanted.iter().filter(concerned).cloned().collect()
    }

    async fn new_subjects(&mut self) -> Result<Vec<Subject>, CommandError> {
        let Some(reader) = self.carrier.reader().transpose()? else { return Ok(Vec::new()) };
        let rows = reader.context().store()?.log_from(self.seen, AT_ONCE).await?;
        self.seen = rows.last().map_or(self.seen, |row| row.seq + 1);
        let records = rows.iter().filter_map(|row| Record::parse(&row.bytes).ok());
        Ok(records.map(|record| record.subject).collect())
    }
}

fn is_concerned(address: &Address, subject: &Subject) -> bool {
    let proposal = subject.proposal.as_ref().map(ProposalId::as_str);
    let execution = subject.execution.as_ref().map(ExecutionId::as_str);
    match address {
        Address::Proposal(id) | Address::File(FileAddress { id, .. }) => {
            proposal.is_some_and(|found| is_short_for(id, found))
        }
        Address::Execution(id) => execution.is_some_and(|found| is_short_for(id, found)),
        Address::Checkpoint | Address::Stats => true,
    }
}

/// Tells whether an id as it is typed, with its word or its digits alone, begins this one.
fn is_short_for(typed: &str, id: &str) -> bool {
    let digits = id.split_once('_').map_or(id, |(_, digits)| digits);
    id.starts_with(typed) || digits.starts_with(typed)
}

fn too_many() -> ErrorData {
    ErrorData::invalid_params(format!("{MAX_WATCHED} resources are the most to watch"), None)
}

fn failed(error: &CommandError) -> ErrorData {
    ErrorData::internal_error(error.chain(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_concerns_the_resources_of_its_subject() {
        let subject = Subject {
            proposal: "proposal_7c2e01aa90ff".parse().ok(),
            execution: "exec_0123456789ab".parse().ok(),
            ..Subject::default()
        };
        let cases = [
            ("proposals/proposal_7c2e01aa90ff", true),
            ("proposals/7c2e", true),
            ("proposals/7c2f", false),
            ("proposals/7c2e/revisions/1/a.py", true),
            ("executions/exec_0123456789ab", true),
            ("executions/exec_1", false),
            ("stats", true),
            ("record/checkpoint", true),
        ];

        for (place, expected) in cases {
            let address = Address::read(&format!("saraphina://{place}")).unwrap();
            assert_eq!(is_concerned(&address, &subject), expected, "{place}");
        }
        let address = Address::read("saraphina://proposals/7c2e").unwrap();
        assert!(!is_concerned(&address, &Subject::default()));
    }
}
