//! Moves the branch of an order, and tells the index of its work tree.
//!
//! A branch moves in one step from the commit that was seen, or not at all. The commit was written before; without a branch nothing
//! leads to it. The index only has to say that what was committed is no change any more: if it cannot, nothing is wrong but that.

use std::path::Path;

use record::domain::application::{BranchOrder, Order};
use record::domain::source_path::SourcePath;

use crate::applying::recovery::Bound;
use crate::contract::context::Context;
use crate::contract::repositories;
use foundation::repository::error::RepositoryError;
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

/// Moves the branch of an order.
pub async fn advance(context: &Context, order: &Order) -> Result<(), RepositoryError> {
    let Some((repository, branch)) = open(context, order)? else { return Ok(()) };
    repository.update_ref(&branch.name, &branch.after, branch.before.as_ref()).await
}

/// Tells the index of the work tree what the branch has now.
pub async fn refresh(context: &Context, order: &Order) {
    if let Err(error) = refreshed(context, order).await {
        tracing::warn!(
            application.place = order.place.as_str(),
            failure = %error,
            "the index does not know of the new commit; `git reset` tells it"
        );
    }
}

async fn refreshed(context: &Context, order: &Order) -> Result<(), RepositoryError> {
    let Some((repository, branch)) = open(context, order)? else { return Ok(()) };
    if order.files.is_none() {
        return Ok(());
    }
    let tree = repository.resolve(branch.after.as_str()).await?.tree;
    let paths: Vec<&SourcePath> = branch.paths.iter().collect();
    repository.refresh_index(&tree, &paths).await
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
