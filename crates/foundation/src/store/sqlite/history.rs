//! Answers questions about imported proposals.
//!
//! They have a contract of their own, because what a source claims is neither evidence nor a decision; a file of their own keeps the
//! store's short.

use async_trait::async_trait;

use crate::store::error::StoreError;
use crate::store::history::HistoryStore;
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::provenance;
use record::domain::digest::Digest;
use record::domain::history::{HistoryItem, Provenance, SourceKind};
use record::domain::id::ProposalId;

#[async_trait]
impl HistoryStore for SqliteStore {
    async fn provenance(&self, id: &ProposalId) -> Result<Option<Provenance>, StoreError> {
        self.read(|connection| provenance::of_proposal(connection, id))
    }

    async fn imported(
        &self,
        source: SourceKind,
        source_id: &str,
    ) -> Result<Option<Provenance>, StoreError> {
        self.read(|connection| provenance::of_source(connection, source, source_id))
    }

    async fn history(&self, id: &ProposalId, limit: u32) -> Result<Vec<HistoryItem>, StoreError> {
        self.read(|connection| provenance::history(connection, id, limit))
    }

    async fn has_imported(&self, file: &Digest) -> Result<bool, StoreError> {
        self.read(|connection| provenance::is_finished(connection, file))
    }
}
