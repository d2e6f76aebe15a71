//! Verifies the log of a home or backup, then the rows that it vouches for.
//!
//! The writer may go on meanwhile: the size of the log is read first, and what is signed later is left out. The work blocks
//! and computes much, so it runs on a thread of its own. A record that cannot be read is an answer (broken), and other
//! trouble is an error.

use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::auditing::rows::check::first_misfit;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::verify::Verifier;
use verifier::examining::{Feed, examine};
use verifier::given::Trusted;
use verifier::verified::{Flaw, OutsideHead, Verified};

/// Verifies the log of the home, then the rows that it vouches for; writes nothing.
pub async fn home(
    context: &Context,
    cancel: CancellationToken,
    trusted: Trusted,
) -> Result<Verified, CommandError> {
    let store = match &context.store {
        Ok(store) => Arc::clone(store),
        Err(error) => return broken_or(error.clone()),
    };
    let place = context.settings.home();
    let is_made = place.exists();
    let work = Work { store, handle: Handle::current(), cancel, trusted, place: Place::Home };
    let mut verified = run(work).await?;
    if !is_made {
        verified.notes.push(format!(
            "There is no home at {} yet, so nothing was verified. Set `SARAPHINA_HOME` to look at another one.",
            place.display()
        ));
    }
    Ok(verified)
}

/// The same for a backup, beside which lie neither key nor head.
pub async fn backup(
    store: Arc<dyn Store>,
    cancel: CancellationToken,
    trusted: Trusted,
) -> Result<Verified, CommandError> {
    run(Work { store, handle: Handle::current(), cancel, trusted, place: Place::Backup }).await
}

/// Where a log was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Home,
    Backup,
}

async fn run(work: Work) -> Result<Verified, CommandError> {
    let verified = tokio::task::spawn_blocking(move || work.verify()).await;
    match verified {
        Ok(Ok(verified)) => Ok(verified),
        Ok(Err(error)) => broken_or(error),
        Err(failure) => Err(CommandError::from_source(ErrorKind::Internal, &failure)),
    }
}

/// Turns a record that cannot even be read into the answer that it is broken; other trouble stays an error.
fn broken_or(error: CommandError) -> Result<Verified, CommandError> {
    if error.kind == ErrorKind::Integrity {
        return Ok(Verified::unreadable(error.chain(), "home"));
    }
    Err(error)
}

/// The verification of a home, beside the runtime.
struct Work {
    store: Arc<dyn Store>,
    handle: Handle,
    cancel: CancellationToken,
    trusted: Trusted,
    place: Place,
}

impl Work {
    fn verify(&self) -> Result<Verified, CommandError> {
        let own = self.store.log_key()?;
        let source = match (&self.trusted.key, &own) {
            (Some(_), _) => "given",
            (None, Some(_)) => "home",
            (None, None) => "genesis",
        };
        let key = self.trusted.key.clone().or(own);
        let since = self.trusted.since.as_deref();
        let head = self.store.head()?;
        // Read before the records: what is written meanwhile is beyond this head, and not looked at.
        let state = self.handle.block_on(self.store.log_state())?;
        if state.size == 0 && state.checkpoint.is_empty() && head.is_none() && since.is_none() {
            return Ok(Verified { ok: true, key: source.to_owned(), ..Verified::default() });
        }
        let wanted = head_size(head.as_ref().map(|head| head.note.as_str())).max(state.size);
        let mut verifier = Verifier::new(key);
        self.push_all(&mut verifier, wanted)?;
        let own_key = verifier.key().cloned();
        let note = Some(state.checkpoint.as_str()).filter(|note| !note.is_empty());
        let newer = self.newer_note(wanted, note)?;
        let kept = since.and_then(|since| verifier.compare_kept(since));
        let left = since.and_then(|since| verifier.explains(since));
        let stored = |place| self.store.node(place).ok().flatten();
        let found = verifier.finish_with(newer.as_deref().or(note), head.as_ref(), &stored);
        let outside_head = match (&head, self.place) {
            (Some(_), _) => OutsideHead::Compared,
            (None, Place::Home) => OutsideHead::Missing,
            (None, Place::Backup) => OutsideHead::NotLookedAt,
        };
        let mut answer = Verified { outside_head, ..Verified::of(found, source) };
        let since = since.and_then(|since| Checkpoint::parse_unverified(since).ok());
        answer.since = since.map(|since| since.size);
        if let Some((seq, problem)) = kept.filter(|_| answer.ok) {
            answer = answer.or_flaw(Flaw { seq, problem: problem.to_string() });
        }
        answer = answer.explained(left);
        if !answer.ok {
            return Ok(answer);
        }
        let Some(key) = own_key else { return Ok(answer) };
        Ok(match first_misfit(self.store.as_ref(), &key, &self.cancel)? {
            None => answer,
            Some(found) => answer.or_flaw(Flaw { seq: found.seq, problem: found.problem }),
        })
    }

    /// Reads the checkpoint again where the head outside is newer: the writer may have moved on between the two readings.
    fn newer_note(&self, wanted: u64, note: Option<&str>) -> Result<Option<String>, CommandError> {
        if head_size(note) >= wanted {
            return Ok(None);
        }
        Ok(Some(self.handle.block_on(self.store.log_state())?.checkpoint))
    }

    fn push_all(&self, verifier: &mut Verifier, wanted: u64) -> Result<(), CommandError> {
        let read = examine(
            |feed| self.feed_all(feed, wanted),
            |_, examined| match verifier.push_examined(examined) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            },
        );
        if self.cancel.is_cancelled() {
            return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
        }
        read.unwrap_or_else(|| {
            Err(CommandError::new(ErrorKind::Internal, "the records could not be read"))
        })
    }

    fn feed_all(&self, feed: &mut Feed, wanted: u64) -> Result<(), CommandError> {
        let mut trouble = Ok(());
        self.store.stream_log(0, &mut |seq, bytes| {
            // The writer may go on meanwhile; what nobody has signed for by now is read, and then named.
            let signed = if seq < wanted { Ok(wanted) } else { self.signed_size() };
            let is_later = seq >= wanted && signed.as_ref().is_ok_and(|signed| *signed > seq);
            trouble = signed.map(drop);
            if is_later || trouble.is_err() || self.cancel.is_cancelled() {
                return ControlFlow::Break(());
            }
            feed.push(bytes)
        })?;
        trouble
    }

    fn signed_size(&self) -> Result<u64, CommandError> {
        Ok(self.handle.block_on(self.store.log_state())?.size)
    }
}

fn head_size(note: Option<&str>) -> u64 {
    note.and_then(|note| Checkpoint::parse_unverified(note).ok()).map_or(0, |head| head.size)
}
