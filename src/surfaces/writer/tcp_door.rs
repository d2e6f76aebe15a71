//! Accepts connections over TCP beside those of the socket.
//!
//! The server of axum waits for ever for slow heads of requests; this one reads them itself, with a limit of time and of size. What
//! comes in goes to the same router as the socket's, with the address it came from.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use futures::FutureExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1::{self, Parts};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use crate::surfaces::http::auth::{End, Peer};
use crate::surfaces::http::front::{self, Way};
use crate::surfaces::writer::idle::{Idlers, Seat, Work};
use foundation::config::settings::Settings;
use work::contract::error::{CommandError, ErrorKind};

/// Connections at the same time; for another one, the one that waits longest for a request has to go.
const MAX_CONNECTIONS: usize = 256;
/// Longest time in which the head of a request has to come, and a connection may lie idle.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// Largest head of a request.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// What a client hears whose head of a request did not come to its end in time.
const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// Time that a last word may take.
const LAST_WORD: Duration = Duration::from_secs(1);
/// Pause after a connection that could not be accepted, such as for want of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// A listener on an address of this machine.
pub struct TcpDoor {
    listener: TcpListener,
    address: SocketAddr,
    wire: Wire,
}

/// What requests go through on their way to the listener.
#[derive(Clone)]
pub enum Wire {
    /// Nothing: they come from this machine.
    Loopback,
    /// A proxy of the owner's.
    Proxy,
    /// TLS, which ends here.
    Tls(TlsAcceptor),
}

impl TcpDoor {
    /// Listens at an address; port 0 takes a free one.
    pub async fn at(address: SocketAddr, wire: Wire) -> Result<Self, CommandError> {
        let listener = TcpListener::bind(address).await.map_err(|error| taken(address, &error))?;
        let address = listener.local_addr().map_err(|error| taken(address, &error))?;
        Ok(Self { listener, address, wire })
    }

    /// Returns the address it listens at.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the beginning of the addresses that are given out.
    pub fn base(&self, settings: &Settings) -> String {
        let further = settings.get("SARAPHINA_SERVER_HOSTS").unwrap_or_default();
        front::base(self.address, self.way(), further)
    }

    /// Tells how requests reach it.
    pub const fn way(&self) -> Way {
        match self.wire {
            Wire::Loopback => Way::Loopback,
            Wire::Proxy => Way::Proxy,
            Wire::Tls(_) => Way::Tls,
        }
    }

    /// Serves until `end`, then lets every connection finish the request it is at.
    pub async fn serve(self, router: Router, end: CancellationToken) {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let idlers = Idlers::default();
        let mut connections = JoinSet::new();
        loop {
            let coming = async {
                let place = free_place(&places, &idlers).await;
                (place, self.listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                () = end.cancelled() => break,
                coming = coming => coming,
            };
            // What has ended is taken out, so that the set stays as large as the number of connections.
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, address)) => {
                    let (place, seat) = (place.map(Arc::new), idlers.seat());
                    let visit = Visit { address, place, seat, end: end.clone() };
                    connections.spawn(visit.begin(stream, self.wire.clone(), router.clone()));
                }
                Err(error) => {
                    tracing::warn!(failure = %error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(self.listener);
        while connections.join_next().await.is_some() {}
    }
}

/// Finds a place for a connection; where all are taken, whoever waits longest for a request loses it.
async fn free_place(places: &Arc<Semaphore>, idlers: &Idlers) -> Option<OwnedSemaphorePermit> {
    let dismissing = async {
        idlers.dismiss_one().await;
        std::future::pending::<()>().await;
    };
    // The semaphore is never closed; without a permit the connection merely goes uncounted.
    tokio::select! {
        biased;
        place = Arc::clone(places).acquire_owned() => place.ok(),
        () = dismissing => None,
    }
}

/// One connection.
struct Visit {
    address: SocketAddr,
    place: Option<Arc<OwnedSemaphorePermit>>,
    seat: Arc<Seat>,
    end: CancellationToken,
}

impl Visit {
    async fn begin(self, stream: TcpStream, wire: Wire, router: Router) {
        // Events are small and wanted at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(failure = %error, "small answers may be late");
        }
        let Wire::Tls(acceptor) = wire else { return self.serve(stream, router).await };
        let begun = tokio::select! {
            begun = tokio::time::timeout(HEAD_LIMIT, acceptor.accept(stream)) => begun,
            () = self.seat.dismissed() => return,
        };
        match begun {
            Ok(Ok(stream)) => self.serve(stream, router).await,
            Ok(Err(error)) => tracing::debug!(failure = %error, "a client speaks no TLS of ours"),
            Err(_) => tracing::debug!("a client was too slow to begin TLS"),
        }
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin, router: Router) {
        let Self { address, place, seat, end } = self;
        let peer = Peer { end: End::Remote(address), place };
        let working = Arc::clone(&seat);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer.clone()));
            let answer = answer(router.clone(), request.map(Body::new), working.work());
            Box::pin(answer.map(Ok::<_, Infallible>))
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_LIMIT)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut ending = std::pin::pin!(end.cancelled());
        let mut dismissed = std::pin::pin!(seat.dismissed());
        let mut is_ending = false;
        let ended = poll_fn(|context| {
            if !is_ending && ending.as_mut().poll(context).is_ready() {
                is_ending = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            if dismissed.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            connection.poll_without_shutdown(context)
        });
        let ended = ended.await;
        if let Err(error) = &ended {
            tracing::debug!(failure = %error, "a connection broke off");
        }
        let Parts { io, read_buf, .. } = connection.into_parts();
        // Whoever said nothing, such as an idle browser, asked for nothing.
        let is_slow = ended.is_err_and(|error| error.is_timeout()) && !read_buf.is_empty();
        part(io.into_inner(), if is_slow { TOO_SLOW } else { b"" }).await;
    }
}

/// Answers a request; whose connection is closed already is told nothing, and nothing is done for it.
async fn answer(mut router: Router, request: Request<Body>, work: Option<Work>) -> Response<Body> {
    let Some(work) = work else { return std::future::pending().await };
    let Ok(response) = router.call(request).await;
    response.map(|body| work.until_sent(body))
}

/// Says a last word and closes; who does not take it within a moment is left alone.
async fn part(mut stream: impl AsyncWrite + Unpin, word: &[u8]) {
    let said = async {
        stream.write_all(word).await?;
        stream.shutdown().await
    };
    match tokio::time::timeout(LAST_WORD, said).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(failure = %error, "a connection was gone already"),
        Err(_) => tracing::debug!("a client does not read"),
    }
}

fn taken(address: SocketAddr, error: &io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, format!("{address} cannot be listened at: {error}"))
        .hint("Give another address by --listen; port 0 takes a free one.")
}
