//! Questions to a store and their answers.
//!
//! Plain values without behaviour, so that surfaces and commands can build and read them and no caller sees a row.

use std::ops::ControlFlow;
use std::sync::Arc;

use record::audit::record::Record;
use record::domain::digest::Digest;
use record::domain::history::SourceKind;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::language::Language;
use record::domain::policy::Policy;
use record::domain::proposal::Proposal;
use record::domain::review::PastReview;
use record::domain::stats::Dimension;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;

/// Whose times to read, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimesQuery {
    /// Those of one execution.
    Execution(ExecutionId),
    /// Those of a proposal's executions, at most this many.
    Proposal(ProposalId, u32),
    /// Those of all executions, at most this many.
    Home(u32),
}

/// A filter of proposals, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only of this status.
    pub status: Option<Status>,
    /// Only of this language.
    pub language: Option<Language>,
    /// Only those whose request or explanation matches all these words.
    pub search: Option<String>,
    /// At most this many.
    pub limit: u32,
    /// After this place, as an earlier page gave it.
    pub before: Option<Cursor>,
    /// The wish for an exact total, even where counting is slow.
    pub count: Counting,
}

/// A choice of when to count the matches of a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// Only where a rollup knows it.
    #[default]
    IfCheap,
    /// Always.
    Always,
}

/// A place in the list: newest first, by creation and then by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The creation time of the last row shown.
    pub created_at: Timestamp,
    /// Its row number, which breaks ties.
    pub row: i64,
}

/// One page of proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<ListRow>,
    /// Number of all that match, where known.
    pub total: Option<u64>,
    /// The start of the next page, if there is one.
    pub next: Option<Cursor>,
}

/// One proposal of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Its name.
    pub id: ProposalId,
    /// Its status.
    pub status: Status,
    /// The newest verdict on its newest revision.
    pub verdict: Option<VerdictWord>,
    /// The request, its first 200 characters.
    pub request: String,
    /// The language.
    pub language: Language,
    /// Its source where it was imported; `None` for one of this home.
    pub source: Option<SourceKind>,
    /// Moment of its making.
    pub created_at: Timestamp,
    /// Moment of its last change.
    pub updated_at: Timestamp,
}

/// A choice of statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatsQuery {
    /// Only days from this one on (UTC).
    pub since: Option<Timestamp>,
    /// Split by this.
    pub by: Option<Dimension>,
}

/// The things that an id pattern names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved<T> {
    /// Nothing.
    None,
    /// Exactly one.
    One(T),
    /// Several; the first ten.
    Many(Vec<T>),
}

/// The newest signed state of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Records in the log.
    pub size: u64,
    /// The newest checkpoint, a C2SP signed note; empty for an empty log.
    pub checkpoint: String,
}

/// Approvals to look for that still count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// Those that have run out by then.
    By(Timestamp),
    /// Those recorded before this place in the log.
    Before(u64),
}

/// A policy as an owner set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPolicy {
    /// The policy.
    pub policy: Policy,
    /// The place of its record in the log.
    pub seq: u64,
    /// Moment of its record.
    pub changed_at: Timestamp,
}

/// One stored record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its place.
    pub seq: u64,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
}

/// A proposal with all that its decisions rest on, as of one moment.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its row.
    pub proposal: Proposal,
    /// Every record about it, oldest first, as the key of the log vouches for them.
    pub entries: Vec<Arc<Entry>>,
    /// The rows of its decisions, oldest first.
    pub reviews: Vec<PastReview>,
    /// The policies that owners set, as their records have them.
    pub policies: Vec<StoredPolicy>,
}

/// One record, as its bytes have it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the bytes say.
    pub record: Record,
    /// Its number and its bytes.
    pub row: LogRow,
}

/// Is shown one record after another with its sequence number, and says whether to go on.
pub type Visit<'a> = dyn FnMut(u64, &[u8]) -> ControlFlow<()> + 'a;

/// A choice of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// Only those about this proposal.
    pub proposal: Option<ProposalId>,
    /// At most this many.
    pub limit: u32,
    /// Only those before this sequence, newest first.
    pub before: Option<u64>,
}

/// The contents of a backup, as checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFacts {
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// Its schema.
    pub schema: i64,
    /// Records of its log, all of them checked.
    pub entries: u64,
    /// The root over them, as signed.
    pub root: Digest,
    /// The public key of its log, as its first record names it.
    pub vkey: String,
}

/// A text that can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prunable {
    /// Its digest.
    pub digest: Digest,
    /// Bytes it takes in the database.
    pub bytes: u64,
}

/// Sizes of what the home holds, for `/doctor --usage`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreUsage {
    /// Bytes of the database and its write-ahead log.
    pub database_bytes: u64,
    /// Bytes of the write-ahead log alone.
    pub wal_bytes: u64,
    /// Bytes of pages that hold nothing and are used next.
    pub free_bytes: u64,
    /// Schema version.
    pub schema: i64,
    /// SQLite's version.
    pub sqlite: String,
    /// Records in the log.
    pub records: u64,
}
