//! Puts an owner's decision on the record, signed.
//!
//! All five kinds of decision go through [`record()`]. It builds the statement anew from the present state and compares it with
//! the one that was signed, so a signature counts only while what was signed is still true. Review, status and record are
//! written in one transaction.

use crate::auditing::anchoring;
use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::repeated;
use crate::contract::signature::{Signed, Signing};
use crate::deciding::decided::{Decided, MissingView, ReceiptView};
use crate::deciding::dismissal;
use crate::deciding::recorded::{Executed, Recorded};
use crate::deciding::signing::{self, Stamp};
use foundation::store::store::Store;
use record::audit::record::Record;
use record::audit::signers::{Signer, Signers};
use record::audit::statement::{Binding, DecisionStatement, Nonce, Predicate, StatedVia};
use record::domain::approval::Missing;
use record::domain::assurance::Assurance;
use record::domain::change::{Change, Expected, Receipt, Write};
use record::domain::decision::Decision;
use record::domain::execution::Execution;
use record::domain::policy::Policy;
use record::domain::proposal::{Proposal, Standing};
use record::domain::review::{Owner, Review};
use record::domain::time::Timestamp;

/// An owner who decides, with the moment, the keys and the policy that count.
pub struct Decider {
    /// The owner.
    pub owner: Owner,
    /// The keys that count.
    pub signers: Signers,
    /// Head, time and nonce of the statement.
    pub stamp: Stamp,
    /// The moment of the newest entry that the statement saw, in the log's own time.
    pub seen_at: Timestamp,
    /// The policy that counts.
    pub policy: Policy,
    /// The entry that set it; `None` for the built-in one.
    pub policy_seq: Option<u64>,
    signed: Option<Signed>,
    /// How well the key is kept, as used; known once it signed.
    assurance: Option<Assurance>,
}

impl Decider {
    /// Finds the owner who decides; authority was checked before, so anybody else is a bug.
    pub async fn of(invocation: &Invocation, signing: &Signing) -> Result<Self, CommandError> {
        // Approvals that ran out must be gone before the present state enters a statement.
        dismissal::sweep(invocation).await?;
        let store = invocation.store()?;
        let signers = store.signers().await?;
        let who = signing::owner(invocation, &signers, signing)?;
        let forbidden = || CommandError::new(ErrorKind::Forbidden, "only the owner decides");
        let owner = Owner::of(&who).ok_or_else(forbidden)?;
        let stamp = match &signing.signed {
            Some(signed) => stamp_of(invocation, signed).await?,
            None => Stamp::now(invocation, invocation.store()?).await?,
        };
        let seen_at = seen_at(store, &stamp).await?;
        let assurance = used(&signers, who.key.as_deref(), signing.kept);
        let set = store.policy().await?;
        let policy_seq = set.as_ref().map(|set| set.seq);
        let policy = set.map_or_else(|| invocation.default_policy.clone(), |set| set.policy);
        Ok(Self {
            owner,
            signers,
            stamp,
            seen_at,
            policy,
            policy_seq,
            signed: signing.signed.clone(),
            assurance,
        })
    }
}

async fn stamp_of(context: &Context, signed: &Signed) -> Result<Stamp, CommandError> {
    let statement = DecisionStatement::parse(signed.statement.as_bytes())
        .map_err(|error| CommandError::from_source(ErrorKind::Usage, &error))?;
    let Predicate { as_of, issued_at, nonce, .. } = statement.predicate;
    let stamp = Stamp { as_of, issued_at, nonce };
    stamp.check(context, context.store()?).await?;
    Ok(stamp)
}

/// Reads the moment of the newest entry that a statement saw.
async fn seen_at(store: &dyn Store, stamp: &Stamp) -> Result<Timestamp, CommandError> {
    let newest = store.log_from(stamp.as_of.size.saturating_sub(1), 1).await?;
    let newest = newest.first().map(|row| Record::parse(&row.bytes)).transpose();
    let newest = newest.map_err(|error| {
        CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
    })?;
    Ok(newest.map_or(stamp.issued_at, |record| record.ts))
}

/// A decision with what it rests on.
pub struct Ruling {
    /// The decision.
    pub review: Review,
    /// The execution it rests on.
    pub execution: Option<Execution>,
    /// The entries about the proposal, read once for the rules, the page and the statement.
    pub recorded: Recorded,
    /// Approvals that are still needed from others.
    pub missing: Option<Missing>,
    /// The page that the owner was shown, as its digest covers it.
    pub page: Option<String>,
}

/// Reads the newest execution of the newest revision, if there is one.
pub async fn deciding_execution(
    context: &Context,
    proposal: &Proposal,
) -> Result<Option<Execution>, CommandError> {
    match &proposal.latest {
        Some(latest) => Ok(context.store()?.execution(&latest.execution).await?),
        None => Ok(None),
    }
}

/// Writes a decision with its signed statement, status and record in one transaction; without a signature it
/// asks for one.
pub async fn record(
    invocation: &Invocation,
    proposal: &Proposal,
    decider: &Decider,
    ruling: Ruling,
) -> Result<Decided, CommandError> {
    let statement = statement(invocation, proposal, decider, &ruling)?;
    let Ruling { review, execution, missing, recorded, page } = ruling;
    let Some(signed) = &decider.signed else {
        return Err(signing::wanted(statement, &decider.signers));
    };
    // Built anew, the statement differs where the proposal, its evidence or the policy changed since it was signed.
    if signed.statement != statement {
        return Err(signing::differs());
    }
    anchoring::before_deciding(invocation).await?;
    let policy = decider.policy.digest();
    let mut act = acts::decision(invocation, &review, execution.as_ref(), policy)
        .with("nonce", String::from(decider.stamp.nonce))
        .with("assurance", decider.assurance.map(Assurance::word));
    if let Some(executed) = rests_on(execution.as_ref(), &recorded)? {
        // As its entry has them: rows may have been shortened since.
        act = act
            .with("evidence_digest", executed.evidence.digest.to_string())
            .with("environment_digest", executed.environment.to_string());
    }
    act.actor = decider.owner.principal().clone();
    act.statement = Some(statement);
    act.signature = Some(signed.signature.clone());
    let id = proposal.id.clone();
    let writes = writes(proposal, &review, page);
    let change = Change {
        act,
        consequences: Vec::new(),
        writes,
        expected: Some(Expected { proposal: id, version: proposal.version }),
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    tracing::info!(
        proposal.id = %proposal.id,
        review.decision = review.decision().word(),
        review.reviewer = review.reviewer(),
        audit.seq = receipt.seq,
        "a decision was recorded"
    );
    // The decision stands whether or not the anchors can be reached; the answer says so.
    let anchored = anchoring::publish(invocation, invocation.store()?).await.unwrap_or_default();
    Ok(Decided { anchored, ..decided(&review, &receipt, decider.assurance, missing) })
}

/// Lists the rows of a decision.
fn writes(proposal: &Proposal, review: &Review, page: Option<String>) -> Vec<Write> {
    let id = proposal.id.clone();
    // Approvals add up to a quorum, so one keeps those before it; any other decision ends them.
    let ends = !review.decision().is_approval();
    let ended = ends.then(|| Write::EndApprovals { proposal: id.clone() });
    let decided = [
        Write::NewReview(Box::new(review.clone())),
        Write::SetStatus { proposal: id.clone(), status: review.status() },
        Write::SetStanding { proposal: id, standing: Standing::Clear },
    ];
    // The page is kept with the decision, so that its digest shows for good what was decided on.
    ended.into_iter().chain(decided).chain(page.map(Write::NewBlob)).collect()
}

/// Adds the statement to sign to the question of a decision: whoever says yes signs at once, and the command runs once more.
pub fn asked(
    invocation: &Invocation,
    proposal: &Proposal,
    decider: &Decider,
    ruling: &Ruling,
    question: CommandError,
) -> CommandError {
    if question.confirmation.is_none() || decider.signed.is_some() {
        return question;
    }
    match statement(invocation, proposal, decider, ruling) {
        Ok(statement) => question.signing(signing::to_sign(statement, &decider.signers)),
        Err(error) => error,
    }
}

/// Finds the decision that an earlier invocation with the same key recorded: it is not made twice.
pub async fn replayed(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Option<Decided>, CommandError> {
    let found = repeated::records(invocation, &proposal.id).await?;
    let Some(found) = found.into_iter().find(|found| found.record.stmt.is_some()) else {
        return Ok(None);
    };
    let store = invocation.store()?;
    let reviews = store.reviews(&proposal.id).await?;
    let review = reviews.into_iter().find(|review| review.seq == found.record.seq);
    let signers = store.signers().await?;
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
        assurance: recorded(&found.record, &signers),
        key: review.signer,
        missing: None,
        anchored: None,
        repository: None,
        branch: None,
        still_in: Vec::new(),
        audit: ReceiptView { seq: review.seq, hash: found.hash.hex() },
    }))
}

/// Grades the key that signed: as enrolled, and as it was used where the surface saw less.
fn used(
    signers: &Signers,
    fingerprint: Option<&str>,
    kept: Option<Assurance>,
) -> Option<Assurance> {
    let is_it = |signer: &&Signer| Some(signer.key.fingerprint().as_str()) == fingerprint;
    // A key may have been enrolled again; the last word on it counts.
    let signer = signers.0.iter().rev().find(is_it)?;
    Some(signer.assurance.as_used(kept, signer.key.application().is_some()))
}

/// Reads the grade from the entry, as it was recorded with the decision; older entries leave it to the enrolment.
fn recorded(record: &Record, signers: &Signers) -> Option<Assurance> {
    let word = record.data.get("assurance").cloned();
    let said = word.and_then(|word| serde_json::from_value(word).ok());
    said.or_else(|| used(signers, record.actor.key.as_deref(), None))
}

fn decided(
    review: &Review,
    receipt: &Receipt,
    assurance: Option<Assurance>,
    missing: Option<Missing>,
) -> Decided {
    Decided {
        proposal_id: review.proposal().to_string(),
        revision: review.revision(),
        content_hash: review.content_hash().hex(),
        execution_id: review.execution().map(ToString::to_string),
        decision: review.decision(),
        reviewer: review.reviewer().to_owned(),
        reason: review.reason().map(str::to_owned),
        comment: review.comment().to_owned(),
        key: review.signer().map(str::to_owned),
        assurance,
        missing: missing.map(MissingView::from),
        anchored: None,
        repository: None,
        branch: None,
        still_in: Vec::new(),
        audit: ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() },
    }
}

fn statement(
    invocation: &Invocation,
    proposal: &Proposal,
    decider: &Decider,
    ruling: &Ruling,
) -> Result<String, CommandError> {
    let review = &ruling.review;
    let executed = rests_on(ruling.execution.as_ref(), &ruling.recorded)?;
    let revokes = match review.decision() {
        Decision::Revoked => standing_approval(&ruling.recorded),
        Decision::Approved
        | Decision::ApprovedDespite
        | Decision::Rejected
        | Decision::Reopened => None,
    };
    let comment = Some(review.comment().to_owned()).filter(|comment| !comment.is_empty());
    let Stamp { as_of, issued_at, nonce } = decider.stamp.clone();
    let statement = DecisionStatement {
        proposal: proposal.id.clone(),
        revision: review.revision(),
        revision_digest: review.content_hash(),
        predicate: Predicate {
            decision: review.decision(),
            evidence: executed.map(|executed| executed.evidence.clone()),
            evidence_set: ruling.recorded.evidence_set()?,
            env_digest: executed.map(|executed| executed.environment),
            policy_digest: decider.policy.digest(),
            reason: review.reason().map(str::to_owned),
            comment,
            shown_digest: review.shown_digest(),
            as_of,
            issued_at,
            expires_at: review.expires_at(),
            nonce,
            revokes,
            binding: Some(Binding {
                review: review.id().clone(),
                via: StatedVia::of(&invocation.caller.via),
            }),
        },
    };
    let bytes = statement.to_bytes().map_err(|error| {
        CommandError::from_source(ErrorKind::Usage, &error).hint("Say it in fewer words.")
    })?;
    String::from_utf8(bytes).map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

/// Finds the entry of the execution that a decision rests on.
fn rests_on<'a>(
    execution: Option<&Execution>,
    recorded: &'a Recorded,
) -> Result<Option<&'a Executed>, CommandError> {
    let Some(execution) = execution else { return Ok(None) };
    let found = recorded.executed(&execution.id).ok_or_else(|| {
        let message = format!("executions: {} has no entry", execution.id);
        CommandError::broken(message)
    })?;
    Ok(Some(found))
}

/// Finds the nonce of the approval that stands.
fn standing_approval(recorded: &Recorded) -> Option<Nonce> {
    let decisions = recorded.standing.decisions.iter().rev();
    decisions.into_iter().find(|one| one.decision.is_approval())?.nonce
}
