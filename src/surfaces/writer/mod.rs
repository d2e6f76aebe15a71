//! The one process that writes to a home, and the way to it.
//!
//! Whoever holds the writer lock (`lock.rs`), a session or a daemon, listens on the socket (`socket.rs`, `door.rs`), a daemon on request
//! also over TCP (`tcp_door.rs`), and works off what its
//! desk accepts (`desk.rs`, `rooms.rs`, `serving.rs`). Every other process becomes its client (`link.rs`, `client.rs`): one writer keeps the log in
//! one order. `daemon.rs`, `lifecycle.rs` and `resident.rs` are the daemon's command line, its start and stop, and its life.

pub mod client;
pub mod daemon;
pub mod daemon_state;
pub mod desk;
pub mod door;
pub mod durable;
pub mod ended;
pub mod followed;
pub mod idle;
pub mod lifecycle;
pub mod link;
pub mod lock;
pub mod protocol;
pub mod resident;
pub mod rooms;
pub mod serving;
pub mod signals;
pub mod socket;
pub mod sse;
pub mod tcp_door;
