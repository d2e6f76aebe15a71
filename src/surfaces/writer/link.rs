//! Carries a session's writing commands to the one writer.
//!
//! It connects to the engine that is there, or takes the writer lock and becomes it. Writers come and go meanwhile, so it
//! tries until its patience ends. A command whose engine went away is sent once more under its key, which the record knows
//! if the first try was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::surfaces::writer::client::{Client, Reply, Trouble};
use crate::surfaces::writer::desk::{Answered, OnDisconnect};
use crate::surfaces::writer::lock::{Mode, Taken, Writer, WriterLock};
use crate::surfaces::writer::protocol::VERSION;
use crate::surfaces::writer::serving::Serving;
use crate::surfaces::writer::signals;
use crate::surfaces::writer::socket::Socket;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::{Event, Events};
use work::contract::order::Order;

/// Longest wait for a writer that shows no sign of life.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest wait for a writer that finishes its work to hand over.
const HANDOVER_PATIENCE: Duration = Duration::from_mins(5);
/// Shortest and longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(100));

/// Carries writing commands to the one engine of the home, which may be this process; several may be on their way at once.
#[derive(Default)]
pub struct Link {
    serving: Mutex<Option<Arc<Serving>>>,
    version_said: AtomicBool,
}

/// The way of a command to an engine.
enum Way {
    Here(Arc<Serving>),
    There(Socket, Box<Client>),
}

/// Time and pauses of one command's tries.
struct Patience {
    until: Instant,
    turn: Option<SystemTime>,
    pause: Duration,
    waits_said: bool,
}

impl Link {
    /// Has a command carried out: here, or by the engine of another process; a lost engine is replaced once, unseen.
    pub async fn carry(
        &self,
        app: &App,
        order: Order,
        events: &Events,
        cancel: &CancellationToken,
    ) -> Answered {
        let mut patience = Patience::new();
        let mut was_lost = false;
        loop {
            let (socket, client) = match self.way(app, &mut patience, events, cancel).await? {
                Way::Here(serving) => return here(&serving, order, events, cancel).await,
                Way::There(socket, client) => (socket, client),
            };
            match client.run(&socket, &order, &app.settings.wishes(), events, cancel).await {
                Ok(reply) => {
                    self.say_version(&reply, events);
                    return reply.answer;
                }
                Err(Trouble::Hopeless(error)) => return Err(error),
                Err(Trouble::Lost) if was_lost => return Err(lost_again()),
                Err(Trouble::Lost) => {
                    tracing::warn!("the engine went away; the command goes to the next one");
                    was_lost = true;
                    patience = Patience::new();
                }
                Err(Trouble::HandsOver) => patience.extend(events),
                Err(Trouble::NobodyThere | Trouble::NotAccepted) => {}
            }
            patience.wait(app, cancel).await?;
        }
    }

    async fn way(
        &self,
        app: &App,
        patience: &mut Patience,
        events: &Events,
        cancel: &CancellationToken,
    ) -> Result<Way, CommandError> {
        // Held while it looks: two commands of one process must not both become the engine.
        let mut kept = tokio::select! {
            kept = self.serving.lock() => kept,
            () = cancel.cancelled() => return Err(interrupted()),
        };
        if let Some(serving) = kept.as_ref() {
            return Ok(Way::Here(Arc::clone(serving)));
        }
        loop {
            let socket = Socket::of(&app.home())?;
            match Client::connect(&socket).await {
                Ok(client) => return Ok(Way::There(socket, Box::new(client))),
                Err(Trouble::Hopeless(error)) => return Err(error),
                Err(Trouble::HandsOver) => patience.extend(events),
                Err(Trouble::NobodyThere | Trouble::NotAccepted | Trouble::Lost) => {}
            }
            let writer = Writer::here(Mode::Session, (app.clock)());
            if let Taken::Ours(lock) = WriterLock::take(&app.home(), writer)? {
                let serving = Serving::start(app, lock, None).await?;
                signals::end_on_terminate(&serving);
                return Ok(Way::Here(Arc::clone(kept.insert(serving))));
            }
            patience.wait(app, cancel).await?;
        }
    }

    fn say_version(&self, reply: &Reply, events: &Events) {
        let differs = match &reply.version {
            version if version != VERSION => format!("is saraphina {version}, this is {VERSION}"),
            _ if reply.is_outdated => "runs a program that was replaced since".to_owned(),
            _ => return,
        };
        if !self.version_said.swap(true, Ordering::Relaxed) {
            events(Event::Notice(format!(
                "the engine at work {differs}; restart it with `saraphina daemon stop`, then `saraphina daemon start`"
            )));
        }
    }

    /// Ends the engine, if it is here.
    pub async fn close(&self) -> Result<(), CommandError> {
        let serving = self.serving.lock().await.take();
        match serving {
            Some(serving) => serving.close().await,
            None => Ok(()),
        }
    }
}

async fn here(
    serving: &Serving,
    mut order: Order,
    events: &Events,
    cancel: &CancellationToken,
) -> Answered {
    order.caller.via.uid = Some(serving.own_uid());
    match serving.desk().accept(order, OnDisconnect::Cancel) {
        Ok(waiting) => waiting.follow(events, cancel).await,
        Err(_) => Err(CommandError::new(ErrorKind::Interrupted, "the program is ending")),
    }
}

impl Patience {
    fn new() -> Self {
        Self { until: Instant::now() + PATIENCE, turn: None, pause: PAUSES.0, waits_said: false }
    }

    fn extend(&mut self, events: &Events) {
        if !std::mem::replace(&mut self.waits_said, true) {
            self.until = Instant::now() + HANDOVER_PATIENCE;
            events(Event::Stage("waiting for another process to finish".to_owned()));
        }
    }

    async fn wait(&mut self, app: &App, cancel: &CancellationToken) -> Result<(), CommandError> {
        let turn = WriterLock::turn(&app.home());
        if std::mem::replace(&mut self.turn, turn) != turn {
            // Writers come and go, or show a pulse: none of them is stuck.
            self.until = self.until.max(Instant::now() + PATIENCE);
        }
        if Instant::now() >= self.until {
            return Err(busy(WriterLock::holder(&app.home()).flatten()));
        }
        tokio::select! {
            () = cancel.cancelled() => return Err(interrupted()),
            () = sleep(self.pause) => {}
        }
        self.pause = self.pause.saturating_mul(2).min(PAUSES.1);
        Ok(())
    }
}

fn interrupted() -> CommandError {
    CommandError::new(ErrorKind::Interrupted, "interrupted")
}

fn busy(holder: Option<Writer>) -> CommandError {
    let who = holder.map_or_else(
        || "another process".to_owned(),
        |writer| format!("another process ({}, since {})", writer.pid, writer.started_at),
    );
    let message = format!("{who} is writing to this home and cannot be reached");
    CommandError::new(ErrorKind::Unavailable, message)
        .hint("End that process, or wait for it; reading commands still work.")
}

fn lost_again() -> CommandError {
    CommandError::new(ErrorKind::Unavailable, "the engine at work went away twice")
        .hint("See what became of it with `/jobs` and `/audit log`, then run the command again.")
}
