//! The thread that writes, and its queue.
//!
//! Callers that wait at the same time share one transaction and so one flush of the disk. Whatever does not concern a
//! change (leases, the search index, the head outside, the length of the write-ahead log) is done by the same thread
//! between two groups, so nothing ever waits for a lock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::observability::fault::{self, Point};
use crate::store::error::StoreError;
use crate::store::sqlite::home::head_file::FLUSH_EVERY;
use crate::store::sqlite::home::header::{USUAL_WAL_BYTES, lengthen_wal, wal_bytes};
use crate::store::sqlite::home::open_writer::Opened;
use crate::store::sqlite::tables::{jobs, search};
use crate::store::sqlite::writing::transaction::Outcomes;
use crate::store::sqlite::writing::unflushed::Unflushed;
use record::domain::change::{Change, Receipt};
use record::domain::id::JobId;
use record::domain::time::Timestamp;

/// Messages that wait; a caller waits when there are more.
const QUEUE: usize = 256;
/// Most changes of one transaction.
const GROUP: usize = 64;
/// Longest collecting of a group. Nobody waits for company: only what is there already joins.
const COLLECT: Duration = Duration::from_millis(2);
/// Silence after which the search index is fed.
const IDLE: Duration = Duration::from_millis(50);
/// Proposals that enter the search index in one transaction.
const INDEXED_AT_ONCE: u32 = 256;

/// Work on what may be lost.
type Aside = Box<dyn FnOnce(&mut Unflushed) + Send>;
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Message {
    Commit(Box<Change>, Reply<Receipt>),
    Heartbeat { job: JobId, fence: u64, until: Timestamp, reply: Reply<bool> },
    Aside(Aside),
    Index(Reply<u64>),
    Compact(Reply<()>),
    Tune(&'static str, i64, Reply<()>),
    Close(Reply<()>),
}

/// A message with its place in the queue.
struct Post {
    message: Message,
    place: OwnedSemaphorePermit,
}

/// The way to the thread.
pub(crate) struct Writer {
    sender: Sender<Post>,
    places: Arc<Semaphore>,
    commits: watch::Receiver<u64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(opened: Opened) -> Result<Self, StoreError> {
        let (sender, inbox) = channel();
        let unflushed = Unflushed::new(opened.database.clone());
        let (told, commits) = watch::channel(0);
        let mut desk = Desk { unflushed, opened, told, is_behind: true };
        let work = move || {
            // A panic must end the store with an error, not the process.
            if catch_unwind(AssertUnwindSafe(|| desk.serve(&inbox))).is_err() {
                tracing::error!("the writer of the store panicked; the store is closed");
            }
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(work)
            .map_err(|error| StoreError::Database(Box::new(error)))?;
        let places = Arc::new(Semaphore::new(QUEUE));
        Ok(Self { sender, places, commits, thread: Mutex::new(Some(thread)) })
    }

    /// Writes a change.
    pub(crate) async fn commit(&self, change: Change) -> Result<Receipt, StoreError> {
        self.ask(|reply| Message::Commit(Box::new(change), reply)).await
    }

    /// Tells of commits: the number changes with each.
    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    /// Moves the end of a lease.
    pub(crate) async fn heartbeat(
        &self,
        job: JobId,
        fence: u64,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.ask(|reply| Message::Heartbeat { job, fence, until, reply }).await
    }

    /// Writes what may be lost, beside the record.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unflushed) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let post = |reply| Message::Aside(Box::new(|unflushed| answer(reply, work(unflushed))));
        self.ask(post).await
    }

    /// Feeds the search index until nothing waits.
    pub(crate) async fn index(&self) -> Result<u64, StoreError> {
        self.ask(Message::Index).await
    }

    /// Rewrites the database without its free pages.
    pub(crate) async fn compact(&self) -> Result<(), StoreError> {
        self.ask(Message::Compact).await
    }

    /// Sets a pragma of the writing connection.
    pub(crate) async fn tune(&self, pragma: &'static str, value: i64) -> Result<(), StoreError> {
        self.ask(|reply| Message::Tune(pragma, value, reply)).await
    }

    /// Ends the thread after everything accepted is written.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        let closed = self.ask(Message::Close).await;
        let thread = self.take_thread();
        // Closing the database can take a while, and a panic was reported by the thread itself.
        drop(tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await);
        closed
    }

    async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> Message) -> Result<T, StoreError> {
        let place =
            Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let post = Post { message: message(reply), place };
        self.sender.send(post).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    fn take_thread(&self) -> Option<JoinHandle<()>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let (sender, _) = channel();
        // Without a sender the thread writes what it has and ends.
        drop(std::mem::replace(&mut self.sender, sender));
        if let Some(thread) = self.take_thread() {
            // The thread catches its panics and reports them itself.
            thread.join().unwrap_or_default();
        }
    }
}

/// The thread's next step.
#[derive(PartialEq, Eq)]
enum Next {
    Message,
    End,
}

/// The state of the thread.
struct Desk {
    // Dropped before the ledger's connection, which closes last and then leaves a single file behind.
    unflushed: Unflushed,
    opened: Opened,
    /// Whoever follows the log hears that it grew.
    told: watch::Sender<u64>,
    /// True while the search index may lack proposals.
    is_behind: bool,
}

impl Desk {
    fn serve(&mut self, inbox: &Receiver<Post>) {
        loop {
            let next = match inbox.recv_timeout(self.patience()) {
                Ok(post) => self.handle(post, inbox),
                Err(RecvTimeoutError::Timeout) => {
                    self.tidy();
                    Next::Message
                }
                Err(RecvTimeoutError::Disconnected) => Next::End,
            };
            if next == Next::End {
                break;
            }
        }
        self.flush_head();
    }

    /// Longest wait for the next message before there is something else to do.
    const fn patience(&self) -> Duration {
        if self.is_behind {
            IDLE
        } else if self.opened.head.is_waiting() {
            FLUSH_EVERY
        } else {
            Duration::from_hours(1)
        }
    }

    fn handle(&mut self, post: Post, inbox: &Receiver<Post>) -> Next {
        match post.message {
            Message::Commit(change, reply) => {
                let (group, rest) = collect((change, reply), post.place, inbox);
                self.commit(group);
                rest.map_or(Next::Message, |post| self.handle(post, inbox))
            }
            Message::Heartbeat { job, fence, until, reply } => {
                let connection = &self.opened.ledger.connection;
                answer(reply, jobs::heartbeat(connection, &job, fence, until));
                Next::Message
            }
            Message::Aside(work) => {
                work(&mut self.unflushed);
                // The next silence brings the log of the database back to its usual length.
                self.is_behind = true;
                Next::Message
            }
            Message::Index(reply) => {
                let indexed = self.index_all();
                answer(reply, indexed);
                Next::Message
            }
            Message::Compact(reply) => {
                answer(reply, self.compact());
                Next::Message
            }
            Message::Tune(pragma, value, reply) => {
                let connection = &self.opened.ledger.connection;
                let tuned = connection.pragma_update(None, pragma, value);
                answer(reply, tuned.map_err(StoreError::from));
                Next::Message
            }
            Message::Close(reply) => {
                let closed = self.close();
                answer(reply, closed);
                Next::End
            }
        }
    }

    fn commit(&mut self, group: Group) {
        let changes: Vec<&Change> = group.iter().map(|(change, _)| change.as_ref()).collect();
        let written = self.write(&changes);
        self.is_behind = true;
        match written {
            Ok(outcomes) => {
                self.told.send_modify(|number| *number = number.wrapping_add(1));
                let replies = group.into_iter().map(|(_, reply)| reply);
                replies.zip(outcomes).for_each(|(reply, outcome)| answer(reply, outcome));
            }
            Err(error) => self.commit_singly(group, error),
        }
        if self.opened.head.is_due() {
            self.flush_head();
        }
    }

    /// One change must not take the others of its group down with it.
    fn commit_singly(&mut self, group: Group, error: StoreError) {
        let mut group = group.into_iter();
        if group.len() > 1 {
            group.for_each(|one| self.commit(vec![one]));
        } else if let Some((_, reply)) = group.next() {
            answer(reply, Err(error));
        }
    }

    fn write(&mut self, changes: &[&Change]) -> Result<Outcomes, StoreError> {
        let (mut outcomes, note) = self.opened.ledger.write(changes)?;
        if let Some(note) = note {
            self.opened.head.write(note);
            fault::pass(Point::HeadWritten);
        }
        // The group is committed by now. A decision is not acknowledged before the copy outside holds it, too; asking
        // again with the same key tries that again.
        for (change, outcome) in changes.iter().zip(&mut outcomes) {
            let decides = change.act.kind.is_decision();
            if decides && outcome.is_ok() {
                let flushed = self.opened.head.flush();
                fault::pass(Point::HeadFlushed);
                *outcome = flushed.and(std::mem::replace(outcome, Err(StoreError::Closed)));
            }
        }
        Ok(outcomes)
    }

    fn index_all(&mut self) -> Result<u64, StoreError> {
        let mut indexed = 0;
        while self.is_behind {
            indexed += self.index_some()?;
        }
        Ok(indexed)
    }

    fn index_some(&mut self) -> Result<u64, StoreError> {
        let connection = &self.opened.ledger.connection;
        if !search::is_behind(connection, 0)? {
            self.is_behind = false;
            return Ok(0);
        }
        let transaction = connection.unchecked_transaction()?;
        let indexed = search::drain(&transaction, INDEXED_AT_ONCE)?;
        transaction.commit()?;
        self.is_behind = indexed == u64::from(INDEXED_AT_ONCE);
        Ok(indexed)
    }

    /// Does the housekeeping while nobody asks for anything.
    fn tidy(&mut self) {
        if self.is_behind
            && let Err(error) = self.index_some()
        {
            self.is_behind = false;
            tracing::warn!(error = %error, "the search index was not fed");
        }
        if self.opened.head.is_due() || !self.is_behind {
            self.flush_head();
        }
        if !self.is_behind
            && let Err(error) =
                self.shorten_wal().and_then(|()| lengthen_wal(&self.opened.database))
        {
            tracing::warn!(error = %error, "the write-ahead log did not get its usual length");
        }
    }

    /// Everything is copied in one transaction: a crash leaves the old file or the new one.
    fn compact(&self) -> Result<(), StoreError> {
        self.opened.ledger.connection.execute_batch("VACUUM")?;
        self.shorten_wal()
    }

    /// Copies a log that grew beyond its usual length into the database, and cuts it off, unless somebody reads it.
    fn shorten_wal(&self) -> Result<(), StoreError> {
        if wal_bytes(&self.opened.database) <= USUAL_WAL_BYTES {
            return Ok(());
        }
        let connection = &self.opened.ledger.connection;
        Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    fn flush_head(&mut self) {
        if let Err(error) = self.opened.head.flush() {
            tracing::warn!(error = %error, "the head of the log outside the database was not flushed");
        }
    }

    fn close(&mut self) -> Result<(), StoreError> {
        self.index_all()?;
        self.opened.head.flush()
    }
}

type Group = Vec<(Box<Change>, Reply<Receipt>)>;

/// The changes that wait already, and the first message that is none.
fn collect(
    first: (Box<Change>, Reply<Receipt>),
    place: OwnedSemaphorePermit,
    inbox: &Receiver<Post>,
) -> (Group, Option<Post>) {
    drop(place);
    let since = Instant::now();
    let mut group = vec![first];
    while group.len() < GROUP && since.elapsed() < COLLECT {
        match inbox.try_recv() {
            Ok(Post { message: Message::Commit(change, reply), .. }) => group.push((change, reply)),
            Ok(post) => return (group, Some(post)),
            Err(_) => break,
        }
    }
    (group, None)
}

/// A caller that no longer waits needs no answer.
fn answer<T>(reply: Reply<T>, outcome: Result<T, StoreError>) {
    drop(reply.send(outcome));
}
