//! Records the start, the steps and the end of a healing.
//!
//! Every step is one change with an act, written at once with its revisions: a healing that is broken off leaves whole
//! steps and can go on from them. Each change has a key that follows from the invocation and the step, so that a repetition
//! writes nothing twice.

use serde_json::{Value, json};

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::deciding::dismissal;
use crate::drafting::call::Call;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Expected, Write};
use record::domain::digest::Digest;
use record::domain::healing::{End, Healing, Plan, Turn};
use record::domain::id::ProposalId;
use record::domain::proposal::{Proposal, Standing};
use record::domain::revision::Revision;
use record::domain::status::Status;

/// Most attempts and notes that a record names.
const MAX_LISTED: usize = 32;
/// Longest text of one, in characters.
const MAX_TEXT: usize = 300;

/// Reads the proposal as it stands now.
pub async fn proposal(context: &Context, id: &ProposalId) -> Result<Proposal, CommandError> {
    let found = context.store()?.proposal(id).await?;
    found.ok_or_else(|| CommandError::new(ErrorKind::Internal, format!("{id} is gone")))
}

/// Records that a healing begins.
pub async fn start(
    invocation: &Invocation,
    proposal: &Proposal,
    plan: Plan,
    key: Digest,
) -> Result<Healing, CommandError> {
    let words: Vec<&str> = plan.strategies.iter().map(|strategy| strategy.word()).collect();
    let subject = acts::revision_subject(&proposal.id, proposal.head, proposal.content_hash);
    let act = invocation
        .act(ActKind::HealingStarted)
        .about(subject)
        .with("strategies", words)
        .with("max_iterations", plan.max_iterations)
        .with("budget_tokens", plan.bounds.tokens)
        .with("budget_microusd", plan.bounds.cost_microusd)
        .with("budget_seconds", plan.bounds.seconds)
        .with("search_seconds", plan.bounds.search_seconds)
        .with("provider", plan.provider.as_deref().map(bounded))
        .with("model", plan.model.as_deref().map(bounded));
    let healing = Healing {
        key,
        proposal: proposal.id.clone(),
        base: proposal.head,
        plan,
        started_at: invocation.now(),
        turns: Vec::new(),
        end: None,
    };
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: vec![Write::NewHealing(Box::new(healing.clone()))],
        expected: None,
        idempotency: format!("{} heal start", invocation.caller.idempotency),
        at: invocation.now(),
    };
    invocation.store()?.commit(change).await?;
    Ok(healing)
}

/// Revisions of one step, oldest first, each with its step; the last one becomes the newest revision.
pub struct Made {
    /// The revisions.
    pub revisions: Vec<(Revision, Turn)>,
    /// The call they came of.
    pub call: Option<Call>,
    /// Names the step among those of the healing.
    pub key: String,
}

/// Stores the revisions of one step; what was approved before is dismissed, as with every new revision.
pub async fn add(
    invocation: &Invocation,
    healing: Digest,
    proposal: &Proposal,
    made: Made,
) -> Result<(), CommandError> {
    let added = |(revision, _): &(Revision, Turn)| acts::revision_added(invocation, revision);
    let mut added = made.revisions.iter().map(added);
    let Some(act) = added.next() else { return Ok(()) };
    let mut consequences: Vec<Act> = added.collect();
    consequences.extend(dismissal::by_revision(invocation, proposal).await?);
    let mut writes: Vec<Write> = Vec::new();
    if let Some(call) = &made.call {
        consequences.push(call.act(invocation).about(act.subject.clone()));
        writes.extend(call.rows(invocation));
    }
    for (revision, turn) in made.revisions {
        writes.push(Write::NewRevision(Box::new(revision)));
        writes.push(Write::NewTurn { healing, turn: Box::new(turn) });
    }
    let id = proposal.id.clone();
    writes.push(Write::SetStatus { proposal: id.clone(), status: Status::Pending });
    writes.push(Write::SetStanding { proposal: id.clone(), standing: Standing::Clear });
    writes.push(Write::EndApprovals { proposal: id.clone() });
    let change = Change {
        act,
        consequences,
        writes,
        expected: Some(Expected { proposal: id, version: proposal.version }),
        idempotency: format!("{} {}", invocation.caller.idempotency, made.key),
        at: invocation.now(),
    };
    invocation.store()?.commit(change).await?;
    Ok(())
}

/// Records a call that nothing could be made of, and the step.
pub async fn unusable(
    invocation: &Invocation,
    healing: &Healing,
    call: &Call,
    turn: Turn,
) -> Result<(), CommandError> {
    let proposal = proposal(invocation, &healing.proposal).await?;
    let subject = acts::revision_subject(&proposal.id, proposal.head, proposal.content_hash);
    let trouble = turn.detail.trouble.as_deref().map(bounded);
    let mut writes = call.rows(invocation);
    writes.push(Write::NewTurn { healing: healing.key, turn: Box::new(turn) });
    let change = Change {
        act: call.act(invocation).about(subject).with("error", trouble),
        consequences: Vec::new(),
        writes,
        expected: None,
        idempotency: format!("{} unusable", invocation.caller.idempotency),
        at: invocation.now(),
    };
    invocation.store()?.commit(change).await?;
    Ok(())
}

/// Records how a healing ended.
pub async fn end(invocation: &Invocation, healing: &Healing, end: End) -> Result<(), CommandError> {
    let proposal = proposal(invocation, &healing.proposal).await?;
    let attempts: Vec<Value> = healing.turns.iter().take(MAX_LISTED).map(step).collect();
    let notes: Vec<String> = end.notes.iter().take(MAX_LISTED).map(|note| bounded(note)).collect();
    let subject = acts::revision_subject(&proposal.id, proposal.head, proposal.content_hash);
    let act = invocation
        .act(ActKind::HealingEnded)
        .about(subject)
        .with("stop", end.stop.word())
        .with("base", healing.base)
        .with("steps", attempts)
        .with("candidates", end.candidates)
        .with("notes", notes);
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: vec![Write::EndHealing { healing: healing.key, end: Box::new(end) }],
        expected: None,
        idempotency: format!("{} heal end", invocation.caller.idempotency),
        at: invocation.now(),
    };
    invocation.store()?.commit(change).await?;
    Ok(())
}

/// Describes a step for the record; its revision and what it cost have records of their own.
pub fn step(turn: &Turn) -> Value {
    let detail = &turn.detail;
    let mut step = json!({
        "part": turn.part.word(),
        "strategy": turn.strategy.word(),
        "parent": detail.parent,
        "class": detail.class.word(),
        "candidates": detail.candidates,
    });
    let optional = [
        ("revision", turn.revision.map(Value::from)),
        ("operator", detail.operator.as_deref().map(bounded).map(Value::from)),
        ("confidence", detail.confidence.map(|word| Value::from(word.word()))),
        ("behaviours", detail.behaviours.map(Value::from)),
    ];
    for (name, value) in optional {
        if let (Some(value), Some(map)) = (value, step.as_object_mut()) {
            map.insert(name.to_owned(), value);
        }
    }
    step
}

fn bounded(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}
