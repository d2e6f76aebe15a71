//! What a range of commits changes, and which commits it has.
//!
//! A change is told by two trees: that of the commit where the branch began, and that of its end. What lies between, merges included, only
//! says how it came about.

use record::domain::changeset::{Base, GitId};
use record::domain::time::Timestamp;

use crate::repository::comparing;
use crate::repository::delta::Delta;
use crate::repository::error::RepositoryError;
use crate::repository::git::{Git, unreadable};
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::repository::Repository;
use crate::repository::revisions::{ends, id, resolve};

/// Most commits of a range.
const MAX_COMMITS: usize = 100_000;
/// Most bytes of one commit, and of all of a range.
const COMMIT_BOUNDS: Bounds = Bounds { each: 1 << 20, all: 256 << 20 };

/// A change, and what it starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where it starts.
    pub base: Base,
    /// What it touches.
    pub deltas: Vec<Delta>,
}

/// A commit, as it is stored: neither grafts nor replacements count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: GitId,
    /// The commits that it follows on.
    pub parents: Vec<GitId>,
    /// What it leaves.
    pub tree: GitId,
    /// When it was made, as it says itself.
    pub committed_at: Option<Timestamp>,
    /// Its message.
    pub message: Vec<u8>,
}

impl Repository {
    /// What `A..B` changes: from the commit that A and B have in common to B. `A...B` is refused.
    pub async fn range(&self, range: &str) -> Result<Difference, RepositoryError> {
        let (from, to) = ends(range)?;
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let (from, to) = (resolve(&git, from).await?, resolve(&git, to).await?);
        let common = self.common(&git, &from, &to).await?;
        let base = resolve(&git, common.as_str()).await?;
        let deltas = comparing::deltas(&git, &base.tree, &to.tree).await?;
        Ok(Difference { base, deltas })
    }

    /// The commits of `A..B`, parents first.
    pub async fn commits(&self, range: &str) -> Result<Vec<Commit>, RepositoryError> {
        let (from, to) = ends(range)?;
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let (from, to) = (resolve(&git, from).await?, resolve(&git, to).await?);
        let most = format!("--max-count={}", MAX_COMMITS + 1);
        let without = format!("^{}", from.commit);
        let to = to.commit.as_str();
        let words = ["rev-list", "--topo-order", &*most, to, &*without];
        let listing = git.run(&words, &[]).await?;
        let lines = listing.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = |line| id(line).ok_or_else(|| unreadable(&words));
        let mut ids = lines.map(read).collect::<Result<Vec<GitId>, _>>()?;
        if ids.len() > MAX_COMMITS {
            return Err(RepositoryError::TooManyCommits { limit: MAX_COMMITS });
        }
        ids.reverse();
        commits(&git, ids).await
    }

    /// Reads commits by their ids.
    pub async fn commits_of(&self, ids: Vec<GitId>) -> Result<Vec<Commit>, RepositoryError> {
        let scratch = self.scratch()?;
        commits(&scratch.git(&self.shadow.all_objects()), ids).await
    }

    async fn common(&self, git: &Git, from: &Base, to: &Base) -> Result<GitId, RepositoryError> {
        let words = ["merge-base", from.commit.as_str(), to.commit.as_str()];
        let answer = git.ask(&words, &[]).await?;
        if let Some(common) = id(&answer.stdout).filter(|_| answer.code == Some(0)) {
            return Ok(common);
        }
        let (from, to) = (from.commit.clone(), to.commit.clone());
        if self.target.is_shallow() {
            return Err(RepositoryError::Shallow { from, to });
        }
        Err(RepositoryError::NoMergeBase { from, to })
    }
}

async fn commits(git: &Git, ids: Vec<GitId>) -> Result<Vec<Commit>, RepositoryError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<&GitId> = ids.iter().collect();
    let found = Objects::start(git)?.read("commit", &asked, COMMIT_BOUNDS).await?;
    let read = |(found, id): (Found, &GitId)| match found {
        Found::Object(content) => commit(id, &content).ok_or_else(|| unreadable(&["cat-file"])),
        Found::TooLarge(_) | Found::TooLargeTogether => Err(RepositoryError::TooLarge),
    };
    found.into_iter().zip(&ids).map(read).collect()
}

/// Reads a commit: what its head says, and its message.
fn commit(id: &GitId, content: &[u8]) -> Option<Commit> {
    let end = content.windows(2).position(|pair| pair == b"\n\n");
    let (head, rest) = content.split_at_checked(end.unwrap_or(content.len()))?;
    let mut lines = head.split(|byte| *byte == b'\n');
    let value = |line: &[u8], name: &str| {
        std::str::from_utf8(line).ok()?.strip_prefix(name)?.parse::<GitId>().ok()
    };
    let tree = value(lines.next()?, "tree ")?;
    let mut lines = lines.peekable();
    let mut parents = Vec::new();
    while let Some(parent) = lines.peek().and_then(|line| value(line, "parent ")) {
        parents.push(parent);
        lines.next();
    }
    let committed_at = lines.find_map(moment);
    let message = rest.get(2..).unwrap_or_default().to_vec();
    Some(Commit { id: id.clone(), parents, tree, committed_at, message })
}

/// The moment of `committer NAME <ADDRESS> SECONDS ZONE`.
fn moment(line: &[u8]) -> Option<Timestamp> {
    let line = String::from_utf8_lossy(line.strip_prefix(b"committer ")?);
    let seconds: i64 = line.rsplit(' ').nth(1)?.parse().ok()?;
    seconds.checked_mul(1_000).map(Timestamp::from_millis)
}
