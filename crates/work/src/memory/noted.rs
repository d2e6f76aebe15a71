//! Decisions that notes on commits tell.
//!
//! A note travels with its repository, so it answers where the home that decided is another one. Nothing of it is checked here: whoever
//! shows it says that it is the word of a note, and by which command it is checked.

use std::sync::Arc;

use record::audit::record::Record;
use record::domain::changeset::GitId;
use serde_json::Value;

use crate::checking::note::{Line, Note, REFERENCE};
use crate::memory::error::MemoryError;
use crate::memory::facts::Facts;
use crate::memory::site::{Site, Writing, check};
use foundation::repository::error::RepositoryError;
use foundation::store::beside::KeptNote;
use foundation::store::memory::Step;

/// Most commits whose notes are read.
const MOST_NOTED: usize = 20_000;
/// Notes that are read at once.
const READ_AT_ONCE: usize = 200;
/// Longest text that is kept of a decision, in characters.
const MAX_TEXT: usize = 300;

/// Reads the notes anew where they changed; whether they did.
pub(super) async fn notes(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    facts: &mut Facts,
) -> Result<bool, MemoryError> {
    check(site.cancel)?;
    let tip = site.repository.read_ref(REFERENCE).await?;
    let found = tip.as_ref().map(GitId::to_string);
    if found == facts.notes_at {
        return Ok(false);
    }
    let listed = match &tip {
        Some(tip) => site.repository.notes_at(tip).await,
        None => Ok(std::collections::BTreeMap::new()),
    };
    (facts.notes_at, facts.notes_unread) = (found, 0);
    let listed = match listed {
        Ok(listed) => listed,
        // What cannot be read is no reason to do without everything else.
        Err(RepositoryError::TwoNotes { .. } | RepositoryError::Git { .. }) => {
            facts.notes_unread = 1;
            std::collections::BTreeMap::new()
        }
        Err(error) => return Err(error.into()),
    };
    let beyond = listed.len().saturating_sub(MOST_NOTED);
    facts.notes_unread += u32::try_from(beyond).unwrap_or(u32::MAX);
    let listed: Vec<(GitId, GitId)> = listed.into_iter().take(MOST_NOTED).collect();
    let mut kept = Vec::new();
    let mut reader = site.repository.sources()?;
    for piece in listed.chunks(READ_AT_ONCE) {
        check(site.cancel)?;
        let blobs: Vec<&GitId> = piece.iter().map(|(_, blob)| blob).collect();
        let contents = reader.read(&blobs).await?;
        for ((commit, _), content) in piece.iter().zip(contents) {
            match content.and_then(|content| decisions(commit, &content)) {
                Some(decisions) => kept.extend(decisions),
                None => facts.notes_unread += 1,
            }
        }
    }
    writing.write(Step::Noted(kept)).await?;
    Ok(true)
}

/// The decisions of a note; none where it cannot be read.
fn decisions(commit: &GitId, content: &Arc<[u8]>) -> Option<Vec<KeptNote>> {
    let note = Note::parse(content).ok()?;
    let entries = note.lines().iter().filter_map(|line| match line {
        Line::Decision { entry, .. } => Some(&entry.record),
        Line::Change(_) | Line::Policy(_) | Line::Attestation(_) => None,
    });
    let mut decisions = Vec::new();
    for (place, entry) in (0..).zip(entries) {
        let record = Record::parse(entry.as_bytes()).ok()?;
        decisions.push(decision(commit, place, &record)?);
    }
    Some(decisions)
}

fn decision(commit: &GitId, place: u32, record: &Record) -> Option<KeptNote> {
    let text = |field: &str| record.data.get(field).and_then(Value::as_str).unwrap_or_default();
    let said = [text("reason"), text("comment")];
    let said: Vec<&str> = said.into_iter().filter(|said| !said.is_empty()).collect();
    let cut = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
    Some(KeptNote {
        commit: commit.clone(),
        place,
        proposal: record.subject.proposal.as_ref()?.to_string(),
        revision: record.subject.revision?,
        decision: cut(text("decision")),
        by: cut(&record.actor.id),
        reason: cut(&said.join("; ")),
        at: record.ts.to_string(),
        seq: record.seq,
    })
}
