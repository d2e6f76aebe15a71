//! Bounds what one client may ask for.
//!
//! An agent in a loop must not fill the home or the machine. Proposals are counted over the last minute, executions while they run. What is too much is refused at once with the number,
//! which a model understands; other calls wait for a place.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use record::domain::principal::Authority;
use work::contract::command::{Entry, Group};
use work::contract::error::{CommandError, ErrorKind};

/// Proposals and revisions that a client may make within [`SPAN`].
const MAX_PROPOSALS: usize = 120;
/// The time over which they are counted.
const SPAN: Duration = Duration::from_mins(1);
/// Commands that execute code, at work for a client at the same time.
const MAX_EXECUTIONS: usize = 4;
/// Calls of a client at work at the same time; more of them wait.
const MAX_AT_WORK: usize = 32;
/// Calls of a client that are at work or wait; more are refused.
const MAX_CALLS: usize = 512;

/// What a client has asked for lately.
pub struct Quota {
    proposals: Mutex<VecDeque<Instant>>,
    executions: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
    calls: Arc<Semaphore>,
}

/// The place of one call, given back when it is dropped.
pub struct Place {
    _held: Vec<OwnedSemaphorePermit>,
}

impl Default for Quota {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            proposals: Mutex::default(),
            executions: places(MAX_EXECUTIONS),
            at_work: places(MAX_AT_WORK),
            calls: places(MAX_CALLS),
        }
    }
}

impl Quota {
    /// Finds a place for a call, which may have to wait for one.
    pub async fn admit(
        &self,
        entry: &Entry,
        cancel: &CancellationToken,
    ) -> Result<Place, CommandError> {
        let call = Arc::clone(&self.calls).try_acquire_owned();
        let mut held = vec![call.map_err(|_| too_many("calls", MAX_CALLS, "wait"))?];
        if entry.spec.group == Group::Run {
            let execution = Arc::clone(&self.executions).try_acquire_owned();
            held.push(execution.map_err(|_| too_many("executions", MAX_EXECUTIONS, "run"))?);
        }
        if entry.spec.group == Group::Propose && entry.spec.authority == Authority::Propose {
            self.count_proposal(Instant::now())?;
        }
        tokio::select! {
            place = Arc::clone(&self.at_work).acquire_owned() => held.extend(place.ok()),
            () = cancel.cancelled() => {
                return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
            }
        }
        Ok(Place { _held: held })
    }

    fn count_proposal(&self, now: Instant) -> Result<(), CommandError> {
        let mut made = self.proposals.lock().unwrap_or_else(PoisonError::into_inner);
        while made.front().is_some_and(|first| now.duration_since(*first) >= SPAN) {
            made.pop_front();
        }
        if let Some(first) = made.front().filter(|_| made.len() >= MAX_PROPOSALS) {
            let wait = SPAN.saturating_sub(now.duration_since(*first)).as_secs() + 1;
            let message = format!(
                "{MAX_PROPOSALS} proposals and revisions within {} s are the most of one client",
                SPAN.as_secs()
            );
            return Err(CommandError::new(ErrorKind::State, message)
                .hint(format!("Wait {wait} s, and look at what there is with `list_proposals`.")));
        }
        made.push_back(now);
        Ok(())
    }
}

fn too_many(what: &str, most: usize, doing: &str) -> CommandError {
    let message = format!("{most} {what} of this client {doing} already");
    CommandError::new(ErrorKind::State, message).hint("Wait for one of them to end.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::registry;
    use work::contract::catalogue;

    fn entry(name: &str) -> &'static Entry {
        catalogue::find_in(registry::ENTRIES, name).unwrap()
    }

    #[tokio::test]
    async fn executions_beyond_the_most_are_refused_until_one_ends() {
        let (quota, cancel) = (Quota::default(), CancellationToken::new());
        let mut held = Vec::new();
        for _ in 0..MAX_EXECUTIONS {
            held.push(quota.admit(entry("sandbox-code"), &cancel).await.unwrap());
        }

        let refused = quota.admit(entry("auto-refine"), &cancel).await.err().unwrap();
        let reading = quota.admit(entry("show-code"), &cancel).await;
        held.pop();

        assert_eq!(refused.message, "4 executions of this client run already");
        assert!(reading.is_ok());
        assert!(quota.admit(entry("auto-refine"), &cancel).await.is_ok());
    }

    #[test]
    fn proposals_are_counted_over_the_last_minute() {
        let (quota, start) = (Quota::default(), Instant::now());
        let later = |seconds| start + Duration::from_secs(seconds);
        for number in 0..MAX_PROPOSALS {
            quota.count_proposal(later(number as u64 / 4)).unwrap();
        }

        let refused = quota.count_proposal(later(40)).unwrap_err();

        assert_eq!(refused.hints, ["Wait 21 s, and look at what there is with `list_proposals`."]);
        assert!(quota.count_proposal(later(60)).is_ok());
    }

    #[tokio::test]
    async fn a_call_that_waits_for_a_place_can_be_cancelled() {
        let (quota, cancel) = (Quota::default(), CancellationToken::new());
        let mut held = Vec::new();
        for _ in 0..MAX_AT_WORK {
            held.push(quota.admit(entry("show-code"), &cancel).await.unwrap());
        }
        cancel.cancel();

        let refused = quota.admit(entry("show-code"), &cancel).await.err().unwrap();

        assert_eq!(refused.kind, ErrorKind::Interrupted);
    }
}
