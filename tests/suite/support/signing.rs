//! Made-up decisions, signed or not.

use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::local_key::LocalKey;
use record::audit::statement::{
    AsOf, DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use record::domain::act::{Act, ActKind, Subject};
use record::domain::change::Change;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId, ReviewId};
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Appends an approval of something made up, signed where there is a key; the log holds, though no row goes with it.
pub(crate) async fn append_approval(
    store: &dyn Store,
    key: Option<&LocalKey>,
    number: u64,
    at: Timestamp,
) -> u64 {
    let note = store.log_state().await.unwrap().checkpoint;
    let head = Checkpoint::parse_unverified(&note).unwrap();
    let change = Change {
        act: approval(&head, key, number, at),
        consequences: vec![],
        writes: vec![],
        expected: None,
        idempotency: format!("made up {number}"),
        at,
    };
    store.commit(change).await.unwrap().seq
}

/// An approval on the log of `head`.
pub(crate) fn approval(
    head: &Checkpoint,
    key: Option<&LocalKey>,
    number: u64,
    at: Timestamp,
) -> Act {
    let statement = statement(head, number, at);
    let bytes = statement.to_bytes().unwrap();
    let subject = Subject {
        proposal: Some(statement.proposal.clone()),
        revision: Some(1),
        revision_digest: Some(statement.revision_digest),
        execution: statement.predicate.evidence.as_ref().map(|one| one.execution.clone()),
    };
    let mut act = Act::new(ActKind::DecisionApproved, Principal::owner(), Via::internal())
        .about(subject)
        .with("review", ReviewId::derived(&format!("signed {number}")).as_str())
        .with("decision", "approved")
        .with("shown_digest", Digest::of(b"shown").to_string())
        .with("verdict", "passed");
    if let Some(key) = key {
        let signature = key.sign(&bytes);
        act.actor.key = Some(signature.fingerprint());
        act.signature = Some(signature.armour());
    }
    act.statement = Some(String::from_utf8(bytes).unwrap());
    act
}

fn statement(head: &Checkpoint, number: u64, at: Timestamp) -> DecisionStatement {
    let name = format!("signed {number}");
    let evidence = Evidence {
        execution: ExecutionId::derived(&name),
        digest: Digest::of(b"evidence"),
        verdict: EvidenceVerdict::Passed,
    };
    DecisionStatement {
        proposal: ProposalId::derived(&name),
        revision: 1,
        revision_digest: Digest::of(name.as_bytes()),
        predicate: Predicate {
            decision: Decision::Approved,
            evidence_set: EvidenceSet::of(std::slice::from_ref(&evidence)).unwrap(),
            evidence: Some(evidence),
            env_digest: Some(Digest::of(b"environment")),
            policy_digest: Digest::of(b"policy"),
            reason: None,
            comment: None,
            shown_digest: Some(Digest::of(b"shown")),
            as_of: AsOf { origin: head.origin.clone(), size: head.size, root: head.root },
            issued_at: at,
            expires_at: None,
            nonce: Nonce((u128::from(number) << 64 | u128::from(head.size)).to_be_bytes()),
            revokes: None,
            binding: None,
        },
    }
}
