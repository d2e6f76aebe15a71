//! Answers questions about applications.
//!
//! Like those of the history they have a contract of their own; a file of their own keeps the store's short.

use async_trait::async_trait;

use crate::store::applications::ApplicationStore;
use crate::store::error::StoreError;
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::{applications, blobs};
use record::domain::application::Application;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

#[async_trait]
impl ApplicationStore for SqliteStore {
    async fn applications(&self, id: &ProposalId) -> Result<Vec<Application>, StoreError> {
        self.read(|connection| applications::of_proposal(connection, id))
    }

    async fn open_applications(&self) -> Result<Vec<Application>, StoreError> {
        self.read(applications::open)
    }

    async fn newest_application(&self) -> Result<Option<Application>, StoreError> {
        self.read(applications::newest)
    }

    async fn bytes(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| blobs::read_bytes(connection, digest))
    }
}
