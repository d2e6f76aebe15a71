//! Ends approvals and rejections that count no longer.
//!
//! A new revision, a new policy or the end of its time makes a decision void. Each ending is an act of the system on the
//! record, not a silent change of status. The sweep runs before every decision and when an engine starts, so that no clock
//! has to run beside.

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::deciding::recorded::Recorded;
use foundation::store::query::Overdue;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Write};
use record::domain::decision::Decision;
use record::domain::principal::{Principal, PrincipalKind, Via};
use record::domain::proposal::{Proposal, Standing};
use record::domain::review::PastReview;
use record::domain::status::Status;

/// Proposals whose approvals one change ends.
const AT_ONCE: u32 = 500;
/// Cause in records: the proposal got a new revision.
const NEW_REVISION: &str = "new_revision";
/// Cause in records: the policy was changed.
const NEW_POLICY: &str = "new_policy";

/// Builds the acts by which a new revision makes void the approvals that count and the rejection that stands.
pub async fn by_revision(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Vec<Act>, CommandError> {
    let recorded = Recorded::of(invocation, proposal).await?;
    check_author(invocation, proposal, &recorded)?;
    let reviews = recorded.reviews;
    let last = reviews.last().map(|review| review.seq);
    let stands = |review: &&PastReview| {
        let is_rejection = review.decision == Decision::Rejected && Some(review.seq) == last;
        review.is_live_approval() || (is_rejection && proposal.status == Status::Rejected)
    };
    let act = |review| acts::decision_dismissed(invocation, proposal, review, NEW_REVISION);
    Ok(reviews.iter().filter(stands).map(act).collect())
}

/// Refuses a program the revision that would take an owner's word back: who may not decide must not undo a decision either.
///
/// What was rejected is another matter for whoever made it: the reason says what the next revision has to be.
fn check_author(
    invocation: &Invocation,
    proposal: &Proposal,
    recorded: &Recorded,
) -> Result<(), CommandError> {
    let who = &invocation.caller.who;
    if who.kind != PrincipalKind::Agent {
        return Ok(());
    }
    let id = &proposal.id;
    let is_approved = recorded.reviews.iter().any(PastReview::is_live_approval);
    let message = match proposal.status {
        _ if is_approved => {
            format!("an owner approved {id}, so only an owner may revise it")
        }
        Status::Rejected if !recorded.authors.contains(&(who.kind, who.id.clone())) => {
            format!("{id} was rejected, so only an owner or whoever made it may revise it")
        }
        Status::Pending | Status::Tested | Status::Approved | Status::Rejected => return Ok(()),
    };
    Err(CommandError::new(ErrorKind::State, message).hint("Make a proposal of your own."))
}

/// Lists the writes that end the approvals of a proposal.
fn writes(proposal: &Proposal) -> Vec<Write> {
    let id = proposal.id.clone();
    let mut writes = vec![Write::EndApprovals { proposal: id.clone() }];
    if proposal.status == Status::Approved {
        writes.push(Write::SetStatus { proposal: id.clone(), status: Status::Tested });
        writes.push(Write::SetStanding { proposal: id, standing: Standing::Clear });
    }
    writes
}

/// Records that approvals ran out, or that a newer policy overtook them; returns how many proposals lost theirs.
pub async fn sweep(context: &Context) -> Result<usize, CommandError> {
    let expired = clear(context, Overdue::By(context.now())).await?;
    let Some(policy) = context.store()?.policy().await? else { return Ok(expired) };
    Ok(expired + clear(context, Overdue::Before(policy.seq)).await?)
}

async fn clear(context: &Context, overdue: Overdue) -> Result<usize, CommandError> {
    let store = context.store()?;
    let mut cleared = 0;
    loop {
        // Each round ends what it found, so the next query finds the rest, until nothing is overdue.
        let found = store.overdue(overdue, AT_ONCE).await?;
        let mut acts = Vec::new();
        let mut rows = Vec::new();
        for id in &found {
            let Some(proposal) = store.proposal(id).await? else { continue };
            // What was dismissed goes on record, so the row that says it is overdue must be what its entry says.
            let recorded = Recorded::of(context, &proposal).await?;
            acts.extend(ended(&proposal, recorded.reviews, overdue));
            rows.extend(writes(&proposal));
        }
        let mut acts = acts.into_iter();
        let Some(act) = acts.next() else { return Ok(cleared) };
        let change = Change {
            act,
            consequences: acts.collect(),
            writes: rows,
            expected: None,
            idempotency: String::new(),
            at: context.now(),
        };
        store.commit(change).await?;
        cleared += found.len();
    }
}

/// Builds the acts that end the approvals of one proposal.
fn ended(proposal: &Proposal, reviews: Vec<PastReview>, overdue: Overdue) -> Vec<Act> {
    let subject = acts::revision_subject(&proposal.id, proposal.head, proposal.content_hash);
    let act = |kind| Act::new(kind, Principal::system(), Via::internal()).about(subject.clone());
    let live = reviews.into_iter().filter(PastReview::is_live_approval);
    live.map(|review| match overdue {
        Overdue::By(_) => act(ActKind::DecisionExpired)
            .with("expires", review.id.as_str())
            .with("expired_at", review.expires_at.map(|moment| moment.to_string())),
        Overdue::Before(_) => act(ActKind::DecisionDismissed)
            .with("dismisses", review.id.as_str())
            .with("decision", review.decision.word())
            .with("cause", NEW_POLICY),
    })
    .collect()
}
