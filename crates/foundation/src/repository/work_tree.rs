//! What lies in a work tree that is not in its HEAD.
//!
//! All of it is read into an index of our own, as `git add --all` would; of the repository's index only the names of its paths count,
//! since what it believes of a file may be wrong. Filters are never run: a file is what lies there, with line ends as its attributes say.

use std::collections::BTreeSet;
use std::path::Path;

use record::domain::changeset::{GitId, MAX_CHANGE_BYTES, MAX_TOUCHED, Mode};

use crate::repository::comparing;
use crate::repository::delta::{MAX_FILE_BYTES, MAX_POINTER_BYTES, is_pointer, source_path};
use crate::repository::error::{Refusal, RepositoryError, at, shown_path};
use crate::repository::git::{Git, succeeded};
use crate::repository::index::Indexed;
use crate::repository::leaving::{Leaving, Parts};
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::present::{Present, WorkTree, is_large_file};
use crate::repository::range::Difference;
use crate::repository::repository::Repository;
use crate::repository::results::write_tree;
use crate::repository::revisions::id;
use crate::repository::scratch::Scratch;
use crate::repository::target::Target;
use crate::repository::trees::{self, Entry, Folders, Kind};

/// The shortest pointer of git-lfs is longer than this.
const MIN_POINTER_BYTES: u64 = 100;
/// Most paths in conflict that are named.
const MOST_NAMED: usize = 5;

/// What is to be done about the paths of HEAD.
#[derive(Default)]
struct Sorted {
    /// To be read into the index.
    there: Vec<Vec<u8>>,
    /// To be taken out of the index.
    gone: Vec<Vec<u8>>,
    /// Submodules that are there, with the commits that HEAD has of them.
    submodules: Vec<(Vec<u8>, GitId)>,
    /// Files that may stand for others: small in HEAD, and of another size here.
    suspects: Vec<(Vec<u8>, GitId, u64)>,
}

impl Repository {
    /// What the work tree changes: against HEAD, with files that git does not know yet, without those that it ignores.
    pub async fn work_tree(&self) -> Result<Difference, RepositoryError> {
        self.work_tree_but(&Leaving::default()).await
    }

    /// The same without some more.
    pub async fn work_tree_but(&self, leaving: &Leaving) -> Result<Difference, RepositoryError> {
        let Some(root) = &self.target.work_tree else {
            return Err(RepositoryError::NoWorkTree { path: self.target.own.clone() });
        };
        let base = self.head().await?.base;
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects()).with("GIT_WORK_TREE", root);
        let parts = leaving.parts(root);
        let indexed = self.indexed(&git).await?;
        check_merged(&indexed, &parts)?;
        let mut entries = trees::entries(&git, &base.tree, Folders::LeftOut).await?;
        let known: BTreeSet<Vec<u8>> = entries.iter().map(|entry| entry.path.clone()).collect();
        entries.retain(|entry| !parts.hold(&entry.path));
        let skipped = self.skipped(&git).await?;
        git.run(&["read-tree", base.tree.as_str()], &[]).await?;
        let place = root.clone();
        let sorted = blocking(move || sort(&mut WorkTree::new(&place), entries, &skipped)).await?;
        self.check_submodules(&sorted.submodules).await?;
        let mut there = sorted.there;
        there.extend(changed_suspects(&git, root, sorted.suspects).await?);
        let take_out = ["update-index", "--force-remove", "-z", "--stdin"];
        git.run(&take_out, &zero_ended(&sorted.gone)).await?;
        let excludes = leaving.excludes(&git, &scratch).await?;
        let mut new = untracked(&git, excludes.as_deref()).await?;
        // Whoever staged a file wants it, ignored as it may be.
        let staged = indexed.into_iter().map(|entry| entry.path);
        new.extend(staged.filter(|path| !known.contains(path)));
        new.retain(|path| !parts.hold(path));
        parts.check_met()?;
        there.extend(checked_new(new, root).await?);
        let read = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
        git.run(&read, &zero_ended(&there)).await?;
        let tree = write_tree(&git).await?;
        let deltas = comparing::deltas(&git, &base.tree, &tree).await?;
        Ok(Difference { base, deltas })
    }

    /// Paths that a sparse checkout left out; they are not gone, they were never there.
    async fn skipped(&self, git: &Git) -> Result<BTreeSet<Vec<u8>>, RepositoryError> {
        let index = self.target.own.join("index");
        if !self.target.own.join("info/sparse-checkout").is_file() || !index.is_file() {
            return Ok(BTreeSet::new());
        }
        // git writes to no index when it lists one.
        let git = git.clone().with("GIT_INDEX_FILE", index);
        let listing = git.run(&["ls-files", "-t", "-z"], &[]).await?;
        let lines = listing.split(|byte| *byte == 0);
        Ok(lines.filter_map(|line| line.strip_prefix(b"S ")).map(<[u8]>::to_vec).collect())
    }

    /// Refuses submodules that stand at other commits than HEAD has of them.
    async fn check_submodules(
        &self,
        submodules: &[(Vec<u8>, GitId)],
    ) -> Result<(), RepositoryError> {
        for (path, commit) in submodules {
            let Some(root) = &self.target.work_tree else { continue };
            let folder = WorkTree::new(root).place(path);
            if !folder.join(".git").exists() {
                continue;
            }
            let inner = Target::find(&folder)?;
            let scratch = Scratch::of(&self.shadow.work(), &inner)?;
            let git = scratch.git(&[inner.objects()]);
            let found = git.ask(&["rev-parse", "--verify", "HEAD"], &[]).await?;
            if id(&found.stdout).as_ref() != Some(commit) {
                return Err(RepositoryError::refused(path, Refusal::MovedSubmodule));
            }
            // A submodule of its own in it is a matter of its own, too.
            let git = git.with("GIT_WORK_TREE", &folder);
            git.run(&["read-tree", commit.as_str()], &[]).await?;
            let look = ["update-index", "--ignore-submodules", "--refresh"];
            match git.ask(&look, &[]).await? {
                answer if answer.code == Some(1) => {
                    return Err(RepositoryError::refused(path, Refusal::ChangedSubmodule));
                }
                answer => drop(succeeded(&look, answer)?),
            }
        }
        Ok(())
    }
}

/// Sorts the paths of HEAD by what lies at them.
fn sort(
    work_tree: &mut WorkTree,
    entries: Vec<Entry>,
    skipped: &BTreeSet<Vec<u8>>,
) -> Result<Sorted, RepositoryError> {
    let mut sorted = Sorted::default();
    for Entry { kind, id, size, path } in entries {
        let refused = |why| Err(RepositoryError::refused(&path, why));
        match (work_tree.look(&path), kind) {
            (Present::Nothing, _) if skipped.contains(&path) => {}
            (Present::Folder, Kind::Submodule) => sorted.submodules.push((path, id)),
            (_, Kind::Submodule | Kind::Folder) => return refused(Refusal::Submodule),
            (Present::Special, Kind::Plain(_)) => return refused(Refusal::Special),
            (Present::Nothing | Present::Folder, Kind::Plain(_)) => sorted.gone.push(path),
            (Present::File(bytes), Kind::Plain(Mode::File | Mode::Executable))
                if bytes != size && may_be_pointer(size) =>
            {
                sorted.suspects.push((path, id, bytes));
            }
            (Present::File(bytes), Kind::Plain(_)) if bytes > MAX_FILE_BYTES && bytes != size => {
                return refused(Refusal::TooLarge { bytes });
            }
            (Present::File(_) | Present::Link, Kind::Plain(_)) => sorted.there.push(path),
        }
    }
    Ok(sorted)
}

fn may_be_pointer(size: u64) -> bool {
    usize::try_from(size).is_ok_and(|size| size <= MAX_POINTER_BYTES) && size >= MIN_POINTER_BYTES
}

/// Leaves away files that git-lfs put in the place of their pointers; refuses those that are others now.
async fn changed_suspects(
    git: &Git,
    root: &Path,
    suspects: Vec<(Vec<u8>, GitId, u64)>,
) -> Result<Vec<Vec<u8>>, RepositoryError> {
    let mut changed = Vec::new();
    if suspects.is_empty() {
        return Ok(changed);
    }
    let ids: Vec<&GitId> = suspects.iter().map(|(_, id, _)| id).collect();
    let bounds = Bounds { each: MAX_FILE_BYTES, all: u64::MAX };
    let found = Objects::start(git)?.read("blob", &ids, bounds).await?;
    for ((path, _, bytes), found) in suspects.into_iter().zip(found) {
        let pointer = match found {
            Found::Object(content) => Some(content).filter(is_pointer),
            Found::TooLarge(_) | Found::TooLargeTogether => None,
        };
        let refused = |why| RepositoryError::refused(&path, why);
        let Some(pointer) = pointer else {
            if bytes > MAX_FILE_BYTES {
                return Err(refused(Refusal::TooLarge { bytes }));
            }
            changed.push(path);
            continue;
        };
        let file = WorkTree::new(root).place(&path);
        let is_same = {
            let file = file.clone();
            blocking(move || is_large_file(&file, &pointer).map_err(at(&file))).await?
        };
        if !is_same {
            return Err(refused(Refusal::LargeFilePointer));
        }
    }
    Ok(changed)
}

/// Refuses what is in the middle of a merge: git left its marks in the files.
fn check_merged(indexed: &BTreeSet<Indexed>, parts: &Parts) -> Result<(), RepositoryError> {
    let is_open = |entry: &&Indexed| !entry.is_merged && !parts.hold(&entry.path);
    let open: Vec<String> =
        indexed.iter().filter(is_open).map(|entry| shown_path(&entry.path)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let more = open.len().saturating_sub(MOST_NAMED);
    let named = open.get(..MOST_NAMED).unwrap_or(&open).join(", ");
    let paths = if more == 0 { named } else { format!("{named}, and {more} more") };
    Err(RepositoryError::Unmerged { paths })
}

/// Lists what git does not know yet.
async fn untracked(
    git: &Git,
    excludes: Option<&Path>,
) -> Result<BTreeSet<Vec<u8>>, RepositoryError> {
    // What is named later counts more: the lists of the repository itself.
    let of_user = excludes.map(|list| format!("--exclude-from={}", list.display()));
    let words = ["ls-files", "--others"].into_iter().chain(of_user.as_deref());
    let words: Vec<&str> = words.chain(["--exclude-standard", "-z"]).collect();
    let listing = git.run(&words, &[]).await?;
    let paths = listing.split(|byte| *byte == 0).map(<[u8]>::to_vec);
    Ok(paths.filter(|path| !path.is_empty()).collect())
}

/// Passes new paths that can be taken, within bounds.
async fn checked_new(
    paths: BTreeSet<Vec<u8>>,
    root: &Path,
) -> Result<BTreeSet<Vec<u8>>, RepositoryError> {
    if paths.len() > MAX_TOUCHED {
        return Err(RepositoryError::TooManyPaths);
    }
    let root = root.to_owned();
    blocking(move || {
        let mut work_tree = WorkTree::new(&root);
        let mut all = 0;
        for path in &paths {
            all += check_untracked(path, &mut work_tree)?;
        }
        let fits = usize::try_from(all).is_ok_and(|all| all <= MAX_CHANGE_BYTES);
        if fits { Ok(paths) } else { Err(RepositoryError::TooLarge) }
    })
    .await
}

/// Passes a new path that can be taken, and tells its size.
fn check_untracked(path: &[u8], work_tree: &mut WorkTree) -> Result<u64, RepositoryError> {
    let refused = |why| RepositoryError::refused(path, why);
    // A folder is listed as such where it is a repository of its own.
    if path.ends_with(b"/") {
        return Err(refused(Refusal::InnerRepository));
    }
    source_path(path).map_err(refused)?;
    match work_tree.look(path) {
        Present::File(bytes) if bytes > MAX_FILE_BYTES => Err(refused(Refusal::TooLarge { bytes })),
        Present::File(bytes) => Ok(bytes),
        Present::Link | Present::Nothing => Ok(0),
        Present::Folder | Present::Special => Err(refused(Refusal::Special)),
    }
}

fn zero_ended(paths: &[Vec<u8>]) -> Vec<u8> {
    paths.iter().flat_map(|path| path.iter().copied().chain([0])).collect()
}

/// Looks at many files away from those who wait for others.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RepositoryError> + Send + 'static,
) -> Result<T, RepositoryError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(failure) => Err(RepositoryError::Interrupted(failure)),
    }
}
