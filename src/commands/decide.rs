//! A decision on its way into the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audit::checkpoint::Checkpoint;
use crate::audit::record::Record;
use crate::audit::statement::{
    self, AsOf, DecisionStatement, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use crate::commands::acts;
use crate::commands::answer::Outcome;
use crate::commands::context::{Context, Invocation};
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::page::{Cell, Page, Tone};
use crate::commands::replay;
use crate::domain::change::{Change, Expected, Receipt, Write};
use crate::domain::execution::Execution;
use crate::domain::proposal::{Proposal, Standing};
use crate::domain::review::{Decision, Owner, Review};
use crate::domain::verdict::VerdictWord;

/// What a decision command answers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The proposal.
    pub proposal_id: String,
    /// The revision decided on.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// The execution it rests on; null where nothing was executed.
    pub execution_id: Option<String>,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub reviewer: String,
    /// Why; null for a plain approval.
    pub reason: Option<String>,
    /// What else the owner said.
    pub comment: String,
    /// Its place in the record.
    pub audit: ReceiptView,
}

/// A place in the record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptView {
    /// Sequence number.
    pub seq: u64,
    /// Leaf hash.
    pub hash: String,
}

/// The owner behind an invocation; authority was checked before, so anything else is a bug.
pub fn owner(invocation: &Invocation) -> Result<Owner, CommandError> {
    Owner::of(&invocation.who)
        .ok_or_else(|| CommandError::new(ErrorKind::Forbidden, "only the owner decides"))
}

/// The newest execution of the newest revision, if there is one.
pub async fn deciding_execution(
    context: &Context,
    proposal: &Proposal,
) -> Result<Option<Execution>, CommandError> {
    match &proposal.latest {
        Some(latest) => Ok(context.store()?.execution(&latest.execution).await?),
        None => Ok(None),
    }
}

/// Writes a decision with its statement, status and record in one transaction.
pub async fn record(
    context: &Context,
    invocation: &Invocation,
    proposal: &Proposal,
    review: Review,
    execution: Option<Execution>,
) -> Result<Decided, CommandError> {
    let nonce = Nonce((context.entropy)());
    let statement = statement(context, proposal, &review, execution.as_ref(), nonce).await?;
    let mut act = acts::decision(context, invocation, &review, execution.as_ref())
        .with("nonce", String::from(nonce));
    act.statement = Some(statement);
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: vec![
            Write::NewReview(Box::new(review.clone())),
            Write::SetStatus { proposal: proposal.id.clone(), status: review.decision().status() },
            Write::SetStanding { proposal: proposal.id.clone(), standing: Standing::Clear },
        ],
        expected: Some(Expected { proposal: proposal.id.clone(), version: proposal.version }),
        idempotency: invocation.idempotency.clone(),
        at: context.now(),
    };
    let receipt = context.store()?.commit(change).await?;
    tracing::info!(
        proposal.id = %proposal.id,
        review.decision = review.decision().word(),
        review.reviewer = review.reviewer(),
        audit.seq = receipt.seq,
        "a decision was recorded"
    );
    Ok(decided(&review, &receipt))
}

/// The decision that an earlier invocation with the same key recorded: it is not made twice.
pub async fn replayed(
    context: &Context,
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Option<Decided>, CommandError> {
    let found = replay::records(context, invocation, &proposal.id).await?;
    let Some(found) = found.into_iter().find(|found| found.record.stmt.is_some()) else {
        return Ok(None);
    };
    let reviews = context.store()?.reviews(&proposal.id).await?;
    let review = reviews.into_iter().find(|review| review.seq == found.record.seq);
    let subject = &found.record.subject;
    Ok(review.zip(subject.revision_digest).map(|(review, content_hash)| Decided {
        proposal_id: proposal.id.to_string(),
        revision: review.revision,
        content_hash: content_hash.hex(),
        execution_id: subject.execution.as_ref().map(ToString::to_string),
        decision: review.decision,
        reviewer: review.reviewer,
        reason: review.reason,
        comment: review.comment,
        audit: ReceiptView { seq: review.seq, hash: found.hash.hex() },
    }))
}

fn decided(review: &Review, receipt: &Receipt) -> Decided {
    Decided {
        proposal_id: review.proposal().to_string(),
        revision: review.revision(),
        content_hash: review.content_hash().hex(),
        execution_id: review.execution().map(ToString::to_string),
        decision: review.decision(),
        reviewer: review.reviewer().to_owned(),
        reason: review.reason().map(str::to_owned),
        comment: review.comment().to_owned(),
        audit: ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() },
    }
}

async fn statement(
    context: &Context,
    proposal: &Proposal,
    review: &Review,
    execution: Option<&Execution>,
    nonce: Nonce,
) -> Result<String, CommandError> {
    let revokes = match review.decision() {
        Decision::Revoked => standing_approval(context, proposal).await?,
        Decision::Approved
        | Decision::ApprovedDespite
        | Decision::Rejected
        | Decision::Reopened => None,
    };
    let comment = Some(review.comment().to_owned()).filter(|comment| !comment.is_empty());
    let statement = DecisionStatement {
        proposal: proposal.id.clone(),
        revision: review.revision(),
        revision_digest: review.content_hash(),
        predicate: Predicate {
            decision: decision_word(review.decision()),
            evidence: execution.map(evidence),
            evidence_set: evidence_set(context, proposal).await?,
            env_digest: execution.map(|execution| execution.evidence.environment.digest()),
            policy_digest: context.policy.digest(),
            reason: review.reason().map(str::to_owned),
            comment,
            shown_digest: review.shown_digest(),
            as_of: as_of(context).await?,
            issued_at: context.now(),
            expires_at: None,
            nonce,
            revokes,
        },
    };
    let bytes = statement.to_bytes().map_err(|error| {
        CommandError::from_source(ErrorKind::Usage, &error).hint("Say it in fewer words.")
    })?;
    String::from_utf8(bytes).map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

const fn decision_word(decision: Decision) -> statement::Decision {
    match decision {
        Decision::Approved => statement::Decision::Approved,
        Decision::ApprovedDespite => statement::Decision::ApprovedDespite,
        Decision::Rejected => statement::Decision::Rejected,
        Decision::Revoked => statement::Decision::Revoked,
        Decision::Reopened => statement::Decision::Reopened,
    }
}

fn evidence(execution: &Execution) -> statement::Evidence {
    let verdict = match execution.verdict.word {
        VerdictWord::Passed => EvidenceVerdict::Passed,
        VerdictWord::Failed => EvidenceVerdict::Failed,
        VerdictWord::Inconclusive => EvidenceVerdict::Inconclusive,
    };
    statement::Evidence {
        execution: execution.id.clone(),
        digest: execution.evidence.digest(),
        verdict,
    }
}

/// All executions of the newest revision: what stops the picking of a lucky one.
async fn evidence_set(context: &Context, proposal: &Proposal) -> Result<EvidenceSet, CommandError> {
    let store = context.store()?;
    let mut all = Vec::new();
    for latest in store.verdicts(&proposal.id, proposal.head).await? {
        all.extend(store.execution(&latest.execution).await?.as_ref().map(evidence));
    }
    EvidenceSet::of(&all).map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

/// The head of the log as the owner sees it now.
async fn as_of(context: &Context) -> Result<AsOf, CommandError> {
    let note = context.store()?.log_state().await?.checkpoint;
    let head = Checkpoint::parse_unverified(&note).map_err(|error| {
        CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
    })?;
    Ok(AsOf { origin: head.origin, size: head.size, root: head.root })
}

/// The nonce of the approval that stands.
async fn standing_approval(
    context: &Context,
    proposal: &Proposal,
) -> Result<Option<Nonce>, CommandError> {
    let store = context.store()?;
    let is_approval = |decision| matches!(decision, Decision::Approved | Decision::ApprovedDespite);
    let reviews = store.reviews(&proposal.id).await?;
    let Some(approval) = reviews.iter().rev().find(|review| is_approval(review.decision)) else {
        return Ok(None);
    };
    let rows = store.log_from(approval.seq, 1).await?;
    let record = rows.first().and_then(|row| Record::parse(&row.bytes).ok());
    let text = record.and_then(|record| record.stmt);
    let statement = text.and_then(|text| DecisionStatement::parse(text.as_bytes()).ok());
    Ok(statement.map(|statement| statement.predicate.nonce))
}

impl Outcome for Decided {
    fn page(&self) -> Page {
        let (words, tone) = match self.decision {
            Decision::Approved => ("approved", Tone::Good),
            Decision::ApprovedDespite => ("approved despite the verdict", Tone::Warn),
            Decision::Rejected => ("rejected", Tone::Bad),
            Decision::Revoked => ("approval revoked", Tone::Warn),
            Decision::Reopened => ("reopened", Tone::Plain),
        };
        let mut fields = vec![
            ("Content hash", Cell::from(self.content_hash.as_str())),
            ("Reviewer", Cell::from(self.reviewer.as_str())),
            ("Record", Cell::toned(format!("{} ({})", self.audit.seq, self.audit.hash), Tone::Dim)),
        ];
        if let Some(reason) = &self.reason {
            fields.insert(1, ("Reason", Cell::from(reason.as_str())));
        }
        Page::new()
            .text(Cell::toned(
                format!("{} revision {}: {words}", self.proposal_id, self.revision),
                tone,
            ))
            .fields(fields)
    }
}
