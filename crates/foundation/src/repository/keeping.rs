//! Objects kept: copied from one folder of objects into another, and reckoned anew on the way.
//!
//! What a base needs is its commit and its tree, not its history. Objects travel as a pack, whose reader takes no id on trust: what is
//! kept is what the ids say.

use record::domain::changeset::{Base, GitId};

use crate::repository::error::RepositoryError;
use crate::repository::git::{Git, failed, succeeded, unreadable};
use crate::repository::revisions::id;
use crate::repository::scratch::Scratch;
use crate::repository::shadow::Shadow;
use crate::repository::trees::{self, Folders, Kind};

/// Most objects that are written one by one; more stay together in a pack.
const MAX_LOOSE: usize = 100;

const PACK: [&str; 5] =
    ["pack-objects", "--stdout", "--quiet", "--window=0", "--delta-base-offset"];

impl Shadow {
    /// Keeps a commit and its tree, so that `files` and others need the repository no longer.
    pub async fn keep(&self, base: &Base) -> Result<(), RepositoryError> {
        let scratch = self.scratch()?;
        let all = scratch.git(&self.all_objects());
        let mut ids = ids_of(&all, &base.tree).await?;
        ids.push(base.commit.clone());
        transfer(&all, &self.own(&scratch), ids).await
    }

    /// Keeps a tree that was made in a piece of work.
    pub(super) async fn keep_tree(
        &self,
        scratch: &Scratch,
        tree: &GitId,
    ) -> Result<(), RepositoryError> {
        let all = scratch.git(&self.all_objects());
        transfer(&all, &self.own(scratch), ids_of(&all, tree).await?).await
    }

    fn own(&self, scratch: &Scratch) -> Git {
        scratch.git_into(&self.objects(), &[]).lasting()
    }
}

/// The ids of a tree and of all that it holds.
pub(super) async fn ids_of(git: &Git, tree: &GitId) -> Result<Vec<GitId>, RepositoryError> {
    let entries = trees::entries(git, tree, Folders::Listed).await?;
    let inner = entries.into_iter().filter(|entry| entry.kind != Kind::Submodule);
    Ok(inner.map(|entry| entry.id).chain([tree.clone()]).collect())
}

/// Copies what is not there yet.
pub(super) async fn transfer(
    from: &Git,
    to: &Git,
    mut ids: Vec<GitId>,
) -> Result<(), RepositoryError> {
    ids.sort();
    ids.dedup();
    let missing = missing(to, &ids).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let unpack: &[&str] = if missing.len() <= MAX_LOOSE {
        &["unpack-objects", "-q"]
    } else {
        &["index-pack", "--stdin"]
    };
    let ended = from.call(&PACK).run_into(lines(&missing).as_bytes(), &to.call(unpack)).await;
    let (packed, unpacked) = ended.map_err(|failure| failed(&PACK, failure))?;
    succeeded(&PACK, packed)?;
    succeeded(unpack, unpacked)?;
    match self::missing(to, &missing).await?.first() {
        // What came in the place of this id has another one, so it was never what it said.
        Some(id) => Err(RepositoryError::Forged { id: id.clone() }),
        None => Ok(()),
    }
}

/// The ids that nothing lies under.
async fn missing(git: &Git, ids: &[GitId]) -> Result<Vec<GitId>, RepositoryError> {
    let words = ["cat-file", "--batch-check"];
    let answer = git.run(&words, lines(ids).as_bytes()).await?;
    answer
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_suffix(b" missing"))
        .map(|line| id(line).ok_or_else(|| unreadable(&words)))
        .collect()
}

fn lines(ids: &[GitId]) -> String {
    ids.iter().flat_map(|id| [id.as_str(), "\n"]).collect()
}
