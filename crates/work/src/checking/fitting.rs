//! Finds the approved revision that a commit carries out, whoever made the commit.
//!
//! A note on a commit that does something else would be refused by every check, so it is not written in the first place. Which commit it is
//! does not matter, only that it leads from the approved base to the approved result.

use crate::checking::manifest::{Manifest, Misfit};
use crate::checking::reason::Reason;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use foundation::repository::delta::Delta;
use foundation::repository::range::Commit;
use foundation::repository::repository::Repository;
use record::domain::changeset::GitId;
use record::domain::proposal::Proposal;
use record::domain::review::PastReview;

/// Finds the revision of a proposal that a commit carries out, or says in what it differs from the newest approved one.
pub async fn revision_of(
    context: &Context,
    proposal: &Proposal,
    repository: &Repository,
    commit: &Commit,
) -> Result<u32, CommandError> {
    let (parent, deltas) = changed(repository, commit).await?;
    let mut reason = None;
    for number in approved(context, proposal).await? {
        let revision = lookup::revision(context, proposal, Some(number)).await?;
        let manifest =
            revision.source.change().and_then(|change| Manifest::parse(&change.manifest()));
        let Some(manifest) = manifest else { continue };
        match difference(&manifest, &parent, &deltas) {
            None => return Ok(number),
            Some(found) => reason = reason.or(Some(found)),
        }
    }
    let why = reason.map_or_else(
        || format!("no change of {} was approved", proposal.id),
        |reason| reason.to_string(),
    );
    Err(CommandError::new(
        ErrorKind::State,
        format!("the commit {} gets no note: {why}", commit.id),
    )
    .hint("Name the commit that leads from the approved base to the approved files."))
}

/// Names the approved revisions, the newest first; also those whose approval was taken back, which a note has to tell.
async fn approved(context: &Context, proposal: &Proposal) -> Result<Vec<u32>, CommandError> {
    let reviews = context.store()?.reviews(&proposal.id).await?;
    let is_approval = |review: &&PastReview| review.decision.is_approval();
    let mut numbers: Vec<u32> =
        reviews.iter().filter(is_approval).map(|review| review.revision).collect();
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    numbers.dedup();
    Ok(numbers)
}

/// The tree that a commit starts from, and what it changes.
async fn changed(
    repository: &Repository,
    commit: &Commit,
) -> Result<(GitId, Vec<Delta>), CommandError> {
    let [parent] = commit.parents.as_slice() else {
        let message = format!("{} has {} parents", commit.id, commit.parents.len());
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("An approved change is a commit with one parent: squash the branch into one."));
    };
    let parents = repository.commits_of(vec![parent.clone()]).await?;
    let tree = parents.into_iter().next().map_or_else(|| commit.tree.clone(), |parent| parent.tree);
    let deltas = repository.shadow.deltas(&tree, &commit.tree).await?;
    Ok((tree, deltas))
}

fn difference(manifest: &Manifest, parent: &GitId, deltas: &[Delta]) -> Option<Reason> {
    if manifest.base.tree != *parent {
        let (approved, found) = (manifest.base.tree.clone(), parent.clone());
        return Some(Reason::Base { approved, found });
    }
    manifest.misfit(deltas).map(|misfit: Misfit| Reason::Tree(misfit))
}
