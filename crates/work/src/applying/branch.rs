//! Moves the branch of an order, and the index of its work tree with it.
//!
//! A branch moves in one step from the commit that was seen, or not at all. The commit was written before; without a branch nothing
//! leads to it. An index that stayed behind would hold the reverse of the commit: so it is held, and the new one prepared, before the
//! branch moves, as git itself does.

use std::path::Path;

use record::domain::application::{BranchOrder, Order};
use record::domain::changeset::GitId;

use crate::applying::recovery::Bound;
use crate::contract::context::Context;
use crate::contract::repositories;
use foundation::repository::error::RepositoryError;
use foundation::repository::index_lock::IndexLock;
use foundation::repository::repository::Repository;

/// Opens the repository of an order; nothing where it moves no branch.
pub fn open<'a>(
    context: &Context,
    order: &'a Order,
) -> Result<Option<(Repository, &'a BranchOrder)>, RepositoryError> {
    let Some((branch, name)) = order.branch.as_ref().zip(order.repository.as_ref()) else {
        return Ok(None);
    };
    let folder = repositories::folder(context);
    let repository = Repository::open(&folder, name, Path::new(&branch.repository))?;
    Ok(Some((repository, branch)))
}

/// The index of the work tree that an order commits from, held.
#[derive(Debug)]
pub struct Held {
    repository: Repository,
    lock: IndexLock,
}

/// Holds the index that an order has to bring along; nothing where its branch is not the one that is checked out.
pub async fn hold(context: &Context, order: &Order) -> Result<Option<Held>, RepositoryError> {
    let Some((repository, branch)) = open(context, order)?.filter(|_| order.files.is_some()) else {
        return Ok(None);
    };
    if repository.head().await?.branch.as_ref() != Some(&branch.name) {
        repository.release_index(order.job.as_str());
        return Ok(None);
    }
    let lock = repository.hold_index(order.job.as_str())?;
    Ok(Some(Held { repository, lock }))
}

/// Takes away the lock that a dead engine left for an order that went back.
pub fn release(context: &Context, order: &Order) {
    if let Ok(Some((repository, _))) = open(context, order) {
        repository.release_index(order.job.as_str());
    }
}

/// Moves the branch of an order from where it was, and the index that is held with it.
pub async fn advance(
    context: &Context,
    order: &Order,
    held: Option<&Held>,
) -> Result<(), RepositoryError> {
    let Some((repository, branch)) = open(context, order)? else { return Ok(()) };
    if let Some(held) = held {
        held.prepare(branch, &branch.after).await?;
    }
    repository.update_ref(&branch.name, &branch.after, branch.before.as_ref()).await
}

/// Brings the index to where the branch of an order is already.
pub async fn follow(
    context: &Context,
    order: &Order,
    held: Option<&Held>,
) -> Result<(), RepositoryError> {
    let Some((held, (repository, branch))) = held.zip(open(context, order)?) else { return Ok(()) };
    // Others may have committed on top of it.
    let now = repository.read_ref(&branch.name).await?;
    held.prepare(branch, now.as_ref().unwrap_or(&branch.after)).await?;
    held.put()
}

impl Held {
    async fn prepare(&self, branch: &BranchOrder, to: &GitId) -> Result<(), RepositoryError> {
        let tree = async |commit: &GitId| -> Result<GitId, RepositoryError> {
            Ok(self.repository.resolve(commit.as_str()).await?.tree)
        };
        let from = match &branch.before {
            Some(before) => tree(before).await?,
            None => return Ok(()),
        };
        let to = tree(to).await?;
        self.repository.prepare_index(&self.lock, (&from, &to), &branch.paths).await
    }

    /// Puts the index that was prepared in its place.
    pub fn put(&self) -> Result<(), RepositoryError> {
        self.lock.put()
    }
}

/// Tells in which direction the files of an order have to go after a kill, by where its branch is.
pub async fn bound(context: &Context, order: &Order) -> Result<(Bound, Moved), RepositoryError> {
    let Some((repository, branch)) = open(context, order)? else {
        return Ok((Bound::Free, Moved::Yes));
    };
    let now = repository.read_ref(&branch.name).await?;
    if now == branch.before {
        return Ok((Bound::Free, Moved::NotYet));
    }
    let Some(now) = now else { return Ok((Bound::Back, Moved::Elsewhere)) };
    // Whatever was committed on top of it since holds it too.
    let missing = repository.commits(&format!("{now}..{}", branch.after)).await?;
    if now == branch.after || missing.is_empty() {
        return Ok((Bound::Forward, Moved::Yes));
    }
    Ok((Bound::Back, Moved::Elsewhere))
}

/// Where the branch of an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// At its new commit, or further.
    Yes,
    /// Where it was before.
    NotYet,
    /// Somewhere else.
    Elsewhere,
}
