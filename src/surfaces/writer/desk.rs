//! Accepts commands for one engine and keeps who waits for which.
//!
//! A command runs as a task of its own and not within a connection, so that a client can leave and come back: the same key
//! of the same caller joins the work in place of repeating it. When the last waiter leaves, the command is cancelled unless
//! it asked to go on. One lock over the book orders joining, leaving and closing. What ended is remembered for a while, for those
//! who did not wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::engine::engine::Engine;
use crate::surfaces::writer::durable::{Durable, holder};
use crate::surfaces::writer::ended::{Ended, EndedJobs};
use crate::surfaces::writer::followed::{Followed, Progress};
use crate::surfaces::writer::rooms::Rooms;
use record::domain::digest::Digest;
use record::domain::id::JobId;
use record::domain::principal::{Authority, Principal};
use work::contract::caller::Caller;
use work::contract::command::Access;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::{Event, Events};
use work::contract::order::Order;
use work::contract::outcome::Answer;

/// Events kept for a waiter that is slow to take them; older ones are dropped, because they are display only.
const KEPT_EVENTS: usize = 1024;

/// Keys of requests that are remembered.
const KEPT_KEYS: usize = 10_000;

/// The outcome of a command.
pub type Answered = Result<Answer, CommandError>;

/// The fate of a command when nobody waits for it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisconnect {
    /// It is cancelled.
    Cancel,
    /// It goes on.
    Continue,
}

/// The engine ends and takes nothing more; the next one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing;

/// Accepts work for one engine, so that it can be joined, left, cancelled and finished.
pub struct Desk {
    engine: Engine,
    book: Mutex<Book>,
    tasks: TaskTracker,
    rooms: Rooms,
    stop: CancellationToken,
    followed: Followed,
    durable: Durable,
}

#[derive(Default)]
struct Book {
    closing: bool,
    work: HashMap<Key, Arc<Work>>,
    claims: HashMap<(String, String), Digest>,
    claimed: VecDeque<(String, String)>,
    ended: EndedJobs,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    who: String,
    command: &'static str,
    idempotency: String,
}

struct Work {
    cancel: CancellationToken,
    events: broadcast::Sender<Event>,
    answer: watch::Receiver<Option<Answered>>,
    waiters: Mutex<usize>,
}

impl Desk {
    /// Puts a desk before an engine.
    pub fn new(engine: Engine) -> Arc<Self> {
        Arc::new(Self {
            engine,
            book: Mutex::default(),
            tasks: TaskTracker::new(),
            rooms: Rooms::default(),
            stop: CancellationToken::new(),
            followed: Followed::default(),
            durable: Durable::default(),
        })
    }

    /// Returns the engine behind it.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns the keys that outlive this engine.
    pub const fn durable(&self) -> &Durable {
        &self.durable
    }

    /// Notes what a key stands for; false where it stood for another request before.
    ///
    /// The newest keys are remembered, which covers every repetition that a client makes on its own.
    pub fn claims(&self, caller: &Caller, asked: Digest) -> bool {
        let key = (holder(&caller.who), caller.idempotency.clone());
        let mut book = self.book();
        if let Some(known) = book.claims.get(&key) {
            return *known == asked;
        }
        if book.claimed.len() >= KEPT_KEYS
            && let Some(oldest) = book.claimed.pop_front()
        {
            book.claims.remove(&oldest);
        }
        book.claimed.push_back(key.clone());
        book.claims.insert(key, asked);
        true
    }

    /// Starts a command, or joins the same one that is already at work.
    pub fn accept(
        self: &Arc<Self>,
        order: Order,
        on_disconnect: OnDisconnect,
    ) -> Result<Waiting, Closing> {
        let key = Key {
            who: holder(&order.caller.who),
            command: order.entry.spec.name,
            idempotency: order.caller.idempotency.clone(),
        };
        let mut book = self.book();
        if book.closing {
            return Err(Closing);
        }
        if let Some(work) = book.work.get(&key).filter(|work| !work.cancel.is_cancelled()) {
            return Ok(Waiting::join(self, key, Arc::clone(work), on_disconnect));
        }
        let (events, receiver) = broadcast::channel(KEPT_EVENTS);
        let (sender, answer) = watch::channel(None);
        let cancel = self.stop.child_token();
        let work = Work { cancel, events, answer, waiters: Mutex::new(0) };
        let work = Arc::new(work);
        book.work.insert(key.clone(), Arc::clone(&work));
        let mut waiting = Waiting::join(self, key.clone(), Arc::clone(&work), on_disconnect);
        waiting.events = receiver;
        self.tasks.spawn(Arc::clone(self).carry_out(key, work, order, sender));
        Ok(waiting)
    }

    async fn carry_out(
        self: Arc<Self>,
        key: Key,
        work: Arc<Work>,
        order: Order,
        answer: watch::Sender<Option<Answered>>,
    ) {
        // What the owner's own commands answer may be secret, such as the text of a token.
        let spec = &order.entry.spec;
        let is_kept = spec.access == Access::Write && spec.authority < Authority::Own;
        let result = self.invoke(&work, order).await.map_err(|error| self.told_why(error));
        let held = (key.who.as_str(), key.idempotency.as_str());
        match &result {
            Ok(answer) if is_kept => self.durable.keep(self.engine.context(), held, answer).await,
            Ok(_) | Err(_) => self.durable.drop(held.0, held.1),
        }
        // Who hears the answer may ask again at once under the same key, with a signature: that is no joining.
        let mut book = self.book();
        if book.work.get(&key).is_some_and(|known| Arc::ptr_eq(known, &work)) {
            book.work.remove(&key);
        }
        if is_kept {
            let job = JobId::derived(&key.idempotency);
            let (who, command) = (key.who, key.command);
            book.ended.keep(Ended { job, who, command, answer: result.clone() });
        }
        answer.send_replace(Some(result));
        drop(book);
    }

    async fn invoke(&self, work: &Work, order: Order) -> Answered {
        let place =
            self.rooms.enter((order.caller.who.kind, order.entry.spec.group), &work.cancel).await?;
        let sender = work.events.clone();
        let tell = self.followed.teller(&order);
        let events: Events = Arc::new(move |event| {
            tell(&event);
            drop(sender.send(event));
        });
        let answer = Box::pin(self.engine.invoke(order, events, work.cancel.clone())).await;
        drop(place);
        answer
    }

    /// Says of a command that the end of the engine cut short that nobody at its client did.
    fn told_why(&self, error: CommandError) -> CommandError {
        if error.kind != ErrorKind::Interrupted || !self.stop.is_cancelled() {
            return error;
        }
        CommandError::new(ErrorKind::Interrupted, "the engine was stopped before this was done")
            .hint("Run the command again.")
    }

    /// Cancels the commands of a principal under a key; tells whether there was one.
    pub fn cancel(&self, who: &Principal, idempotency: &str) -> bool {
        let who = holder(who);
        let book = self.book();
        let mut found = false;
        for (key, work) in &book.work {
            if key.who == who && key.idempotency == idempotency {
                work.cancel.cancel();
                found = true;
            }
        }
        found
    }

    /// Tells whether a principal's command is at work as a job.
    pub fn works_at(&self, who: &Principal, job: &JobId) -> Option<&'static str> {
        let who = holder(who);
        let book = self.book();
        let is_it = |key: &&Key| key.who == who && JobId::derived(&key.idempotency) == *job;
        book.work.keys().find(is_it).map(|key| key.command)
    }

    /// Cancels a principal's command that is at work as a job; tells whether there was one.
    pub fn cancel_job(&self, who: &Principal, job: &JobId) -> bool {
        let who = holder(who);
        let book = self.book();
        let is_it = |key: &Key| key.who == who && JobId::derived(&key.idempotency) == *job;
        let mut found = book.work.iter().filter(|(key, _)| is_it(key)).map(|(_, work)| work);
        found.next().is_some_and(|work| {
            work.cancel.cancel();
            true
        })
    }

    /// Finds the answer of a principal's command that ended.
    pub fn ended(&self, who: &Principal, job: &JobId) -> Option<Ended> {
        self.book().ended.find(&holder(who), job)
    }

    /// Follows the progress of all commands; a slow follower misses some.
    pub fn follow(&self) -> broadcast::Receiver<Progress> {
        self.followed.subscribe()
    }

    /// Names the commands at work.
    pub fn at_work(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.book().work.keys().map(|key| key.command).collect();
        names.sort_unstable();
        names
    }

    /// Tells whether it takes nothing more.
    pub fn is_closing(&self) -> bool {
        self.book().closing
    }

    /// Takes nothing more from now on.
    pub fn close(&self) {
        self.book().closing = true;
        self.tasks.close();
    }

    /// Cancels everything at work.
    pub fn cancel_all(&self) {
        self.stop.cancel();
    }

    /// Waits until everything accepted is done; [`Desk::close`] comes first.
    pub async fn finished(&self) {
        self.tasks.wait().await;
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// News of a command, for one who waits for it.
#[derive(Clone, Debug)]
pub enum News {
    /// Progress.
    Progress(Event),
    /// The end.
    Answer(Answered),
}

/// One who waits for a command; the last one to leave before its end cancels it.
pub struct Waiting {
    desk: Arc<Desk>,
    key: Key,
    work: Arc<Work>,
    events: broadcast::Receiver<Event>,
    answer: watch::Receiver<Option<Answered>>,
    on_disconnect: OnDisconnect,
}

impl Waiting {
    fn join(desk: &Arc<Desk>, key: Key, work: Arc<Work>, on_disconnect: OnDisconnect) -> Self {
        *work.waiters() += 1;
        let (events, answer) = (work.events.subscribe(), work.answer.clone());
        Self { desk: Arc::clone(desk), key, work, events, answer, on_disconnect }
    }

    /// Waits for the next piece of news; the answer is the last, after all progress.
    pub async fn next(&mut self) -> News {
        loop {
            let event = tokio::select! {
                biased;
                event = self.events.recv() => event,
                answer = self.answer.wait_for(Option::is_some) => {
                    let answer = answer.ok().and_then(|answer| answer.clone());
                    return News::Answer(answer.unwrap_or_else(broken_off));
                }
            };
            match event {
                Ok(event) => return News::Progress(event),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                // The work keeps a sender, so that this cannot happen while anyone waits.
                Err(broadcast::error::RecvError::Closed) => return News::Answer(broken_off()),
            }
        }
    }

    /// Leaves, and lets the command go on.
    pub fn leave(mut self) {
        self.on_disconnect = OnDisconnect::Continue;
    }

    /// Hands progress on and waits for the answer; `cancel` stops the command and still waits.
    pub async fn follow(mut self, events: &Events, cancel: &CancellationToken) -> Answered {
        let mut stopped = false;
        loop {
            let news = tokio::select! {
                biased;
                news = self.next() => news,
                () = cancel.cancelled(), if !stopped => {
                    stopped = true;
                    self.work.cancel.cancel();
                    continue;
                }
            };
            match news {
                News::Progress(event) => events(event),
                News::Answer(answer) => return answer,
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // The book is locked first, so that nobody joins what is being cancelled.
        let mut book = self.desk.book();
        let mut waiters = self.work.waiters();
        *waiters = waiters.saturating_sub(1);
        let finished = self.answer.borrow().is_some();
        if *waiters == 0 && !finished && self.on_disconnect == OnDisconnect::Cancel {
            self.work.cancel.cancel();
            book.work.remove(&self.key);
        }
    }
}

impl Work {
    fn waiters(&self) -> MutexGuard<'_, usize> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broken_off() -> Answered {
    Err(CommandError::new(ErrorKind::Internal, "the command broke off")
        .hint("This is a bug; the log in the home tells more."))
}
