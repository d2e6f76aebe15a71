//! Holds the notes of a push against those before it.
//!
//! Whoever may push notes could leave the line of a revocation out of one, or spoil it with a line that nobody can read. So a server takes
//! a new state of the notes only where every line that was there is there still, and where what was readable stays so.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::checking::check::opened;
use crate::checking::note::{Line, Note};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::page::{Cell, Page, Tone, counted};
use foundation::repository::comparing::Comparer;
use record::domain::changeset::GitId;

/// Two states of the notes of a repository.
#[derive(Debug)]
pub struct Wish {
    /// Where the repository lies.
    pub path: PathBuf,
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

/// Refuses a state in which a note lost a line, or cannot be read any more.
pub async fn check(wish: &Wish) -> Result<Kept, CommandError> {
    let (_folder, repository) = opened(&wish.path)?;
    let repository = repository.seeing(wish.objects.clone());
    let before = repository.notes_at(&repository.resolve(&wish.before).await?.commit).await?;
    let after = repository.notes_at(&repository.resolve(&wish.after).await?.commit).await?;
    let mut comparer = repository.shadow.comparer()?;
    let mut changed = 0;
    for (commit, new) in &after {
        if before.get(commit) == Some(new) {
            continue;
        }
        let text = bytes(&mut comparer, new).await?;
        let known = match before.get(commit) {
            Some(old) => bytes(&mut comparer, old).await?,
            None => Arc::from([]),
        };
        changed += usize::from(before.contains_key(commit));
        held(commit, &known, &text)?;
    }
    if let Some(commit) = before.keys().find(|commit| !after.contains_key(commit)) {
        return Err(refused(commit, "is gone"));
    }
    Ok(Kept { notes: before.len(), changed })
}

/// Holds the text of one note against the text before; an empty one stands for none.
fn held(commit: &GitId, before: &[u8], after: &[u8]) -> Result<(), CommandError> {
    let was_readable = before.is_empty() || Note::parse(before).is_ok();
    if let Err(error) = Note::parse(after)
        && was_readable
    {
        return Err(refused(commit, &format!("does not hold: {error}")));
    }
    let left: Vec<Line> = Note::readable(after).collect();
    match Note::readable(before).find(|line| !left.iter().any(|other| line.says(other))) {
        Some(_) => Err(refused(commit, "has lost a line that was there")),
        None => Ok(()),
    }
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
        let told = format!("{}, no line of them is gone.", counted(self.notes, "note"));
        Page::new().text(Cell::toned(told, Tone::Good))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_and_never_go_away() {
        let commit: GitId = "1".repeat(40).parse().unwrap();
        let text = |lines: &[&str]| {
            let lines = lines.iter().map(|line| Line::Change((*line).to_owned()));
            Note::new(lines).text().unwrap()
        };
        let told = |before: &str, after: &str| {
            held(&commit, before.as_bytes(), after.as_bytes()).map_err(|error| error.message)
        };
        let (one, two) = (text(&["a"]), text(&["b", "a"]));
        let spoilt = format!("{one}garbage\n");

        assert_eq!([told("", &one), told(&one, &two), told(&one, &one)], [Ok(()), Ok(()), Ok(())]);
        assert!(told(&two, &one).unwrap_err().ends_with("has lost a line that was there"));
        assert!(told(&one, &spoilt).unwrap_err().contains("does not hold"));
        // What was spoilt may be mended, without what is ours in it.
        assert_eq!([told(&spoilt, &one), told(&spoilt, &two)], [Ok(()), Ok(())]);
        assert!(told(&spoilt, &text(&["b"])).is_err());
    }
}
