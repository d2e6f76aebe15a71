//! Bounds how many commands are at work at the same time.
//!
//! A command that executes code may wait long for the sandbox, and one that makes something for a model. Each kind has a room of
//! its own, so that whoever looks, decides or cancels never stands behind a queue of them.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use work::contract::command::Group;
use work::contract::error::{CommandError, ErrorKind};

/// Commands of one room that are carried out at the same time; more of them wait.
const MAX_AT_ONCE: usize = 64;

/// The rooms of an engine.
pub struct Rooms {
    executing: Arc<Semaphore>,
    making: Arc<Semaphore>,
    others: Arc<Semaphore>,
}

impl Default for Rooms {
    fn default() -> Self {
        let room = || Arc::new(Semaphore::new(MAX_AT_ONCE));
        Self { executing: room(), making: room(), others: room() }
    }
}

impl Rooms {
    /// Waits for a place for a command of a group; it is given back when it is dropped.
    pub async fn enter(
        &self,
        group: Group,
        cancel: &CancellationToken,
    ) -> Result<Option<OwnedSemaphorePermit>, CommandError> {
        let room = match group {
            Group::Run => &self.executing,
            Group::Propose | Group::Learn => &self.making,
            Group::Decide | Group::Inspect | Group::Operate => &self.others,
        };
        tokio::select! {
            place = Arc::clone(room).acquire_owned() => Ok(place.ok()),
            () = cancel.cancelled() => Err(CommandError::new(ErrorKind::Interrupted, "interrupted")),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::commands::registry;
    use work::contract::catalogue;

    fn group(name: &str) -> Group {
        catalogue::find_in(registry::ENTRIES, name).unwrap().spec.group
    }

    #[tokio::test]
    async fn a_queue_of_executions_holds_up_nothing_else() {
        let (rooms, cancel) = (Rooms::default(), CancellationToken::new());
        let mut held = Vec::new();
        for _ in 0..MAX_AT_ONCE {
            held.push(rooms.enter(group("sandbox-code"), &cancel).await.unwrap());
        }

        let mut next = Box::pin(rooms.enter(group("auto-refine"), &cancel));
        let waits = next.as_mut().now_or_never().is_none();
        let others = ["cancel", "approve-code", "show-code", "doctor", "propose-code"]
            .map(|name| rooms.enter(group(name), &cancel).now_or_never().is_some());
        cancel.cancel();

        assert!(waits);
        assert_eq!(others, [true; 5]);
        assert_eq!(next.await.err().unwrap().kind, ErrorKind::Interrupted);
    }
}
