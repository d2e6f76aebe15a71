//! Accepts connections on the socket and names the peer of each.
//!
//! The kernel tells which user is at the other end (`http/auth.rs` judges that). A failed accept is waited out and never
//! ends the server, because descriptors come back.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::surfaces::http::auth::{End, Peer};

/// Connections at the same time; more of them wait in the system's queue.
const MAX_CONNECTIONS: usize = 256;
/// Pause after a connection that could not be accepted, such as for want of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// The socket of an engine; says of each connection which user is at its other end.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    places: Arc<Semaphore>,
}

impl Door {
    /// Makes a door on a socket.
    pub fn new(listener: UnixListener) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }
}

impl Listener for Door {
    type Io = UnixStream;
    type Addr = Peer;

    async fn accept(&mut self) -> (UnixStream, Peer) {
        loop {
            // The semaphore is never closed; without a permit the connection merely goes uncounted.
            let place = Arc::clone(&self.places).acquire_owned().await.ok().map(Arc::new);
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let uid = stream.peer_cred().ok().map(|credentials| credentials.uid());
                    return (stream, Peer { end: End::Process(uid), place });
                }
                Err(error) => {
                    tracing::warn!(failure = %error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Ok(Peer { end: End::Process(None), place: None })
    }
}
