//! A log as the present version writes it: every decision binds its entry whole and follows from the entries before it.
//!
//! It is coherent from the first entry to the last, so that whatever is changed in it must be found by a rule.

use record::audit::local_key::LocalKey;
use record::audit::statement::{
    AsOf, Binding, DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
    StatedVia,
};
use record::domain::act::{Act, ActKind, Subject};
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ReviewId};
use record::domain::principal::Principal;
use record::domain::time::Timestamp;
use serde_json::json;

use super::forge::{Log, ORIGIN, START, digest, owner, proposal, proposed, repl, system};

/// What a decision of this log is made of.
pub(super) struct Made<'a> {
    pub(super) decision: Decision,
    pub(super) revision: u32,
    pub(super) reason: Option<&'a str>,
    /// The executions of the revision, the deciding one last.
    pub(super) runs: &'a [Evidence],
    pub(super) policy: Digest,
    pub(super) revokes: Option<Nonce>,
    pub(super) expires_at: Option<Timestamp>,
}

pub(super) fn key() -> LocalKey {
    LocalKey::from_seed(&[0x77; 32])
}

pub(super) fn run(name: &str, verdict: EvidenceVerdict) -> Evidence {
    Evidence {
        execution: ExecutionId::derived(name),
        digest: Digest::of(format!("evidence of {name}").as_bytes()),
        verdict,
    }
}

pub(super) fn content(revision: u32) -> Digest {
    Digest::of(format!("content {revision}").as_bytes())
}

fn about(revision: u32) -> Subject {
    Subject { revision: Some(revision), revision_digest: Some(content(revision)), ..proposed() }
}

pub(super) fn revision(number: u32) -> Act {
    owner(ActKind::RevisionAdded)
        .about(about(number))
        .with("origin", "submitted")
        .with("files", json!([]))
}

pub(super) fn judged(revision: u32, run: &Evidence) -> Act {
    system(ActKind::ExecutionVerdict)
        .about(Subject { execution: Some(run.execution.clone()), ..about(revision) })
        .with("verdict", run.verdict.word())
        .with("reasons", json!([]))
        .with("termination", "completed")
        .with("integrity", "confirmed")
        .with("evidence_digest", run.digest.to_string())
        .with("environment_digest", digest("environment"))
        .with("policy_digest", digest("policy"))
        .with(
            "tests",
            json!({"collected": 7, "executed": 7, "passed": 7, "failed": 0, "errors": 0,
                   "skipped": 0, "xfailed": 0}),
        )
        .with("duration_ms", 843)
}

/// The statement of a decision made now.
pub(super) fn statement(log: &Log, made: &Made<'_>) -> DecisionStatement {
    let size = log.tree.size();
    DecisionStatement {
        proposal: proposal(),
        revision: made.revision,
        revision_digest: content(made.revision),
        predicate: Predicate {
            decision: made.decision,
            evidence: made.runs.last().cloned(),
            evidence_set: EvidenceSet::of(made.runs).unwrap(),
            env_digest: made.runs.last().map(|_| Digest::of(b"environment")),
            policy_digest: made.policy,
            reason: made.reason.map(str::to_owned),
            comment: Some("seen – „so“".to_owned()),
            shown_digest: made.decision.is_approval().then(|| Digest::of(b"shown")),
            as_of: AsOf { origin: ORIGIN.to_owned(), size, root: log.tree.root_at(size).unwrap() },
            issued_at: Timestamp::from_millis(START),
            expires_at: made.expires_at,
            nonce: nonce(size),
            revokes: made.revokes,
            binding: Some(Binding { review: review(size), via: StatedVia::of(&repl()) }),
        },
    }
}

pub(super) fn nonce(size: u64) -> Nonce {
    Nonce((0x5a_u128 << 64 | u128::from(size)).to_be_bytes())
}

fn review(size: u64) -> ReviewId {
    ReviewId::derived(&format!("bound {size}"))
}

/// The act of a decision, as the program records it.
pub(super) fn decided(statement: &DecisionStatement, key: &LocalKey) -> Act {
    let predicate = &statement.predicate;
    let bytes = statement.to_bytes().unwrap();
    let signature = key.sign(&bytes);
    let evidence = predicate.evidence.as_ref();
    let text = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
    let kind =
        ActKind::ALL.iter().copied().find(|kind| Decision::of(*kind) == Some(predicate.decision));
    let review = predicate.binding.as_ref().map(|binding| binding.review.as_str().to_owned());
    let mut act = Act::new(kind.unwrap(), Principal::owner(), repl())
        .about(Subject {
            execution: evidence.map(|one| one.execution.clone()),
            ..about(statement.revision)
        })
        .with("review", review)
        .with("decision", predicate.decision.word())
        .with("reason", predicate.reason.clone())
        .with("comment", predicate.comment.clone())
        .with("shown_digest", text(predicate.shown_digest))
        .with("verdict", evidence.map(|one| one.verdict.word()))
        .with("evidence_digest", text(evidence.map(|one| one.digest)))
        .with("environment_digest", text(predicate.env_digest))
        .with("policy_digest", predicate.policy_digest.to_string())
        .with("integrity", evidence.map(|_| "confirmed"))
        .with("nonce", String::from(predicate.nonce))
        .with("expires_at", predicate.expires_at.map(|moment| moment.to_string()));
    act.actor.key = Some(signature.fingerprint());
    act.signature = Some(signature.armour());
    act.statement = Some(String::from_utf8(bytes).unwrap());
    act
}

impl Log {
    /// Appends a decision and gives its review and nonce.
    pub(super) fn decide(&mut self, made: &Made<'_>) -> (String, Nonce) {
        let size = self.tree.size();
        let act = decided(&statement(self, made), &key());
        self.append(&act);
        (review(size).as_str().to_owned(), nonce(size))
    }
}

fn policy_changed(log: &Log, before: &str, after: &str) -> Act {
    let policy = json!({"approval": {"approval_hours": 1, "quorum": 1}, "version": 1});
    let data = [("before", json!(digest(before))), ("policy", policy)];
    let data = data.into_iter().chain([("policy_digest", json!(digest(after)))]);
    log.changed(ActKind::PolicyChanged, data, ("owner", &key()))
}

fn dismissed(review: &str, cause: &str) -> Act {
    system(ActKind::DecisionDismissed)
        .about(about(2))
        .with("dismisses", review)
        .with("decision", "approved")
        .with("cause", cause)
}

/// Every kind of decision, each with its grounds, and every end of one.
pub(super) fn bound() -> Log {
    let mut log = Log::new();
    let genesis = system(ActKind::LogGenesis)
        .with("vkey", log.key.verifier().vkey())
        .with("version", "0.1.0")
        .with("policy_digest", digest("policy"))
        .with("rules", 1);
    log.append(&genesis);
    let enrolled = log.key_added(&key(), ("owner", &key()));
    log.append(&enrolled);
    log.append(&super::golden::submitted());
    log.append(&revision(1));
    let made = |decision, revision, runs| Made {
        decision,
        revision,
        runs,
        reason: Some("a reason of some length"),
        policy: Digest::of(b"policy"),
        revokes: None,
        expires_at: None,
    };
    log.decide(&made(Decision::Rejected, 1, &[]));
    log.decide(&made(Decision::Reopened, 1, &[]));
    let first = [run("a", EvidenceVerdict::Passed), run("b", EvidenceVerdict::Failed)];
    for run in &first {
        log.append(&judged(1, run));
    }
    let (_, stands) = log.decide(&made(Decision::ApprovedDespite, 1, &first));
    log.decide(&Made { revokes: Some(stands), ..made(Decision::Revoked, 1, &first) });
    log.append(&revision(2));
    let second = [run("c", EvidenceVerdict::Passed)];
    log.append(&judged(2, &second[0]));
    let plain = |runs| Made { reason: None, ..made(Decision::Approved, 2, runs) };
    let (review, _) = log.decide(&plain(&second));
    let changed = policy_changed(&log, "policy", "newer");
    log.append(&changed);
    log.append(&dismissed(&review, "new_policy"));
    let third = [second[0].clone(), run("d", EvidenceVerdict::Passed)];
    log.append(&judged(2, &third[1]));
    let until = Timestamp::from_millis(START + 20_500);
    let policy = Digest::of(b"newer");
    let (review, _) = log.decide(&Made { expires_at: Some(until), policy, ..plain(&third) });
    let expired = system(ActKind::DecisionExpired)
        .about(about(2))
        .with("expires", review)
        .with("expired_at", until.to_string());
    log.append(&expired);
    log.decide(&Made { policy, ..plain(&third) });
    log
}
