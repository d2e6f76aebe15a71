//! A new revision of a change on the base of today.
//!
//! What was approved was approved on another tree: the merge has to be clean, the new revision is executed and approved again, and
//! the old approval ends with it. Whether it may follow is up to the policy (`approving/carried.rs`).

use crate::commands::targets::branches::Site;
use foundation::repository::merging::Merged;
use record::domain::act::ActKind;
use record::domain::change::{Change, Expected, Write};
use record::domain::changeset::{Base, Changeset, RepositoryName, Touched};
use record::domain::proposal::{Proposal, Standing};
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use record::domain::status::Status;
use work::contract::acts;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::repeated;
use work::deciding::dismissal;

/// Most conflicts that a message names.
const NAMED: usize = 5;

/// Merges a change into the base that it goes to, and stores the revision that comes of it.
pub async fn rebase(
    invocation: &Invocation,
    (proposal, old): (&Proposal, &Revision),
    change: &Changeset,
    (site, onto): (&Site, &Base),
) -> Result<Revision, CommandError> {
    let shadow = &site.repository.shadow;
    let theirs = shadow.result_tree(change).await?;
    let merged = match shadow.merge(&change.base.tree, &onto.tree, &theirs).await? {
        Merged::Clean(tree) => tree,
        Merged::Conflicts(paths) => return Err(conflicts(&paths, &change.repository)),
    };
    let deltas = shadow.deltas(&onto.tree, &merged).await?;
    let role = |path: &SourcePath| change.at(path).map_or(Role::Support, |old| old.role);
    let touched = deltas.into_iter().map(|delta| Touched {
        role: role(&delta.path),
        path: delta.path,
        before: delta.before,
        after: delta.after,
    });
    let touched: Vec<Touched> = touched.collect();
    if touched.is_empty() {
        return Err(CommandError::new(ErrorKind::State, "the change is in already")
            .hint("There is nothing to do."));
    }
    let changeset = Changeset::new(change.repository.clone(), onto.clone(), touched)?;
    shadow.keep(onto).await?;
    let source = Source::of_change(changeset);
    let revision = Revision {
        proposal: old.proposal.clone(),
        number: old.number + 1,
        parent: Some(old.number),
        content_hash: source.content_hash(),
        source,
        authorship: Authorship::submitted(),
        explanation: old.explanation.clone(),
        feedback: Some(format!("rebased onto {}", onto.commit)),
        created_at: invocation.now(),
    };
    store(invocation, proposal, &revision).await?;
    Ok(revision)
}

async fn store(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
) -> Result<(), CommandError> {
    let id = proposal.id.clone();
    let change = Change {
        act: acts::revision_added(invocation, revision),
        consequences: dismissal::by_revision(invocation, proposal).await?,
        writes: vec![
            Write::NewRevision(Box::new(revision.clone())),
            Write::SetStatus { proposal: id.clone(), status: Status::Pending },
            Write::SetStanding { proposal: id.clone(), standing: Standing::Clear },
            Write::EndApprovals { proposal: id.clone() },
        ],
        expected: Some(Expected { proposal: id, version: proposal.version }),
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    invocation.store()?.commit(change).await?;
    Ok(())
}

/// Finds the revision that this invocation stored before under the same key.
pub async fn stored(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Option<Revision>, CommandError> {
    let found = repeated::record(invocation, &proposal.id, ActKind::RevisionAdded).await?;
    match found.and_then(|found| found.record.subject.revision) {
        None => Ok(None),
        Some(number) => Ok(invocation.store()?.revision(&proposal.id, number).await?),
    }
}

/// Refuses where there is nothing to merge into.
pub fn check_moved(change: &Changeset, onto: &Base) -> Result<(), CommandError> {
    if onto.tree != change.base.tree {
        return Ok(());
    }
    let message = "there is nothing to rebase onto: HEAD is where the change begins";
    Err(CommandError::new(ErrorKind::State, message)
        .hint("Run it again without `--rebase`; what it refuses then lies in the target."))
}

fn conflicts(paths: &[String], repository: &RepositoryName) -> CommandError {
    let named = paths.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = paths.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message =
        format!("the change does not merge cleanly into the base of today: {named}{more}");
    CommandError::new(ErrorKind::State, message).hint(format!(
        "Merge it in a work tree, then propose the result with `/propose-code --repo {repository} --worktree`."
    ))
}
