//! The store of a home: answers every method of the contract.
//!
//! Writes go to the one writer's thread, questions to the pool of readers. A read takes microseconds and runs on the
//! caller's thread; what may take long leaves it, so that it does not hold up other tasks of the runtime.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::watch;

use crate::store::error::StoreError;
use crate::store::query::{
    Account, BackupFacts, ListQuery, LogQuery, LogRow, LogState, Overdue, Page, Prunable, Resolved,
    StatsQuery, StoreUsage, StoredPolicy, TimesQuery, Visit,
};
use crate::store::sqlite::failure::located;
use crate::store::sqlite::home::folders::database_path;
use crate::store::sqlite::home::open_writer::open_for_writing;
use crate::store::sqlite::home::{backup, head_file, key_file};
use crate::store::sqlite::log::chains::known::KnownChains;
use crate::store::sqlite::log::chains::reading;
use crate::store::sqlite::log::{records, tail};
use crate::store::sqlite::reading::readers::Readers;
use crate::store::sqlite::reading::{account, list, recount, stats, usage};
use crate::store::sqlite::tables::{
    blobs, concepts, executions, healings, jobs, owners, proposals, prune, reviews, revisions,
    search,
};
use crate::store::sqlite::writing::writer::Writer;
use crate::store::store::Store;
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

/// Waiting proposals that a search matches by itself; with more, the writer feeds the index first.
const SEARCHED_UNINDEXED: u64 = 256;

/// Rows from which on a read leaves the threads of the runtime.
const LONG_READ: u32 = 1_000;

/// The rights of a process over a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Look, without a lock and without writing anything.
    ReadOnly,
    /// Everything; one process at a time.
    Writer,
}

/// A store in one SQLite file of a home.
pub struct SqliteStore {
    home: PathBuf,
    database: PathBuf,
    // Dropped before the writer, whose connection then is the last and leaves a single file behind.
    readers: Arc<Readers>,
    writer: Option<Writer>,
    known: KnownChains,
}

impl SqliteStore {
    /// Opens the store of a home; a writer makes, migrates and checks what is needed.
    pub fn open(
        home: &Path,
        opening: Opening,
        clock: &Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let database = database_path(home);
        let writer = match opening {
            Opening::ReadOnly => None,
            Opening::Writer => Some(Writer::start(open_for_writing(home, clock())?)?),
        };
        let readers = Arc::new(Readers::open(&database)?);
        Ok(Self {
            home: home.to_path_buf(),
            database,
            readers,
            writer,
            known: KnownChains::default(),
        })
    }

    /// Sets a pragma of the writing connection, for tests only: they fill a small disk by bounding the pages, and weaken
    /// flushes to show that power cuts then lose something. No other way reaches the connection of the running writer.
    #[doc(hidden)]
    pub async fn tune(&self, pragma: &'static str, value: i64) -> Result<(), StoreError> {
        self.writer()?.tune(pragma, value).await
    }

    /// Brings the search index up to date; how many proposals entered it. For tests, which search before and after: the
    /// product needs no such command, because a search finds queued proposals, too.
    #[doc(hidden)]
    pub async fn index(&self) -> Result<u64, StoreError> {
        self.writer()?.index().await
    }

    pub(super) fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| StoreError::ReadOnly { path: self.database.clone() })
    }

    /// Writes, whole or not at all, what is no part of the record and is flushed with its next entry.
    pub(super) async fn beside_the_record<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer()?.aside(move |unflushed| unflushed.write(work)).await
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(work)
    }

    /// Reads beside the runtime, which a long read would hold up.
    pub(super) async fn read_long<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let read = tokio::task::spawn_blocking(move || readers.read_long(work));
        read.await.map_err(|error| StoreError::Database(Box::new(error)))?
    }

    /// Reads what the key of the log signed for; nothing in a home without a log.
    fn read_signed<T: Default>(
        &self,
        work: impl FnOnce(&Connection, &VerifierKey) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let own = self.log_key()?;
        self.read(|connection| {
            if records::size(connection)? == 0 {
                return Ok(T::default());
            }
            match own {
                Some(key) => work(connection, &key),
                // A copy without its key, as auditors have it: it can only be held against itself.
                None => work(connection, &tail::genesis_key(connection)?),
            }
        })
    }

    async fn feed_search(&self) -> Result<(), StoreError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        if self.read(|connection| search::is_behind(connection, SEARCHED_UNINDEXED))? {
            writer.index().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, change: Change) -> Result<Receipt, StoreError> {
        let written = self.writer()?.commit(change).await;
        written.map_err(|error| located(error, &self.database))
    }

    fn commits(&self) -> watch::Receiver<u64> {
        self.writer.as_ref().map_or_else(|| watch::channel(0).1, Writer::commits)
    }

    async fn resolve(&self, pattern: &IdPattern) -> Result<Resolved<ProposalId>, StoreError> {
        self.read(|connection| proposals::resolve(connection, pattern))
    }

    async fn newest_of(
        &self,
        person: &str,
        session: &str,
    ) -> Result<Option<ProposalId>, StoreError> {
        self.read(|connection| proposals::newest_of(connection, person, session))
    }

    async fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, StoreError> {
        self.read(|connection| proposals::read(connection, id))
    }

    async fn revision(&self, id: &ProposalId, number: u32) -> Result<Option<Revision>, StoreError> {
        self.read(|connection| revisions::read(connection, id, number))
    }

    async fn resolve_execution(
        &self,
        pattern: &IdPattern,
    ) -> Result<Resolved<ExecutionId>, StoreError> {
        self.read(|connection| executions::resolve(connection, pattern))
    }

    async fn execution(&self, id: &ExecutionId) -> Result<Option<Execution>, StoreError> {
        self.read(|connection| executions::read(connection, id))
    }

    async fn newest_execution(&self, id: &ProposalId) -> Result<Option<Execution>, StoreError> {
        self.read(|connection| executions::newest(connection, id))
    }

    async fn verdicts(&self, id: &ProposalId, revision: u32) -> Result<Vec<Latest>, StoreError> {
        self.read(|connection| executions::verdicts(connection, id, revision))
    }

    async fn times(&self, query: &TimesQuery) -> Result<Vec<StoredTimings>, StoreError> {
        self.read(|connection| executions::times(connection, query))
    }

    async fn note_total(&self, execution: &ExecutionId, total_ms: u64) -> Result<(), StoreError> {
        let execution = execution.clone();
        self.writer()?.aside(move |unflushed| unflushed.note_total(&execution, total_ms)).await
    }

    async fn reviews(&self, id: &ProposalId) -> Result<Vec<PastReview>, StoreError> {
        self.read(|connection| reviews::read(connection, id))
    }

    async fn signers(&self) -> Result<Signers, StoreError> {
        self.read_signed(owners::keys)
    }

    async fn owner_changes(&self) -> Result<Vec<Record>, StoreError> {
        self.read_signed(owners::changes)
    }

    async fn policy(&self) -> Result<Option<StoredPolicy>, StoreError> {
        self.read_signed(|connection, key| Ok(owners::policies(connection, key)?.pop()))
    }

    async fn overdue(&self, overdue: Overdue, limit: u32) -> Result<Vec<ProposalId>, StoreError> {
        self.read(|connection| owners::overdue(connection, overdue, limit))
    }

    async fn list(&self, query: &ListQuery) -> Result<Page, StoreError> {
        use crate::store::query::Counting;
        if query.search.is_some() {
            self.feed_search().await?;
        }
        let counts = query.search.is_some() && query.count == Counting::Always;
        if query.limit < LONG_READ && !counts {
            return self.read(|connection| list::read(connection, query));
        }
        let query = query.clone();
        self.read_long(move |connection| list::read(connection, &query)).await
    }

    async fn stats(&self, query: &StatsQuery) -> Result<Stats, StoreError> {
        self.read(|connection| stats::read(connection, query))
    }

    async fn log_state(&self) -> Result<LogState, StoreError> {
        self.read(records::state)
    }

    async fn log(&self, query: &LogQuery) -> Result<Vec<LogRow>, StoreError> {
        if query.limit < LONG_READ {
            return self.read(|connection| records::read(connection, query));
        }
        let query = query.clone();
        self.read_long(move |connection| records::read(connection, &query)).await
    }

    async fn account(&self, id: &ProposalId) -> Result<Option<Account>, StoreError> {
        // Read first: the writer moves the head outside only after the database.
        let head = self.head()?;
        self.read_signed(|connection, key| {
            account::read(connection, key, head.as_ref(), (id, &self.known))
        })
    }

    async fn alike(&self, content: Digest) -> Result<Vec<ProposalId>, StoreError> {
        let grounds = (self.log_key()?, self.head()?);
        self.read_long(move |connection| account::alike(connection, grounds, content)).await
    }

    async fn log_from(&self, seq: u64, limit: u32) -> Result<Vec<LogRow>, StoreError> {
        if limit < LONG_READ {
            return self.read(|connection| records::read_from(connection, seq, limit));
        }
        self.read_long(move |connection| records::read_from(connection, seq, limit)).await
    }

    fn stream_log(&self, seq: u64, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.read(|connection| records::stream(connection, seq, visit))
    }

    fn node(&self, place: NodeRef) -> Result<Option<Digest>, StoreError> {
        self.read(|connection| tail::stored_node(connection, place))
    }

    fn head(&self) -> Result<Option<Head>, StoreError> {
        head_file::load(&self.home)
    }

    fn check_head(&self) -> Result<(), StoreError> {
        let head = self.head()?;
        self.read_signed(|connection, key| reading::check_outside(connection, key, head.as_ref()))
    }

    fn log_key(&self) -> Result<Option<VerifierKey>, StoreError> {
        Ok(key_file::load(&self.home)?.map(|key| key.verifier().clone()))
    }

    fn attest(&self, statement: &[u8]) -> Result<Option<Envelope>, StoreError> {
        Ok(key_file::load(&self.home)?.map(|key| Envelope::seal(statement, &key)))
    }

    async fn recorded(&self, key: &str) -> Result<Option<LogRow>, StoreError> {
        self.read(|connection| records::recorded(connection, key))
    }

    async fn blob(&self, digest: Digest) -> Result<Option<String>, StoreError> {
        self.read(|connection| blobs::read_kept(connection, digest))
    }

    async fn job(&self, id: &JobId) -> Result<Option<Lease>, StoreError> {
        self.read(|connection| jobs::read(connection, id))
    }

    async fn open_jobs(&self) -> Result<Vec<Lease>, StoreError> {
        self.read(jobs::open_jobs)
    }

    async fn heartbeat(
        &self,
        job: &JobId,
        fence: u64,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.writer()?.heartbeat(job.clone(), fence, until).await
    }

    async fn healing(&self, key: Digest) -> Result<Option<Healing>, StoreError> {
        self.read(|connection| healings::read(connection, key))
    }

    async fn healings(&self, id: &ProposalId) -> Result<Vec<Healing>, StoreError> {
        self.read(|connection| healings::of_proposal(connection, id))
    }

    async fn concept(&self, name: &str) -> Result<Option<Concept>, StoreError> {
        self.read(|connection| concepts::read(connection, name))
    }

    async fn concepts(&self) -> Result<Vec<Concept>, StoreError> {
        self.read(concepts::read_all)
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        self.read(|connection| usage::usage(connection, &self.database))
    }

    async fn prunable(&self, rule: &PruneRule) -> Result<Vec<Prunable>, StoreError> {
        let rule = rule.clone();
        self.read_long(move |connection| prune::prunable(connection, &rule)).await
    }

    async fn recount(&self) -> Result<Vec<String>, StoreError> {
        let readers = Arc::clone(&self.readers);
        // One transaction: sums and rows of the same moment.
        let read = tokio::task::spawn_blocking(move || readers.read(recount::differences));
        read.await.map_err(|error| StoreError::Database(Box::new(error)))?
    }

    async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read_long(backup::all_problems).await
    }

    async fn backup(&self, target: &Path) -> Result<BackupFacts, StoreError> {
        let target = target.to_path_buf();
        self.read_long(move |connection| backup::back_up(connection, &target)).await
    }

    async fn compact(&self) -> Result<(), StoreError> {
        self.writer()?.compact().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        match &self.writer {
            Some(writer) => writer.close().await,
            None => Ok(()),
        }
    }
}
