//! The part of the contract that is about imported proposals.
//!
//! It is a trait of its own because imported history is neither evidence nor a decision: code that judges or approves
//! asks [`Store`](crate::store::store::Store) and never needs these methods.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::digest::Digest;
use record::domain::history::{HistoryItem, Provenance, SourceKind};
use record::domain::id::ProposalId;

/// Imported proposals: their sources, and what those say.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// Reads the source of a proposal; `None` for one of this home.
    async fn provenance(&self, id: &ProposalId) -> Result<Option<Provenance>, StoreError>;
    /// Finds the proposal that a source's one became here.
    async fn imported(
        &self,
        source: SourceKind,
        source_id: &str,
    ) -> Result<Option<Provenance>, StoreError>;
    /// Reads the deeds that a source claims of an imported proposal, at most `limit` items.
    async fn history(&self, id: &ProposalId, limit: u32) -> Result<Vec<HistoryItem>, StoreError>;
    /// Tells by its digest whether a file was imported to its end.
    async fn has_imported(&self, file: &Digest) -> Result<bool, StoreError>;
}
