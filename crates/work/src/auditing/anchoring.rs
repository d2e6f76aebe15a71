//! Gives signed heads to the anchors, and compares the log with theirs.
//!
//! Whoever puts an older home back cannot put the anchors back too. A decision is therefore refused while an anchor keeps a
//! head that the log does not lead to, or while fewer keep the newest head than the settings require. A restore on record
//! explains the heads it left behind, and no others.

use std::io;
use std::time::Duration;

use futures::future::join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::auditing::anchor_memory::Memory;
use crate::auditing::log_check;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::anchors::anchor::{Anchor, AnchorError, SignedHead};
use foundation::anchors::anchors::Anchors;
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::proof::{TreeHead, consistency_proof, range_root};
use verifier::given::Trusted;
use verifier::verified::{HeadView, RestoreView};

/// Time an anchor has to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The fate of a head at the anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Anchored {
    /// Anchors that keep it.
    pub kept_by: Vec<String>,
    /// Failures of the others, in words.
    pub failures: Vec<String>,
    /// The number that was wanted.
    pub required: usize,
}

impl Anchored {
    /// Tells whether as many keep it as were wanted.
    pub const fn is_enough(&self) -> bool {
        self.kept_by.len() >= self.required
    }
}

/// Gives the newest head to all anchors at once; `None` where the home has no anchors.
pub async fn publish(
    context: &Context,
    store: &dyn Store,
) -> Result<Option<Anchored>, CommandError> {
    let Anchors { list, required, .. } = &context.anchors;
    if list.is_empty() && *required == 0 {
        return Ok(None);
    }
    let note = store.log_state().await?.checkpoint;
    let head = Checkpoint::parse_unverified(&note)
        .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
    let consistency = |old| {
        let nodes = |place| store.node(place).ok().flatten();
        consistency_proof(old, head.size, &nodes).ok()
    };
    let signed = SignedHead {
        origin: &head.origin,
        size: head.size,
        note: &note,
        consistency: &consistency,
    };
    let kept = join_all(list.iter().map(|anchor| keep(anchor.as_ref(), signed))).await;
    let mut anchored = Anchored { required: *required, ..Anchored::default() };
    for (anchor, kept) in list.iter().zip(kept) {
        match kept {
            Ok(()) => anchored.kept_by.push(anchor.name().to_owned()),
            Err(error @ AnchorError::RolledBack { .. }) => {
                return Err(rolled_back(CommandError::from_source(ErrorKind::Integrity, &error))
                    .hint("A witness never goes back: after a restore have it forget the log, or take it out of the anchors."));
            }
            Err(error) => anchored.failures.push(error.to_string()),
        }
    }
    let home = context.settings.home();
    let noted = Memory::read(home, &head.origin).map_err(io::Error::other);
    if let Err(failure) = noted.and_then(|memory| memory.note(home, &anchored.kept_by, head.size)) {
        tracing::warn!(%failure, "the home does not remember what its anchors keep");
    }
    for failure in &anchored.failures {
        tracing::warn!(failure, "an anchor does not keep the head");
    }
    Ok(Some(anchored))
}

async fn keep(anchor: &dyn Anchor, head: SignedHead<'_>) -> Result<(), AnchorError> {
    let late = || AnchorError::Unavailable {
        anchor: anchor.name().to_owned(),
        detail: format!("no answer within {} s", PATIENCE.as_secs()),
    };
    tokio::time::timeout(PATIENCE, anchor.keep(head)).await.map_err(|_| late())?
}

/// Refuses a decision while too few anchors keep the head that the owner saw.
pub async fn before_deciding(context: &Context) -> Result<(), CommandError> {
    if let Some(setting) = context.anchors.unreadable.first() {
        let message = format!("the setting {setting:?} names no anchor that can be used");
        return Err(CommandError::new(ErrorKind::Unavailable, message).hint(
            "SARAPHINA_ANCHORS takes file:PATH, git:FOLDER and witness:URL, with spaces between.",
        ));
    }
    let store = context.store()?;
    held(context, store).await?;
    let Some(anchored) = publish(context, store).await? else { return Ok(()) };
    if anchored.is_enough() {
        return Ok(());
    }
    let message = format!(
        "{} of {} anchors keep the record, {} are required; nothing was decided",
        anchored.kept_by.len(),
        context.anchors.list.len(),
        anchored.required
    );
    let mut error = CommandError::new(ErrorKind::Unavailable, message)
        .hint("Make the anchors reachable and decide again; reading commands work meanwhile.");
    error.causes = anchored.failures;
    Err(error)
}

/// Refuses to answer from a log that the head outside the database, or an anchor that answers, has seen more of.
pub async fn held(context: &Context, store: &dyn Store) -> Result<(), CommandError> {
    store.check_head()?;
    let mut found = compare(context, store, Depth::Newest, &[]).await?;
    if found.problem.is_some() {
        // Rare: what a restore explains is only believed of a log that holds.
        let verified =
            log_check::home(context, CancellationToken::new(), Trusted::default()).await?;
        let restores = if verified.ok { verified.restores } else { Vec::new() };
        found = compare(context, store, Depth::Newest, &restores).await?;
    }
    found.problem.map_or(Ok(()), |problem| {
        Err(rolled_back(CommandError::new(ErrorKind::Integrity, problem)))
    })
}

/// Adds hints on what to do about a log that anchors have seen more of.
fn rolled_back(error: CommandError) -> CommandError {
    error
        .hint("Put the newer home back; `/audit verify` tells more.")
        .hint("If it is lost, put the rollback on record: `/backup FILE` of this home, then `/restore FILE`.")
}

/// The heads of an anchor that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The newest one of each, and only of anchors that answer.
    Newest,
    /// All that can be had, of all anchors.
    All,
}

/// The anchors' word on a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The first head that the log does not lead to, and that no restore on record explains.
    pub problem: Option<String>,
    /// Heads that a restore on record left behind, in words.
    pub explained: Vec<String>,
}

/// Holds the heads that the anchors keep against the log.
///
/// An anchor keeps its heads in the order in which it got them. A head that a restore names was there when the log was
/// restored, and so were those before it: they are explained. What came after it must be of this log.
pub async fn compare(
    context: &Context,
    store: &dyn Store,
    depth: Depth,
    restores: &[RestoreView],
) -> Result<Comparison, CommandError> {
    let mut comparison = Comparison::default();
    let Some(key) = store.log_key()? else { return Ok(comparison) };
    let log = Log { key, entries: store.log_state().await?.size, store };
    let memory = match Memory::read(context.settings.home(), log.key.name()) {
        Ok(memory) => memory,
        Err(problem) => return Ok(Comparison { problem: Some(problem), ..comparison }),
    };
    for anchor in &context.anchors.list {
        match log.held_against(anchor.as_ref(), depth, (&memory, restores)).await {
            Ok(words) => comparison.explained.extend(words),
            Err(problem) => return Ok(Comparison { problem: Some(problem), ..comparison }),
        }
    }
    Ok(comparison)
}

/// The heads that a restore of this log leaves behind at the anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The newest such head of each anchor.
    pub heads: Vec<TreeHead>,
    /// Anchors that could not be asked, and why.
    pub silent: Vec<String>,
}

/// Finds the newest head of each anchor that the log does not lead to.
pub async fn left_behind(
    context: &Context,
    store: &dyn Store,
    key: VerifierKey,
) -> Result<Left, CommandError> {
    let mut left = Left::default();
    let log = Log { key, entries: store.log_state().await?.size, store };
    for anchor in &context.anchors.list {
        match kept(anchor.as_ref(), log.key.name()).await {
            Ok(notes) => {
                let mut heads = notes.iter().rev().filter_map(|note| log.read(note).ok().flatten());
                left.heads.extend(heads.find(|head| log.misfit(*head).is_some()));
            }
            Err(problem) => left.silent.push(problem),
        }
    }
    Ok(left)
}

async fn kept(anchor: &dyn Anchor, origin: &str) -> Result<Vec<String>, String> {
    match tokio::time::timeout(PATIENCE, anchor.kept(origin)).await {
        Ok(Ok(notes)) => Ok(notes),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("{} does not answer", anchor.name())),
    }
}

/// The log that heads are held against.
struct Log<'a> {
    key: VerifierKey,
    entries: u64,
    store: &'a dyn Store,
}

impl Log<'_> {
    /// Holds the log against one anchor: what a restore explains in words, or the first problem.
    async fn held_against(
        &self,
        anchor: &dyn Anchor,
        depth: Depth,
        (memory, restores): (&Memory, &[RestoreView]),
    ) -> Result<Vec<String>, String> {
        let name = anchor.name();
        let notes = match (kept(anchor, self.key.name()).await, depth) {
            (Ok(notes), _) => notes,
            // Whether too few answer is decided when the head is given to them.
            (Err(_), Depth::Newest) => return Ok(Vec::new()),
            (Err(problem), Depth::All) => return Err(problem),
        };
        let lost = self.lost(anchor, &notes, memory.of(name))?;
        let judged = self.judge(&self.wanted(notes, depth), restores);
        let judged = judged.map_err(|problem| format!("{name}: {problem}"))?;
        Ok(lost.into_iter().chain(judged.map(|words| format!("{name} {words}"))).collect())
    }

    /// Tells what an anchor no longer keeps: an error for a head that the home remembers, a note for one that never had any.
    fn lost(
        &self,
        anchor: &dyn Anchor,
        notes: &[String],
        remembered: Option<u64>,
    ) -> Result<Option<String>, String> {
        if !anchor.can_be_asked() {
            return Ok(None);
        }
        // What cannot be read is for the judgement of the notes to say.
        let heads = notes.iter().map(|note| self.read(note).ok());
        let newest = heads.filter_map(|head| head.flatten().map(|head| head.size)).max();
        let name = anchor.name();
        match remembered {
            Some(size) if newest.is_none_or(|newest| newest < size) => Err(format!(
                "{name} kept a head of {size} entries and has it no more: it was emptied, cut or replaced. If you did that yourself, \
                 remove anchors.json from the home; the next decision gives it the head again."
            )),
            None if newest.is_none() => Ok(Some(format!("{name} keeps no head of this log yet."))),
            Some(_) | None => Ok(None),
        }
    }

    /// Picks the heads to compare: all, or the newest one of this log.
    fn wanted(&self, notes: Vec<String>, depth: Depth) -> Vec<String> {
        match depth {
            Depth::All => notes,
            // A file may keep the heads of several logs; what cannot be read is looked at, too.
            Depth::Newest => {
                let is_ours = |note: &String| !matches!(self.read(note), Ok(None));
                notes.into_iter().rev().find(is_ours).into_iter().collect()
            }
        }
    }

    /// Judges the heads that do not fit: explains them in words by a restore, or tells what is wrong with the newest.
    fn judge(&self, notes: &[String], restores: &[RestoreView]) -> Result<Option<String>, String> {
        let (mut restore, mut count, mut newest) = (None, 0_usize, 0);
        // From the newest back: once a restore names a head, those before it are explained as well.
        for note in notes.iter().rev() {
            let Some(head) = self.read(note)? else { continue };
            let Some(problem) = self.misfit(head) else { continue };
            let view = HeadView::of(head);
            let naming = restores.iter().find(|restore| restore.left.contains(&view));
            restore = naming.map(|restore| restore.seq).or(restore);
            if restore.is_none() {
                return Err(problem);
            }
            (count, newest) = (count + 1, newest.max(head.size));
        }
        Ok(restore.map(|seq| {
            format!(
                "keeps {count} heads of a history that the restore of entry {seq} left behind, up to {newest} entries: \
                 the log was rolled back, on record. If that restore was not yours, see docs/recovery.md."
            )
        }))
    }

    /// Reads the head in a note; `None` for another log, as a folder may keep the heads of several.
    fn read(&self, note: &str) -> Result<Option<TreeHead>, String> {
        let opened = match Checkpoint::parse_unverified(note) {
            Ok(head) if head.origin != self.key.name() => return Ok(None),
            Ok(_) => self.key.open(note),
            Err(error) => Err(error),
        };
        let head =
            opened.map_err(|error| format!("it keeps a head that does not hold: {error}"))?;
        Ok(Some(TreeHead { size: head.size, root: head.root }))
    }

    /// Explains why the log does not lead to this head, if it does not.
    fn misfit(&self, head: TreeHead) -> Option<String> {
        let TreeHead { size, root } = head;
        if size > self.entries {
            let entries = self.entries;
            return Some(format!(
                "it keeps a head of {size} entries, the log has {entries}: the home was rolled back"
            ));
        }
        let found = range_root(0, size, &|place| self.store.node(place).ok().flatten());
        (found != Ok(root))
            .then(|| format!("it keeps another history of {size} entries: the log was rewritten"))
    }
}
