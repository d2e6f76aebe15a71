//! Heads to and from the anchors.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::anchors::anchor::{Anchor, AnchorError, SignedHead};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::key::VerifierKey;
use crate::audit::proof::{consistency_proof, range_root};
use crate::commands::context::Context;
use crate::commands::error::{CommandError, ErrorKind};
use crate::store::store::Store;

/// How long an anchor may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The anchors of a home.
#[derive(Clone, Default)]
pub struct Anchors {
    /// All of them.
    pub list: Vec<Arc<dyn Anchor>>,
    /// How many have to keep the head before an owner may decide.
    pub required: usize,
    /// Settings of anchors that cannot be read; nothing is decided until they can.
    pub unreadable: Vec<String>,
}

/// What became of a head at the anchors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Anchored {
    /// Anchors that keep it.
    pub kept_by: Vec<String>,
    /// Why others do not.
    pub failures: Vec<String>,
    /// How many were wanted.
    pub required: usize,
}

impl Anchored {
    /// Whether as many keep it as were wanted.
    pub const fn is_enough(&self) -> bool {
        self.kept_by.len() >= self.required
    }
}

/// Gives the newest head to all anchors at once; `None` where the home has no anchors.
pub async fn publish(context: &Context) -> Result<Option<Anchored>, CommandError> {
    let Anchors { list, required, .. } = &context.anchors;
    if list.is_empty() && *required == 0 {
        return Ok(None);
    }
    let store = context.store()?;
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
                return Err(CommandError::from_source(ErrorKind::Integrity, &error)
                    .hint("Put the newer home back; `/audit verify` tells more."));
            }
            Err(error) => anchored.failures.push(error.to_string()),
        }
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
    if let Some(problem) = contradiction(context, context.store()?, Depth::Newest).await? {
        return Err(CommandError::new(ErrorKind::Integrity, problem)
            .hint("Put the newer home back; `/audit verify` tells more."));
    }
    let Some(anchored) = publish(context).await? else { return Ok(()) };
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

/// How many of the heads that an anchor keeps are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The newest one of each, and only of anchors that answer.
    Newest,
    /// All that can be had, of all anchors.
    All,
}

/// The first head kept at an anchor that the log does not lead to.
pub async fn contradiction(
    context: &Context,
    store: &dyn Store,
    depth: Depth,
) -> Result<Option<String>, CommandError> {
    let Some(key) = store.log_key()? else { return Ok(None) };
    let entries = store.log_state().await?.size;
    for anchor in &context.anchors.list {
        let kept = tokio::time::timeout(PATIENCE, anchor.kept(key.name())).await;
        let notes = match kept {
            Ok(Ok(notes)) => notes,
            // Whether too few answer is decided when the head is given to them.
            Ok(Err(_)) | Err(_) if depth == Depth::Newest => continue,
            Ok(Err(error)) => return Ok(Some(error.to_string())),
            Err(_) => return Ok(Some(format!("{} does not answer", anchor.name()))),
        };
        let all = if depth == Depth::All { notes.len() } else { 1 };
        for note in notes.into_iter().rev().take(all) {
            if let Some(problem) = compare((&note, entries), &key, store) {
                return Ok(Some(format!("{}: {problem}", anchor.name())));
            }
        }
    }
    Ok(None)
}

fn compare((note, entries): (&str, u64), key: &VerifierKey, store: &dyn Store) -> Option<String> {
    let head = match Checkpoint::parse_unverified(note) {
        // A folder may keep the heads of several logs.
        Ok(head) if head.origin != key.name() => return None,
        Ok(_) => key.open(note),
        Err(error) => Err(error),
    };
    let head = match head {
        Ok(head) => head,
        Err(error) => return Some(format!("it keeps a head that does not hold: {error}")),
    };
    if head.size > entries {
        return Some(format!(
            "it keeps a head of {} entries, the log has {entries}: the home was rolled back",
            head.size
        ));
    }
    let root = range_root(0, head.size, &|place| store.node(place).ok().flatten());
    (root != Ok(head.root)).then(|| {
        format!("it keeps another history of {} entries: the log was rewritten", head.size)
    })
}
