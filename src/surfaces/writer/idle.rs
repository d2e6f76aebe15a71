//! Knows which connections wait for a request, and lets the one go that waits longest.
//!
//! A connection costs its client nothing. Where some hundred of them say nothing, nobody else would come in until their time is
//! up; so whoever comes last has a place, and the one that has been silent longest gives up its own. Each has a moment to speak.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Time that every connection has for its request, however many others come.
const MOMENT: Duration = Duration::from_millis(200);

/// The connections that wait for a request, longest first.
#[derive(Clone, Debug, Default)]
pub struct Idlers(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    queue: Mutex<Queue>,
    /// Rung when a connection begins to wait.
    more: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    tokens: BTreeMap<u64, (Instant, CancellationToken)>,
}

impl Idlers {
    /// Makes a place for a new connection, which waits from now on.
    pub fn seat(&self) -> Arc<Seat> {
        let seat =
            Seat { idlers: self.clone(), number: Mutex::new(None), gone: CancellationToken::new() };
        seat.wait();
        Arc::new(seat)
    }

    /// Lets the connection go that waits longest; comes back once there was one.
    pub async fn dismiss_one(&self) {
        loop {
            let more = self.0.more.notified();
            let due = self.queue(|queue| Some(queue.tokens.first_entry()?.get().0 + MOMENT));
            let Some(due) = due else {
                more.await;
                continue;
            };
            tokio::time::sleep_until(due).await;
            let is_due = |since: &Instant| *since + MOMENT <= Instant::now();
            let longest = self.queue(|queue| {
                let first = queue.tokens.first_entry().filter(|first| is_due(&first.get().0))?;
                Some(first.remove().1)
            });
            if let Some(gone) = longest {
                gone.cancel();
                return;
            }
        }
    }

    fn queue<T>(&self, change: impl FnOnce(&mut Queue) -> T) -> T {
        change(&mut self.0.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a connection knows of its place.
#[derive(Debug)]
pub struct Seat {
    idlers: Idlers,
    /// Its number in the queue while it waits.
    number: Mutex<Option<u64>>,
    gone: CancellationToken,
}

impl Seat {
    /// Comes back when this connection has to go.
    pub async fn dismissed(&self) {
        self.gone.cancelled().await;
    }

    /// Takes the connection out of those that wait, as long as what is returned lives; nothing where it has to go.
    pub fn work(self: &Arc<Self>) -> Option<Work> {
        let number = self.number().take()?;
        let is_there = self.idlers.queue(|queue| queue.tokens.remove(&number).is_some());
        is_there.then(|| Work(Arc::clone(self)))
    }

    fn wait(&self) {
        let number = self.idlers.queue(|queue| {
            queue.next += 1;
            queue.tokens.insert(queue.next, (Instant::now(), self.gone.clone()));
            queue.next
        });
        *self.number() = Some(number);
        self.idlers.0.more.notify_one();
    }

    fn number(&self) -> std::sync::MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let number = self.number().take();
        self.idlers.queue(|queue| number.and_then(|number| queue.tokens.remove(&number)));
    }
}

/// A request that is being answered; its connection waits again when this is dropped.
#[derive(Debug)]
pub struct Work(Arc<Seat>);

impl Work {
    /// Makes a body that is work until its end.
    pub fn until_sent(self, body: Body) -> Body {
        Body::new(Sending { body, _work: self })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.wait();
    }
}

struct Sending {
    body: Body,
    _work: Work,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_longest_goes_first_and_who_works_stays() {
        let idlers = Idlers::default();
        let (first, second, third) = (idlers.seat(), idlers.seat(), idlers.seat());
        let work = first.work().unwrap();

        let begun = Instant::now();
        idlers.dismiss_one().await;
        second.dismissed().await;
        assert!(begun.elapsed() >= MOMENT, "each has a moment to speak");
        assert!(second.work().is_none());

        drop(work);
        idlers.dismiss_one().await;
        third.dismissed().await;
        assert!(!first.gone.is_cancelled());

        idlers.dismiss_one().await;
        first.dismissed().await;
    }
}
