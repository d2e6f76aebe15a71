//! What a commit points at: issues, pull requests, decisions in notes.
//!
//! A message is the word of its author, an export that of its file, a note that of whoever wrote it. Each step says whose word it is.

use crate::memory::hops::{Hop, HopKind, short};
use crate::memory::loaded::{Loaded, shown};
use crate::memory::messages;
use foundation::store::beside::{ItemKind, KeptIssue, KeptNote};
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptCommit, Recall};

/// What a message points at, with what an export of the forge says of it.
pub(super) fn links(
    recall: &dyn Recall,
    loaded: &Loaded,
    commit: &KeptCommit,
) -> Result<Vec<Hop>, StoreError> {
    let mut hops = Vec::new();
    for link in messages::links(&commit.message) {
        let proof = format!("the message of {} names it", short(&commit.id));
        let kind = match link.kind {
            messages::LinkKind::PullRequest => ItemKind::Pull,
            messages::LinkKind::Closes | messages::LinkKind::Mentions => ItemKind::Issue,
        };
        let known = match number(&link.name) {
            Some(number) => recall.issues(loaded.row, number)?,
            None => Vec::new(),
        };
        // Where a number is only mentioned, the forge knows better than we what it is of.
        let known = known.iter().find(|one| one.kind == kind).or(known.first());
        hops.push(match known {
            Some(known) => Hop {
                name: shown(link.name.as_bytes()),
                says: format!("{}: {}", link.kind.word(), said(known)),
                proof: format!("{proof}; {}", told(known)),
                ..item(known)
            },
            None => Hop {
                kind: hop_kind(kind),
                name: shown(link.name.as_bytes()),
                by: None,
                at: None,
                says: link.kind.word().to_owned(),
                proof,
            },
        });
    }
    Ok(hops)
}

/// The number that a name has in the same repository; one of another repository says nothing here.
fn number(name: &str) -> Option<u64> {
    if let Some((_, number)) = name.rsplit_once('!') {
        return number.parse().ok();
    }
    name.strip_prefix('#')?.parse().ok()
}

/// The pull requests of which an export says that they became a commit.
pub(super) fn pulls(
    recall: &dyn Recall,
    loaded: &Loaded,
    commit: &KeptCommit,
) -> Result<Vec<Hop>, StoreError> {
    let named = messages::links(&commit.message);
    let pulls = recall.pulls_of(loaded.row, &commit.id)?;
    let is_new =
        |pull: &&KeptIssue| named.iter().all(|link| number(&link.name) != Some(pull.number));
    Ok(pulls.iter().filter(is_new).map(item).collect())
}

/// What an export of a forge says.
fn item(issue: &KeptIssue) -> Hop {
    Hop {
        kind: hop_kind(issue.kind),
        name: format!("#{}", issue.number),
        by: Some(shown(issue.author.as_bytes())),
        at: Some(shown(issue.opened_at.as_bytes())),
        says: said(issue),
        proof: told(issue),
    }
}

fn said(issue: &KeptIssue) -> String {
    shown(format!("{}, {}", issue.title, issue.state).as_bytes())
}

fn told(issue: &KeptIssue) -> String {
    let source: String = issue.source.chars().take(19).collect();
    let became = if issue.merged_as.is_some() { ", and that it became the commit" } else { "" };
    format!("the export {} says so{became}", shown(source.as_bytes()))
}

const fn hop_kind(kind: ItemKind) -> HopKind {
    match kind {
        ItemKind::Issue => HopKind::Issue,
        ItemKind::Pull => HopKind::PullRequest,
    }
}

/// A decision that a note tells.
pub(super) fn note(note: &KeptNote) -> Hop {
    let decision = note.decision.replace('_', " ");
    let says = format!("{decision} revision {}: {}", note.revision, note.reason);
    Hop {
        kind: HopKind::Note,
        name: shown(note.proposal.as_bytes()),
        by: Some(shown(note.by.as_bytes())),
        at: Some(shown(note.at.as_bytes())),
        says: shown(says.trim_end_matches([':', ' ']).as_bytes()),
        proof: format!(
            "the note on {} tells entry {}; `saraphina check` proves it",
            short(&note.commit),
            note.seq
        ),
    }
}
