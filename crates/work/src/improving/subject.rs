//! What is looked at: files, which of them are in question, and what they were before.
//!
//! It comes from a folder or files of the caller's, from a known repository or from a proposal. The other files of the same project come
//! along, because only all of them together tell whether a name is used or a function tested.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup::{self, Newest};
use crate::contract::repositories;
use crate::drafting::changing;
use crate::drafting::folder::MAX_LOOKED;
use crate::drafting::kinds::read_role;
use crate::drafting::submission::Given;
use crate::improving::reached::Reached;
use foundation::repository::listing::Listing;
use foundation::repository::shadow::Shadow;
use foundation::repository::target::Target;
use inspection::findings::finding::File;
use inspection::findings::past::Past;
use record::domain::principal::Authority;
use record::domain::repository::Repository as Described;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;

/// The memory of a repository that a subject lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// What it is remembered by.
    pub name: String,
    /// What a person calls it: the name that the owner gave it, or its path.
    pub shown: String,
    /// Where the repository lies.
    pub place: PathBuf,
    /// The folder of the repository that the subject's paths begin in; empty for the whole of it.
    pub folder: String,
}

impl Memory {
    /// The memory of a repository that the owner added.
    pub fn of(described: &Described, folder: String) -> Self {
        let name = described.name.to_string();
        Self { shown: name.clone(), name, place: PathBuf::from(&described.path), folder }
    }

    /// The path of a subject's file in the repository.
    pub fn whole(&self, path: &str) -> String {
        if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) }
    }

    /// The path of the repository's file in the subject, where it lies there.
    pub fn below(&self, path: &str) -> Option<String> {
        if self.folder.is_empty() {
            return Some(path.to_owned());
        }
        path.strip_prefix(&self.folder)?.strip_prefix('/').map(str::to_owned)
    }
}

/// What is looked at.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// All files that are known of the project.
    pub files: Vec<File>,
    /// The paths in question; all where none is named.
    pub asked: BTreeSet<String>,
    /// What files in question held before.
    pub before: BTreeMap<String, String>,
    /// What is known of their past.
    pub past: Past,
    /// The files that a change of those in question reaches, as far as a graph tells.
    pub reached: Vec<Reached>,
    /// The tests that reach them, first to fail first.
    pub tests: Vec<Reached>,
    /// The places that use a name that goes or is called upon otherwise.
    pub uses: BTreeMap<String, Vec<String>>,
    /// Names it for what is kept of it.
    pub scope: String,
    /// The repository, where it is one that is known.
    pub repository: Option<String>,
    /// The known repository that a folder lies in, and its path there.
    pub lies_in: Option<(String, String)>,
    /// What is remembered of the repository around, where anything may be.
    pub memory: Option<Memory>,
    /// The proposal, where it is one.
    pub proposal: Option<String>,
    /// What could not be looked at, or is not known.
    pub notes: Vec<String>,
    /// Whether the project of the files is not known, so that nobody can tell what is tested or used there.
    pub is_alone: bool,
}

/// Reads files that the caller gave.
pub fn of_given(given: &[Given]) -> Vec<File> {
    given.iter().map(file_of).filter(|file| file.text.len() <= MAX_LOOKED).collect()
}

fn file_of(given: &Given) -> File {
    let role = read_role(&given.path, given.role);
    File { path: given.path.clone(), role, text: given.text() }
}

fn of_sources(files: &[SourceFile]) -> Vec<File> {
    let small = files.iter().filter(|file| file.content.len() <= MAX_LOOKED);
    small
        .map(|file| {
            let path = file.path.to_string();
            File { role: read_role(&path, file.role), path, text: file.text() }
        })
        .collect()
}

/// A folder as it lies, or files of one.
pub async fn of_folder(
    invocation: &Invocation,
    place: &Path,
    given: &[Given],
) -> Result<Subject, CommandError> {
    let found = repository_of(invocation, place).await?;
    let memory = match &found {
        Some((described, folder)) => Some(Memory::of(described, folder.clone())),
        None => memory_around(invocation, place),
    };
    let lies_in = found.map(|(described, path)| (described.name.to_string(), path));
    let note = "no history is known of a folder outside of a repository".to_owned();
    Ok(Subject {
        files: of_given(given),
        scope: format!("folder {}", place.display()),
        lies_in,
        notes: if memory.is_none() { vec![note] } else { Vec::new() },
        memory,
        ..Subject::default()
    })
}

/// What may be remembered of a repository that nobody added, by its path; agents ask by names alone.
fn memory_around(invocation: &Invocation, place: &Path) -> Option<Memory> {
    if invocation.caller.who.authority() < Authority::Own {
        return None;
    }
    let target = Target::find(place).ok()?;
    let root = target.work_tree.clone()?;
    let folder = place.canonicalize().ok()?.strip_prefix(&root).ok()?.to_str()?.to_owned();
    let name = repositories::name_of_path(&target).ok()?.to_string();
    Some(Memory { name, shown: root.display().to_string(), place: root, folder })
}

/// Files without the project that they belong to.
pub async fn of_files(
    invocation: &Invocation,
    place: &Path,
    given: &[Given],
) -> Result<Subject, CommandError> {
    let mut subject = of_folder(invocation, place, given).await?;
    subject.asked = subject.files.iter().map(|file| file.path.clone()).collect();
    subject.is_alone = true;
    let note = "the project around is not known, so what is tested or used elsewhere is not either";
    subject.notes.push(note.to_owned());
    Ok(subject)
}

/// A known repository as its HEAD has it, with given files in their places.
pub async fn of_repository(
    invocation: &Invocation,
    described: &Described,
    given: Vec<(String, Given)>,
) -> Result<Subject, CommandError> {
    let path = PathBuf::from(&described.path);
    let (_, listing, _) = changing::surveyed(invocation, &described.name, &path).await?;
    let mut subject = of_listing(&listing);
    subject.scope = format!("repository {}", described.name);
    subject.repository = Some(described.name.to_string());
    subject.memory = Some(Memory::of(described, String::new()));
    for (path, given) in given {
        let text = given.text();
        match subject.files.iter_mut().find(|file| file.path == path) {
            Some(file) => {
                subject.before.insert(path.clone(), std::mem::replace(&mut file.text, text));
            }
            None => subject.files.push(File { path: path.clone(), ..file_of(&given) }),
        }
        subject.asked.insert(path);
    }
    Ok(subject)
}

fn of_listing(listing: &Listing) -> Subject {
    let left =
        listing.left_out.iter().map(|left| format!("{} is left out: {}", left.path, left.why));
    Subject {
        files: of_sources(&changing::with_roles(listing)),
        notes: left.collect(),
        ..Subject::default()
    }
}

/// Finds the known repository that a file lies in, and its path there.
pub async fn repository_of(
    context: &Context,
    file: &Path,
) -> Result<Option<(Described, String)>, CommandError> {
    let known = repositories::all(context).await?.into_values();
    let inside = known.filter_map(|known| {
        let path = file.strip_prefix(&known.repository.path).ok()?.to_str()?.to_owned();
        Some((known.repository, path))
    });
    // Of repositories inside each other the inner one counts.
    Ok(inside.max_by_key(|(described, _)| described.path.len()))
}

/// A proposal's newest revision, and what its files were before.
pub async fn of_proposal(invocation: &Invocation, typed: &str) -> Result<Subject, CommandError> {
    let proposal = lookup::proposal(invocation, typed, Newest::OwnNewest).await?;
    let revision = lookup::revision(invocation, &proposal, None).await?;
    let mut subject = if revision.source.change().is_some() {
        of_change(invocation, &revision).await?
    } else {
        let files = of_sources(revision.source.files());
        let asked = files.iter().map(|file| file.path.clone()).collect();
        Subject { files, asked, ..Subject::default() }
    };
    if let Some(number) = revision.parent.filter(|_| revision.source.change().is_none()) {
        let parent = lookup::revision(invocation, &proposal, Some(number)).await?;
        let code = parent.source.of_role(Role::Code);
        subject.before = code.map(|file| (file.path.to_string(), file.text())).collect();
    }
    let newest = invocation.store()?.newest_execution(&proposal.id).await?;
    let coverage = newest.as_ref().and_then(|execution| execution.evidence.coverage.as_ref());
    if let Some(coverage) = coverage {
        let share = |(path, share): (&String, &record::domain::evidence::Share)| {
            (path.clone(), share.percent / 100.0)
        };
        subject.past.coverage = coverage.files.iter().map(share).collect();
    }
    subject.scope = format!("proposal {}", proposal.id);
    subject.proposal = Some(proposal.id.to_string());
    Ok(subject)
}

async fn of_change(invocation: &Invocation, revision: &Revision) -> Result<Subject, CommandError> {
    let gone = || CommandError::new(ErrorKind::Internal, "the change is none");
    let change = revision.source.change().ok_or_else(gone)?;
    let shadow = Shadow::kept(&repositories::folder(invocation), &change.repository)?;
    let listing = shadow.files(&change.base.tree).await?;
    let mut subject = of_listing(&listing);
    let touched = of_sources(revision.source.files());
    let paths: BTreeSet<String> =
        change.touched().iter().map(|touched| touched.path.to_string()).collect();
    let (old, kept) = subject.files.into_iter().partition(|file| paths.contains(&file.path));
    let old: Vec<File> = old;
    subject.before = old.into_iter().map(|file| (file.path, file.text)).collect();
    subject.files = kept;
    subject.files.extend(touched);
    subject.asked = paths;
    subject.repository = Some(change.repository.to_string());
    let described = repositories::named(invocation, &change.repository).await.ok();
    subject.memory = described.map(|known| Memory::of(&known.repository, String::new()));
    Ok(subject)
}
