//! Requests for a signature while they wait.
//!
//! They live in the memory of the engine and for ten minutes, because they are wishes and no acts: what is decided is in the record. Each
//! has a short phrase, by which an owner sees that the terminal speaks of what the page shows.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use record::domain::id::ProposalId;
use record::domain::time::Timestamp;
use work::contract::confirmation::Confirmation;
use work::contract::signature::ToSign;

/// Time in which a request can be answered.
pub const LIFE_MS: i64 = 10 * 60 * 1_000;
/// Time for which one that ended is still shown.
const SHOWN_MS: i64 = 60 * 60 * 1_000;
/// Most requests that are kept; the oldest make room.
const MOST: usize = 64;
/// Phrases there are: six digits.
const PHRASES: u32 = 1_000_000;

/// A request for a signature.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its name.
    pub id: String,
    /// Six digits that page and terminal show.
    pub phrase: String,
    /// The owner who asked.
    pub owner: String,
    /// The command.
    pub command: &'static str,
    /// Its arguments, without a signature.
    pub args: Value,
    /// The proposal.
    pub proposal: ProposalId,
    /// Its version when it was asked.
    pub version: u64,
    /// The newest revision then.
    pub revision: u32,
    /// Its content hash.
    pub content_hash: String,
    /// The execution that the decision rests on.
    pub execution: Option<String>,
    /// What to show and to ask, where the command asks something.
    pub confirmation: Option<Confirmation>,
    /// What to sign.
    pub to_sign: ToSign,
    /// When it was asked.
    pub created_at: Timestamp,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Waiting,
    /// A signature is being looked at.
    AtWork,
    /// It was signed; the data of the decision.
    Signed(Value),
    /// What was to be signed is not true any more.
    Stale(String),
}

impl Request {
    /// Tells when it cannot be answered any more.
    pub const fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.created_at.millis().saturating_add(LIFE_MS))
    }

    /// Tells whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at()
    }
}

/// The requests of an engine.
pub struct SigningRequests {
    list: Mutex<Vec<Request>>,
    changes: watch::Sender<u64>,
}

impl Default for SigningRequests {
    fn default() -> Self {
        Self { list: Mutex::default(), changes: watch::channel(0).0 }
    }
}

impl SigningRequests {
    /// Keeps a request under a phrase that no other one has.
    pub fn keep(&self, request: Request, drawn: u32) -> Request {
        let now = request.created_at;
        let mut list = self.list();
        list.retain(|one| now.millis() < one.created_at.millis().saturating_add(SHOWN_MS));
        if list.len() >= MOST {
            list.remove(0);
        }
        let is_taken = |phrase: &String| list.iter().any(|one| one.phrase == *phrase);
        let phrases = (0..=u32::try_from(MOST).unwrap_or(u32::MAX))
            .map(|step| format!("{:06}", drawn.wrapping_add(step) % PHRASES));
        let phrase = phrases.into_iter().find(|phrase| !is_taken(phrase)).unwrap_or_default();
        let request = Request { phrase, ..request };
        list.push(request.clone());
        drop(list);
        self.tell();
        request
    }

    /// Lists all that are kept, oldest first.
    pub fn all(&self) -> Vec<Request> {
        self.list().clone()
    }

    /// Finds one by its name or its phrase.
    pub fn find(&self, name: &str) -> Option<Request> {
        self.list().iter().find(|one| one.id == name || one.phrase == name).cloned()
    }

    /// Takes one that waits, so that nobody else answers it meanwhile; says otherwise how it stands.
    pub fn take(&self, id: &str) -> Result<Request, Option<Fate>> {
        let mut list = self.list();
        let request = list.iter_mut().find(|one| one.id == id).ok_or(None)?;
        if request.fate != Fate::Waiting {
            return Err(Some(request.fate.clone()));
        }
        request.fate = Fate::AtWork;
        Ok(request.clone())
    }

    /// Notes what became of one.
    pub fn settle(&self, id: &str, fate: Fate) {
        if let Some(request) = self.list().iter_mut().find(|one| one.id == id) {
            request.fate = fate;
        }
        self.tell();
    }

    /// Tells of changes: the number changes with each.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn tell(&self) {
        self.changes.send_modify(|number| *number = number.wrapping_add(1));
    }

    fn list(&self) -> MutexGuard<'_, Vec<Request>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
