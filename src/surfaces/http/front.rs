//! What an engine keeps for those who come over TCP.
//!
//! It exists only where the engine listens there: the names it is called by, the address it gives out, sessions, tokens as read last,
//! and how often everybody may ask.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use crate::surfaces::http::hosts::Hosts;
use crate::surfaces::http::limits::{Buckets, PROPOSE, READ, SIGN_IN};
use crate::surfaces::http::sessions::Sessions;
use crate::surfaces::http::visitor::{Bearer, Visitor};
use record::domain::digest::Digest;
use record::domain::token::Token;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::tokens::{self, Known};

/// Streams of events at the same time.
const MAX_STREAMS: usize = 32;
/// Those of them that no token takes: the owner's pages are told of what happens, whatever programs do.
const KEPT_STREAMS: usize = 8;
/// Digits of the home's name in the name of its cookie.
const COOKIE_DIGITS: usize = 8;

/// How requests reach the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the clear, from this machine alone.
    Loopback,
    /// By TLS, which ends here.
    Tls,
    /// From a proxy of the owner's, which ends TLS.
    Proxy,
}

/// What there is for those who come over TCP.
pub struct Front {
    /// The names by which it is called.
    pub hosts: Hosts,
    /// The beginning of every address that is given out.
    pub base: String,
    /// How requests reach it.
    pub way: Way,
    /// The name of its cookie: cookies know no ports, so that it names the home.
    pub cookie: String,
    /// Codes and sessions.
    pub sessions: Sessions,
    /// How often somebody may look.
    pub reading: Buckets,
    /// How often somebody may make something.
    pub proposing: Buckets,
    /// How often an address may try to sign in.
    pub signing_in: Buckets,
    /// Room for streams of events.
    streams: Arc<Semaphore>,
    tokens: Mutex<Option<Seen>>,
}

/// Tokens as read after a number of commits.
struct Seen {
    commits: u64,
    tokens: Vec<Known>,
}

/// Makes the beginning of every address that is given out: by the first of the owner's names where the address itself names no host.
pub fn base(address: SocketAddr, way: Way, further: &str) -> String {
    let name = further.split_whitespace().next();
    match (way, name) {
        (Way::Proxy, Some(name)) => format!("https://{name}"),
        (Way::Tls, Some(name)) => format!("https://{name}:{}", address.port()),
        (Way::Tls, None) => format!("https://{address}"),
        (Way::Loopback, _) | (Way::Proxy, None) => format!("http://{address}"),
    }
}

impl Front {
    /// Prepares what a listener at an address needs.
    pub fn new(home: &Path, (address, way): (SocketAddr, Way), further: &str) -> Self {
        let digest = Digest::of(home.as_os_str().as_encoded_bytes()).hex();
        let digits: String = digest.chars().take(COOKIE_DIGITS).collect();
        Self {
            hosts: Hosts::of(address.ip(), further),
            base: base(address, way, further),
            way,
            cookie: format!("saraphina-{digits}"),
            sessions: Sessions::of(home),
            reading: Buckets::at(READ),
            proposing: Buckets::at(PROPOSE),
            signing_in: Buckets::at(SIGN_IN),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            tokens: Mutex::new(None),
        }
    }

    /// Takes a place for a stream of events; nothing where there is none left for such a visitor.
    pub fn stream(&self, visitor: &Visitor) -> Option<OwnedSemaphorePermit> {
        let is_program = matches!(visitor, Visitor::Bearer(_));
        if is_program && self.streams.available_permits() <= KEPT_STREAMS {
            return None;
        }
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// Finds who holds the token of a text; `None` where none that counts has it.
    pub async fn bearer(
        &self,
        context: &Context,
        text: &str,
    ) -> Result<Option<Bearer>, CommandError> {
        let commits = *context.store()?.commits().borrow();
        let mut seen = self.tokens.lock().await;
        // Tokens change by commits of this process alone, which is the one that writes.
        if seen.as_ref().is_none_or(|seen| seen.commits != commits) {
            *seen = Some(Seen { commits, tokens: tokens::all(context).await? });
        }
        let (hash, now) = (Token::hash_of(text), context.now());
        let known = seen.iter().flat_map(|seen| &seen.tokens);
        let mut known = known.filter(|one| one.token.hash == hash && one.counts_at(now));
        Ok(known.next().map(|one| Bearer {
            id: one.token.id.clone(),
            name: one.token.name.clone(),
            scope: one.token.scope,
        }))
    }
}
