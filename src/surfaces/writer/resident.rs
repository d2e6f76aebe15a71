//! Runs the daemon in the foreground until it is told to end.
//!
//! It takes the writer lock, records its start, serves, and records its end. After a stop, accepted work has time to finish
//! before it is cancelled; a second signal shortens that time.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::surfaces::writer::daemon_state::DaemonState;
use crate::surfaces::writer::lifecycle;
use crate::surfaces::writer::lock::{Mode, Taken, Writer, WriterLock};
use crate::surfaces::writer::protocol::VERSION;
use crate::surfaces::writer::serving::Serving;
use crate::surfaces::writer::signals::Endings;
use crate::surfaces::writer::socket::Socket;
use crate::surfaces::writer::tcp_door::TcpDoor;
use foundation::notices::outbox::{Outbox, PACE};
use record::domain::act::{Act, ActKind};
use record::domain::change::Change;
use record::domain::principal::{Principal, Via};
use work::contract::error::{CommandError, ErrorKind};

/// Longest wait for a session that writes just now.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause between two tries for the lock.
const PAUSE: Duration = Duration::from_millis(25);
/// Pause between two looks whether the home is still there.
const LOOK: Duration = Duration::from_secs(2);
/// The cause of an end that no record can be made of.
const GONE: &str = "the home is gone";
/// Time accepted work has to finish after a stop, and then again to be cancelled.
const GRACE: Duration = Duration::from_secs(10);

/// Runs the daemon of a home until a signal or `daemon stop` ends it; `ready` is called once it answers.
pub async fn run(
    app: &App,
    door: Option<TcpDoor>,
    ready: impl FnOnce(),
) -> Result<DaemonState, CommandError> {
    // Before anyone can see the daemon: whoever sees it may already want it to end.
    let endings =
        Endings::take().map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    let lock = lock(app).await?;
    let pages = door.as_ref().map(|door| door.base(&app.settings));
    let serving = Serving::start(app, lock, door).await?;
    let outbox = outbox(app, &serving, pages)?;
    let ended = Box::pin(telling(app, outbox, serve(app, &serving, endings, ready))).await;
    let released = serving.release().await;
    ended.and(released)?;
    let socket = Socket::of(&app.home())?.path().display().to_string();
    Ok(DaemonState { running: false, done: true, socket, engine: None })
}

/// Makes the outbox of the record, which tells the owner of events.
fn outbox(app: &App, serving: &Serving, pages: Option<String>) -> Result<Outbox, CommandError> {
    let store = Arc::clone(serving.desk().engine().context().store.as_ref().map_err(Clone::clone)?);
    Ok(Outbox { store, clock: Arc::clone(&app.clock), pages, pace: PACE })
}

/// Tells the owner of events while something else goes on; what is not told by its end is told after the next start.
async fn telling<T>(app: &App, outbox: Outbox, meanwhile: impl Future<Output = T>) -> T {
    let end = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(outbox.empty_into(app.channels.clone(), end.clone()));
    let done = meanwhile.await;
    end.cancel();
    tasks.shutdown().await;
    done
}

async fn serve(
    app: &App,
    serving: &Arc<Serving>,
    mut endings: Endings,
    ready: impl FnOnce(),
) -> Result<(), CommandError> {
    let pid = serving.writer().pid;
    let started = act(ActKind::DaemonStarted).with("version", VERSION).with("pid", pid);
    record(app, serving, started).await?;
    announce(&app.home());
    ready();
    for backend in &app.backends {
        backend.lasts();
        backend.warm_up();
    }
    let cause = tokio::select! {
        cause = endings.next() => cause,
        () = serving.stop_asked() => "stop",
        () = gone(app, serving) => GONE,
    };
    tracing::info!(daemon.cause = cause, "the daemon ends");
    tokio::select! {
        () = serving.wind_down(Some(GRACE)) => {}
        // Whoever asks twice does not want to wait.
        _ = endings.next() => {
            serving.desk().cancel_all();
            serving.wind_down(Some(PATIENCE)).await;
        }
    }
    if cause == GONE {
        let home = app.home();
        let message = format!("the home {} is gone", home.display());
        return Err(CommandError::new(ErrorKind::Unavailable, message)
            .hint("Put it back from a backup, then start the daemon again."));
    }
    record(app, serving, act(ActKind::DaemonStopped).with("cause", cause).with("pid", pid)).await
}

/// Waits until the home was deleted, or another one lies in its place: what is written now reaches nobody.
async fn gone(app: &App, serving: &Serving) {
    while serving.is_at(&app.home()) {
        sleep(LOOK).await;
    }
}

async fn lock(app: &App) -> Result<WriterLock, CommandError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let writer = Writer::here(Mode::Daemon, (app.clock)());
        let holder = match WriterLock::take(&app.home(), writer)? {
            Taken::Ours(lock) => return Ok(lock),
            Taken::Theirs(holder) => holder,
        };
        let is_daemon = holder.as_ref().is_some_and(|writer| writer.mode == Mode::Daemon);
        if is_daemon || Instant::now() >= until {
            return Err(taken(holder.as_ref()));
        }
        sleep(PAUSE).await;
    }
}

fn taken(holder: Option<&Writer>) -> CommandError {
    let (message, hint) = match holder {
        Some(Writer { pid, mode: Mode::Daemon, .. }) => (
            format!("a daemon is running already (process {pid})"),
            "See `saraphina daemon status`.",
        ),
        Some(Writer { pid, mode: Mode::Session, .. }) => {
            return lifecycle::session_writes(Some(*pid));
        }
        None => ("another process is writing to this home".to_owned(), "End that process."),
    };
    CommandError::new(ErrorKind::State, message).hint(hint)
}

fn act(kind: ActKind) -> Act {
    Act::new(kind, Principal::system(), Via::internal())
}

async fn record(app: &App, serving: &Serving, act: Act) -> Result<(), CommandError> {
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: uuid::Uuid::now_v7().to_string(),
        at: (app.clock)(),
    };
    serving.desk().engine().context().store()?.commit(change).await?;
    Ok(())
}

fn announce(home: &std::path::Path) {
    let words = format!("saraphina {VERSION} serves {}; Ctrl-C ends it\n", home.display());
    if let Err(error) = std::io::stderr().write_all(words.as_bytes()) {
        tracing::debug!(failure = %error, "nobody reads the standard error");
    }
}
