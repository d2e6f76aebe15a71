//! The index of a work tree: what is staged, and what a commit changed.
//!
//! git itself would read the settings of the repository and run its hooks. So a copy of the index is changed in a folder of ours, and
//! put back under git's own lock; nothing else of the work tree is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use record::domain::changeset::{GitId, Mode};
use record::domain::source_path::SourcePath;

use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};
use crate::repository::git::Git;
use crate::repository::index_lock::IndexLock;
use crate::repository::object_id;
use crate::repository::repository::Repository;
use crate::repository::trees::{self, Folders, Kind};

/// Longest index that is changed, in bytes: some hundred thousand paths.
const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Longest HEAD of a work tree.
const MAX_HEAD_BYTES: u64 = 1 << 10;

/// Paths as a tree or an index has them.
type Held = BTreeMap<Vec<u8>, (Mode, GitId)>;

/// A path of the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Indexed {
    pub(super) path: Vec<u8>,
    /// False in the middle of a merge, where it is in conflict.
    pub(super) is_merged: bool,
}

impl Repository {
    /// Names the paths that are staged otherwise than a tree has them.
    pub async fn staged_otherwise(
        &self,
        tree: &GitId,
        paths: &[&SourcePath],
    ) -> Result<Vec<SourcePath>, RepositoryError> {
        let index = self.target.own.join("index");
        if !index.is_file() {
            return Ok(Vec::new());
        }
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let wanted = held(&git, tree).await?;
        // git writes to no index when it lists one.
        let listing =
            git.with("GIT_INDEX_FILE", index).run(&["ls-files", "--stage", "-z"], &[]).await?;
        let staged = staged(&listing);
        let differs = |path: &&&SourcePath| {
            let name = path.as_str().as_bytes();
            wanted.get(name) != staged.get(name)
        };
        Ok(paths.iter().filter(differs).map(|path| (*path).clone()).collect())
    }

    /// Lists the paths of the index, submodules left aside.
    pub(super) async fn indexed(&self, git: &Git) -> Result<BTreeSet<Indexed>, RepositoryError> {
        let index = self.target.own.join("index");
        if !index.is_file() {
            return Ok(BTreeSet::new());
        }
        // git writes to no index when it lists one.
        let git = git.clone().with("GIT_INDEX_FILE", index);
        let listing = git.run(&["ls-files", "--stage", "-z"], &[]).await?;
        let entry = |line: &[u8]| {
            let tab = line.iter().position(|byte| *byte == b'\t')?;
            let (head, path) = line.split_at_checked(tab)?;
            let is_submodule = head.starts_with(b"160000 ");
            let path = path.get(1..).unwrap_or_default().to_owned();
            (!is_submodule).then(|| Indexed { path, is_merged: head.ends_with(b" 0") })
        };
        Ok(listing.split(|byte| *byte == 0).filter_map(entry).collect())
    }

    /// Refuses where git, or somebody else, is at work on the index.
    pub fn check_index_free(&self) -> Result<(), RepositoryError> {
        IndexLock::check_free(&self.target.own)
    }

    /// Holds the index for somebody by git's own lock; what the same holder left when it died is taken over.
    pub fn hold_index(&self, holder: &str) -> Result<IndexLock, RepositoryError> {
        IndexLock::take(&self.target.own, holder)
    }

    /// Takes away the lock that a holder left when it died; that of anybody else stays.
    pub fn release_index(&self, holder: &str) {
        IndexLock::release(&self.target.own, holder);
    }

    /// Prepares an index in which paths are as one tree has them, as if git had committed them.
    ///
    /// Only a path that is staged as the other tree has it is brought along; what somebody staged since is theirs.
    pub async fn prepare_index(
        &self,
        lock: &IndexLock,
        (from, to): (&GitId, &GitId),
        paths: &[SourcePath],
    ) -> Result<(), RepositoryError> {
        let index = self.target.own.join("index");
        if !index.is_file() {
            return Ok(());
        }
        let scratch = self.scratch()?;
        let copy = scratch.path().join("index");
        let content =
            short_file::read(&index, Links::Followed, MAX_INDEX_BYTES).map_err(at(&index))?;
        fs::write(&copy, content).map_err(at(&copy))?;
        let git = scratch.git(&self.shadow.all_objects());
        let (before, after) = (held(&git, from).await?, held(&git, to).await?);
        let staged = staged(&git.run(&["ls-files", "--stage", "-z"], &[]).await?);
        let is_followed = |path: &&SourcePath| {
            let name = path.as_str().as_bytes();
            staged.get(name) == before.get(name)
        };
        let mut lines: Vec<(bool, Vec<u8>)> = paths
            .iter()
            .filter(is_followed)
            .map(|path| (after.contains_key(path.as_str().as_bytes()), line(path, &after, to)))
            .collect();
        // A file may take the place of a folder: what goes has to go first.
        lines.sort_by_key(|(stays, _)| *stays);
        let lines: Vec<u8> = lines.into_iter().flat_map(|(_, line)| line).collect();
        git.run(&["update-index", "-z", "--index-info"], &lines).await?;
        let content =
            short_file::read(&copy, Links::Refused, MAX_INDEX_BYTES).map_err(at(&copy))?;
        lock.prepare(&content)
    }

    /// Tells whether another work tree of this repository has a branch checked out.
    pub fn is_checked_out_elsewhere(&self, name: &str) -> bool {
        let common = &self.target.common;
        let linked = fs::read_dir(common.join("worktrees")).into_iter().flatten();
        let linked = linked.filter_map(Result::ok).map(|entry| entry.path());
        let others = linked.chain([common.clone()]).filter(|folder| *folder != self.target.own);
        let names = |folder: PathBuf| {
            let head = short_file::read(&folder.join("HEAD"), Links::Followed, MAX_HEAD_BYTES);
            head.is_ok_and(|head| head.trim_ascii() == format!("ref: {name}").as_bytes())
        };
        others.into_iter().any(names)
    }
}

/// Lists what a tree holds.
async fn held(git: &Git, tree: &GitId) -> Result<Held, RepositoryError> {
    let entries = trees::entries(git, tree, Folders::LeftOut).await?;
    let plain = entries.into_iter().filter_map(|entry| match entry.kind {
        Kind::Plain(mode) => Some((entry.path, (mode, entry.id))),
        Kind::Submodule | Kind::Folder => None,
    });
    Ok(plain.collect())
}

/// Reads what is staged; a path with several stages is in conflict, and is none of them.
fn staged(listing: &[u8]) -> Held {
    let entry = |line: &[u8]| -> Option<(Vec<u8>, (Mode, GitId))> {
        let tab = line.iter().position(|byte| *byte == b'\t')?;
        let (head, path) = line.split_at_checked(tab)?;
        let mut words = std::str::from_utf8(head).ok()?.split_whitespace();
        let (mode, id) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let is_settled = words.next() == Some("0");
        is_settled.then(|| (path.get(1..).unwrap_or_default().to_owned(), (mode, id)))
    };
    listing.split(|byte| *byte == 0).filter_map(entry).collect()
}

/// One line for `update-index --index-info`: what the tree has at a path, or that there is nothing.
fn line(path: &SourcePath, held: &Held, tree: &GitId) -> Vec<u8> {
    let name = path.as_str().as_bytes();
    let mut line = match held.get(name) {
        Some((mode, id)) => format!("{mode} {id}\t").into_bytes(),
        None => format!("0 {}\t", object_id::nothing(tree)).into_bytes(),
    };
    line.extend(name);
    line.push(0);
    line
}
