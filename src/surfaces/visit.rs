//! Opens session and runtime when the first command needs them.
//!
//! `--help` and a line that is refused thus cost neither threads nor files. The visit also joins the two worlds: surfaces
//! are ordinary code, sessions are asynchronous, and Ctrl-C has to reach whatever runs.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::surfaces::session::Session;
use crate::surfaces::ways::Watch;
use foundation::config::settings::Settings;
use record::domain::principal::Surface;
use work::contract::arguments::Arguments;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Events;
use work::contract::outcome::Answer;

/// Threads that carry out commands.
const WORKERS: usize = 2;

/// Chooses the implementations of this process.
pub type Compose = fn(Arc<Settings>) -> App;

/// One person's or script's stay: nothing is opened and no thread started before its first command.
pub struct Visit {
    /// The settings and where each comes from.
    pub settings: Arc<Settings>,
    compose: Compose,
    surface: Surface,
    opened: Option<Opened>,
}

struct Opened {
    runtime: Runtime,
    session: Session,
}

impl Visit {
    /// Begins a stay on a surface.
    pub fn new(settings: Arc<Settings>, compose: Compose, surface: Surface) -> Self {
        Self { settings, compose, surface, opened: None }
    }

    /// Returns the surface it is on.
    pub const fn surface(&self) -> Surface {
        self.surface
    }

    /// Names the providers of code, the one that is asked first.
    pub fn providers(&mut self) -> Vec<String> {
        let Ok(opened) = self.open() else { return Vec::new() };
        let providers = opened.session.app().providers.iter();
        providers.map(|provider| provider.name().to_owned()).collect()
    }

    /// Runs one command to its end; Ctrl-C cancels it, a second Ctrl-C leaves it alone.
    pub fn run(
        &mut self,
        entry: &'static Entry,
        args: Arguments,
        events: Events,
    ) -> Result<Answer, CommandError> {
        let opened = self.open()?;
        let cancel = CancellationToken::new();
        let run = opened.session.run(entry, args, Watch { events, cancel: cancel.clone() });
        opened.runtime.block_on(watched(run, &cancel))
    }

    /// Waits for something of the surface's own; none when Ctrl-C came first.
    pub fn wait<T>(&mut self, future: impl Future<Output = T>) -> Result<Option<T>, CommandError> {
        let opened = self.open()?;
        Ok(opened.runtime.block_on(async {
            // The first poll subscribes to the signal, which has to happen before any work begins.
            tokio::select! {
                biased;
                () = interrupted() => None,
                value = future => Some(value),
            }
        }))
    }

    /// Ends the stay: what was accepted is written.
    pub fn close(&mut self) -> Result<(), CommandError> {
        let Some(mut opened) = self.opened.take() else { return Ok(()) };
        let closed = opened.runtime.block_on(opened.session.close());
        // Blocking work that is still going on must not hold the process.
        opened.runtime.shutdown_background();
        closed
    }

    fn open(&mut self) -> Result<&mut Opened, CommandError> {
        if self.opened.is_none() {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(WORKERS)
                .enable_all()
                .build()
                .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
            let app = (self.compose)(Arc::clone(&self.settings));
            // A single command ends soon; backends keep warm only for stays that last.
            if self.surface != Surface::Shell {
                app.backends.iter().for_each(|backend| backend.lasts());
            }
            let session = runtime.block_on(async { Session::new(app, self.surface) });
            self.opened = Some(Opened { runtime, session });
        }
        self.opened
            .as_mut()
            .ok_or_else(|| CommandError::new(ErrorKind::Internal, "the session cannot be opened"))
    }
}

async fn watched(
    run: impl Future<Output = Result<Answer, CommandError>>,
    cancel: &CancellationToken,
) -> Result<Answer, CommandError> {
    let mut run = Box::pin(run);
    loop {
        // The first poll subscribes to the signal, which has to happen before any work begins.
        tokio::select! {
            biased;
            () = interrupted() => {
                if cancel.is_cancelled() {
                    return Err(CommandError::new(ErrorKind::Interrupted, "interrupted")
                        .hint("What was left behind ends by its limits; see `/jobs`."));
                }
                cancel.cancel();
            }
            answer = &mut run => return answer,
        }
    }
}

async fn interrupted() {
    // Where signals cannot be had, nothing interrupts.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
