//! Tells a client how far its call has come.
//!
//! A client that wants progress gives a token with the call. What is told is display only: a slow client misses steps and holds nothing
//! up. The pieces of a model's reply are counted and not passed on.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::Instant;

use crate::surfaces::writer::desk::Answered;
use record::domain::text::Untrusted;
use work::contract::event::{Event, Events};

/// Steps that wait to be told; more of them are dropped.
const MAX_WAITING: usize = 64;
/// Longest text of a step, in characters.
const MAX_CHARS: usize = 300;
/// Shortest time between two counts of a reply.
const PAUSE: Duration = Duration::from_millis(250);

/// Makes the receiver of a command's events, and where they come out.
pub fn pipe() -> (Events, Receiver<Event>) {
    let (sender, heard) = channel(MAX_WAITING);
    // An event is for display only: where nobody keeps up with them, some are lost.
    (Arc::new(move |event| drop(sender.try_send(event))), heard)
}

/// Waits for an answer and tells the client of the steps towards it, all of them before the answer.
pub async fn follow(
    run: impl Future<Output = Answered>,
    mut heard: Receiver<Event>,
    context: &RequestContext<RoleServer>,
) -> Answered {
    let mut teller = Teller::of(context);
    let mut run = pin!(run);
    loop {
        tokio::select! {
            biased;
            Some(event) = heard.recv() => teller.tell(&event).await,
            answer = &mut run => {
                while let Ok(event) = heard.try_recv() {
                    teller.tell(&event).await;
                }
                return answer;
            }
        }
    }
}

/// Tells one client of one call.
struct Teller<'a> {
    peer: &'a Peer<RoleServer>,
    token: Option<ProgressToken>,
    steps: u32,
    received: usize,
    counted_at: Option<Instant>,
}

impl<'a> Teller<'a> {
    fn of(context: &'a RequestContext<RoleServer>) -> Self {
        let token = context.meta.get_progress_token();
        Self { peer: &context.peer, token, steps: 0, received: 0, counted_at: None }
    }

    async fn tell(&mut self, event: &Event) {
        let Some(words) = self.words(event) else { return };
        let Some(token) = self.token.clone() else { return };
        self.steps = self.steps.saturating_add(1);
        let step = ProgressNotificationParam::new(token, f64::from(self.steps));
        let step = step.with_message(Untrusted(&words).line(MAX_CHARS));
        if let Err(failure) = self.peer.notify_progress(step).await {
            tracing::debug!(failure = %failure, "a client could not be told of progress");
        }
    }

    fn words(&mut self, event: &Event) -> Option<String> {
        match event {
            Event::Stage(words) => {
                self.received = 0;
                Some(words.clone())
            }
            Event::Provisional(line) => Some(format!("provisional: {line}")),
            Event::Notice(words) => Some(format!("note: {words}")),
            Event::Reply(piece) => {
                self.received = self.received.saturating_add(piece.chars().count());
                let now = Instant::now();
                let is_soon = self.counted_at.is_some_and(|at| now.duration_since(at) < PAUSE);
                self.counted_at = if is_soon { self.counted_at } else { Some(now) };
                (!is_soon).then(|| format!("receiving a reply: {} characters", self.received))
            }
        }
    }
}
