//! The part of the contract that is about requests which clients repeat under a key.
//!
//! A key is written with the digest of what was asked before the command writes anything. The database's log keeps the order of writes,
//! so that no act is on disk without its key, whatever dies when.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::digest::Digest;
use record::domain::id::JobId;
use record::domain::time::Timestamp;

/// A request under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Whose key it is.
    pub holder: String,
    /// The key.
    pub key: String,
    /// The name of its work.
    pub job: JobId,
    /// The command.
    pub command: String,
    /// The digest of command and arguments.
    pub asked: Digest,
    /// When it came.
    pub at: Timestamp,
}

/// What a key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// This request, which never came before.
    Fresh,
    /// This request, which came before; with its answer, where the command ended.
    Repeated(Option<String>),
    /// Another request.
    Other,
}

/// An answer that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The command.
    pub command: String,
    /// The data of its answer, as JSON.
    pub answer: String,
}

/// Requests under keys, and their answers.
#[async_trait]
pub trait KeptAnswerStore: Send + Sync {
    /// Notes what a key stands for, or finds what it stands for already; forgets what is older than `since`.
    async fn claim(&self, request: &KeyedRequest, since: Timestamp) -> Result<Claimed, StoreError>;
    /// Keeps the answer of a request that was noted.
    async fn keep_answer(&self, holder: &str, key: &str, answer: &str) -> Result<(), StoreError>;
    /// Finds somebody's answer by the name of its work.
    async fn kept_answer(
        &self,
        holder: &str,
        job: &JobId,
    ) -> Result<Option<KeptAnswer>, StoreError>;
}
