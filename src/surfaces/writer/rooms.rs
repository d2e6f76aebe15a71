//! Bounds how many commands are at work at the same time.
//!
//! A command that executes code may wait long for the sandbox, and one that makes something for a model. Each kind has a room of
//! its own, so that whoever looks, decides or cancels never stands behind a queue of them. What agents execute leaves the owner a
//! place of the sandbox, however much of it there is.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use record::domain::principal::PrincipalKind;
use work::contract::command::Group;
use work::contract::error::{CommandError, ErrorKind};

/// Commands of one room that are carried out at the same time; more of them wait.
const MAX_AT_ONCE: usize = 64;

/// The rooms of an engine.
pub struct Rooms {
    executing: Arc<Semaphore>,
    /// What agents execute, before it stands among the rest.
    for_agents: Arc<Semaphore>,
    making: Arc<Semaphore>,
    others: Arc<Semaphore>,
}

/// The place of one command, given back when it is dropped.
pub struct Place {
    _held: Vec<OwnedSemaphorePermit>,
}

impl Default for Rooms {
    fn default() -> Self {
        let room = |places| Arc::new(Semaphore::new(places));
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            executing: room(MAX_AT_ONCE),
            for_agents: room(at_once.saturating_sub(1).max(1)),
            making: room(MAX_AT_ONCE),
            others: room(MAX_AT_ONCE),
        }
    }
}

impl Rooms {
    /// Waits for a place for a command of a group; it is given back when it is dropped.
    pub async fn enter(
        &self,
        (who, group): (PrincipalKind, Group),
        cancel: &CancellationToken,
    ) -> Result<Place, CommandError> {
        let rooms: &[&Arc<Semaphore>] = match (group, who) {
            (Group::Run, PrincipalKind::Agent) => &[&self.for_agents, &self.executing],
            (Group::Run, PrincipalKind::Owner | PrincipalKind::System) => &[&self.executing],
            (Group::Propose | Group::Learn, _) => &[&self.making],
            (Group::Decide | Group::Inspect | Group::Operate, _) => &[&self.others],
        };
        let mut held = Vec::new();
        for room in rooms {
            tokio::select! {
                place = Arc::clone(room).acquire_owned() => held.extend(place.ok()),
                () = cancel.cancelled() => {
                    return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
                }
            }
        }
        Ok(Place { _held: held })
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::commands::registry;
    use work::contract::catalogue;

    fn owners(name: &str) -> (PrincipalKind, Group) {
        (PrincipalKind::Owner, catalogue::find_in(registry::ENTRIES, name).unwrap().spec.group)
    }

    #[tokio::test]
    async fn a_queue_of_executions_holds_up_nothing_else() {
        let (rooms, cancel) = (Rooms::default(), CancellationToken::new());
        let mut held = Vec::new();
        for _ in 0..MAX_AT_ONCE {
            held.push(rooms.enter(owners("sandbox-code"), &cancel).await.unwrap());
        }

        let mut next = Box::pin(rooms.enter(owners("auto-refine"), &cancel));
        let waits = next.as_mut().now_or_never().is_none();
        let others = ["cancel", "approve-code", "show-code", "doctor", "propose-code"]
            .map(|name| rooms.enter(owners(name), &cancel).now_or_never().is_some());
        cancel.cancel();

        assert!(waits);
        assert_eq!(others, [true; 5]);
        assert_eq!(next.await.err().unwrap().kind, ErrorKind::Interrupted);
    }

    #[tokio::test]
    async fn what_agents_execute_leaves_the_owner_a_place() {
        let (rooms, cancel) = (Rooms::default(), CancellationToken::new());
        let agents = (PrincipalKind::Agent, Group::Run);
        let places = std::thread::available_parallelism().map_or(1, usize::from);
        let mut held = Vec::new();
        for _ in 0..places.saturating_sub(1).max(1) {
            held.push(rooms.enter(agents, &cancel).await.unwrap());
        }

        let next = rooms.enter(agents, &cancel).now_or_never();
        let owner = rooms.enter(owners("sandbox-code"), &cancel).now_or_never();

        assert!(next.is_none());
        assert!(owner.is_some_and(|place| place.is_ok()));
        held.pop();
        assert!(rooms.enter(agents, &cancel).now_or_never().is_some());
    }
}
