//! The tree that a change leads to.
//!
//! It is made in an index of our own, from the base and the bytes of the change alone. What the change says of the base is compared with the
//! base first, so that a change can never land on other content than it was judged on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use record::domain::changeset::{Changeset, GitId, Mode, Touched};

use crate::repository::delta::{check_link, source_path};
use crate::repository::differ::Differ;
use crate::repository::error::{RepositoryError, at, shown};
use crate::repository::git::{Git, unreadable};
use crate::repository::object_id;
use crate::repository::revisions::id;
use crate::repository::scratch::Scratch;
use crate::repository::shadow::Shadow;
use crate::repository::trees::{self, Entry, Folders, Kind};

impl Shadow {
    /// Makes the tree that a change leads to, and keeps it with all that it holds.
    pub async fn result_tree(&self, changeset: &Changeset) -> Result<GitId, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        let base = changeset.base.tree.as_str();
        let entries = trees::entries(&git, &changeset.base.tree, Folders::LeftOut).await?;
        check_base(&entries, changeset.touched())?;
        git.run(&["read-tree", base], &[]).await?;
        let sides = || changeset.touched().iter().filter_map(|path| path.after.as_ref());
        let contents: Vec<&Arc<[u8]>> = sides().map(|side| &side.content).collect();
        let ids = write_blobs(&git, &scratch, &contents).await?;
        let words = ["update-index", "-z", "--index-info"];
        git.run(&words, &index_lines(changeset, ids)).await?;
        let tree = write_tree(&git).await?;
        check_result(&git, changeset, &tree).await?;
        self.keep_tree(&scratch, &tree).await?;
        Ok(tree)
    }
}

/// Compares what the change says of the base with the base; refuses what no change may touch.
fn check_base(entries: &[Entry], touched: &[Touched]) -> Result<(), RepositoryError> {
    let base: BTreeMap<&[u8], &Entry> = entries.iter().map(|entry| (&*entry.path, entry)).collect();
    for path in touched {
        let bytes = path.path.as_str().as_bytes();
        source_path(bytes).map_err(|why| RepositoryError::refused(bytes, why))?;
        check_link(&path.path, path.after.as_ref())?;
        let found = base.get(bytes);
        let is_alike = match (&path.before, found) {
            (None, None) => true,
            (Some(side), Some(entry)) => {
                entry.kind == Kind::Plain(side.mode)
                    && object_id::fits(&entry.id, "blob", &side.content)
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !is_alike {
            return Err(RepositoryError::BaseDiffers { path: path.path.clone() });
        }
    }
    Ok(())
}

/// Compares what was made with what the change says: a file is quietly gone where a folder takes its place.
async fn check_result(
    git: &Git,
    changeset: &Changeset,
    tree: &GitId,
) -> Result<(), RepositoryError> {
    let made = Differ::start(git)?.compare(&changeset.base.tree, tree).await?;
    let said: BTreeSet<&[u8]> =
        changeset.touched().iter().map(|path| path.path.as_str().as_bytes()).collect();
    match made.iter().find(|delta| !said.contains(&*delta.path)) {
        Some(delta) => Err(RepositoryError::TouchesMore { path: shown(&delta.path) }),
        None => Ok(()),
    }
}

/// Writes blobs, with one process for all of them.
async fn write_blobs(
    git: &Git,
    scratch: &Scratch,
    contents: &[&Arc<[u8]>],
) -> Result<Vec<GitId>, RepositoryError> {
    let folder = scratch.path().join("blobs");
    fs::create_dir(&folder).map_err(at(&folder))?;
    let mut names = String::new();
    for (number, content) in contents.iter().enumerate() {
        let file = folder.join(number.to_string());
        fs::write(&file, content).map_err(at(&file))?;
        names.extend(["blobs/", &*number.to_string(), "\n"]);
    }
    let words = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
    let answer = git.run(&words, names.as_bytes()).await?;
    let ids: Vec<GitId> = answer.split(|byte| *byte == b'\n').filter_map(id).collect();
    if ids.len() == contents.len() { Ok(ids) } else { Err(unreadable(&words)) }
}

/// What the index is told: first what goes, so that a folder can take the place of a file.
fn index_lines(changeset: &Changeset, ids: Vec<GitId>) -> Vec<u8> {
    let nothing = object_id::nothing(&changeset.base.tree);
    let (mut gone, mut set) = (String::new(), String::new());
    let mut ids = ids.into_iter();
    for Touched { path, after, .. } in changeset.touched() {
        match after.as_ref().and_then(|side| Some((side.mode, ids.next()?))) {
            Some((mode, id)) => set.push_str(&index_line(mode, &id, path.as_str())),
            None => gone.extend(["0 ", &*nothing, "\t", path.as_str(), "\0"]),
        }
    }
    (gone + &set).into_bytes()
}

fn index_line(mode: Mode, id: &GitId, path: &str) -> String {
    format!("{mode} {id}\t{path}\0")
}

/// Writes the index of a piece of work as a tree.
pub(super) async fn write_tree(git: &Git) -> Result<GitId, RepositoryError> {
    let words = ["write-tree"];
    id(&git.run(&words, &[]).await?).ok_or_else(|| unreadable(&words))
}
