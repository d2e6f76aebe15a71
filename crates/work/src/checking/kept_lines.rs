//! Holds the notes of a push against those before it.
//!
//! Whoever may push notes could leave the line of a revocation out of one, or spoil it with a line that does not hold. So a server takes
//! a new state of the notes only where every note holds that did so before, with every line that it had.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::checking::check::opened;
use crate::checking::note::Note;
use crate::checking::opened::Opener;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::page::{Cell, Page, Tone, counted};
use foundation::repository::comparing::Comparer;
use record::audit::key::VerifierKey;
use record::domain::changeset::GitId;

/// Two states of the notes of a repository.
#[derive(Debug)]
pub struct Wish {
    /// Where the repository lies.
    pub path: PathBuf,
    /// The key of the log.
    pub log: Option<VerifierKey>,
    /// Objects of a push that is not taken yet.
    pub objects: Option<PathBuf>,
    /// The state before.
    pub before: String,
    /// The state after.
    pub after: String,
}

/// The answer where nothing went away.
#[derive(Debug, Serialize)]
pub struct Kept {
    /// How many notes there were.
    pub notes: usize,
    /// How many of them changed.
    pub changed: usize,
}

/// Refuses a state in which a note lost a line, or does not hold any more.
pub async fn check(wish: &Wish) -> Result<Kept, CommandError> {
    let (_folder, repository) = opened(&wish.path)?;
    let repository = repository.seeing(wish.objects.clone());
    let before = repository.notes_at(&repository.resolve(&wish.before).await?.commit).await?;
    let after = repository.notes_at(&repository.resolve(&wish.after).await?.commit).await?;
    let mut comparer = repository.shadow.comparer()?;
    let mut opener = Opener::new(wish.log.as_ref());
    let mut changed = 0;
    for (commit, new) in &after {
        if before.get(commit) == Some(new) {
            continue;
        }
        let text = bytes(&mut comparer, new).await?;
        let known = match before.get(commit) {
            Some(old) => Some(bytes(&mut comparer, old).await?),
            None => None,
        };
        changed += usize::from(known.is_some());
        held(known.as_deref(), &text, &mut |bytes| whole(&mut opener, bytes))
            .map_err(|what| refused(commit, &what))?;
    }
    if let Some(commit) = before.keys().find(|commit| !after.contains_key(commit)) {
        return Err(refused(commit, "is gone"));
    }
    Ok(Kept { notes: before.len(), changed })
}

/// Why a note does not hold; nothing where it does.
fn whole(opener: &mut Opener<'_>, bytes: &[u8]) -> Option<String> {
    match Note::parse(bytes) {
        Ok(note) => opener.open(&note).err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

/// Holds the bytes of one note against those before; what did not hold before has nothing to lose.
fn held(
    before: Option<&[u8]>,
    after: &[u8],
    trouble: &mut dyn FnMut(&[u8]) -> Option<String>,
) -> Result<(), String> {
    if before.is_some_and(|before| trouble(before).is_some()) {
        return Ok(());
    }
    if let Some(why) = trouble(after) {
        return Err(format!("does not hold: {why}"));
    }
    let left: BTreeSet<&[u8]> = lines(after).collect();
    match lines(before.unwrap_or_default()).find(|line| !left.contains(line)) {
        Some(_) => Err("has lost a line that was there".to_owned()),
        None => Ok(()),
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}

async fn bytes(comparer: &mut Comparer, blob: &GitId) -> Result<Arc<[u8]>, CommandError> {
    let found = comparer.blobs(&[blob]).await?;
    Ok(found.into_iter().next().unwrap_or_else(|| Arc::from([])))
}

fn refused(commit: &GitId, what: &str) -> CommandError {
    CommandError::new(ErrorKind::Integrity, format!("the note on {commit} {what}")).hint(
        "Lines of notes are only ever added: fetch refs/notes/saraphina, and join the notes with \
         `git notes --ref=saraphina merge -s cat_sort_uniq`.",
    )
}

impl Kept {
    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let told = format!("{}: none has lost a line.", counted(self.notes, "note"));
        Page::new().text(Cell::toned(told, Tone::Good))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_and_never_go_away() {
        let told = |before: Option<&str>, after: &str| {
            let mut trouble =
                |bytes: &[u8]| bytes.starts_with(b"spoilt").then(|| "spoilt".to_owned());
            held(before.map(str::as_bytes), after.as_bytes(), &mut trouble)
        };

        assert_eq!(told(None, "a\n"), Ok(()));
        assert_eq!(told(Some("a\n"), "b\na\n"), Ok(()));
        assert_eq!(told(Some("b\na\n"), "a\n"), Err("has lost a line that was there".to_owned()));
        assert_eq!(told(Some("a\n"), "a b\n"), Err("has lost a line that was there".to_owned()));
        assert_eq!(told(Some("a\n"), "spoilt\na\n"), Err("does not hold: spoilt".to_owned()));
        assert_eq!(told(None, "spoilt\n"), Err("does not hold: spoilt".to_owned()));
        // What was spoilt may be mended.
        assert_eq!(told(Some("spoilt\na\n"), "b\n"), Ok(()));
    }
}
