//! The contract about what came from elsewhere.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::digest::Digest;
use record::domain::history::{HistoryItem, Provenance, SourceKind};
use record::domain::id::ProposalId;

/// Where imported proposals come from, and what their sources say.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// Where a proposal was imported from; `None` for one of this home.
    async fn provenance(&self, id: &ProposalId) -> Result<Option<Provenance>, StoreError>;
    /// What the proposal of a source became here.
    async fn imported(
        &self,
        source: SourceKind,
        source_id: &str,
    ) -> Result<Option<Provenance>, StoreError>;
    /// What the source says was done about an imported proposal, at most `limit` items.
    async fn history(&self, id: &ProposalId, limit: u32) -> Result<Vec<HistoryItem>, StoreError>;
    /// Whether a file was imported to its end, by its digest.
    async fn has_imported(&self, file: &Digest) -> Result<bool, StoreError>;
}
