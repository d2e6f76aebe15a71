//! Revisions: names that people give to commits, and what lies between two of them.
//!
//! A name is resolved by git's own rules. Where it could mean two things it is refused, although git would choose, since the choice would
//! enter a decision.

use record::domain::changeset::{Base, GitId, Mode};

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{Git, unreadable};
use crate::repository::repository::Repository;
use crate::repository::trees::{self, Folders, Kind};

/// Longest name of a revision.
const MAX_REVISION_BYTES: usize = 1_000;

/// Where HEAD stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The branch, such as `refs/heads/main`; none where HEAD is detached.
    pub branch: Option<String>,
    /// Its commit.
    pub base: Base,
}

impl Repository {
    /// Gives the commit that a revision names, such as `main`, `HEAD~2`, `v1.0` or the start of an id.
    pub async fn resolve(&self, revision: &str) -> Result<Base, RepositoryError> {
        let scratch = self.scratch()?;
        resolve(&scratch.git(&self.shadow.all_objects()), revision).await
    }

    /// Names the plain files of a commit, with the ids of their contents.
    pub async fn held_by(&self, commit: &GitId) -> Result<Vec<(Vec<u8>, GitId)>, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let tree = resolve(&git, commit.as_str()).await?.tree;
        let entries = trees::entries(&git, &tree, Folders::LeftOut).await?.into_iter();
        let is_plain = |kind: &Kind| matches!(kind, Kind::Plain(Mode::File | Mode::Executable));
        Ok(entries.filter(|one| is_plain(&one.kind)).map(|one| (one.path, one.id)).collect())
    }

    /// Gives the commit of HEAD and the branch that it names.
    pub async fn head(&self) -> Result<Head, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let named = git.ask(&["symbolic-ref", "--quiet", "HEAD"], &[]).await?;
        let branch = match named.code {
            Some(0) => Some(shown(&named.stdout)),
            _ => None,
        };
        match (resolve(&git, "HEAD").await, branch) {
            (Err(RepositoryError::UnknownRevision { .. }), Some(branch)) => {
                Err(RepositoryError::NoCommitYet { branch })
            }
            (base, branch) => Ok(Head { branch, base: base? }),
        }
    }
}

pub(super) async fn resolve(git: &Git, revision: &str) -> Result<Base, RepositoryError> {
    let named = || shown(revision.as_bytes());
    let unknown = || RepositoryError::UnknownRevision { revision: named() };
    let is_name = (1..=MAX_REVISION_BYTES).contains(&revision.len())
        && !revision.chars().any(char::is_control);
    if !is_name {
        return Err(unknown());
    }
    let words = ["rev-parse", "--verify", "--end-of-options", revision];
    let answer = git.ask(&words, &[]).await?;
    // Of an id that is too short and of a name that branch and tag share, both are said in the same words.
    if String::from_utf8_lossy(&answer.stderr).contains("is ambiguous") {
        return Err(RepositoryError::AmbiguousRevision { revision: named() });
    }
    let object = id(&answer.stdout).filter(|_| answer.code == Some(0)).ok_or_else(unknown)?;
    let (commit, tree) = (format!("{object}^{{commit}}"), format!("{object}^{{tree}}"));
    let words = ["rev-parse", &*commit, &*tree];
    let answer = git.ask(&words, &[]).await?;
    if answer.code != Some(0) {
        return Err(RepositoryError::NotACommit { revision: named() });
    }
    let mut ids = answer.stdout.split(|byte| *byte == b'\n').filter_map(id);
    match (ids.next(), ids.next()) {
        (Some(commit), Some(tree)) => Ok(Base { commit, tree }),
        _ => Err(unreadable(&words)),
    }
}

/// The id on a line.
pub(super) fn id(line: &[u8]) -> Option<GitId> {
    std::str::from_utf8(line).ok()?.trim_end().parse().ok()
}

/// Both ends of `A..B`; an empty one is HEAD, as in git.
pub(super) fn ends(range: &str) -> Result<(&str, &str), RepositoryError> {
    let refused = || RepositoryError::NotARange { range: shown(range.as_bytes()) };
    let (from, to) = range.split_once("..").ok_or_else(refused)?;
    // Three dots mean another set of commits than two; which of them was meant is for the caller to say.
    if to.starts_with('.') || (from.is_empty() && to.is_empty()) {
        return Err(refused());
    }
    Ok((or_head(from), or_head(to)))
}

fn or_head(end: &str) -> &str {
    if end.is_empty() { "HEAD" } else { end }
}
