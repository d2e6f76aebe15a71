//! The engine of a home while it holds the lock and listens.
//!
//! It starts in a fixed order: lock, store, leftovers of a killed process, socket. The lock is given back last, when the
//! store is closed and the socket gone, so that the next writer finds both free. The lock shows a pulse while the disk is
//! waited for.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OnceCell};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::engine::engine::Engine;
use crate::engine::reconcile::reconcile;
use crate::surfaces::http::auth::Peer;
use crate::surfaces::http::front::Front;
use crate::surfaces::http::router::router;
use crate::surfaces::http::served::Served;
use crate::surfaces::writer::desk::Desk;
use crate::surfaces::writer::door::Door;
use crate::surfaces::writer::lock::{Writer, WriterLock};
use crate::surfaces::writer::socket::{Socket, own_uid};
use crate::surfaces::writer::tcp_door::TcpDoor;
use foundation::store::error::StoreError;
use work::contract::error::{CommandError, ErrorKind};

/// Time the store's own lock may outlive the process that held it.
const REMNANTS: Duration = Duration::from_secs(5);
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(20);
/// Time connections have to go once all work is done.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The one engine of a home: it holds the writer lock and listens on the socket.
pub struct Serving {
    desk: Arc<Desk>,
    writer: Writer,
    own_uid: u32,
    stop: Arc<Notify>,
    parts: Mutex<Option<Parts>>,
    released: OnceCell<Result<(), CommandError>>,
}

struct Parts {
    lock: WriterLock,
    socket: Socket,
    servers: JoinSet<()>,
    end: CancellationToken,
}

impl Serving {
    /// Opens the store as its writer and listens, under the lock that was taken; over TCP too, where there is a door for it.
    pub async fn start(
        app: &App,
        lock: WriterLock,
        door: Option<TcpDoor>,
    ) -> Result<Arc<Self>, CommandError> {
        let pulse = lock.pulse();
        let desk = Desk::new(open(app).await?);
        let reconciled = reconcile(desk.engine().context()).await;
        let listening = reconciled.and_then(|_| listen(app, lock.writer(), &desk, door));
        // Closed by hand: the lock must not be given back while the store is still open.
        if listening.is_err() {
            desk.engine().context().store()?.close().await?;
        }
        drop(pulse);
        let Listening { socket, servers, end, own_uid, stop } = listening?;
        let writer = lock.writer().clone();
        let parts = Mutex::new(Some(Parts { lock, socket, servers, end }));
        Ok(Arc::new(Self { desk, writer, own_uid, stop, parts, released: OnceCell::new() }))
    }

    /// Accepts its commands.
    pub const fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Returns this process, as the lock file says.
    pub const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Returns the user of this process.
    pub const fn own_uid(&self) -> u32 {
        self.own_uid
    }

    /// Tells whether the home still is the one whose lock this engine holds.
    pub fn is_at(&self, home: &Path) -> bool {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.as_ref().is_none_or(|parts| parts.lock.is_in(home))
    }

    /// Waits until someone asks the daemon to stop.
    pub async fn stop_asked(&self) {
        self.stop.notified().await;
    }

    /// Takes nothing more and waits for what is accepted; after `grace`, cancels what is left.
    pub async fn wind_down(&self, grace: Option<Duration>) {
        self.desk.close();
        let Some(grace) = grace else { return self.desk.finished().await };
        if tokio::time::timeout(grace, self.desk.finished()).await.is_err() {
            self.desk.cancel_all();
            if tokio::time::timeout(grace, self.desk.finished()).await.is_err() {
                tracing::error!(commands = ?self.desk.at_work(), "commands did not end");
            }
        }
    }

    /// Ends the engine: everything accepted is done, the home is free for the next writer.
    pub async fn close(&self) -> Result<(), CommandError> {
        self.desk.close();
        self.desk.finished().await;
        self.release().await
    }

    /// Closes the store and gives socket and lock back, whether or not work is left.
    pub async fn release(&self) -> Result<(), CommandError> {
        // A signal and the session may both end the engine; each comes back when it has ended.
        self.released.get_or_init(|| Box::pin(self.give_back())).await.clone()
    }

    async fn give_back(&self) -> Result<(), CommandError> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut parts) = parts else { return Ok(()) };
        let pulse = parts.lock.pulse();
        parts.end.cancel();
        let ended = async { while parts.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, ended).await.is_err() {
            parts.servers.shutdown().await;
        }
        let closed = self.desk.engine().context().store()?.close().await;
        // The lock is still held, so that the socket taken away is our own, unless another home lies in its place.
        let socket = parts.socket.path();
        let is_ours = socket.parent().is_some_and(|home| parts.lock.is_in(home));
        if let Some(Err(error)) = is_ours.then(|| parts.socket.unlink()) {
            tracing::warn!(failure = %error, "the socket could not be taken away");
        }
        drop(pulse);
        drop(parts.lock);
        Ok(closed?)
    }
}

/// Servers at work on the socket, and over TCP.
struct Listening {
    socket: Socket,
    servers: JoinSet<()>,
    end: CancellationToken,
    own_uid: u32,
    stop: Arc<Notify>,
}

fn listen(
    app: &App,
    writer: &Writer,
    desk: &Arc<Desk>,
    door: Option<TcpDoor>,
) -> Result<Listening, CommandError> {
    let socket = Socket::of(&app.home())?;
    let no_socket = |error| deaf(&socket, &error);
    let (listener, own_uid) = (socket.bind().map_err(no_socket)?, own_uid().map_err(no_socket)?);
    let stop = Arc::new(Notify::new());
    let end = CancellationToken::new();
    let shared = Served {
        desk: Arc::clone(desk),
        entries: app.entries,
        writer: writer.clone(),
        own_uid,
        front: door.as_ref().map(|door| Arc::new(front(app, door))),
        requests: Arc::default(),
        end: end.clone(),
        stop: Arc::clone(&stop),
    };
    let router = router(shared);
    let mut servers = JoinSet::new();
    if let Some(door) = door {
        servers.spawn(door.serve(router.clone(), end.clone()));
    }
    let service = router.into_make_service_with_connect_info::<Peer>();
    let accepting = axum::serve(Door::new(listener), service)
        .with_graceful_shutdown(end.clone().cancelled_owned());
    servers.spawn(async move {
        if let Err(error) = accepting.await {
            tracing::error!(failure = %error, "the server of the socket ended");
        }
    });
    Ok(Listening { socket, servers, end, own_uid, stop })
}

fn front(app: &App, door: &TcpDoor) -> Front {
    let further = app.settings.get("SARAPHINA_SERVER_HOSTS").unwrap_or_default();
    Front::new(&app.home(), (door.address(), door.way()), further)
}

/// Opens the store; what a killed process leaves of its own lock ends with the last of its children.
async fn open(app: &App) -> Result<Engine, CommandError> {
    let until = Instant::now() + REMNANTS;
    loop {
        match app.engine() {
            Err(StoreError::Busy) if Instant::now() < until => sleep(PAUSE).await,
            opened => return Ok(opened?),
        }
    }
}

fn deaf(socket: &Socket, error: &std::io::Error) -> CommandError {
    let message = format!("{} cannot be made: {error}", socket.path().display());
    CommandError::new(ErrorKind::Unavailable, message)
        .hint("Set SARAPHINA_HOME to a folder of a local file system that you can write.")
}
