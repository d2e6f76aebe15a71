//! Finds the place in a repository that a change goes to, and makes its commit.
//!
//! A commit is made on exactly the tree that was approved, so that it holds exactly what was approved. A branch that is checked out
//! moves together with its work tree; one that is checked out elsewhere does not move at all.

use std::path::{Path, PathBuf};

use crate::commands::targets::making::{self, About, Files};
use crate::commands::targets::message::{self, Trailers};
use foundation::repository::commits::{Author, NewCommit};
use foundation::repository::delta::Delta;
use foundation::repository::leaving::{Leaving, User};
use foundation::repository::repository::Repository;
use foundation::repository::revisions::Head;
use record::domain::application::{Application, BranchOrder, Direction};
use record::domain::changeset::{Base, Changeset, GitId, RepositoryName};
use record::domain::proposal::Proposal;
use record::domain::source_path::SourcePath;
use work::applying::contents::Contents;
use work::applying::journal::Task;
use work::applying::{vouched, wanted};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::repositories;
use work::deciding::permit::Permit;

/// How git names branches.
const BRANCHES: &str = "refs/heads/";
/// Digits of a commit that people are shown.
const SHORT_DIGITS: usize = 12;
/// Where the addresses of owners end who gave none; no mail goes there.
const NO_HOST: &str = "saraphina.invalid";

/// The place in a repository that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The files of its work tree.
    WorkTree,
    /// A commit on the branch that is checked out.
    Commit,
    /// A commit on this branch.
    Branch(String),
}

/// A repository with what a change of it needs.
#[derive(Debug)]
pub struct Site {
    /// The repository.
    pub repository: Repository,
    /// Where its work tree is.
    pub head: Head,
    /// Where it lies, absolute.
    pub path: String,
}

/// A branch and where it is; without a commit where it is made now.
#[derive(Clone, Debug)]
pub struct Tip {
    /// The full name.
    pub name: String,
    /// Where it starts from.
    pub base: Base,
    /// Its commit; absent where it is made.
    pub before: Option<GitId>,
}

impl Site {
    /// Opens the repository of a change, as its owner named it.
    pub async fn of(invocation: &Invocation, change: &Changeset) -> Result<Self, CommandError> {
        let known = repositories::named(invocation, &change.repository).await?.repository;
        Self::at(invocation, &known.name, &known.path).await
    }

    /// Opens the repository at a path.
    pub async fn at(
        context: &Context,
        name: &RepositoryName,
        path: &str,
    ) -> Result<Self, CommandError> {
        let folder = repositories::folder(context);
        let repository = Repository::open(&folder, name, Path::new(path))?;
        let head = repository.head().await?;
        Ok(Self { repository, head, path: path.to_owned() })
    }

    /// The files of its work tree.
    pub fn root(&self) -> Result<PathBuf, CommandError> {
        self.repository.target.work_tree.clone().ok_or_else(|| {
            let message = format!("{} has no work tree", self.path);
            CommandError::new(ErrorKind::State, message)
                .hint("Give `--branch NAME`, or a folder with `--folder`.")
        })
    }

    /// Names paths of the work tree, beside those of a change, that are not as HEAD has them.
    ///
    /// A work tree that cannot be looked at is told as one path, since nobody knows what it holds.
    pub async fn others(&self, goal: &Goal, change: &Changeset) -> Vec<String> {
        let is_here = match goal {
            Goal::WorkTree | Goal::Commit => true,
            Goal::Branch(name) => {
                self.is_here(&format!("{BRANCHES}{}", name.strip_prefix(BRANCHES).unwrap_or(name)))
            }
        };
        if !is_here || self.repository.target.work_tree.is_none() {
            return Vec::new();
        }
        others(&self.repository, change).await
    }

    /// The same of a folder that may hold what the repository holds; nothing where that is not what was executed any more.
    pub async fn others_of(&self, folder: &Path, change: &Changeset) -> Option<Vec<String>> {
        if self.head.base.tree != change.base.tree {
            return None;
        }
        let mut there = self.repository.clone();
        there.target.work_tree = Some(folder.to_owned());
        Some(others(&there, change).await)
    }

    /// Finds the branch of a goal.
    pub async fn tip(&self, goal: &Goal, change: &Changeset) -> Result<Option<Tip>, CommandError> {
        let name = match goal {
            Goal::WorkTree => return Ok(None),
            Goal::Commit => self.head.branch.clone().ok_or_else(|| {
                CommandError::new(ErrorKind::State, "no branch is checked out there")
                    .hint("Check one out, or give `--branch NAME`.")
            })?,
            Goal::Branch(name) => {
                format!("{BRANCHES}{}", name.strip_prefix(BRANCHES).unwrap_or(name))
            }
        };
        let before = self.repository.read_ref(&name).await?;
        let from = before.as_ref().unwrap_or(&change.base.commit);
        let base = self.repository.resolve(from.as_str()).await?;
        Ok(Some(Tip { name, base, before }))
    }

    /// Finds where a branch is that has to be there.
    pub async fn at_ref(&self, name: &str) -> Result<Tip, CommandError> {
        let before = self.repository.read_ref(name).await?;
        let Some(commit) = &before else {
            let message = format!("there is no branch {} any more", short(name));
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Nothing of the change is left to take out there. Name another proposal, if one of those applied before is meant: `/audit log` tells them."));
        };
        let base = self.repository.resolve(commit.as_str()).await?;
        Ok(Tip { name: name.to_owned(), base, before })
    }

    /// The branch that is checked out where HEAD has the base of a change.
    pub fn on_base(&self, change: &Changeset) -> Option<String> {
        let branch =
            self.head.branch.as_deref().filter(|_| self.head.base.tree == change.base.tree);
        branch.map(|branch| short(branch).to_owned())
    }

    /// Tells whether a branch is the one that the work tree has.
    pub fn is_here(&self, name: &str) -> bool {
        self.repository.target.work_tree.is_some() && self.head.branch.as_deref() == Some(name)
    }

    /// Refuses a branch that another work tree has, or that has something else staged where it is touched.
    pub async fn check_free(&self, tip: &Tip, paths: &[&SourcePath]) -> Result<(), CommandError> {
        if self.repository.is_checked_out_elsewhere(&tip.name) {
            let message = format!("{} is checked out in another work tree", short(&tip.name));
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Name another branch, or check out another one there."));
        }
        if !self.is_here(&tip.name) {
            return Ok(());
        }
        self.repository.check_index_free()?;
        self.check_staged(&tip.base.tree, paths).await
    }

    /// Refuses paths that are staged otherwise than a tree has them: the next commit would hold that.
    pub async fn check_staged(
        &self,
        tree: &GitId,
        paths: &[&SourcePath],
    ) -> Result<(), CommandError> {
        let staged = self.repository.staged_otherwise(tree, paths).await?;
        let Some(path) = staged.first() else { return Ok(()) };
        let message = format!("{path}: something is staged there");
        Err(CommandError::new(ErrorKind::State, message).hint(
            "See `git diff --cached`: take it out with `git restore --staged`, or commit it where it is meant; then run it again.",
        ))
    }

    /// Writes a commit; no branch leads to it yet.
    pub async fn commit(
        &self,
        invocation: &Invocation,
        (tip, change): (&Tip, &Changeset),
        (author, message): (&Author, &str),
    ) -> Result<BranchOrder, CommandError> {
        let tree = self.repository.shadow.result_tree(change).await?;
        let parents = [tip.base.commit.clone()];
        let at = invocation.now();
        let commit = NewCommit { tree: &tree, parents: &parents, message, author, at };
        let after = self.repository.commit(commit).await?;
        let (name, before) = (tip.name.clone(), tip.before.clone());
        let paths = change.touched().iter().map(|touched| touched.path.clone()).collect();
        Ok(BranchOrder { repository: self.path.clone(), name, before, after, paths })
    }
}

async fn others(repository: &Repository, change: &Changeset) -> Vec<String> {
    let leaving = Leaving { without: Vec::new(), user: User::of_process() };
    let found = match repository.work_tree_but(&leaving).await {
        Ok(found) => found,
        Err(error) => return vec![format!("something ({error})")],
    };
    let other = |delta: &Delta| change.at(&delta.path).is_none().then(|| delta.path.to_string());
    found.deltas.iter().filter_map(other).collect()
}

/// Makes the task that gets a change into its repository.
pub async fn of_change(
    invocation: &Invocation,
    (site, change): (&Site, &Changeset),
    (proposal, permit): (&Proposal, &Permit),
    (goal, author): (&Goal, &Author),
    others: &[String],
) -> Result<Task, CommandError> {
    let mut about = About::applying(proposal, &permit.revision);
    about.repository = Some(change.repository.clone());
    let Some(tip) = site.tip(goal, change).await? else {
        about.is_covered = site.head.base.tree == change.base.tree && others.is_empty();
        return files(invocation, about, site, permit).await;
    };
    if tip.base.tree != change.base.tree {
        return Err(elsewhere(site, &tip, change).await);
    }
    check_unused(invocation, (site, &tip), (proposal, permit)).await?;
    let paths: Vec<&SourcePath> = change.touched().iter().map(|touched| &touched.path).collect();
    site.check_free(&tip, &paths).await?;
    // What lies in the work tree is looked at before anything is written, the commit included.
    let mut task = if site.is_here(&tip.name) {
        files(invocation, about, site, permit).await?
    } else {
        making::without_files(invocation, about, place(site, &tip)).await?
    };
    let trailers = Trailers {
        proposal: &proposal.id,
        decision: permit.decision,
        content: permit.revision.content_hash,
    };
    let message = message::applied(&proposal.request, &permit.revision.explanation, trailers);
    task.order.branch = Some(site.commit(invocation, (&tip, change), (author, &message)).await?);
    Ok(task)
}

async fn files(
    invocation: &Invocation,
    about: About,
    site: &Site,
    permit: &Permit,
) -> Result<Task, CommandError> {
    let mut contents = Contents::default();
    let wanted = wanted::of_source(&permit.revision.source, &mut contents)?;
    let files = Files { root: site.root()?, wanted, contents, undone: None };
    making::of_files(invocation, about, files).await
}

/// Names a branch that no work tree comes with.
pub fn place(site: &Site, tip: &Tip) -> String {
    format!("{} {}", site.path, tip.name)
}

/// The name of a branch as people write it.
pub fn short(name: &str) -> &str {
    name.strip_prefix(BRANCHES).unwrap_or(name)
}

/// Reads `NAME <ADDRESS>`, or takes the name of whoever approved.
pub fn author(given: Option<&str>, reviewer: &str) -> Result<Author, CommandError> {
    let hint = "Give `--author \"NAME <ADDRESS>\"`.";
    let (name, address) = match given {
        None => (reviewer.to_owned(), format!("{}@{NO_HOST}", reviewer.replace(' ', "."))),
        Some(text) => {
            let parts = text.strip_suffix('>').and_then(|text| text.split_once('<'));
            let (name, address) = parts.ok_or_else(|| {
                CommandError::usage(format!("{text:?} is no name with an address")).hint(hint)
            })?;
            (name.trim().to_owned(), address.trim().to_owned())
        }
    };
    Author::new(&name, &address).map_err(|error| CommandError::from(error).hint(hint))
}

/// Refuses an approval by which a commit of this branch was made already: it is for one application, and `/check` holds it to that.
async fn check_unused(
    invocation: &Invocation,
    (site, tip): (&Site, &Tip),
    (proposal, permit): (&Proposal, &Permit),
) -> Result<(), CommandError> {
    let all = vouched::all(invocation, &proposal.id).await?;
    let is_by_it =
        |one: &&Application| one.started > permit.seq && one.order.direction == Direction::Apply;
    for one in all.iter().filter(is_by_it) {
        let Some(branch) = &one.order.branch else { continue };
        let beyond = format!("{}..{}", tip.base.commit, branch.after);
        let missing = site.repository.commits(&beyond);
        if missing.await.is_ok_and(|missing| missing.is_empty()) {
            let commit: String = branch.after.as_str().chars().take(SHORT_DIGITS).collect();
            let message = format!(
                "the approval in entry {} was used for {commit}, which {} holds; an approval is for one application",
                permit.seq,
                short(&tip.name)
            );
            let id = &proposal.id;
            return Err(CommandError::new(ErrorKind::State, message)
                .hint(format!("To apply it once more, end this approval with `/revoke-approval {id} REASON`, then approve it anew.")));
        }
    }
    Ok(())
}

/// Whether a branch has everything that a change brings.
async fn has_all(site: &Site, tip: &Tip, change: &Changeset) -> bool {
    let shadow = &site.repository.shadow;
    let Ok(after) = shadow.result_tree(change).await else { return false };
    let missing = shadow.deltas(&tip.base.tree, &after).await;
    missing.is_ok_and(|missing| missing.iter().all(|delta| change.at(&delta.path).is_none()))
}

/// Says how a branch stands to the base of a change: behind it, or somewhere that has it not or has more.
async fn elsewhere(site: &Site, tip: &Tip, change: &Changeset) -> CommandError {
    let (name, base) = (short(&tip.name), &change.base.commit);
    if has_all(site, tip, change).await {
        let message = format!("{name} has the change already");
        return CommandError::new(ErrorKind::State, message).hint("There is nothing to do.");
    }
    let beyond = site.repository.commits(&format!("{base}..{}", tip.base.commit)).await;
    let is_behind = beyond.is_ok_and(|commits| commits.is_empty());
    let short_base: String = base.as_str().chars().take(SHORT_DIGITS).collect();
    let (message, hint) = if is_behind {
        (
            format!("{name} is behind the commit that the change was approved on, {short_base}"),
            "Name the branch that has this commit, or bring this one to it with `git merge --ff-only`; `--rebase` makes a new revision on it instead, which has to be executed and approved again.",
        )
    } else {
        (
            format!(
                "{name} is not where the change was approved: its tree is not that of {short_base}"
            ),
            "Add `--rebase` to make a new revision on it, which has to be executed and approved again.",
        )
    };
    CommandError::new(ErrorKind::State, message).hint(hint)
}
