//! An approval that follows its change to another base.
//!
//! Evidence is never carried over: the new revision was executed like any other. The owner's word is, where the policy lets it and
//! nothing that the word was about is other: the same owner, an approval that counted until this very revision, a difference that is
//! equal with its context, and evidence that is no weaker.

use std::collections::BTreeSet;

use record::domain::decision::Decision;
use record::domain::execution::Execution;
use record::domain::principal::Person;
use record::domain::revision::Revision;
use work::auditing::standing::Decided;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::lookup;
use work::deciding::decide::Decider;
use work::reporting::change_difference;

use crate::commands::approving::case::Case;

/// The approval that is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    revision: u32,
    seq: u64,
}

impl Carried {
    /// Says what is taken over, for the page and the record.
    pub fn told(&self) -> String {
        format!(
            "carried over from revision {}, approved in entry {}: the difference is equal with its context",
            self.revision, self.seq
        )
    }
}

/// Finds the approval of this owner that may be taken over, or says why there is none.
pub async fn find(
    context: &Context,
    case: &Case,
    decider: &Decider,
) -> Result<Carried, CommandError> {
    if !decider.policy.approval.carry_equal {
        return Err(refused("the policy does not let approvals follow a change")
            .hint("`carry_equal = true` under `[approval]` does, see `/policy set`."));
    }
    if case.phrase().is_some() {
        return Err(refused("a change of this class is looked at every time"));
    }
    let approval = approval(case, decider).ok_or_else(|| {
        refused(format!("no approval of yours counted until revision {}", case.revision.number))
    })?;
    let old = lookup::revision(context, &case.proposal, Some(approval.revision.0)).await?;
    case.recorded.check_revision(&old)?;
    if !is_equal(&old, &case.revision) {
        return Err(refused(format!("revision {} differs, or the lines around it do", old.number)));
    }
    let rested_on = match &approval.execution {
        Some(id) => context.store()?.execution(id).await?,
        None => None,
    };
    let rested_on = rested_on.ok_or_else(|| refused("the evidence of that approval is gone"))?;
    if rested_on.evidence.output.pruned {
        return Err(refused("the evidence of that approval was shortened"));
    }
    if let Some(weaker) = weaker(&case.recorded.vouched_before(rested_on)?, &case.execution) {
        return Err(refused(weaker));
    }
    Ok(Carried { revision: old.number, seq: approval.seq })
}

/// The approval of this owner that the newest revision ended and nothing else had.
fn approval<'a>(case: &'a Case, decider: &Decider) -> Option<&'a Decided> {
    let owner = Person::of(&decider.owner.principal().id);
    case.recorded.overtaken.iter().rev().find(|one| {
        one.decision == Decision::Approved
            && Person::of(&one.reviewer) == owner
            && Some(one.revision.0) == case.revision.parent
            && !one.has_run_out(decider.stamp.issued_at)
    })
}

fn is_equal(old: &Revision, new: &Revision) -> bool {
    let both = old.source.change().zip(new.source.change());
    old.explanation == new.explanation
        && both.is_some_and(|(old, new)| change_difference::is_equal(old, new))
}

/// Says what the new evidence lacks that the old had.
fn weaker(old: &Execution, new: &Execution) -> Option<String> {
    let (before, now) = (&old.evidence.integrity, &new.evidence.integrity);
    if now.state < before.state {
        return Some(format!(
            "the evidence was {} and is {}",
            before.state.word(),
            now.state.word()
        ));
    }
    let known: BTreeSet<&str> = before.findings.iter().map(|found| found.code.as_str()).collect();
    let added = now.findings.iter().find(|found| !known.contains(found.code.as_str()))?;
    Some(format!("the evidence has a finding that it did not have: {}", added.code))
}

fn refused(why: impl Into<String>) -> CommandError {
    let message = format!("no approval is carried over: {}", why.into());
    CommandError::new(ErrorKind::State, message)
        .hint("Without `--carry` the page is shown and asked about.")
}
