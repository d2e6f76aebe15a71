//! The way of a client's commands to an engine.
//!
//! At a pipe that is whatever engine the home has; behind the loopback door it is the engine that listens there. Tools, resources and
//! prompts know only this, so that the door can serve them without knowing how engines are found.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::engine::engine::Engine;
use crate::surfaces::writer::desk::Answered;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::event::Events;
use work::contract::order::Order;

/// Carries commands to an engine.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Returns the commands that there are.
    fn entries(&self) -> &'static [Entry];
    /// Has a command carried out; hands progress on, and `cancel` stops it.
    async fn run(&self, order: Order, events: Events, cancel: &CancellationToken) -> Answered;
    /// Returns an engine to watch the record with; `None` where a client is gone with its answer.
    fn reader(&self) -> Option<Result<Engine, CommandError>>;
    /// Tells how the addresses of pages begin, where they are served.
    async fn pages(&self) -> Option<String>;
    /// Ends it: everything accepted is written.
    async fn close(&self) -> Result<(), CommandError>;
}
