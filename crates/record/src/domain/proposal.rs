//! Proposals: a request with its status, newest revision and newest execution.
//!
//! The version counts changes, so that a decision made on an older state is refused instead of being applied to a newer one.

use thiserror::Error;

use crate::domain::digest::Digest;
use crate::domain::id::{ExecutionId, ProposalId};
use crate::domain::language::Language;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::domain::verdict::VerdictWord;

/// Longest request, in bytes.
pub const MAX_REQUEST_BYTES: usize = 64 << 10;

/// The request of the owner or agent: not empty, bounded, without NUL, kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request(String);

/// A reason why a text is no request.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RequestError {
    /// Nothing but white space.
    #[error("the request is empty")]
    Empty,
    /// Over the bound.
    #[error("the request has {0} bytes; at most {MAX_REQUEST_BYTES} are taken")]
    TooLong(usize),
    /// A NUL byte.
    #[error("the request contains a NUL byte")]
    Nul,
}

impl Request {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, RequestError> {
        if text.trim().is_empty() {
            return Err(RequestError::Empty);
        }
        if text.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong(text.len()));
        }
        if text.contains('\0') {
            return Err(RequestError::Nul);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether an approval still stands unchallenged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No execution disagrees with a decision.
    Clear,
    /// An execution after the approval disagrees with it.
    Contested,
}

/// A proposal as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub id: ProposalId,
    /// What was asked for, verbatim.
    pub request: String,
    /// The language of the code.
    pub language: Language,
    /// The module name of the code.
    pub module: String,
    /// Where it stands.
    pub status: Status,
    /// Whether an execution contests its approval.
    pub standing: Standing,
    /// Names of related concepts, nearest first.
    pub related_concepts: Vec<String>,
    /// Number of the newest revision.
    pub head: u32,
    /// Hash of the newest revision.
    pub content_hash: Digest,
    /// The newest execution of the newest revision.
    pub latest: Option<Latest>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts its changes, so that a decision on an older state is refused.
    pub version: u64,
}

/// The newest execution of the newest revision, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    /// The execution.
    pub execution: ExecutionId,
    /// Its answer.
    pub verdict: VerdictWord,
}
