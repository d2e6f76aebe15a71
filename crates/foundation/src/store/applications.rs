//! The part of the contract that is about applications.
//!
//! It is a trait of its own because only what writes into targets asks for it, and for the bytes that it replaced.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::application::Application;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Revisions that were written into their targets.
#[async_trait]
pub trait ApplicationStore: Send + Sync {
    /// Reads the applications of a proposal, oldest first.
    async fn applications(&self, id: &ProposalId) -> Result<Vec<Application>, StoreError>;
    /// Reads those that have not ended, oldest first.
    async fn open_applications(&self) -> Result<Vec<Application>, StoreError>;
    /// Reads the newest application that still stands; where none does, the newest of all.
    async fn newest_application(&self) -> Result<Option<Application>, StoreError>;
    /// Reads bytes kept by their digest.
    async fn bytes(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError>;
}
