//! The contract of a store: one write, and the questions.
//!
//! Every write is a `Change`, which commits with its acts or not at all; the rest are questions, each answered as of
//! one moment. Methods are async where another store would wait for a network, although the one in SQLite answers most
//! of them at once; the four that are not are called back by verification in the middle of a pure computation.

use std::path::Path;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::store::applications::ApplicationStore;
use crate::store::error::StoreError;
use crate::store::glance::GlanceStore;
use crate::store::history::HistoryStore;
use crate::store::kept_answers::KeptAnswerStore;
use crate::store::memory::MemoryStore;
use crate::store::notices::NoticeStore;
use crate::store::query::{
    Account, BackupFacts, ListQuery, LogQuery, LogRow, LogState, Overdue, Page, Prunable, Resolved,
    StatsQuery, StoreUsage, StoredPolicy, TimesQuery, Visit,
};
use crate::store::rows::RowStore;
use record::audit::dsse::Envelope;
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::merkle::NodeRef;
use record::audit::record::Record;
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

/// A store of proposals, evidence and the approval record; each method is one unit of work.
#[async_trait]
pub trait Store:
    HistoryStore
    + ApplicationStore
    + MemoryStore
    + RowStore
    + GlanceStore
    + NoticeStore
    + KeptAnswerStore
    + Send
    + Sync
{
    // Writing: the first is the only way to change what is recorded.

    /// Writes a change and its acts in one transaction, or nothing.
    async fn commit(&self, change: Change) -> Result<Receipt, StoreError>;
    /// Moves the end of a lease; false when the job is finished or was taken over.
    async fn heartbeat(
        &self,
        job: &JobId,
        fence: u64,
        until: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Notes the time from request to stored verdict of an execution, in ms.
    ///
    /// It is known only after the commit, so it stands beside the evidence, which is sealed. It is no state, so it has no
    /// act; and it is not flushed, so that losing power may lose it.
    async fn note_total(&self, execution: &ExecutionId, total_ms: u64) -> Result<(), StoreError>;
    /// Tells of commits: the number changes with each that this process made; a store that only reads tells of none.
    fn commits(&self) -> watch::Receiver<u64>;
    /// Ends the writer after everything accepted is written.
    async fn close(&self) -> Result<(), StoreError>;

    // The record.

    /// Reads the newest signed state of the log.
    async fn log_state(&self) -> Result<LogState, StoreError>;
    /// Reads records, newest first.
    async fn log(&self, query: &LogQuery) -> Result<Vec<LogRow>, StoreError>;
    /// Reads records from `seq` on, oldest first, at most `limit`.
    async fn log_from(&self, seq: u64, limit: u32) -> Result<Vec<LogRow>, StoreError>;
    /// Reads a proposal with every record about it, as of one moment; refuses where a record was hidden or altered, or where
    /// the head outside knows of more.
    async fn account(&self, id: &ProposalId) -> Result<Option<Account>, StoreError>;
    /// Lists proposals in which these bytes did not pass, the newest first, by the records alone; refuses where those do not hold.
    async fn alike(&self, content: Digest) -> Result<Vec<ProposalId>, StoreError>;
    /// Reads the first record of the change that was written under an idempotency key.
    async fn recorded(&self, key: &str) -> Result<Option<LogRow>, StoreError>;

    // Verification: synchronous, because it asks while it computes; whoever verifies much does so on a thread of its own.

    /// Shows every record from `seq` on to `visit`, oldest first, until it breaks; keeps none in memory.
    fn stream_log(&self, seq: u64, visit: &mut Visit<'_>) -> Result<(), StoreError>;
    /// Reads the hash of a complete subtree of the log, as stored.
    fn node(&self, place: NodeRef) -> Result<Option<Digest>, StoreError>;
    /// Reads the signed head outside the database.
    fn head(&self) -> Result<Option<Head>, StoreError>;
    /// Refuses a database that the head outside knows to be older, or another one; quick at any size of the log.
    fn check_head(&self) -> Result<(), StoreError>;
    /// Reads the public half of the log key of the home; absent where the key is.
    fn log_key(&self) -> Result<Option<VerifierKey>, StoreError>;
    /// Signs a statement with the key of the log, for tools of others; absent where the key is.
    fn attest(&self, statement: &[u8]) -> Result<Option<Envelope>, StoreError>;

    // Proposals and revisions.

    /// Finds the proposals an id pattern names.
    async fn resolve(&self, pattern: &IdPattern) -> Result<Resolved<ProposalId>, StoreError>;
    /// Finds the newest proposal that a session made, or else a person; what nobody made counts as anybody's.
    async fn newest_of(
        &self,
        person: &str,
        session: &str,
    ) -> Result<Option<ProposalId>, StoreError>;
    /// Reads a proposal as it stands.
    async fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, StoreError>;
    /// Reads one revision with its files.
    async fn revision(&self, id: &ProposalId, number: u32) -> Result<Option<Revision>, StoreError>;
    /// Reads one page of proposals.
    async fn list(&self, query: &ListQuery) -> Result<Page, StoreError>;

    // Executions, and the claims on them.

    /// Finds the executions an id pattern names.
    async fn resolve_execution(
        &self,
        pattern: &IdPattern,
    ) -> Result<Resolved<ExecutionId>, StoreError>;
    /// Reads one execution with its evidence.
    async fn execution(&self, id: &ExecutionId) -> Result<Option<Execution>, StoreError>;
    /// Reads the newest execution of a proposal, of any revision.
    async fn newest_execution(&self, id: &ProposalId) -> Result<Option<Execution>, StoreError>;
    /// Reads every verdict on one revision, oldest first.
    async fn verdicts(&self, id: &ProposalId, revision: u32) -> Result<Vec<Latest>, StoreError>;
    /// Reads the times of executions.
    async fn times(&self, query: &TimesQuery) -> Result<Vec<StoredTimings>, StoreError>;
    /// Reads a job, finished or not.
    async fn job(&self, id: &JobId) -> Result<Option<Lease>, StoreError>;
    /// Reads the jobs that are not finished.
    async fn open_jobs(&self) -> Result<Vec<Lease>, StoreError>;
    /// Reads a text kept by its digest; absent where it never was kept, or was pruned.
    async fn blob(&self, digest: Digest) -> Result<Option<String>, StoreError>;

    // Decisions, and what they rest on.

    /// Reads every decision on a proposal, oldest first.
    async fn reviews(&self, id: &ProposalId) -> Result<Vec<PastReview>, StoreError>;
    /// Reads the keys of the owners so far, oldest first; refuses a row that its record does not vouch for.
    async fn signers(&self) -> Result<Signers, StoreError>;
    /// Reads the entries that changed policy or keys, or endorsed such a change; oldest first, and all of them.
    async fn owner_changes(&self) -> Result<Vec<Record>, StoreError>;
    /// Reads the policy that counts, if one was ever set; refuses a row that its record does not vouch for.
    async fn policy(&self) -> Result<Option<StoredPolicy>, StoreError>;
    /// Finds at most `limit` proposals with approvals that count and should not any more.
    async fn overdue(&self, overdue: Overdue, limit: u32) -> Result<Vec<ProposalId>, StoreError>;

    // Healings.

    /// Reads the healing that an invocation began, by the digest of its key.
    async fn healing(&self, key: Digest) -> Result<Option<Healing>, StoreError>;
    /// Reads the healings of a proposal, oldest first.
    async fn healings(&self, id: &ProposalId) -> Result<Vec<Healing>, StoreError>;

    // Learned concepts.

    /// Reads a learned concept by its name, upper and lower case alike.
    async fn concept(&self, name: &str) -> Result<Option<Concept>, StoreError>;
    /// Reads all learned concepts, by name.
    async fn concepts(&self) -> Result<Vec<Concept>, StoreError>;

    // Statistics and upkeep.

    /// Reads statistics, from rollups.
    async fn stats(&self, query: &StatsQuery) -> Result<Stats, StoreError>;
    /// Holds rollups against the rows they sum up; each difference in words, none when all are right.
    async fn recount(&self) -> Result<Vec<String>, StoreError>;
    /// Reads sizes and versions.
    async fn usage(&self) -> Result<StoreUsage, StoreError>;
    /// Lists the long texts that a rule lets go, by digest.
    async fn prunable(&self, rule: &PruneRule) -> Result<Vec<Prunable>, StoreError>;
    /// Checks the pages of the database; the problems found, none when sound.
    async fn check(&self) -> Result<Vec<String>, StoreError>;
    /// Copies the database as of one moment into a new file, checks pages and log of the copy, and says what it holds.
    async fn backup(&self, target: &Path) -> Result<BackupFacts, StoreError>;
    /// Gives free pages of the database back to the disk by rewriting it; needs as much space again meanwhile.
    async fn compact(&self) -> Result<(), StoreError>;
}
