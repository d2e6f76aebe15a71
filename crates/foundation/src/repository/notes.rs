//! Notes on commits of a repository.
//!
//! git lays notes out as it likes, so git writes them: into a reference of our own first. Then the repository's reference is moved, from
//! where it was; where somebody else was quicker, the note is written again onto theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

use crate::repository::commits::{Author, signed};
use crate::repository::error::RepositoryError;
use crate::repository::git::unreadable;
use crate::repository::repository::Repository;
use crate::repository::revisions::id;
use crate::repository::trees::{self, Folders};

/// How often a note is written again after somebody else wrote theirs.
const MAX_TRIES: usize = 20;
/// The reference of our own.
const ASIDE: &str = "refs/notes/aside";

/// A note to write.
#[derive(Clone, Copy, Debug)]
pub struct NewNote<'a> {
    /// The commit that it is about.
    pub commit: &'a GitId,
    /// Its bytes.
    pub content: &'a [u8],
    /// Who writes it.
    pub author: &'a Author,
    /// When.
    pub at: Timestamp,
}

impl Repository {
    /// Lists the notes of a reference: commits, and the blobs of their notes.
    pub async fn notes(&self, name: &str) -> Result<BTreeMap<GitId, GitId>, RepositoryError> {
        match self.read_ref(name).await? {
            Some(tip) => self.notes_at(&tip).await,
            None => Ok(BTreeMap::new()),
        }
    }

    /// Lists the notes of one state of a reference.
    pub async fn notes_at(&self, tip: &GitId) -> Result<BTreeMap<GitId, GitId>, RepositoryError> {
        let mut notes = BTreeMap::new();
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        for entry in trees::entries(&git, tip, Folders::LeftOut).await? {
            let path = String::from_utf8_lossy(&entry.path).replace('/', "");
            // Whatever else lies in the tree is no note.
            let Ok(commit) = path.parse::<GitId>() else { continue };
            if notes.insert(commit.clone(), entry.id).is_some() {
                return Err(RepositoryError::TwoNotes { commit });
            }
        }
        Ok(notes)
    }

    /// The note on a commit.
    pub async fn note(
        &self,
        name: &str,
        commit: &GitId,
    ) -> Result<Option<Arc<[u8]>>, RepositoryError> {
        let tip = self.read_ref(name).await?;
        self.note_at(tip.as_ref(), commit).await
    }

    async fn note_at(
        &self,
        tip: Option<&GitId>,
        commit: &GitId,
    ) -> Result<Option<Arc<[u8]>>, RepositoryError> {
        let Some(tip) = tip else { return Ok(None) };
        let notes = self.notes_at(tip).await?;
        let Some(blob) = notes.get(commit) else { return Ok(None) };
        let mut comparer = self.shadow.comparer()?;
        Ok(comparer.blobs(&[blob]).await?.pop())
    }

    /// Writes on a commit what `renew` makes of the note that is there; where others write too, it is asked again.
    pub async fn renew_note<E: From<RepositoryError>>(
        &self,
        name: &str,
        note: NewNote<'_>,
        renew: impl Fn(Option<&[u8]>) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        let mut tip = self.read_ref(name).await?;
        let mut tries = 0;
        loop {
            let old = self.note_at(tip.as_ref(), note.commit).await?;
            let content = renew(old.as_deref())?;
            let new = self.noted(tip.as_ref(), NewNote { content: &content, ..note }).await?;
            tries += 1;
            match self.update_ref(name, &new, tip.as_ref()).await {
                Err(RepositoryError::RefMoved { found, .. }) if tries < MAX_TRIES => tip = found,
                other => return Ok(other?),
            }
        }
    }

    /// Writes the commit that has a note and all those of `tip`.
    async fn noted(
        &self,
        tip: Option<&GitId>,
        note: NewNote<'_>,
    ) -> Result<GitId, RepositoryError> {
        let scratch = self.shadow.scratch()?;
        let git = signed(self.writing(&scratch), note.author, note.at);
        if let Some(tip) = tip {
            git.run(&["update-ref", ASIDE, tip.as_str()], &[]).await?;
        }
        let words = ["hash-object", "-w", "--stdin"];
        let blob = id(&git.run(&words, note.content).await?).ok_or_else(|| unreadable(&words))?;
        let reference = format!("--ref={ASIDE}");
        let (blob, commit) = (blob.as_str(), note.commit.as_str());
        let add = ["notes", &*reference, "add", "--allow-empty", "-f", "-C", blob, commit];
        git.run(&add, &[]).await?;
        let words = ["rev-parse", "--verify", ASIDE];
        id(&git.run(&words, &[]).await?).ok_or_else(|| unreadable(&words))
    }
}
