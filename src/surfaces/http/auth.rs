//! Decides as whom the peer of a connection acts.
//!
//! The kernel tells the user at the other end of a Unix socket, which no peer can forge, so that no password is needed. A
//! process of our own user is the owner, everybody else stays out, root included.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use crate::contract::error::{CommandError, ErrorKind};
use record::domain::principal::Principal;

/// The other end of a connection, as the kernel describes it.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The user; `None` when the kernel did not say.
    pub uid: Option<u32>,
    /// Its place among the connections, given back when the last clone is dropped.
    pub place: Option<Arc<OwnedSemaphorePermit>>,
}

/// A peer that may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// As whom it acts.
    pub who: Principal,
    /// The user of its process.
    pub uid: Option<u32>,
}

/// Decides as whom a peer acts: a process of our own user is the owner, anyone else stays out.
pub fn admit(peer: &Peer, own_uid: u32) -> Result<Admitted, CommandError> {
    if peer.uid == Some(own_uid) {
        return Ok(Admitted { who: Principal::owner(), uid: peer.uid });
    }
    Err(CommandError::new(ErrorKind::Forbidden, "this home belongs to another user")
        .hint("Set SARAPHINA_HOME to a home of your own."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_user_is_let_in() {
        let peer = |uid| Peer { uid, place: None };

        let owner = Admitted { who: Principal::owner(), uid: Some(1000) };
        assert_eq!(admit(&peer(Some(1000)), 1000).unwrap(), owner);
        for uid in [Some(0), Some(65534), None] {
            assert_eq!(admit(&peer(uid), 1000).unwrap_err().kind, ErrorKind::Forbidden);
        }
    }
}
