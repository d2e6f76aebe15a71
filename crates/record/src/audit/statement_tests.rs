//! Tests of what a decision statement holds and refuses.
//!
//! The bytes are compared whole: their field names and order are frozen.

use crate::audit::canonical::CanonicalError;
use crate::audit::statement::{
    AsOf, DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
    StatementError,
};
use crate::domain::decision::Decision;
use crate::domain::digest::Digest;
use crate::domain::id::{ExecutionId, ProposalId};
use crate::domain::time::Timestamp;

const TEXT: &str = r#"{"_type":"https://in-toto.io/Statement/v1","predicate":{"asOf":{"origin":"saraphina/test","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","size":3},"decision":"approved","envDigest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","evidence":{"digest":{"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"execution":"exec_0123456789ab","verdict":"passed"},"evidenceSet":{"count":1,"digest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","failed":0,"passed":1},"issuedAt":"2026-11-20T08:47:00.000Z","nonce":"00000000000000000000000000000007","policyDigest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","shownDigest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"predicateType":"urn:saraphina:decision:v1","subject":[{"digest":{"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"name":"proposal_0123456789ab/r2"}]}"#;

fn evidence() -> Evidence {
    Evidence {
        execution: "exec_0123456789ab".parse().unwrap(),
        digest: Digest::of(b"abc"),
        verdict: EvidenceVerdict::Passed,
    }
}

fn statement() -> DecisionStatement {
    let digest = Digest::of(b"abc");
    DecisionStatement {
        proposal: "proposal_0123456789ab".parse::<ProposalId>().unwrap(),
        revision: 2,
        revision_digest: digest,
        predicate: Predicate {
            decision: Decision::Approved,
            evidence: Some(evidence()),
            evidence_set: EvidenceSet { count: 1, passed: 1, failed: 0, digest },
            env_digest: Some(digest),
            policy_digest: digest,
            reason: None,
            comment: None,
            shown_digest: Some(digest),
            as_of: AsOf { origin: "saraphina/test".to_owned(), size: 3, root: Digest::ZERO },
            issued_at: Timestamp::from_millis(1_795_164_420_000),
            expires_at: None,
            nonce: Nonce(7_u128.to_be_bytes()),
            revokes: None,
            binding: None,
        },
    }
}

fn with(change: impl FnOnce(&mut Predicate)) -> Result<Vec<u8>, StatementError> {
    let mut statement = statement();
    change(&mut statement.predicate);
    statement.to_bytes()
}

#[test]
fn a_statement_has_these_bytes_and_reads_back() {
    assert_eq!(String::from_utf8(statement().to_bytes().unwrap()).unwrap(), TEXT);
    assert_eq!(DecisionStatement::parse(TEXT.as_bytes()), Ok(statement()));
}

#[test]
fn other_types_subjects_and_spellings_are_refused() {
    let parse = |from: &str, to: &str| {
        assert!(TEXT.contains(from), "{from}");
        DecisionStatement::parse(TEXT.replacen(from, to, 1).as_bytes())
    };
    let malformed = [
        ("decision:v1", "decision:v2"),
        ("Statement/v1", "Statement/v0.1"),
        ("/r2", "/2"),
        ("\"size\":3", "\"size\":3,\"surplus\":1"),
        ("\"approved\"", "\"approve\""),
        ("000007\"", "00007\""),
        ("\"subject\":[{", "\"subject\":[{},{"),
    ];
    let respelled = [
        ("/r2", "/r02"),
        ("\"size\":3", "\"size\": 3"),
        ("{\"sha256\":\"", "{\"sha256\":\"sha256:"),
    ];

    for (from, to) in malformed {
        assert!(matches!(parse(from, to), Err(StatementError::Malformed { .. })), "{to}");
    }
    for (from, to) in respelled {
        assert_eq!(parse(from, to), Err(StatementError::NotCanonical), "{to}");
    }
}

#[test]
fn each_text_has_its_limit() {
    let text = |chars: usize| Some("é".repeat(chars));
    let long = StatementError::ReasonTooLong { chars: 2_001 };
    let comment = StatementError::CommentTooLong { chars: 1_001 };

    assert!(with(|it| it.reason = text(2_000)).is_ok());
    assert_eq!(with(|it| it.reason = text(2_001)), Err(long));
    assert_eq!(with(|it| it.comment = text(1_001)), Err(comment));
    assert!(matches!(
        with(|it| {
            it.reason = Some("🧪".repeat(2_000));
            it.comment = Some("🧪".repeat(1_000));
        }),
        Err(StatementError::TooLong { bytes }) if bytes > 8_192
    ));
}

#[test]
fn every_decision_but_a_plain_approval_needs_its_reason() {
    let reason = |decision, reason: &str| {
        with(|it| {
            it.decision = decision;
            it.reason = (!reason.is_empty()).then(|| reason.to_owned());
        })
        .err()
    };
    let least = |least| Some(StatementError::ReasonTooShort { least });

    assert_eq!(reason(Decision::Approved, ""), None);
    assert_eq!(reason(Decision::ApprovedDespite, "too short"), least(10));
    assert_eq!(reason(Decision::ApprovedDespite, "ten chars!"), None);
    for decision in [Decision::Rejected, Decision::Revoked, Decision::Reopened] {
        assert_eq!(reason(decision, ""), least(1));
        assert_eq!(reason(decision, "x"), None);
    }
}

#[test]
fn an_approval_stands_on_evidence_environment_and_what_was_shown() {
    let refused = Err(StatementError::ApprovalWithoutGrounds);

    assert_eq!(with(|it| it.evidence = None), refused);
    assert_eq!(with(|it| it.env_digest = None), refused);
    assert_eq!(with(|it| it.shown_digest = None), refused);
    assert!(
        with(|it| {
            it.decision = Decision::Rejected;
            it.reason = Some("no".to_owned());
            it.evidence = None;
            it.env_digest = None;
            it.shown_digest = None;
        })
        .is_ok()
    );
}

#[test]
fn the_delete_character_becomes_visible() {
    let bytes = with(|it| it.comment = Some("a\u{7f}b".to_owned())).unwrap();
    let raw = String::from_utf8(bytes).unwrap().replace('␡', "\u{7f}");

    assert_eq!(DecisionStatement::parse(raw.as_bytes()), Err(StatementError::NotCanonical));
    let origin = with(|it| it.as_of.origin = "\u{7f}".to_owned());
    assert_eq!(origin, Err(StatementError::Canonical(CanonicalError::Delete)));
}

#[test]
fn an_evidence_set_does_not_depend_on_order() {
    let failed = Evidence {
        execution: ExecutionId::derived("x"),
        digest: Digest::of(b"x"),
        verdict: EvidenceVerdict::Failed,
    };

    let set = EvidenceSet::of(&[evidence(), failed.clone()]).unwrap();

    assert_eq!((set.count, set.passed, set.failed), (2, 1, 1));
    assert_eq!(EvidenceSet::of(&[failed.clone(), evidence(), failed]), Ok(set));
}
