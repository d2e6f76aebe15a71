//! Where a proposal was written, and whether it still is there.
//!
//! An approval tells that something may go in; only its applications tell that it did. Whoever looks at a proposal, or takes its approval
//! back, is told.

use record::domain::application::{Application, Direction, Ending, Order};
use record::domain::id::ProposalId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::context::Context;
use crate::contract::error::CommandError;

/// Digits of a commit that people are shown.
const SHORT: usize = 12;

/// An application that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Applied {
    /// The revision.
    pub revision: u32,
    /// Where it went.
    pub place: String,
    /// The commit that was made; null where none was.
    pub commit: Option<String>,
    /// The entry by which it began.
    pub started: u64,
    /// The entry by which it was taken out again; null while it is in.
    pub taken_out: Option<u64>,
}

impl Applied {
    /// The same in words.
    pub fn words(&self) -> String {
        let Self { revision, place, started, .. } = self;
        let commit = self.commit.as_deref().and_then(|commit| commit.get(..SHORT));
        let commit = commit.map(|commit| format!(", commit {commit}")).unwrap_or_default();
        match self.taken_out {
            None => format!("revision {revision} was written to {place} (entry {started}{commit})"),
            Some(back) => format!(
                "revision {revision} was written to {place} (entry {started}{commit}) and taken out by entry {back}"
            ),
        }
    }
}

/// Every application of a proposal that was carried out, oldest first.
pub async fn applied(context: &Context, id: &ProposalId) -> Result<Vec<Applied>, CommandError> {
    let all = context.store()?.applications(id).await?;
    let is_whole = |one: &&Application| one.end.is_some_and(|(_, ending)| ending == Ending::Whole);
    let whole = || all.iter().filter(is_whole);
    let back = |started| whole().find(|back| back.order.undoes == Some(started));
    let applied = whole().filter(|one| one.order.direction == Direction::Apply);
    let view = |one: &Application| Applied {
        revision: one.order.revision,
        place: place(&one.order),
        commit: one.order.branch.as_ref().map(|branch| branch.after.to_string()),
        started: one.started,
        taken_out: back(one.started).map(|back| back.started),
    };
    Ok(applied.map(view).collect())
}

fn place(order: &Order) -> String {
    let branch = order.branch.as_ref().map(|branch| {
        let name = branch.name.strip_prefix("refs/heads/").unwrap_or(&branch.name);
        (name, &branch.repository)
    });
    match (&order.files, branch) {
        (Some(files), Some((name, _))) => format!("{}, and branch {name}", files.root),
        (Some(files), None) => files.root.clone(),
        (None, Some((name, repository))) => format!("branch {name} of {repository}"),
        (None, None) => order.place.clone(),
    }
}
