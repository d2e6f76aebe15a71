//! Progress of all commands, for those who follow the whole engine.
//!
//! It is display only: at most a few events a second of each command are passed on, and nobody is waited for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::Instant;

use record::domain::id::JobId;
use work::contract::event::Event;
use work::contract::order::Order;

/// Time between two events of one command that are passed on.
const PAUSE: Duration = Duration::from_millis(250);
/// Events that wait for a slow follower.
const KEPT: usize = 256;

/// A sign of progress of some command.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Progress {
    /// The command as a job.
    pub job_id: String,
    /// The command.
    pub command: &'static str,
    /// Who asked for it.
    pub asked_by: String,
    /// The progress.
    pub event: Event,
}

/// Tells of one command's progress.
pub type Teller = Box<dyn Fn(&Event) + Send + Sync>;

/// Where progress is heard.
pub struct Followed(broadcast::Sender<Progress>);

impl Default for Followed {
    fn default() -> Self {
        Self(broadcast::channel(KEPT).0)
    }
}

impl Followed {
    /// Hears progress from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Progress> {
        self.0.subscribe()
    }

    /// Makes the teller of one command.
    pub fn teller(&self, order: &Order) -> Teller {
        let sender = self.0.clone();
        let job_id = JobId::derived(&order.caller.idempotency).to_string();
        let (command, asked_by) = (order.entry.spec.name, order.caller.who.id.clone());
        let told: Arc<Mutex<Option<Instant>>> = Arc::default();
        Box::new(move |event| {
            if sender.receiver_count() == 0 {
                return;
            }
            let now = Instant::now();
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
                return;
            }
            *told = Some(now);
            let (job_id, asked_by) = (job_id.clone(), asked_by.clone());
            drop(sender.send(Progress { job_id, command, asked_by, event: event.clone() }));
        })
    }
}
