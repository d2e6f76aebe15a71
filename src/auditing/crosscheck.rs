//! Compares the rows of the database with the verified record.
//!
//! The log is signed and the rows are not: somebody who edits the database can change code, evidence or a decision without
//! touching the log. Every row that a record vouches for is compared with it, and every approved proposal must have a
//! decision on record. Outputs may have been pruned, if a later record says so.

use std::collections::HashMap;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::contract::error::{CommandError, ErrorKind};
use crate::store::query::{ListQuery, ListRow, LogQuery, LogRow};
use crate::store::store::Store;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::status::Status;

/// Records read at once.
const PAGE: u32 = 10_000;
/// Approved proposals read at once.
const LISTED: u32 = 900;
/// Revisions whose hash is remembered; more of them are computed again.
const REMEMBERED: usize = 4_096;

/// The first place where a row is not what the record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The record, where there is one.
    pub seq: Option<u64>,
    /// The trouble in words.
    pub problem: String,
}

type Found = Result<Option<String>, CommandError>;

/// Compares stored files, evidence, decisions and standing with an already verified log.
pub struct Crosscheck<'a> {
    store: &'a dyn Store,
    handle: &'a Handle,
    cancel: &'a CancellationToken,
    hashes: HashMap<(ProposalId, u32), Option<Digest>>,
    /// The newest execution whose output was taken out, and the newest record of such a thing.
    pruned: (Option<u64>, Option<u64>),
}

impl<'a> Crosscheck<'a> {
    /// Makes a check of a store; it blocks, and so runs on a thread outside the runtime.
    pub fn new(store: &'a dyn Store, handle: &'a Handle, cancel: &'a CancellationToken) -> Self {
        Self { store, handle, cancel, hashes: HashMap::new(), pruned: (None, None) }
    }

    /// Finds the first mismatch among the first `entries` records, or among what is approved.
    pub fn first_mismatch(mut self, entries: u64) -> Result<Option<Mismatch>, CommandError> {
        let mut next = 0;
        while next < entries {
            if self.cancel.is_cancelled() {
                return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
            }
            let rows = self.handle.block_on(self.store.log_from(next, PAGE))?;
            let Some(last) = rows.last() else { break };
            next = last.seq.saturating_add(1);
            let wanted = rows.iter().filter(|row| row.seq < entries);
            if let Some(mismatch) = self.first_in(wanted)? {
                return Ok(Some(mismatch));
            }
        }
        if let (Some(seq), recorded) = self.pruned
            && recorded.is_none_or(|recorded| recorded < seq)
        {
            let problem = "the output of an execution was taken out without a record".to_owned();
            return Ok(Some(Mismatch { seq: Some(seq), problem }));
        }
        Ok(self.unfounded()?.map(|problem| Mismatch { seq: None, problem }))
    }

    fn first_in<'row>(
        &mut self,
        rows: impl Iterator<Item = &'row LogRow>,
    ) -> Result<Option<Mismatch>, CommandError> {
        for row in rows {
            let problem = match self.check(row) {
                Ok(None) => continue,
                Ok(Some(problem)) => problem,
                // The store checks what it reads, and says so when rows were altered.
                Err(error) if error.kind == ErrorKind::Integrity => error.message,
                Err(error) => return Err(error),
            };
            return Ok(Some(Mismatch { seq: Some(row.seq), problem }));
        }
        Ok(None)
    }

    fn check(&mut self, row: &LogRow) -> Found {
        // The log was verified before; a record that cannot be read was found there.
        let Ok(record) = Record::parse(&row.bytes) else { return Ok(None) };
        match record.kind {
            ActKind::RevisionAdded => self.revision(&record),
            ActKind::ExecutionVerdict => self.verdict(&record),
            ActKind::BlobPruned => {
                self.pruned.1 = Some(record.seq);
                Ok(None)
            }
            ActKind::DecisionApproved
            | ActKind::DecisionApprovedDespite
            | ActKind::DecisionRejected
            | ActKind::DecisionRevoked
            | ActKind::DecisionReopened => self.decision(&record),
            ActKind::HistoryImported => self.history(&record),
            ActKind::LogGenesis
            | ActKind::OwnerKeyAdded
            | ActKind::OwnerKeyRemoved
            | ActKind::OwnerChangeEndorsed
            | ActKind::PolicyChanged
            | ActKind::StoreMigrated
            | ActKind::LogRestored
            | ActKind::ModelAnswered
            | ActKind::ProposalCreated
            | ActKind::ModelCalled
            | ActKind::ExecutionLeased
            | ActKind::ExecutionInfraError
            | ActKind::ExecutionAbandoned
            | ActKind::DecisionDismissed
            | ActKind::DecisionExpired
            | ActKind::HealingStarted
            | ActKind::HealingEnded
            | ActKind::ConceptLearned
            | ActKind::AuthDenied
            | ActKind::ClockRegressed
            | ActKind::DaemonStarted
            | ActKind::DaemonStopped
            | ActKind::ExportCreated
            | ActKind::ImportFinished => Ok(None),
        }
    }

    /// Checks that the stored files have the recorded hash.
    fn revision(&mut self, record: &Record) -> Found {
        let subject = &record.subject;
        let (Some(id), Some(number)) = (&subject.proposal, subject.revision) else {
            return Ok(None);
        };
        let Some(recorded) = subject.revision_digest else { return Ok(None) };
        let stored = self.content_hash(id, number)?;
        Ok(match stored {
            Some(stored) if stored == recorded => None,
            Some(_) => {
                Some(format!("the stored bytes of {id} revision {number} are not those recorded"))
            }
            None => Some(format!("{id} revision {number} is recorded, but not stored")),
        })
    }

    fn content_hash(
        &mut self,
        id: &ProposalId,
        number: u32,
    ) -> Result<Option<Digest>, CommandError> {
        let key = (id.clone(), number);
        if let Some(known) = self.hashes.get(&key) {
            return Ok(*known);
        }
        let revision = self.handle.block_on(self.store.revision(id, number))?;
        let hash = revision.map(|revision| revision.source.content_hash());
        // Records that share a revision lie close together, so that forgetting all at once costs little.
        if self.hashes.len() >= REMEMBERED {
            self.hashes.clear();
        }
        self.hashes.insert(key, hash);
        Ok(hash)
    }

    /// Checks that the stored evidence and verdict are the recorded ones.
    fn verdict(&mut self, record: &Record) -> Found {
        let Some(id) = &record.subject.execution else { return Ok(None) };
        match self.evidence(id, record)? {
            Some(problem) => Ok(Some(problem)),
            None => self.revision(record),
        }
    }

    fn evidence(&mut self, id: &ExecutionId, record: &Record) -> Found {
        let Some(execution) = self.handle.block_on(self.store.execution(id))? else {
            return Ok(Some(format!("{id} is recorded, but not stored")));
        };
        let is_pruned = execution.evidence.output.pruned;
        if is_pruned {
            // Without its output the digest cannot be computed; that it went must be on record, later than this.
            self.pruned.0 = self.pruned.0.max(Some(record.seq));
        }
        let digest = execution.evidence.digest().to_string();
        if !is_pruned && text(record, "evidence_digest").is_some_and(|recorded| recorded != digest)
        {
            return Ok(Some(format!("the stored evidence of {id} is not the recorded one")));
        }
        let verdict = execution.verdict.word.word();
        if text(record, "verdict").is_some_and(|recorded| recorded != verdict) {
            return Ok(Some(format!("the stored verdict of {id} is not the recorded one")));
        }
        Ok(None)
    }

    /// Checks that the stored decision is the recorded one, and so are the files and the evidence it rests on.
    fn decision(&mut self, record: &Record) -> Found {
        let Some(id) = &record.subject.proposal else { return Ok(None) };
        let reviews = self.handle.block_on(self.store.reviews(id))?;
        let review = reviews.iter().find(|review| review.seq == record.seq);
        let is_same = review.is_some_and(|review| {
            kind(review.decision) == record.kind
                && Some(review.id.as_str()) == text(record, "review")
                && review.reason.as_deref() == text(record, "reason")
        });
        if !is_same {
            return Ok(Some(format!("the stored decision on {id} is not the recorded one")));
        }
        match &record.subject.execution {
            Some(_) => self.verdict(record),
            None => self.revision(record),
        }
    }

    /// Checks that the stored history of an imported proposal is the one that came over.
    fn history(&self, record: &Record) -> Found {
        let Some(id) = &record.subject.proposal else { return Ok(None) };
        let Some(provenance) = self.handle.block_on(self.store.provenance(id))? else {
            return Ok(Some(format!("{id} is recorded as imported, but not stored so")));
        };
        let history = self.handle.block_on(self.store.history(id, u32::MAX))?;
        let stored = provenance.digest_with(&history).to_string();
        let is_same = text(record, "history_digest") == Some(stored.as_str());
        Ok((!is_same).then(|| format!("the stored history of {id} is not the recorded one")))
    }

    fn first_unfounded<'row>(
        &self,
        rows: &'row [ListRow],
    ) -> Result<Option<&'row ListRow>, CommandError> {
        for row in rows {
            if !self.is_vouched_for(&row.id)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Tells whether the newest decision on a proposal, by the record, is an approval.
    fn is_vouched_for(&self, id: &ProposalId) -> Result<bool, CommandError> {
        let mut before = None;
        loop {
            let query = LogQuery { proposal: Some(id.clone()), limit: LISTED, before };
            let rows = self.handle.block_on(self.store.log(&query))?;
            let kinds = rows.iter().filter_map(|row| Some(Record::parse(&row.bytes).ok()?.kind));
            if let Some(kind) = kinds.into_iter().find(|kind| is_decision(*kind)) {
                let approvals = [ActKind::DecisionApproved, ActKind::DecisionApprovedDespite];
                return Ok(approvals.contains(&kind));
            }
            before = rows.last().map(|row| row.seq);
            if before.is_none() {
                return Ok(false);
            }
        }
    }

    /// Finds an approved proposal that no decision in the record vouches for.
    fn unfounded(&self) -> Found {
        let mut before = None;
        loop {
            let query = ListQuery {
                status: Some(Status::Approved),
                limit: LISTED,
                before,
                ..ListQuery::default()
            };
            let page = self.handle.block_on(self.store.list(&query))?;
            if let Some(row) = self.first_unfounded(&page.rows)? {
                return Ok(Some(format!("{} is approved, but not by the record", row.id)));
            }
            before = page.next;
            if before.is_none() {
                return Ok(None);
            }
        }
    }
}

/// Tells whether a record decides on a proposal, or makes a decision void.
pub const fn is_decision(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::DecisionApproved
            | ActKind::DecisionApprovedDespite
            | ActKind::DecisionRejected
            | ActKind::DecisionRevoked
            | ActKind::DecisionReopened
            | ActKind::DecisionDismissed
            | ActKind::DecisionExpired
    )
}

const fn kind(decision: Decision) -> ActKind {
    match decision {
        Decision::Approved => ActKind::DecisionApproved,
        Decision::ApprovedDespite => ActKind::DecisionApprovedDespite,
        Decision::Rejected => ActKind::DecisionRejected,
        Decision::Revoked => ActKind::DecisionRevoked,
        Decision::Reopened => ActKind::DecisionReopened,
    }
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.data.get(name).and_then(Value::as_str)
}
