//! The index of a work tree: what is staged, and what a commit changed.
//!
//! git itself would read the settings of the repository and run its hooks. So a copy of the index is changed in a folder of ours, and
//! put back under git's own lock; nothing else of the work tree is looked at.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use record::domain::changeset::{GitId, Mode};
use record::domain::source_path::SourcePath;

use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};
use crate::repository::git::Git;
use crate::repository::object_id;
use crate::repository::repository::Repository;
use crate::repository::trees::{self, Folders, Kind};

/// Longest index that is changed, in bytes: some hundred thousand paths.
const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Longest HEAD of a work tree.
const MAX_HEAD_BYTES: u64 = 1 << 10;

/// Paths as a tree or an index has them.
type Held = BTreeMap<Vec<u8>, (Mode, GitId)>;

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

    /// Puts paths of a tree into the index, as if git had committed them; an index that is in use is left alone and told.
    pub async fn refresh_index(
        &self,
        tree: &GitId,
        paths: &[&SourcePath],
    ) -> Result<(), RepositoryError> {
        let index = self.target.own.join("index");
        if !index.is_file() {
            return Ok(());
        }
        let mut lock = Lock::take(&self.target.own)?;
        let scratch = self.scratch()?;
        let copy = scratch.path().join("index");
        let content =
            short_file::read(&index, Links::Followed, MAX_INDEX_BYTES).map_err(at(&index))?;
        fs::write(&copy, content).map_err(at(&copy))?;
        let git = scratch.git(&self.shadow.all_objects());
        let held = held(&git, tree).await?;
        let lines: Vec<u8> = paths.iter().flat_map(|path| line(path, &held, tree)).collect();
        git.run(&["update-index", "-z", "--index-info"], &lines).await?;
        let content =
            short_file::read(&copy, Links::Refused, MAX_INDEX_BYTES).map_err(at(&copy))?;
        lock.put(&content, &index)
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

/// git's own lock of an index: a file that nobody else could make.
struct Lock {
    path: PathBuf,
    file: File,
    is_put: bool,
}

impl Lock {
    fn take(folder: &Path) -> Result<Self, RepositoryError> {
        let path = folder.join("index.lock");
        let file = File::create_new(&path).map_err(at(&path))?;
        Ok(Self { path, file, is_put: false })
    }

    fn put(&mut self, content: &[u8], index: &Path) -> Result<(), RepositoryError> {
        self.file.write_all(content).map_err(at(&self.path))?;
        self.file.sync_all().map_err(at(&self.path))?;
        fs::rename(&self.path, index).map_err(at(index))?;
        self.is_put = true;
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.is_put && fs::remove_file(&self.path).is_err() {
            tracing::warn!(index.lock = %self.path.display(), "the lock of an index stays behind");
        }
    }
}
