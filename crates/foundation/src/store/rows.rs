//! The part of the contract for whoever holds every row against the record.
//!
//! All of it is read as of one moment, whatever is written meanwhile, and nothing is kept: tables are shown row by row, and what
//! belongs to one proposal comes together. It is a trait of its own because nothing but verification needs it.

use std::fmt;
use std::ops::ControlFlow;

use crate::store::error::StoreError;
use crate::store::query::{LogRow, LogState, StoredPolicy};
use record::audit::key::VerifierKey;
use record::domain::concept::Concept;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::history::{HistoryItem, Provenance};
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::proposal::Proposal;
use record::domain::review::PastReview;
use record::domain::revision::Revision;

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// The number, if it is one that is not negative.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Integer(value) => u64::try_from(*value).ok(),
            Self::Null | Self::Text(_) | Self::Blob(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Integer(_) | Self::Blob(_) => None,
        }
    }

    /// The digest, if it is one.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Blob(bytes) => bytes.as_slice().try_into().ok().map(Digest::from_bytes),
            Self::Null | Self::Integer(_) | Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("without a number"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Blob(bytes) => write!(f, "of {} bytes", bytes.len()),
        }
    }
}

/// A table that is shown row by row, with the columns that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `audit_node`: leaf, level, hash; by leaf and level.
    Nodes,
    /// `audit_checkpoint`: size, note; by size.
    Checkpoints,
    /// `calls`: row, provider, model, input and output tokens, cost, latency, moment; by row.
    Calls,
    /// `jobs`: execution, proposal, revision, fence, state, id.
    Jobs,
    /// `nonces`: nonce, sequence.
    Nonces,
    /// `idempotency`: key, sequence.
    Keys,
    /// `imports`: digest of the file, source, shape, moment.
    Imports,
    /// `healings`: proposal, base, start, end, why it stopped; by start.
    Healings,
    /// `applications`: start, proposal, revision, direction, place, order, end, outcome; by start.
    Applications,
    /// `chains`: proposal, entries, hash; by proposal.
    Chains,
    /// `owner_entries`: sequence; in order.
    OwnerEntries,
    /// `blobs` that no execution, no history and no application refers to: digest.
    LooseBlobs,
}

/// Everything about one proposal.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The number of its row.
    pub row: i64,
    /// Its row.
    pub proposal: Proposal,
    /// The records beside which its row stands, oldest first.
    pub entries: Vec<LogRow>,
    /// Its revisions, oldest first.
    pub revisions: Vec<Revision>,
    /// Its executions, oldest first.
    pub executions: Vec<Execution>,
    /// Its decisions, oldest first.
    pub reviews: Vec<PastReview>,
    /// The things that its decisions are bound to, in the same order.
    pub bound: Vec<Bound>,
    /// Its source, where it was imported.
    pub provenance: Option<Provenance>,
    /// The deeds that this source claims.
    pub history: Vec<HistoryItem>,
    /// A column that does not follow from the evidence beside it, in words.
    pub odd: Option<String>,
}

/// The things that the row of a decision is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The hash of the files.
    pub content_hash: Digest,
    /// The execution.
    pub execution: Option<ExecutionId>,
    /// The digest of what was shown.
    pub shown: Option<Digest>,
}

/// Is shown one record after another, with its place and the row of the proposal beside it.
pub type SeeEntry<'a> = dyn FnMut(u64, Option<i64>, &[u8]) -> ControlFlow<()> + 'a;
/// Is shown one row after another.
pub type SeeRow<'a> = dyn FnMut(&[Cell]) -> ControlFlow<()> + 'a;

/// A database as of one moment.
pub trait Rows {
    /// Reads the newest signed state of the log.
    fn state(&self) -> Result<LogState, StoreError>;
    /// Shows every record, oldest first.
    fn entries(&self, see: &mut SeeEntry<'_>) -> Result<(), StoreError>;
    /// Shows the rows of a table whose first column lies in a range, where it is a number; else all.
    fn table(
        &self,
        table: Table,
        range: (i64, i64),
        see: &mut SeeRow<'_>,
    ) -> Result<(), StoreError>;
    /// Reads all about the first proposal after this row.
    fn dossier_after(&self, row: i64) -> Result<Option<Dossier>, StoreError>;
    /// Reads all about one proposal.
    fn dossier(&self, id: &ProposalId) -> Result<Option<Dossier>, StoreError>;
    /// Reads learned concepts.
    fn concepts(&self) -> Result<Vec<Concept>, StoreError>;
    /// Reads the policies, and holds them and the keys of owners against their records.
    fn policies(&self, key: &VerifierKey) -> Result<Vec<StoredPolicy>, StoreError>;
    /// Looks for what no record is needed for: foreign objects, rows without what they belong to, texts and sums that are
    /// not what they should be; the first in words.
    fn oddity(&self, key: &VerifierKey) -> Result<Option<String>, StoreError>;
}

/// The work that is done on a database as of one moment.
pub type Work<'a> = dyn FnMut(&dyn Rows) -> Result<(), StoreError> + 'a;

/// A store whose every row can be held against the record.
pub trait RowStore: Send + Sync {
    /// Does a long work on the database as of one moment; it blocks.
    fn at_one_moment(&self, work: &mut Work<'_>) -> Result<(), StoreError>;
}
