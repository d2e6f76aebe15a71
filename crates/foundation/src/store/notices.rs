//! The part of the contract that is about channels of notifications.
//!
//! The record is the outbox, so that a channel only has to remember how far it has told of it. That is no state of a proposal and has no
//! act; it is written without a flush of its own, and what a power cut takes of it is told again.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::time::Timestamp;

/// How far a channel has told of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelState {
    /// The channel.
    pub name: String,
    /// The first entry that it has not been through.
    pub next: u64,
    /// How often it has tried to tell of that entry.
    pub tries: u32,
    /// Why the last try failed.
    pub problem: Option<String>,
    /// How many entries it has told of.
    pub delivered: u64,
    /// When it told of one last.
    pub delivered_at: Option<Timestamp>,
}

/// An entry that a channel gave up to tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The channel.
    pub channel: String,
    /// The entry.
    pub seq: u64,
    /// When it gave up.
    pub at: Timestamp,
    /// Why.
    pub problem: String,
}

/// What is kept of channels.
#[async_trait]
pub trait NoticeStore: Send + Sync {
    /// Reads how far every known channel is.
    async fn channels(&self) -> Result<Vec<ChannelState>, StoreError>;
    /// Reads the newest of what channels gave up, at most `limit`.
    async fn undelivered(&self, limit: u32) -> Result<Vec<Undelivered>, StoreError>;
    /// Notes how far a channel is, and what it gave up on the way.
    async fn note_channel(
        &self,
        state: &ChannelState,
        given_up: Option<&Undelivered>,
    ) -> Result<(), StoreError>;
    /// Forgets channels that are not among these names.
    async fn keep_channels(&self, names: &[String]) -> Result<(), StoreError>;
    /// Forgets what channels gave up; how many entries that were.
    async fn forget_undelivered(&self) -> Result<u64, StoreError>;
}
