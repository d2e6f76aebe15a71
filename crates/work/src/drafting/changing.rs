//! Drafts of changes: what lies between two states of a repository.
//!
//! The base is kept in the home before anything is stored, so that evidence can be had whatever happens to the repository later.
//! Roles follow from names and the project's own settings, as with a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::contract::repositories;
use crate::drafting::alike;
use crate::drafting::change_source::{Said, Wanted};
use crate::drafting::draft::Draft;
use crate::drafting::kinds;
use foundation::repository::delta::Delta;
use foundation::repository::leaving::{Leaving, User};
use foundation::repository::listing::Listing;
use foundation::repository::range::Difference;
use foundation::repository::repository::Repository;
use foundation::repository::revisions::Head;
use foundation::repository::shadow::Shadow;
use foundation::repository::survey::{self, Found, Tree};
use record::domain::changeset::{Base, Changeset, Mode, RepositoryName, Side, Touched};
use record::domain::id::ProposalId;
use record::domain::proposal::{Proposal, Request};
use record::domain::pytest;
use record::domain::repository::Repository as Described;
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::shown;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Digits of a commit that people are shown.
const SHORT: usize = 12;

/// Opens what the home keeps of a repository together with the repository itself.
pub fn open(
    context: &Context,
    name: &RepositoryName,
    path: &Path,
) -> Result<Repository, CommandError> {
    Ok(Repository::open(&repositories::folder(context), name, path)?)
}

/// Reads where HEAD stands, what lies there, and what its files say of the project; nothing of it is run.
pub async fn surveyed(
    context: &Context,
    name: &RepositoryName,
    path: &Path,
) -> Result<(Head, Listing, Found), CommandError> {
    let repository = open(context, name, path)?;
    let head = repository.head().await?;
    let listing = repository.shadow.files(&head.base.tree).await?;
    let read = |path: &str| text_of(&listing, path);
    let paths = listing.files.iter().map(|file| file.path.as_str()).collect();
    let found = survey::survey(&Tree { paths, read: &read });
    Ok((head, listing, found))
}

fn text_of(listing: &Listing, path: &str) -> Option<String> {
    let found = listing.files.iter().find(|file| file.path.as_str() == path)?;
    String::from_utf8(found.content.to_vec()).ok()
}

/// Makes the first revision of a change.
pub async fn draft(
    invocation: &Invocation,
    id: &ProposalId,
    typed: &str,
    described: &Described,
    wanted: Wanted,
) -> Result<Draft, CommandError> {
    let words = wanted.words();
    let change = changeset(invocation, described, wanted).await?;
    let base = change.base.commit.as_str().get(..SHORT).unwrap_or_default();
    let request = match typed.trim() {
        "" => format!("change of {}: {words}, on {base}", described.name),
        _ => Request::new(typed)?.as_str().to_owned(),
    };
    let source = Source::of_change(change);
    let (authorship, said) = (Authorship::submitted(), String::new());
    let revision = Revision::first(id.clone(), source, authorship, said, invocation.now());
    let module = described.name.to_string();
    Ok(Draft { request, module, related: Vec::new(), revision, call: None })
}

/// Takes a change out of the repository, keeps its base, and holds it against everything that a proposal can be.
pub async fn changeset(
    invocation: &Invocation,
    described: &Described,
    wanted: Wanted,
) -> Result<Changeset, CommandError> {
    let name = &described.name;
    let repository = open(invocation, name, &PathBuf::from(&described.path))?;
    invocation.stage("reading the change");
    let Difference { base, deltas } = match wanted {
        Wanted::WorkTree(without) => {
            let leaving = Leaving { without, user: User::of_process() };
            repository.work_tree_but(&leaving).await?
        }
        Wanted::Range(range) => repository.range(&range).await?,
        Wanted::Diff(patch) => {
            let base = repository.head().await?.base;
            let deltas = repository.shadow.patched(&base, &patch).await?;
            Difference { base, deltas }
        }
        Wanted::Files(files) => {
            let base = repository.head().await?.base;
            let deltas = repository.shadow.pairs(&base, files).await?;
            Difference { base, deltas }
        }
    };
    if deltas.is_empty() {
        let message = format!("nothing changes against {}", base.commit);
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("Change something in the work tree, or name other commits."));
    }
    repository.shadow.keep(&base).await?;
    let listing = repository.shadow.files(&base.tree).await?;
    of_deltas(name.clone(), base, &listing, deltas)
}

/// Makes the next state of a change: taken anew from its repository, or with given files put over what it leaves.
pub async fn further(
    invocation: &Invocation,
    change: &Changeset,
    said: Said<'_>,
) -> Result<Changeset, CommandError> {
    let known = repositories::named(invocation, &change.repository).await?;
    match said.wanted(Path::new(&known.repository.path))? {
        Wanted::Files(files) => {
            let touched = change.touched().to_vec();
            let put = Over { files, deleted: Vec::new(), touched };
            over(invocation, &change.repository, &change.base, put).await
        }
        wanted => changeset(invocation, &known.repository, wanted).await,
    }
}

/// Files and deletions that are put over what a change leaves so far.
#[derive(Clone, Debug, Default)]
pub struct Over {
    /// Files with what they are to hold.
    pub files: Vec<(SourcePath, Vec<u8>)>,
    /// Paths that go.
    pub deleted: Vec<SourcePath>,
    /// What was touched before.
    pub touched: Vec<Touched>,
}

/// Makes a change of files and deletions over what was touched before, all of it on one base.
pub async fn over(
    invocation: &Invocation,
    name: &RepositoryName,
    base: &Base,
    over: Over,
) -> Result<Changeset, CommandError> {
    let Over { files, deleted, touched } = over;
    let shadow = Shadow::kept(&repositories::folder(invocation), name)?;
    let given: BTreeSet<SourcePath> =
        files.iter().map(|(path, _)| path).chain(&deleted).cloned().collect();
    let mut deltas = shadow.pairs(base, files).await?;
    let listing = shadow.files(&base.tree).await?;
    for path in deleted {
        let there = listing.files.iter().find(|file| file.path == path);
        // What the base has not, and the change before had, is simply not there any more.
        deltas.extend(there.map(|file| Delta {
            path,
            before: Some(Side { mode: file.mode, content: file.content.clone() }),
            after: None,
        }));
    }
    let others = touched.into_iter().filter(|touched| !given.contains(&touched.path));
    deltas.extend(others.map(|Touched { path, before, after, .. }| Delta { path, before, after }));
    of_deltas(name.clone(), base.clone(), &listing, deltas)
}

/// Gives each path its role and checks what a person will be shown.
fn of_deltas(
    name: RepositoryName,
    base: Base,
    listing: &Listing,
    deltas: Vec<Delta>,
) -> Result<Changeset, CommandError> {
    let left = files_of(listing, &deltas);
    let mut touched = Vec::with_capacity(deltas.len());
    let deleted: Vec<SourcePath> = deltas.iter().map(|delta| delta.path.clone()).collect();
    let mut roles: Vec<(SourcePath, Role)> = roles(&left, &deleted);
    roles.sort();
    for Delta { path, before, after } in deltas {
        let place = roles.binary_search_by(|(known, _)| known.cmp(&path));
        let role =
            place.ok().and_then(|place| roles.get(place)).map_or(Role::Support, |known| known.1);
        touched.push(Touched { path, role, before, after });
    }
    alike::check(left.iter().map(|(path, _)| path), &touched)?;
    let beside: Vec<&str> = listing.left_out.iter().map(|left| left.path.as_str()).collect();
    alike::check_folders(left.iter().map(|(path, _)| path), &beside, &touched)?;
    let change = Changeset::new(name, base, touched)?;
    shown::check(Source::of_change(change.clone()).files())?;
    Ok(change)
}

/// The text files that the change leaves, as far as settings are read from them.
fn files_of(listing: &Listing, deltas: &[Delta]) -> Vec<(SourcePath, Option<String>)> {
    let is_touched = |path: &SourcePath| deltas.iter().any(|delta| delta.path == *path);
    let text = |path: &SourcePath, content: &[u8]| {
        let is_setting = pytest::SETTINGS.contains(&path.as_str());
        is_setting.then(|| String::from_utf8_lossy(content).into_owned())
    };
    let kept = listing.files.iter().filter(|file| !is_touched(&file.path));
    let kept = kept.map(|file| (file.path.clone(), text(&file.path, &file.content)));
    let new = deltas.iter().filter_map(|delta| {
        let after = delta.after.as_ref().filter(|after| after.mode != Mode::Link)?;
        Some((delta.path.clone(), text(&delta.path, &after.content)))
    });
    kept.chain(new).collect()
}

fn roles(left: &[(SourcePath, Option<String>)], deleted: &[SourcePath]) -> Vec<(SourcePath, Role)> {
    let read = |name: &str| left.iter().find(|(path, _)| path.as_str() == name)?.1.clone();
    let settings = pytest::counting(read).map(|(_, text)| text);
    let paths: Vec<SourcePath> =
        left.iter().map(|(path, _)| path.clone()).chain(deleted.iter().cloned()).collect();
    let roles = kinds::roles(&paths, settings.as_slice());
    let mut all: Vec<(SourcePath, Role)> = paths.into_iter().zip(roles).collect();
    all.dedup();
    all
}

/// The files of a tree with the roles that they have in its project, for a box.
pub fn with_roles(listing: &Listing) -> Vec<SourceFile> {
    let left = files_of(listing, &[]);
    let roles = roles(&left, &[]);
    let file =
        |(file, (_, role)): (&foundation::repository::listing::TreeFile, (SourcePath, Role))| {
            SourceFile { path: file.path.clone(), role, content: file.content.to_vec() }
        };
    listing.files.iter().zip(roles).map(file).collect()
}

/// The base of a change as the home keeps it, and how its owner lets its suite run; nothing for what is no change.
pub async fn ground(
    context: &Context,
    proposal: &Proposal,
    revision: &Revision,
) -> Result<Option<Arc<Ground>>, CommandError> {
    let Some(change) = revision.source.change() else { return Ok(None) };
    let described = repositories::named(context, &change.repository).await?.repository;
    let shadow = Shadow::kept(&repositories::folder(context), &change.repository)?;
    let listing = shadow.files(&change.base.tree).await?;
    let ground = ground_of(&listing, described);
    let parent = match revision.parent {
        Some(number) => lookup::revision(context, proposal, Some(number)).await?.source,
        None => revision.source.clone(),
    };
    let is_other = parent.content_hash() != revision.content_hash;
    let parent = parent.change().filter(|_| is_other).cloned();
    Ok(Some(Arc::new(Ground { parent, ..ground })))
}

/// The files of a tree, and how an owner lets its suite run.
pub fn ground_of(listing: &Listing, described: Described) -> Ground {
    let left_out = listing.left_out.iter().map(|left| format!("{}: {}", left.path, left.why));
    Ground {
        files: with_roles(listing),
        left_out: left_out.collect(),
        roots: described.roots,
        tests: described.tests,
        python: described.python,
        packages: described.packages,
        lock: described.lock,
        seconds: described.seconds,
        memory_mib: described.memory_mib,
        parent: None,
    }
}
