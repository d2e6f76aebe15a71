//! The contract of a store.

use std::path::Path;

use async_trait::async_trait;

use crate::store::error::StoreError;
use crate::store::history::HistoryStore;
use crate::store::query::{
    BackupFacts, ListQuery, LogQuery, LogRow, LogState, Overdue, Page, Prunable, Resolved,
    StatsQuery, StoreUsage, StoredPolicy, TimesQuery, Visit,
};
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::merkle::NodeRef;
use record::audit::signers::Signers;
use record::domain::change::{Change, PruneRule, Receipt};
use record::domain::concept::Concept;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::healing::Healing;
use record::domain::id::{ExecutionId, IdPattern, JobId, ProposalId};
use record::domain::lease::Lease;
use record::domain::proposal::{Latest, Proposal};
use record::domain::review::PastReview;
use record::domain::revision::Revision;
use record::domain::stats::Stats;
use record::domain::time::Timestamp;
use record::domain::timings::StoredTimings;

/// Where proposals, evidence and the approval record live; each method is one unit of work.
#[async_trait]
pub trait Store: HistoryStore + Send + Sync {
    /// Writes a change and its acts in one transaction, or nothing.
    async fn commit(&self, change: Change) -> Result<Receipt, StoreError>;

    /// The newest signed state of the log.
    async fn log_state(&self) -> Result<LogState, StoreError>;
    /// Records, newest first.
    async fn log(&self, query: &LogQuery) -> Result<Vec<LogRow>, StoreError>;
    /// Records from `seq` on, oldest first, at most `limit`.
    async fn log_from(&self, seq: u64, limit: u32) -> Result<Vec<LogRow>, StoreError>;
    /// Shows every record from `seq` on to `visit`, oldest first, until it breaks; keeps none in memory.
    fn stream_log(&self, seq: u64, visit: &mut Visit<'_>) -> Result<(), StoreError>;
    /// The hash of a complete subtree of the log, as stored.
    fn node(&self, place: NodeRef) -> Result<Option<Digest>, StoreError>;
    /// The signed head outside the database.
    fn head(&self) -> Result<Option<Head>, StoreError>;
    /// The public half of the log key of the home; absent where the key is.
    fn log_key(&self) -> Result<Option<VerifierKey>, StoreError>;

    /// The proposals an id pattern names.
    async fn resolve(&self, pattern: &IdPattern) -> Result<Resolved<ProposalId>, StoreError>;
    /// A proposal as it stands.
    async fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, StoreError>;
    /// One revision with its files.
    async fn revision(&self, id: &ProposalId, number: u32) -> Result<Option<Revision>, StoreError>;
    /// Where the time of executions went.
    async fn times(&self, query: &TimesQuery) -> Result<Vec<StoredTimings>, StoreError>;
    /// Notes how long an execution took until its verdict was stored, in ms; beside the evidence, which was sealed before,
    /// no state, so no act, and not flushed, so that losing power may lose it.
    async fn note_total(&self, execution: &ExecutionId, total_ms: u64) -> Result<(), StoreError>;
    /// One execution with its evidence.
    async fn execution(&self, id: &ExecutionId) -> Result<Option<Execution>, StoreError>;
    /// The newest execution of a proposal, of any revision.
    async fn newest_execution(&self, id: &ProposalId) -> Result<Option<Execution>, StoreError>;
    /// Every verdict on one revision, oldest first.
    async fn verdicts(&self, id: &ProposalId, revision: u32) -> Result<Vec<Latest>, StoreError>;
    /// Every decision on a proposal, oldest first.
    async fn reviews(&self, id: &ProposalId) -> Result<Vec<PastReview>, StoreError>;
    /// The keys of the owners so far, oldest first.
    async fn signers(&self) -> Result<Signers, StoreError>;
    /// The policy that counts, if one was ever set.
    async fn policy(&self) -> Result<Option<StoredPolicy>, StoreError>;
    /// At most `limit` proposals with approvals that count and should not any more.
    async fn overdue(&self, overdue: Overdue, limit: u32) -> Result<Vec<ProposalId>, StoreError>;
    /// One page of proposals.
    async fn list(&self, query: &ListQuery) -> Result<Page, StoreError>;
    /// Statistics, from rollups.
    async fn stats(&self, query: &StatsQuery) -> Result<Stats, StoreError>;

    /// The first record of the change that was written under an idempotency key.
    async fn recorded(&self, key: &str) -> Result<Option<LogRow>, StoreError>;
    /// A text kept by its digest; absent where it never was kept, or was pruned.
    async fn blob(&self, digest: Digest) -> Result<Option<String>, StoreError>;

    /// A job, finished or not.
    async fn job(&self, id: &JobId) -> Result<Option<Lease>, StoreError>;
    /// Jobs that are not finished.
    async fn open_jobs(&self) -> Result<Vec<Lease>, StoreError>;
    /// Moves the end of a lease; false when the job is finished or was taken over.
    async fn heartbeat(
        &self,
        job: &JobId,
        fence: u64,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The healing that an invocation began, by the digest of its key.
    async fn healing(&self, key: Digest) -> Result<Option<Healing>, StoreError>;
    /// The healings of a proposal, oldest first.
    async fn healings(&self, id: &ProposalId) -> Result<Vec<Healing>, StoreError>;

    /// A learned concept by its name, upper and lower case alike.
    async fn concept(&self, name: &str) -> Result<Option<Concept>, StoreError>;
    /// All learned concepts, by name.
    async fn concepts(&self) -> Result<Vec<Concept>, StoreError>;

    /// The executions an id pattern names.
    async fn resolve_execution(
        &self,
        pattern: &IdPattern,
    ) -> Result<Resolved<ExecutionId>, StoreError>;

    /// Sizes and versions.
    async fn usage(&self) -> Result<StoreUsage, StoreError>;
    /// Long texts that a rule lets go, by digest.
    async fn prunable(&self, rule: &PruneRule) -> Result<Vec<Prunable>, StoreError>;
    /// Sums that are not what the rows they sum up say, in words; none when all are right.
    async fn recount(&self) -> Result<Vec<String>, StoreError>;
    /// Checks the pages of the database; the problems found, none when sound.
    async fn check(&self) -> Result<Vec<String>, StoreError>;
    /// Copies the database as of one moment into a new file, checks pages and log of the copy, and says what it holds.
    async fn backup(&self, target: &Path) -> Result<BackupFacts, StoreError>;
    /// Gives free pages of the database back to the disk by rewriting it; needs as much space again meanwhile.
    async fn compact(&self) -> Result<(), StoreError>;
    /// Brings the search index up to date; how many proposals entered it.
    async fn index(&self) -> Result<u64, StoreError>;
    /// Ends the writer after everything accepted is written.
    async fn close(&self) -> Result<(), StoreError>;
}
