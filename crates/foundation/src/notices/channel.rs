//! The contract of a channel: it says one event, or why it could not.
//!
//! A channel knows nothing of the record and of other channels. What it says when it fails is bounded by its caller, for it may come from
//! a server or a program.

use async_trait::async_trait;

use crate::notices::notice::Notice;
use record::domain::time::Timestamp;

/// A way to tell an owner.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Its name, under which its place in the record is kept.
    fn name(&self) -> &'static str;
    /// Where it leads, for a person.
    fn target(&self) -> String;
    /// Says what it lacks, as far as that shows before there is an event.
    fn lacks(&self) -> Option<String>;
    /// Tells of an event; the error is a sentence about why it could not.
    async fn tell(&self, notice: &Notice, now: Timestamp) -> Result<(), String>;
}
