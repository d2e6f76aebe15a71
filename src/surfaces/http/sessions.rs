//! One-time codes, and the sessions of browsers that they begin.
//!
//! A code is made for a process of the owner's, lives for a minute and is good for once. A session is kept here by the hash of its
//! secret, which only the browser's cookie has, and in a file of the home, so that a restart signs nobody out. Secrets are 128 bits for a
//! code and 256 for a session, from the system.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::surfaces::http::visitor::SignedIn;
use foundation::config::short_file::{self, Links};
use record::domain::digest::{Digest, hex};
use record::domain::time::Timestamp;

/// Time in which a code has to be used.
const CODE_MS: i64 = 60_000;
/// Time without a request after which a session ends.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1_000;
/// Time after which a session that goes on is written anew.
const WRITE_EVERY_MS: i64 = 10 * 60 * 1_000;
/// Most codes that wait, and most sessions; the oldest make room.
const MOST: usize = 64;
/// The file of the home that keeps sessions.
const FILE: &str = "sessions.json";
/// Most bytes of it.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// Codes that wait and sessions that last.
pub struct Sessions {
    file: PathBuf,
    book: Mutex<Book>,
    /// Counts the sessions that were ended.
    ended: watch::Sender<u64>,
}

#[derive(Default)]
struct Book {
    codes: Vec<Code>,
    sessions: Vec<Session>,
}

struct Code {
    hash: Digest,
    owner: String,
    page: String,
    until: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Session {
    hash: Digest,
    owner: String,
    until: Timestamp,
}

/// What a code was exchanged for.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// The secret, for the cookie alone.
    pub secret: String,
    /// The page that was asked for.
    pub page: String,
}

impl Sessions {
    /// Reads the sessions that a home keeps.
    pub fn of(home: &Path) -> Self {
        let file = home.join(FILE);
        let sessions = match short_file::read_text(&file, Links::Refused, MAX_FILE_BYTES) {
            Ok(text) => serde_json::from_str(&text).unwrap_or_default(),
            Err(error) => {
                tracing::debug!(failure = %error, "no sessions were kept");
                Vec::new()
            }
        };
        let book = Mutex::new(Book { codes: Vec::new(), sessions });
        Self { file, book, ended: watch::Sender::new(0) }
    }

    /// Makes a code for an owner, which opens a page; returns it with the moment of its end.
    pub fn code(
        &self,
        owner: &str,
        page: &str,
        now: Timestamp,
    ) -> Result<(String, Timestamp), getrandom::Error> {
        let code = random::<16>()?;
        let until = Timestamp::from_millis(now.millis().saturating_add(CODE_MS));
        let (hash, owner, page) = (hash(&code), owner.to_owned(), page.to_owned());
        let mut book = self.book();
        book.codes.retain(|code| now < code.until);
        make_room(&mut book.codes);
        book.codes.push(Code { hash, owner, page, until });
        Ok((code, until))
    }

    /// Exchanges a code for a session; `None` where it is unknown, used or too old.
    pub fn open(&self, code: &str, now: Timestamp) -> Result<Option<Opened>, getrandom::Error> {
        let wanted = hash(code);
        let mut book = self.book();
        let Some(at) = book.codes.iter().position(|code| code.hash == wanted) else {
            return Ok(None);
        };
        let Code { owner, page, until, .. } = book.codes.swap_remove(at);
        if now >= until {
            return Ok(None);
        }
        let secret = random::<32>()?;
        book.sessions.retain(|session| now < session.until);
        make_room(&mut book.sessions);
        book.sessions.push(Session { hash: hash(&secret), owner, until: lasting(now) });
        self.keep(&book.sessions);
        Ok(Some(Opened { secret, page }))
    }

    /// Finds the session of a secret and lets it last on.
    pub fn find(&self, secret: &str, now: Timestamp) -> Option<SignedIn> {
        let wanted = hash(secret);
        let mut book = self.book();
        let session = book.sessions.iter_mut().find(|session| session.hash == wanted)?;
        if now >= session.until {
            return None;
        }
        let signed_in = SignedIn {
            owner: session.owner.clone(),
            session: session.hash.short(),
            form_token: form_token(secret),
        };
        let until = lasting(now);
        if until.millis().saturating_sub(session.until.millis()) > WRITE_EVERY_MS {
            session.until = until;
            self.keep(&book.sessions);
        }
        Some(signed_in)
    }

    /// Ends the session of a secret.
    pub fn end(&self, secret: &str) {
        let wanted = hash(secret);
        let mut book = self.book();
        book.sessions.retain(|session| session.hash != wanted);
        self.keep(&book.sessions);
        drop(book);
        self.ended.send_modify(|count| *count += 1);
    }

    /// Tells of every session that is ended, to whoever goes on sending to one.
    pub fn endings(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }

    /// Tells whether a session of this name lasts.
    pub fn lasts(&self, name: &str, now: Timestamp) -> bool {
        let is_it = |session: &Session| session.hash.short() == name && now < session.until;
        self.book().sessions.iter().any(is_it)
    }

    /// Writes the sessions down; where that fails, a restart signs out.
    fn keep(&self, sessions: &[Session]) {
        let folder = self.file.parent().unwrap_or(Path::new("/"));
        let written = serde_json::to_vec(sessions).map_err(std::io::Error::from).and_then(|text| {
            // A temporary file is its user's alone.
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&text)?;
            file.persist(&self.file).map_err(|error| error.error)
        });
        if let Err(error) = written {
            tracing::warn!(failure = %error, "sessions are not kept beyond this process");
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes what a form of a session's pages has to bring along; it follows from the secret and does not give it away.
fn form_token(secret: &str) -> String {
    Digest::of_parts(&[b"form of a session", secret.as_bytes()]).hex()
}

fn hash(secret: &str) -> Digest {
    Digest::of(secret.as_bytes())
}

fn lasting(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis().saturating_add(SESSION_MS))
}

fn make_room<T>(list: &mut Vec<T>) {
    if list.len() >= MOST {
        list.remove(0);
    }
}

fn random<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn after(millis: i64) -> Timestamp {
        Timestamp::from_millis(NOW.millis() + millis)
    }

    #[test]
    fn a_code_is_good_for_once_and_for_a_minute() {
        let home = tempfile::tempdir().unwrap();
        let sessions = Sessions::of(home.path());
        let (code, until) = sessions.code("alice", "/record", NOW).unwrap();
        let (late, _) = sessions.code("alice", "/", NOW).unwrap();

        let opened = sessions.open(&code, after(1)).unwrap();
        let again = sessions.open(&code, after(2)).unwrap();
        let too_late = sessions.open(&late, until).unwrap();
        let wrong = sessions.open("0123", NOW).unwrap();

        assert_eq!(opened.unwrap().page, "/record");
        assert_eq!((again, too_late, wrong), (None, None, None));
    }

    #[test]
    fn a_session_lasts_while_it_is_used_and_outlives_a_restart() {
        let home = tempfile::tempdir().unwrap();
        let sessions = Sessions::of(home.path());
        let (code, _) = sessions.code("alice", "/", NOW).unwrap();
        let secret = sessions.open(&code, NOW).unwrap().unwrap().secret;
        let file = std::fs::read_to_string(home.path().join(FILE)).unwrap();

        let used = sessions.find(&secret, after(SESSION_MS - 1));
        let restarted = Sessions::of(home.path()).find(&secret, after(SESSION_MS + 1));
        let idle = sessions.find(&secret, after(3 * SESSION_MS));
        sessions.end(&secret);

        assert!(!file.contains(&secret));
        assert_eq!((used.is_some(), &used, idle), (true, &restarted, None));
        assert_eq!(Sessions::of(home.path()).find(&secret, NOW), None);
    }
}
