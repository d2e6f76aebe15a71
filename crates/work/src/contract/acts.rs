//! Builds the acts that commands put on the record.
//!
//! One function for each kind of act decides which fields its record carries, so that every command that records it writes
//! the same detail. A record is bounded: long texts enter by digest, names that a server chose are cut, and many files are
//! left to the content hash.

use serde_json::{Map, Value, json};

use crate::contract::invocation::Invocation;
use crate::contract::revision_files::{fileless, files};
use crate::contract::row_digest::{execution_rest, revision_rest};
use foundation::providers::completion::Completion;
use foundation::store::query::BackupFacts;
use record::audit::checkpoint::Checkpoint;
use record::audit::proof::TreeHead;
use record::audit::quorum::{QUORUM_RULE, QUORUM_RULE_FIELD};
use record::audit::restored::MAX_ANCHORED;
use record::domain::act::{Act, ActKind, Subject};
use record::domain::concept::Concept;
use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, Termination};
use record::domain::execution::Execution;
use record::domain::id::{ProposalId, ReviewId};
use record::domain::language::Language;
use record::domain::lease::Lease;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::repository::Repository;
use record::domain::review::{PastReview, Review};
use record::domain::revision::{Authorship, Revision};

/// Longest text in the detail of a record, in characters; longer text enters by digest only.
const MAX_TEXT_CHARS: usize = 2_000;
/// Longest name of a model in a record, in characters.
const MAX_NAME_CHARS: usize = 200;
/// Most prerequisites of a concept in a record.
const MAX_PREREQUISITES: usize = 32;

/// Names a revision as the subject of an act.
pub fn revision_subject(proposal: &ProposalId, number: u32, content_hash: Digest) -> Subject {
    Subject {
        proposal: Some(proposal.clone()),
        revision: Some(number),
        revision_digest: Some(content_hash),
        execution: None,
    }
}

/// Names the work of a job as a subject; the digest is that of the revision it runs, which need not be the newest.
fn job_subject(job: &Lease, content_hash: Option<Digest>) -> Subject {
    Subject {
        proposal: Some(job.proposal.clone()),
        revision: Some(job.revision),
        revision_digest: content_hash,
        execution: Some(job.execution.clone()),
    }
}

/// Returns a text that fits into a record, else nothing.
fn short(text: &str) -> Option<&str> {
    (!text.is_empty() && text.chars().count() <= MAX_TEXT_CHARS).then_some(text)
}

/// Cuts a text to the characters that fit into a record.
fn clipped(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

/// Cuts the name of a model for a record: a server chose it, so it may be of any length.
pub fn model_name(model: Option<&str>) -> String {
    model.unwrap_or("none").chars().take(MAX_NAME_CHARS).collect()
}

/// Builds the act of a request that became a proposal.
pub fn proposal_created(
    invocation: &Invocation,
    revision: &Revision,
    request: &str,
    module: &str,
    language: &str,
) -> Act {
    let authorship = &revision.authorship;
    invocation
        .act(ActKind::ProposalCreated)
        .about(Subject { proposal: Some(revision.proposal.clone()), ..Subject::default() })
        .with("language", language)
        .with("module", module)
        .with("request_digest", Digest::of(request.as_bytes()).to_string())
        .with("request", short(request))
        .with("provider", authorship.provider.as_deref().unwrap_or("submission"))
        .with("model", authorship.model.as_deref())
}

/// Builds the act of a proposal that got a revision.
pub fn revision_added(invocation: &Invocation, revision: &Revision) -> Act {
    let explanation = &revision.explanation;
    let digest = (!explanation.is_empty()).then(|| Digest::of(explanation.as_bytes()).to_string());
    let change = revision.source.change();
    invocation
        .act(ActKind::RevisionAdded)
        .about(revision_subject(&revision.proposal, revision.number, revision.content_hash))
        .with("repository", change.map(|change| change.repository.as_str()))
        .with("base_commit", change.map(|change| change.base.commit.as_str()))
        .with("base_tree", change.map(|change| change.base.tree.as_str()))
        .with("parent", revision.parent)
        .with("origin", revision.authorship.origin.word())
        .with("files", files(revision))
        .with("fileless", change.and_then(|change| fileless(change, revision)))
        .with("explanation_digest", digest)
        .with("row_digest", revision_rest(revision).to_string())
}

/// Builds the act of an owner who lets changes be proposed for a repository.
pub fn repository_added(invocation: &Invocation, repository: &Repository) -> Act {
    Act { data: repository.detail(), ..invocation.act(ActKind::OwnerRepositoryAdded) }
}

/// Builds the act of a provider that was asked and answered.
pub fn model_called(
    invocation: &Invocation,
    completion: &Completion,
    authorship: &Authorship,
) -> Act {
    let usage = &completion.usage;
    invocation
        .act(ActKind::ModelCalled)
        .with("provider", completion.provider.as_str())
        .with("model", model_name(completion.model.as_deref()))
        .with("input_tokens", usage.input_tokens)
        .with("output_tokens", usage.output_tokens)
        .with("cost_microusd", usage.cost_microusd)
        .with("latency_ms", usage.latency_ms.unwrap_or(0))
        .with("temperature_milli", authorship.temperature_milli)
        .with("max_tokens", authorship.max_tokens)
        .with("persona", completion.persona.as_deref())
        .with("prompt_digest", Digest::of(completion.prompt.as_bytes()).to_string())
        .with("reply_digest", Digest::of(completion.text.as_bytes()).to_string())
}

/// Builds the act of a job that took a revision to run it.
pub fn execution_leased(
    invocation: &Invocation,
    job: &Lease,
    content_hash: Digest,
    backend: &str,
    timeout_ms: u64,
) -> Act {
    invocation
        .act(ActKind::ExecutionLeased)
        .about(job_subject(job, Some(content_hash)))
        .with("job", job.id.as_str())
        .with("backend", backend)
        .with("timeout_ms", timeout_ms)
        .with("attempt", (job.fence > 1).then_some(job.fence))
}

/// Builds the act of an execution that ended with a verdict.
pub fn execution_verdict(
    invocation: &Invocation,
    execution: &Execution,
    policy: Digest,
    contests: Option<&ReviewId>,
) -> Act {
    let evidence = &execution.evidence;
    let coverage = evidence.coverage.as_ref().map(record::domain::evidence::Coverage::basis_points);
    let reasons: Vec<&str> = execution.verdict.reasons.iter().map(|reason| reason.word()).collect();
    invocation
        .act(ActKind::ExecutionVerdict)
        .about(Subject {
            execution: Some(execution.id.clone()),
            ..revision_subject(&execution.proposal, execution.revision, execution.content_hash)
        })
        .with("verdict", execution.verdict.word.word())
        .with("reasons", reasons)
        .with("termination", termination_word(&evidence.termination))
        .with("integrity", evidence.integrity.state.word())
        .with("evidence_digest", evidence.digest().to_string())
        .with("evidence_form", evidence.form.word())
        .with("environment_digest", evidence.environment.digest().to_string())
        .with("policy_digest", policy.to_string())
        .with("tests", counts(evidence))
        .with("coverage_bp", coverage)
        .with("lint_centi", evidence.lint.score.map(centi))
        .with("lint_tool", Some(evidence.lint.tool.as_str()))
        .with("duration_ms", evidence.timings_ms.total)
        .with("row_digest", execution_rest(execution).to_string())
        .with("contests", contests.map(ReviewId::as_str))
}

fn counts(evidence: &Evidence) -> Map<String, Value> {
    let tests = &evidence.tests;
    [
        ("collected", tests.collected),
        ("executed", tests.executed),
        ("passed", tests.passed),
        ("failed", tests.failed),
        ("errors", tests.errors),
        ("skipped", tests.skipped),
        ("xfailed", tests.xfailed),
    ]
    .into_iter()
    .map(|(name, count)| (name.to_owned(), json!(count)))
    .collect()
}

/// Converts a score into hundredths: a record holds whole numbers only.
#[expect(clippy::cast_possible_truncation, reason = "a score of 0 to 10 in hundredths fits")]
fn centi(score: f64) -> i64 {
    (score * 100.0).round() as i64
}

/// What is told of an end beside its word; `None` where the word says it all.
pub fn termination_detail(termination: &Termination) -> Option<&str> {
    match termination {
        Termination::Limit(text)
        | Termination::EarlyExit(text)
        | Termination::Collection(text)
        | Termination::Syntax(text)
        | Termination::Infrastructure(text) => Some(text),
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Cancelled => None,
    }
}

/// Returns the word of a termination, without its detail.
pub const fn termination_word(termination: &Termination) -> &'static str {
    match termination {
        Termination::Completed => "completed",
        Termination::Timeout => "timeout",
        Termination::Memory => "memory",
        Termination::Limit(_) => "limit",
        Termination::EarlyExit(_) => "early_exit",
        Termination::Collection(_) => "collection",
        Termination::Syntax(_) => "syntax",
        Termination::Infrastructure(_) => "infrastructure",
        Termination::Cancelled => "cancelled",
    }
}

/// Builds the act of an execution that could not be carried out.
pub fn execution_infra_error(
    invocation: &Invocation,
    job: &Lease,
    content_hash: Digest,
    message: &str,
) -> Act {
    invocation
        .act(ActKind::ExecutionInfraError)
        .about(job_subject(job, Some(content_hash)))
        .with("cause", "sandbox")
        .with("message", clipped(message))
        .with("job", job.id.as_str())
}

/// Completes the act of an execution that was given up; `act` says by whom.
pub fn execution_abandoned(
    act: Act,
    job: &Lease,
    content_hash: Option<Digest>,
    cause: &str,
) -> Act {
    act.about(job_subject(job, content_hash)).with("cause", cause).with("job", job.id.as_str())
}

/// Builds the act by which something made a standing decision void.
pub fn decision_dismissed(
    invocation: &Invocation,
    proposal: &Proposal,
    standing: &PastReview,
    cause: &str,
) -> Act {
    let act = Act {
        // The caller made a revision, not a decision: the dismissal follows from the rules, so the system is its actor.
        actor: record::domain::principal::Principal::system(),
        ..invocation.act(ActKind::DecisionDismissed)
    };
    let subject = revision_subject(&proposal.id, proposal.head, proposal.content_hash);
    act.about(subject)
        .with("dismisses", standing.id.as_str())
        .with("decision", standing.decision.word())
        .with("cause", cause)
}

/// Builds the act of an owner's decision, without its statement yet.
pub fn decision(
    invocation: &Invocation,
    review: &Review,
    execution: Option<&Execution>,
    policy: Digest,
) -> Act {
    let subject = Subject {
        execution: review.execution().cloned(),
        ..revision_subject(review.proposal(), review.revision(), review.content_hash())
    };
    let digest = |digest: Digest| digest.to_string();
    invocation
        .act(kind_of(review))
        .about(subject)
        .with("review", review.id().as_str())
        .with("decision", review.decision().word())
        .with("reason", review.reason())
        .with("comment", short(review.comment()))
        .with("shown_digest", review.shown_digest().map(digest))
        .with("verdict", execution.map(|execution| execution.verdict.word.word()))
        .with("evidence_digest", execution.map(|execution| digest(execution.evidence.digest())))
        .with(
            "environment_digest",
            execution.map(|execution| digest(execution.evidence.environment.digest())),
        )
        .with("policy_digest", digest(policy))
        .with("expires_at", review.expires_at().map(|moment| moment.to_string()))
        .with("integrity", execution.map(|execution| execution.evidence.integrity.state.word()))
}

const fn kind_of(review: &Review) -> ActKind {
    use record::domain::decision::Decision;
    match review.decision() {
        Decision::Approved => ActKind::DecisionApproved,
        Decision::ApprovedDespite => ActKind::DecisionApprovedDespite,
        Decision::Rejected => ActKind::DecisionRejected,
        Decision::Revoked => ActKind::DecisionRevoked,
        Decision::Reopened => ActKind::DecisionReopened,
    }
}

/// Builds the act of a restore; it names the head of the home that is left behind, and those that anchors keep.
pub fn log_restored(
    invocation: &Invocation,
    backup: &BackupFacts,
    left: Option<&Checkpoint>,
    anchored: &[TreeHead],
    reason: Option<&str>,
) -> Act {
    let named = |head: &TreeHead| json!({"size": head.size, "root": head.root.to_string()});
    let anchored: Vec<Value> = anchored.iter().take(MAX_ANCHORED).map(named).collect();
    invocation
        .act(ActKind::LogRestored)
        .with("size", backup.entries)
        .with("root", backup.root.to_string())
        .with("backup_digest", backup.digest.to_string())
        .with("from_size", left.map(|head| head.size))
        .with("from_root", left.map(|head| head.root.to_string()))
        .with("anchored", (!anchored.is_empty()).then_some(anchored))
        .with("reason", reason)
        .with(QUORUM_RULE_FIELD, QUORUM_RULE)
}

/// Builds the act of a pruning; `digest` is over the sorted list of the texts that were taken out.
pub fn blob_pruned(
    invocation: &Invocation,
    count: usize,
    bytes: u64,
    digest: &str,
    rule: &str,
) -> Act {
    invocation
        .act(ActKind::BlobPruned)
        .with("count", count)
        .with("bytes", bytes)
        .with("digest", digest)
        .with("rule", rule)
}

/// Builds the act of one concept that was learned.
pub fn concept_learned(invocation: &Invocation, concept: &Concept) -> Act {
    let language = concept.language.map_or("any", Language::word);
    let text = serde_json::to_vec(concept).unwrap_or_default();
    let prerequisites: Vec<&str> =
        concept.prerequisites.iter().take(MAX_PREREQUISITES).map(String::as_str).collect();
    invocation
        .act(ActKind::ConceptLearned)
        .with("name", concept.name.as_str())
        .with("language", language)
        .with("source", concept.source.as_str())
        .with("difficulty", concept.difficulty.level())
        .with("category", concept.category.as_str())
        .with("digest", Digest::of(&text).to_string())
        .with("prerequisites", prerequisites)
}

/// Builds the act of an export of the log, as a `folder` or a `tar`.
pub fn export_created(invocation: &Invocation, entries: u64, root: Digest, form: &str) -> Act {
    invocation
        .act(ActKind::ExportCreated)
        .with("entries", entries)
        .with("root", root.to_string())
        .with("target", form)
}

/// Builds the act of a command that was refused for want of authority.
pub fn denied(invocation: &Invocation, command: &str, needs: Authority) -> Act {
    invocation
        .act(ActKind::AuthDenied)
        .with("command", command)
        .with("needs", needs.to_string())
        .with("has", invocation.caller.authority().to_string())
}
