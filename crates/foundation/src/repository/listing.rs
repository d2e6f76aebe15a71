//! All files of a tree, for a box.
//!
//! A box has no links and no more than fits: links are given as copies of what they lead to, and what is left out is named with its
//! reason, so that nobody wonders why a test does not find it.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::domain::changeset::{GitId, Mode};
use record::domain::source_path::SourcePath;

use crate::repository::delta::{led_to, source_path};
use crate::repository::error::{Refusal, RepositoryError, shown};
use crate::repository::git::Git;
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::shadow::Shadow;
use crate::repository::trees::{self, Entry, Folders, Kind};

/// Most bytes of one file.
pub const MAX_LISTED_FILE_BYTES: u64 = 8 << 20;
/// Most bytes of all files together.
pub const MAX_LISTED_BYTES: u64 = 56 << 20;
/// Longest target of a link.
const MAX_LINK_BYTES: u64 = 4_096;
/// Most links that are followed one after another.
const MAX_LINK_STEPS: usize = 10;

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Where it lies.
    pub path: SourcePath,
    /// Whether it can be run.
    pub mode: Mode,
    /// Its bytes.
    pub content: Arc<[u8]>,
    /// The file that it leads to, where it is a link that is given as a copy.
    pub leads_to: Option<SourcePath>,
}

/// A path of a tree that is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The path, escaped.
    pub path: String,
    /// The reason.
    pub why: Refusal,
}

/// The files of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// What is given, sorted by path.
    pub files: Vec<TreeFile>,
    /// What is not.
    pub left_out: Vec<LeftOut>,
}

impl Listing {
    /// The file that a path leads to, where it is a link.
    pub fn leads_to(&self, path: &SourcePath) -> Option<&SourcePath> {
        self.files.iter().find(|file| file.path == *path)?.leads_to.as_ref()
    }
}

/// A file that may be given, before its bytes are read.
struct Candidate {
    path: SourcePath,
    mode: Mode,
    id: GitId,
    size: u64,
    leads_to: Option<SourcePath>,
}

/// What a tree holds, sorted by what can be done with it.
#[derive(Default)]
struct Sorted {
    /// The files, by path.
    files: BTreeMap<String, Candidate>,
    /// The links, by path, with the ids of their targets.
    links: BTreeMap<String, (SourcePath, GitId)>,
    left_out: Vec<LeftOut>,
}

impl Shadow {
    /// Gives all files of a tree, within bounds.
    pub async fn files(&self, tree: &GitId) -> Result<Listing, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        let mut sorted = Sorted::default();
        for entry in trees::entries(&git, tree, Folders::LeftOut).await? {
            sorted.take(entry);
        }
        sorted.follow_links(&git).await?;
        sorted.fit();
        sorted.read(&git).await
    }
}

impl Sorted {
    fn take(&mut self, entry: Entry) {
        let path = match source_path(&entry.path) {
            Ok(path) => path,
            Err(why) => return self.leave_out(&entry.path, why),
        };
        match entry.kind {
            Kind::Submodule | Kind::Folder => self.leave_out(&entry.path, Refusal::Submodule),
            Kind::Plain(Mode::Link) if entry.size > MAX_LINK_BYTES => {
                self.leave_out(&entry.path, Refusal::LinkLeadsNowhere);
            }
            Kind::Plain(Mode::Link) => {
                self.links.insert(path.as_str().to_owned(), (path, entry.id));
            }
            Kind::Plain(_) if entry.size > MAX_LISTED_FILE_BYTES => {
                self.leave_out(&entry.path, Refusal::TooLarge { bytes: entry.size });
            }
            Kind::Plain(mode @ (Mode::File | Mode::Executable)) => {
                let Entry { id, size, .. } = entry;
                let candidate = Candidate { path, mode, id, size, leads_to: None };
                self.files.insert(candidate.path.as_str().to_owned(), candidate);
            }
        }
    }

    fn leave_out(&mut self, path: &[u8], why: Refusal) {
        self.left_out.push(LeftOut { path: shown(path), why });
    }

    /// Gives links to files of the tree as copies of them.
    async fn follow_links(&mut self, git: &Git) -> Result<(), RepositoryError> {
        let links = std::mem::take(&mut self.links);
        if links.is_empty() {
            return Ok(());
        }
        let ids: Vec<&GitId> = links.values().map(|(_, id)| id).collect();
        let bounds = Bounds { each: MAX_LINK_BYTES, all: MAX_LISTED_BYTES };
        let found = Objects::start(git)?.read("blob", &ids, bounds).await?;
        let targets: BTreeMap<&str, Option<String>> = links
            .keys()
            .zip(&found)
            .map(|(link, found)| match found {
                Found::Object(target) => (&**link, led_to(link, target)),
                Found::TooLarge(_) | Found::TooLargeTogether => (&**link, None),
            })
            .collect();
        let mut copies = Vec::new();
        for (link, (path, _)) in &links {
            match end_of(link, &targets).map(|end| self.files.get(&end)) {
                Ok(Some(file)) => {
                    let Candidate { mode, id, size, .. } = file;
                    let (id, path) = (id.clone(), path.clone());
                    let leads_to = Some(file.path.clone());
                    copies.push(Candidate { path, mode: *mode, id, size: *size, leads_to });
                }
                Ok(None) => self.leave_out(link.as_bytes(), Refusal::LinkLeadsNowhere),
                Err(why) => self.leave_out(link.as_bytes(), why),
            }
        }
        for copy in copies {
            self.files.insert(copy.path.as_str().to_owned(), copy);
        }
        Ok(())
    }

    /// Leaves out the largest files until the rest fits, those that are not Python first.
    fn fit(&mut self) {
        let mut total: u64 = self.files.values().map(|file| file.size).sum();
        let rank = |file: &Candidate| (file.path.module().is_some(), std::cmp::Reverse(file.size));
        let mut order: Vec<_> =
            self.files.iter().map(|(path, file)| (rank(file), path.clone(), file.size)).collect();
        order.sort();
        for (_, path, size) in order {
            if total <= MAX_LISTED_BYTES {
                break;
            }
            total -= size;
            self.files.remove(&path);
            self.leave_out(path.as_bytes(), Refusal::TooLargeTogether);
        }
    }

    async fn read(self, git: &Git) -> Result<Listing, RepositoryError> {
        let mut listing = Listing { files: Vec::new(), left_out: self.left_out };
        if self.files.is_empty() {
            return Ok(listing);
        }
        let ids: Vec<&GitId> = self.files.values().map(|file| &file.id).collect();
        let bounds = Bounds { each: MAX_LISTED_FILE_BYTES, all: MAX_LISTED_BYTES };
        let found = Objects::start(git)?.read("blob", &ids, bounds).await?;
        for (Candidate { path, mode, leads_to, .. }, found) in self.files.into_values().zip(found) {
            let Found::Object(content) = found else {
                // Sizes were listed before, so this is a repository whose two answers differ.
                return Err(RepositoryError::TooLarge);
            };
            listing.files.push(TreeFile { path, mode, content, leads_to });
        }
        Ok(listing)
    }
}

/// The file that a link leads to at last; folders on the way may be links too.
fn end_of(link: &str, targets: &BTreeMap<&str, Option<String>>) -> Result<String, Refusal> {
    let mut place = link.to_owned();
    for _ in 0..MAX_LINK_STEPS {
        let Some((name, rest)) = first_link(&place, targets) else { return Ok(place) };
        let target = targets.get(name).and_then(Option::as_ref).ok_or(Refusal::LinkLeadsOut)?;
        let joined = format!("{target}/{rest}");
        joined.trim_matches('/').clone_into(&mut place);
    }
    Err(Refusal::LinkLeadsNowhere)
}

/// The first part of a path that is a link, and what follows on it.
fn first_link<'a>(
    place: &'a str,
    targets: &BTreeMap<&str, Option<String>>,
) -> Option<(&'a str, &'a str)> {
    let ends = place.match_indices('/').map(|(end, _)| end).chain([place.len()]);
    let parts = ends.filter_map(|end| place.split_at_checked(end));
    let (name, rest) = parts.into_iter().find(|(name, _)| targets.contains_key(name))?;
    Some((name, rest.trim_start_matches('/')))
}
