//! Errors of a store.
//!
//! Each variant is something a caller can act on, with its path or proposal; anything else of SQLite is `Database`. The
//! words for the owner and the exit codes are chosen in `contract/wing_errors.rs`.

use std::path::PathBuf;

use thiserror::Error;

use record::domain::id::ProposalId;

/// A failed read, write or opening.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The proposal changed between reading and deciding.
    #[error("{proposal} changed in the meantime")]
    Conflict {
        /// The proposal.
        proposal: ProposalId,
    },
    /// The key or policy that a decision rests on stopped counting.
    #[error(
        "the key or the policy that the decision rests on was changed, or it was recorded before"
    )]
    Superseded,
    /// A job's fence is not the current one.
    #[error("the job was taken over by another worker")]
    StaleFence,
    /// Another application is at work in the same place.
    #[error("something else is written into {place} just now")]
    Occupied {
        /// The place.
        place: String,
    },
    /// Something that was to be taken out is needed again.
    #[error("something that was to be taken out is needed again")]
    Needed,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The home or the database cannot be written.
    #[error("{path} cannot be written")]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// The database was made by a newer program.
    #[error("the database has schema {found}, this program knows {known}")]
    NewerSchema {
        /// The schema of the database.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The database must be migrated by a writer before it can be read.
    #[error("the database has schema {found}, older than {known}")]
    OlderSchema {
        /// The schema of the database.
        found: i64,
        /// The schema needed.
        known: i64,
    },
    /// The file is no database of ours.
    #[error("{path} is not a database of saraphina")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("the database is damaged: {detail}")]
    Corrupt {
        /// The words of SQLite.
        detail: String,
    },
    /// The outside copy of the checkpoint says more than the database holds.
    #[error("the log was rolled back: the head outside is at {head}, the database at {database}")]
    RolledBack {
        /// Size by the head file.
        head: u64,
        /// Size by the database.
        database: u64,
    },
    /// The outside copy of the checkpoint is of another log, or of another history of this one.
    #[error(
        "the head outside (log.head) is not one of this log: it is at {head}, the database at {database}"
    )]
    OtherHistory {
        /// Size by the head file.
        head: u64,
        /// Size by the database.
        database: u64,
    },
    /// The signing key of the log is missing or is another one.
    #[error("the log key {path} is missing or belongs to another log")]
    LogKey {
        /// The key file.
        path: PathBuf,
    },
    /// An act does not fit into a record.
    #[error("the record could not be made: {0}")]
    Record(String),
    /// Another process writes to this home.
    #[error("another process is writing to this home")]
    Busy,
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
    /// The path of the database is too long for SQLite.
    #[error("the path of the database has {bytes} bytes; SQLite takes {most}")]
    LongPath {
        /// Its length.
        bytes: usize,
        /// The most it takes.
        most: usize,
    },
    /// A file beside the database could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Any other failure of the database.
    #[error("database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Makes the error for a head outside that is not one of the log of the database.
    pub(crate) const fn apart(head: u64, database: u64) -> Self {
        if head > database {
            Self::RolledBack { head, database }
        } else {
            Self::OtherHistory { head, database }
        }
    }
}
