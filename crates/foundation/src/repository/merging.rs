//! Three trees merged, for a base that moved on.
//!
//! The merge is a tree, and touches neither index nor work tree. Renames are not guessed: where somebody moved a file that the change
//! edits, that is a conflict, for a person to look at.

use record::domain::changeset::GitId;

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{Git, succeeded, unreadable};
use crate::repository::revisions::id;
use crate::repository::scratch::Scratch;
use crate::repository::shadow::Shadow;

/// The oldest git that merges trees.
const NEEDED: (u32, u32) = (2, 38);

/// What three trees merge to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// A tree.
    Clean(GitId),
    /// Paths, escaped, that both sides changed in ways that do not go together.
    Conflicts(Vec<String>),
}

/// Whether a merge follows files that were renamed on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renames {
    /// As git does by itself.
    Followed,
    /// A renamed file is another one.
    NotFollowed,
}

impl Shadow {
    /// Merges two trees that both come from a third; what they merge to is kept.
    pub async fn merge(
        &self,
        base: &GitId,
        ours: &GitId,
        theirs: &GitId,
    ) -> Result<Merged, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        check_version(&git).await?;
        // Commits are what this command takes; the same trees always give the same ones.
        let base = stand_in(&git, base, None).await?;
        let ours = stand_in(&git, ours, Some(&base)).await?;
        let theirs = stand_in(&git, theirs, Some(&base)).await?;
        let merged = merge_tree(&git, &ours, &theirs).await?;
        self.keep_merged(&scratch, &merged).await?;
        Ok(merged)
    }

    /// Merges two commits with the history that they have, as git does when a person merges; nothing is kept.
    pub async fn merge_commits(
        &self,
        ours: &GitId,
        theirs: &GitId,
        renames: Renames,
    ) -> Result<Merged, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        check_version(&git).await?;
        let told = if renames == Renames::Followed { "true" } else { "false" };
        let settings = [("COUNT", "1"), ("KEY_0", "merge.renames"), ("VALUE_0", told)];
        let with =
            |git: Git, (name, value): (&str, &str)| git.with(&format!("GIT_CONFIG_{name}"), value);
        let merged = merge_tree(&settings.into_iter().fold(git, with), ours, theirs).await?;
        self.keep_merged(&scratch, &merged).await?;
        Ok(merged)
    }

    async fn keep_merged(&self, scratch: &Scratch, merged: &Merged) -> Result<(), RepositoryError> {
        match merged {
            Merged::Clean(tree) => self.keep_tree(scratch, tree).await,
            Merged::Conflicts(_) => Ok(()),
        }
    }
}

async fn merge_tree(git: &Git, ours: &GitId, theirs: &GitId) -> Result<Merged, RepositoryError> {
    let (ours, theirs) = (ours.as_str(), theirs.as_str());
    let words = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
    let answer = git.ask(&words, &[]).await?;
    let mut parts = answer.stdout.split(|byte| *byte == 0);
    let tree = parts.next().and_then(id);
    if answer.code == Some(1) && tree.is_some() {
        let paths = parts.filter(|path| !path.is_empty()).map(shown);
        return Ok(Merged::Conflicts(paths.collect()));
    }
    succeeded(&words, answer)?;
    tree.map(Merged::Clean).ok_or_else(|| unreadable(&words))
}

async fn stand_in(
    git: &Git,
    tree: &GitId,
    parent: Option<&GitId>,
) -> Result<GitId, RepositoryError> {
    let mut words = vec!["commit-tree", tree.as_str(), "-m", "merge"];
    words.extend(parent.iter().flat_map(|parent| ["-p", parent.as_str()]));
    let git =
        git.clone().with("GIT_AUTHOR_DATE", "@0 +0000").with("GIT_COMMITTER_DATE", "@0 +0000");
    id(&git.run(&words, &[]).await?).ok_or_else(|| unreadable(&words))
}

async fn check_version(git: &Git) -> Result<(), RepositoryError> {
    let words = ["version"];
    let told = shown(&git.run(&words, &[]).await?);
    match version(&told) {
        Some(version) if version >= NEEDED => Ok(()),
        Some(_) => Err(RepositoryError::OldGit { found: told, needed: "2.38" }),
        None => Err(unreadable(&words)),
    }
}

/// The first two numbers of `git version 2.47.3`.
fn version(told: &str) -> Option<(u32, u32)> {
    let mut numbers = told.strip_prefix("git version ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let told = ["git version 2.9.5", "git version 2.38.1 (Apple Git-1)", "git version 10.0.0"];
        let is_enough = told.map(|told| version(told).unwrap() >= NEEDED);

        assert_eq!(is_enough, [false, true, true]);
        assert_eq!(version("svn 1.14"), None);
    }
}
