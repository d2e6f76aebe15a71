//! Decides as whom the other end of a connection acts.
//!
//! The kernel tells the user at the other end of a Unix socket, which no peer can forge, so that no password is needed. A
//! process of our own user is the owner, everybody else stays out, root included. Who comes over TCP shows a cookie or a token, of
//! which `visitor.rs` speaks.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use record::domain::principal::{Authority, Principal};
use work::contract::error::{CommandError, ErrorKind};

/// The other end of a connection, as the kernel describes it.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Where it is.
    pub end: End,
    /// Its place among the connections, given back when the last clone is dropped.
    pub place: Option<Arc<OwnedSemaphorePermit>>,
}

/// Where a peer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A process of this machine, of this user; `None` when the kernel did not say.
    Process(Option<u32>),
    /// Somebody at an address of the network.
    Remote(SocketAddr),
}

/// Somebody who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// As whom it acts.
    pub who: Principal,
    /// The user of its process, where it is one of this machine.
    pub uid: Option<u32>,
    /// The most it may do here, which may be less than its principal may.
    pub reach: Authority,
}

/// Decides as whom a process acts: one of our own user is the owner, anyone else stays out.
pub fn admit(uid: Option<u32>, own_uid: u32) -> Result<u32, CommandError> {
    match uid {
        Some(uid) if uid == own_uid => Ok(uid),
        Some(_) | None => {
            Err(CommandError::new(ErrorKind::Forbidden, "this home belongs to another user")
                .hint("Set SARAPHINA_HOME to a home of your own."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_user_is_let_in() {
        assert_eq!(admit(Some(1000), 1000).unwrap(), 1000);
        for uid in [Some(0), Some(65534), None] {
            assert_eq!(admit(uid, 1000).unwrap_err().kind, ErrorKind::Forbidden);
        }
    }
}
