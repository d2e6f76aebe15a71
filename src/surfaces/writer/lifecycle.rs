//! Starts, stops and looks at the daemon from outside.
//!
//! A start returns when the daemon answers, and a stop when it has let go of the lock, so that the next command in a script
//! finds what it expects. The daemon's first words go to a file, and are shown if it does not start.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use hyper::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::app::App;
use crate::surfaces::http::status::Status;
use crate::surfaces::writer::client::{Client, Told, Trouble};
use crate::surfaces::writer::daemon_state::DaemonState;
use crate::surfaces::writer::lock::{Mode, WriterLock};
use crate::surfaces::writer::socket::Socket;
use foundation::launch;
use work::contract::error::{CommandError, ErrorKind};

/// The file for a daemon's words until its log is open.
const OUTPUT: &str = "daemon.out";
/// Most of them that is shown when it does not start.
const MAX_OUTPUT_BYTES: u64 = 2000;
/// Time a daemon has to answer; a migration with its backup may come first.
const START_LIMIT: Duration = Duration::from_mins(1);
/// Time a daemon has to end.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Starts a daemon unless one is running, and waits until it answers.
pub async fn start(app: &App) -> Result<DaemonState, CommandError> {
    start_as(app, &["daemon", "run"]).await
}

/// Starts this program with words that make it a daemon, unless one is running, and waits until it answers.
pub async fn start_as(app: &App, words: &[&str]) -> Result<DaemonState, CommandError> {
    let found = status(app).await?;
    if found.running {
        return if found.done {
            Ok(found)
        } else {
            Err(session_writes(found.engine.map(|engine| engine.pid)))
        };
    }
    let home = app.home();
    let failed = |error: std::io::Error| {
        CommandError::new(ErrorKind::Unavailable, format!("the daemon cannot be started: {error}"))
            .hint("Try `saraphina daemon run` to see what it says.")
    };
    make(&home).map_err(failed)?;
    let output = output(&home).map_err(failed)?;
    let child =
        launch::daemon(&home, words, output.try_clone().map_err(failed)?).map_err(failed)?;
    answered(app, child, output).await
}

/// Asks the daemon to stop, and waits until it has ended.
pub async fn stop(app: &App) -> Result<DaemonState, CommandError> {
    let socket = Socket::of(&app.home())?;
    match ask(&socket, (Method::POST, "/v1/stop"), &Value::Null).await? {
        None => return Ok(state(&socket, None)),
        Some(answer) => answer?,
    };
    let until = Instant::now() + STOP_LIMIT;
    // The lock is the last thing a daemon gives back: the socket alone may be gone while it still writes.
    while WriterLock::holder(&app.home()).flatten().is_some_and(|it| it.mode == Mode::Daemon) {
        if Instant::now() >= until {
            let message = format!("the daemon still works after {} s", STOP_LIMIT.as_secs());
            return Err(CommandError::new(ErrorKind::Unavailable, message)
                .hint("Wait for it; `saraphina daemon status` tells what it does."));
        }
        sleep(PAUSE).await;
    }
    Ok(DaemonState { done: true, ..state(&socket, None) })
}

/// Looks whether a daemon is running.
pub async fn status(app: &App) -> Result<DaemonState, CommandError> {
    let socket = Socket::of(&app.home())?;
    let engine = match ask(&socket, (Method::GET, "/v1/status"), &Value::Null).await? {
        None => None,
        Some(answer) => Some(read(answer?)?),
    };
    Ok(state(&socket, engine))
}

fn state(socket: &Socket, engine: Option<Status>) -> DaemonState {
    let done = engine.as_ref().is_some_and(|engine| engine.mode == Mode::Daemon);
    let socket = socket.path().display().to_string();
    DaemonState { running: engine.is_some(), done, socket, engine }
}

/// Asks whoever listens; returns `None` when nobody does.
pub async fn ask(
    socket: &Socket,
    (method, path): (Method, &str),
    body: &Value,
) -> Result<Option<Told>, CommandError> {
    let asked = async { Client::connect(socket).await?.ask(method, path, body).await };
    match asked.await {
        Ok(answer) => Ok(Some(answer)),
        Err(Trouble::Hopeless(error)) => Err(error),
        Err(Trouble::NobodyThere | Trouble::HandsOver | Trouble::NotAccepted | Trouble::Lost) => {
            Ok(None)
        }
    }
}

fn read(status: Value) -> Result<Status, CommandError> {
    serde_json::from_value(status)
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
}

async fn answered(app: &App, mut child: Child, output: File) -> Result<DaemonState, CommandError> {
    let until = Instant::now() + START_LIMIT;
    loop {
        let found = status(app).await?;
        if found.running && found.done {
            return Ok(found);
        }
        // Another start may have been quicker, and this child found the lock taken.
        let has_ended = child.try_wait().is_ok_and(|status| status.is_some());
        if has_ended && !status(app).await?.done {
            return Err(did_not_start("ended at once", output));
        }
        if Instant::now() >= until {
            return Err(did_not_start("does not answer", output));
        }
        sleep(PAUSE).await;
    }
}

fn did_not_start(how: &str, mut output: File) -> CommandError {
    let mut said = Vec::new();
    let read = output.rewind().and_then(|()| output.take(MAX_OUTPUT_BYTES).read_to_end(&mut said));
    let said = String::from_utf8_lossy(&said);
    let mut error = CommandError::new(ErrorKind::Unavailable, format!("the daemon {how}"));
    if read.is_ok() && !said.trim().is_empty() {
        error.causes.push(said.trim().to_owned());
    }
    error.hint("Try `saraphina daemon run` to see what it says.")
}

/// Builds the refusal of a daemon for as long as a session writes; `pid` is the session's process, where it is known.
pub(super) fn session_writes(pid: Option<u32>) -> CommandError {
    let pid = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    let message = format!("a session{pid} is writing to this home");
    CommandError::new(ErrorKind::State, message)
        .hint("End that session, or wait where it finishes a command; the daemon can start when it is gone.")
}

fn make(home: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(home)
}

fn output(home: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(home.join(OUTPUT))
}
