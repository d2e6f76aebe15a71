//! Many records examined at once, and taken in their order.
//!
//! Hashing, parsing and signatures of one record do not depend on another, so threads share them; what does depend on the order
//! (the chain, the tree, the keys) is left to the one who takes them. Queues are short, so memory stays bounded.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use record::audit::examined::Examined;

/// Bytes of records after which a batch is handed on.
const BATCH_BYTES: usize = 256 << 10;
/// Batches that wait at each end of a thread.
const WAITING: usize = 2;
/// Most threads that examine; beyond that the order in which they are taken holds them up.
const MAX_THREADS: usize = 4;

/// Records one after another in one piece of memory.
#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    fn records(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.bytes.get(start..*end))
    }
}

/// The queue into which a reader puts records; they are examined elsewhere.
#[derive(Debug)]
pub struct Feed {
    batch: Batch,
    threads: Vec<SyncSender<Batch>>,
    next: usize,
}

impl Feed {
    /// Hands a record on; breaks when nobody wants more.
    pub fn push(&mut self, record: &[u8]) -> ControlFlow<()> {
        self.batch.bytes.extend_from_slice(record);
        self.batch.ends.push(self.batch.bytes.len());
        if self.batch.bytes.len() < BATCH_BYTES { ControlFlow::Continue(()) } else { self.flush() }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        let batch = std::mem::take(&mut self.batch);
        let Some(thread) = self.threads.get(self.next % self.threads.len()) else {
            return ControlFlow::Break(());
        };
        self.next += 1;
        match thread.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

type Outcome = (Batch, Vec<Examined>);

/// Lets `read` feed records on a thread of its own, has several threads examine them, and shows each to `take` in the order in
/// which it was read, until `take` breaks. Memory is bounded by a few batches.
pub fn examine<T: Send>(
    read: impl FnOnce(&mut Feed) -> T + Send,
    mut take: impl FnMut(&[u8], Examined) -> ControlFlow<()>,
) -> Option<T> {
    let count = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let (threads, outcomes): (Vec<_>, Vec<_>) =
            (0..count.min(MAX_THREADS)).map(|_| start(scope)).unzip();
        let mut feed = Feed { batch: Batch::default(), threads, next: 0 };
        let reader = scope.spawn(move || {
            let answer = read(&mut feed);
            // Where nobody wants the rest, it is dropped.
            match feed.flush() {
                ControlFlow::Continue(()) | ControlFlow::Break(()) => answer,
            }
        });
        // Dropped before the reader is joined, so that one who waits to hand on a batch is told.
        drain(&outcomes, &mut take);
        drop(outcomes);
        reader.join().ok()
    })
}

fn start<'scope>(scope: &'scope Scope<'scope, '_>) -> (SyncSender<Batch>, Receiver<Outcome>) {
    let (sender, batches) = sync_channel::<Batch>(WAITING);
    let (outcomes, receiver) = sync_channel(WAITING);
    scope.spawn(move || {
        for batch in batches {
            let examined = batch.records().map(Examined::of).collect();
            if outcomes.send((batch, examined)).is_err() {
                break;
            }
        }
    });
    (sender, receiver)
}

fn drain(
    outcomes: &[Receiver<Outcome>],
    take: &mut impl FnMut(&[u8], Examined) -> ControlFlow<()>,
) {
    // Batches were handed to the threads by turns: taking them by turns restores their order.
    for receiver in outcomes.iter().cycle() {
        let Ok((batch, examined)) = receiver.recv() else { return };
        for (record, examined) in batch.records().zip(examined) {
            if take(record, examined).is_break() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_in_the_order_in_which_they_went_in() {
        let records: Vec<Vec<u8>> = (0..3_000_usize).map(|n| vec![b'x'; n % 700]).collect();
        let mut seen = Vec::new();

        let read = examine(
            |feed| records.iter().all(|record| feed.push(record).is_continue()),
            |record, _| {
                seen.push(record.to_vec());
                ControlFlow::Continue(())
            },
        );

        assert_eq!(read, Some(true));
        assert!(seen == records);
    }

    #[test]
    fn a_taker_that_has_enough_ends_a_reader_that_has_not() {
        let mut count = 0;

        let read = examine(
            |feed| {
                while feed.push(&[b'x'; 1_000]).is_continue() {}
                "ended"
            },
            |_, _| {
                count += 1;
                if count < 10 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );

        assert_eq!((read, count), (Some("ended"), 10));
    }
}
