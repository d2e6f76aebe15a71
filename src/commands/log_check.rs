//! The record against its signatures and its rows.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::audit::key::VerifierKey;
use crate::audit::record::MAX_RECORD_BYTES;
use crate::audit::verification::Verification;
use crate::audit::verify::Verifier;
use crate::commands::context::{Context, Invocation};
use crate::commands::crosscheck::Crosscheck;
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::page::{Cell, Page, Tone};
use crate::store::query::LogRow;
use crate::store::store::Store;

/// Records read at once.
const PAGE: u32 = 10_000;
/// Longest checkpoint or key file of an export.
const MAX_NOTE_BYTES: u64 = 16_384;

/// What was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Entries read up to the first break.
    pub entries: u64,
    /// The leaf hash of the last of them; null without any.
    pub head_hash: Option<String>,
    /// The checkpoint whose signature is good; null without one.
    pub checkpoint: Option<SignedView>,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// The first bad or missing sequence, where the problem has a place.
    pub first_bad: Option<u64>,
    /// What is wrong.
    pub problem: Option<String>,
    /// Whose key was used: `home`, `export`, or `genesis` where only the log itself names one.
    pub key: String,
    /// The copy of the signed head outside the database.
    pub outside_head: OutsideHead,
}

/// What became of the copy of the signed head that a home keeps outside its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideHead {
    /// There is none to look at: the log is an export, empty or unreadable.
    #[default]
    NotLookedAt,
    /// It was compared with the log.
    Compared,
    /// It is missing, although the log has entries.
    Missing,
}

/// A signed head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedView {
    /// The entries signed for.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The name and hash of the key.
    pub signed_by: String,
}

impl Verified {
    fn of(found: Verification, key: &str) -> Self {
        Self {
            entries: found.entries,
            head_hash: found.head_hash.map(|hash| hash.hex()),
            checkpoint: found.checkpoint.map(|signed| SignedView {
                size: signed.size,
                root: signed.root.hex(),
                signed_by: signed.signed_by,
            }),
            ok: found.ok,
            first_bad: found.first_bad,
            problem: found.problem.map(|problem| problem.to_string()),
            key: key.to_owned(),
            outside_head: OutsideHead::NotLookedAt,
        }
    }

    fn unreadable(problem: String) -> Self {
        Self { problem: Some(problem), key: "home".to_owned(), ..Self::default() }
    }

    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let summary = match (&self.problem, self.first_bad) {
            (None, _) => Cell::toned(format!("All {} entries hold.", self.entries), Tone::Good),
            (Some(problem), Some(seq)) => {
                Cell::toned(format!("BROKEN at entry {seq}: {problem}"), Tone::Bad)
            }
            (Some(problem), None) => Cell::toned(format!("BROKEN: {problem}"), Tone::Bad),
        };
        let mut fields = vec![("Entries", Cell::from(self.entries.to_string()))];
        if let Some(hash) = &self.head_hash {
            fields.push(("Head", Cell::toned(hash.as_str(), Tone::Dim)));
        }
        if let Some(signed) = &self.checkpoint {
            let words = format!("{} entries, signed by {}", signed.size, signed.signed_by);
            fields.push(("Checkpoint", Cell::from(words)));
        }
        let mut page = Page::new().text(summary).fields(fields);
        if self.outside_head == OutsideHead::Missing {
            page = page.text(Cell::toned(
                "The head outside the database (log.head) is missing: nothing shows that no entries were cut off at the \
                 end. Compare the checkpoint with one you kept; the next writing command makes a new head.",
                Tone::Warn,
            ));
        }
        match self.key.as_str() {
            "genesis" | "export" => page.text(Cell::toned(
                "The key came with the log: this shows that the log fits itself, not whose it is.",
                Tone::Warn,
            )),
            _ => page,
        }
    }
}

/// Verifies the log of the home, then the rows that it vouches for; writes nothing.
pub async fn home(context: &Context, invocation: &Invocation) -> Result<Verified, CommandError> {
    let store = match &context.store {
        Ok(store) => Arc::clone(store),
        Err(error) => return broken_or(error.clone()),
    };
    let work = Work { store, handle: Handle::current(), cancel: invocation.cancel.clone() };
    let verified = tokio::task::spawn_blocking(move || work.verify()).await;
    match verified {
        Ok(Ok(verified)) => Ok(verified),
        Ok(Err(error)) => broken_or(error),
        Err(failure) => Err(CommandError::from_source(ErrorKind::Internal, &failure)),
    }
}

/// A record that cannot even be read is broken, which is an answer; other trouble is an error.
fn broken_or(error: CommandError) -> Result<Verified, CommandError> {
    if error.kind == ErrorKind::Integrity {
        return Ok(Verified::unreadable(error.chain()));
    }
    Err(error)
}

/// The verification of a home, beside the runtime.
struct Work {
    store: Arc<dyn Store>,
    handle: Handle,
    cancel: CancellationToken,
}

impl Work {
    fn verify(&self) -> Result<Verified, CommandError> {
        let key = self.store.log_key()?;
        let source = if key.is_some() { "home" } else { "genesis" };
        let head = self.store.head()?;
        // Read before the records: what is written meanwhile is beyond this head, and not looked at.
        let state = self.handle.block_on(self.store.log_state())?;
        if state.size == 0 && state.checkpoint.is_empty() && head.is_none() {
            return Ok(Verified { ok: true, key: source.to_owned(), ..Verified::default() });
        }
        let wanted = head_size(head.as_ref().map(|head| head.note.as_str())).max(state.size);
        let mut verifier = Verifier::new(key);
        self.push_all(&mut verifier, wanted)?;
        let note = Some(state.checkpoint.as_str()).filter(|note| !note.is_empty());
        let newer = self.newer_note(wanted, note)?;
        let stored = |place| self.store.node(place).ok().flatten();
        let found = verifier.finish_with(newer.as_deref().or(note), head.as_ref(), &stored);
        let outside_head =
            if head.is_some() { OutsideHead::Compared } else { OutsideHead::Missing };
        let answer = Verified { outside_head, ..Verified::of(found, source) };
        if !answer.ok {
            return Ok(answer);
        }
        let rows = Crosscheck::new(self.store.as_ref(), &self.handle, &self.cancel);
        Ok(match rows.first_mismatch(answer.entries)? {
            None => answer,
            Some(mismatch) => Verified {
                ok: false,
                first_bad: mismatch.seq,
                problem: Some(mismatch.problem),
                ..answer
            },
        })
    }

    /// The writer may have moved on between the head outside and the checkpoint; both then are of the same log.
    fn newer_note(&self, wanted: u64, note: Option<&str>) -> Result<Option<String>, CommandError> {
        if head_size(note) >= wanted {
            return Ok(None);
        }
        Ok(Some(self.handle.block_on(self.store.log_state())?.checkpoint))
    }

    fn push_all(&self, verifier: &mut Verifier, wanted: u64) -> Result<(), CommandError> {
        let mut next = 0;
        loop {
            if self.cancel.is_cancelled() {
                return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
            }
            let rows = self.handle.block_on(self.store.log_from(next, PAGE))?;
            let Some(last) = rows.last() else { return Ok(()) };
            next = last.seq.saturating_add(1);
            if self.push_rows(verifier, &rows, wanted)?.is_break() {
                return Ok(());
            }
        }
    }

    fn push_rows(
        &self,
        verifier: &mut Verifier,
        rows: &[LogRow],
        wanted: u64,
    ) -> Result<ControlFlow<()>, CommandError> {
        for row in rows {
            // The writer may go on meanwhile; what nobody has signed for by now is read, and then named.
            let is_later = row.seq >= wanted && self.signed_size()? > row.seq;
            if is_later || verifier.push(&row.bytes).is_err() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn signed_size(&self) -> Result<u64, CommandError> {
        Ok(self.handle.block_on(self.store.log_state())?.size)
    }
}

fn head_size(note: Option<&str>) -> u64 {
    use crate::audit::checkpoint::Checkpoint;
    note.and_then(|note| Checkpoint::parse_unverified(note).ok()).map_or(0, |head| head.size)
}

/// Verifies an exported folder with the public key in it; no database is needed.
pub async fn folder(path: &Path) -> Result<Verified, CommandError> {
    let path = path.to_owned();
    let verified = tokio::task::spawn_blocking(move || verify_folder(&path)).await;
    verified.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
}

fn verify_folder(folder: &Path) -> Result<Verified, CommandError> {
    let records = folder.join("records.jsonl");
    let file = File::open(&records).map_err(|error| missing(&records, &error))?;
    let key = [folder.join("signers.vkey"), folder.join("vkey")]
        .iter()
        .find_map(|path| note(path))
        .map(|text| VerifierKey::parse(&text))
        .transpose()
        .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
    let source = if key.is_some() { "export" } else { "genesis" };
    let mut verifier = Verifier::new(key);
    let mut reader = BufReader::new(file);
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_RECORD_BYTES).unwrap_or(u64::MAX).saturating_add(2);
        let read = reader.by_ref().take(limit).read_until(b'\n', &mut line);
        if read.map_err(|error| missing(&records, &error))? == 0 {
            break;
        }
        if verifier.push(line.strip_suffix(b"\n").unwrap_or(&line)).is_err() {
            break;
        }
    }
    let checkpoint = note(&folder.join("checkpoint"));
    Ok(Verified::of(verifier.finish(checkpoint.as_deref(), None), source))
}

fn note(path: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_NOTE_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

fn missing(path: &Path, error: &std::io::Error) -> CommandError {
    let message = format!("{} cannot be read: {error}", path.display());
    CommandError::new(ErrorKind::NotFound, message)
        .hint("Give a folder with records.jsonl, checkpoint and signers.vkey.")
}
