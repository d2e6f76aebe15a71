//! Tests of which decisions may be sealed.
//!
//! A record with a statement about anything else than itself must never enter a log.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::audit::decision::DecisionError;
use crate::audit::owner_key::{ED25519, OwnerKey};
use crate::audit::record::{Position, Record};
use crate::audit::sealing::RecordError;
use crate::audit::sshsig::{SshSig, SshSigError, signed_blob};
use crate::audit::statement::DecisionStatement;
use crate::domain::act::{Act, ActKind, Subject};
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Via};
use crate::domain::time::Timestamp;

/// The first approval of the frozen log of decisions, which is signed.
fn frozen() -> Record {
    let text = include_str!("../../../../tests/fixtures/golden/decisions/records.jsonl");
    let line = text.lines().find(|line| line.contains("\"sig\"")).unwrap();
    Record::parse(line.as_bytes()).unwrap()
}

fn act() -> Act {
    let Record { kind, actor, via, subject, data, stmt, sig, .. } = frozen();
    Act { kind, actor, via, subject, data, statement: stmt, signature: sig }
}

fn seal_at(seq: u64, act: &Act) -> Option<DecisionError> {
    let log = frozen().log;
    let ts = Timestamp::from_millis(0);
    match Record::seal(Position { log: &log, seq, prev: Digest::ZERO, ts }, act, "key") {
        Ok(_) => None,
        Err(RecordError::Decision(error)) => Some(error),
        Err(other) => panic!("{other}"),
    }
}

fn seal(act: &Act) -> Option<DecisionError> {
    seal_at(4, act)
}

#[test]
fn a_signed_decision_is_sealed() {
    assert_eq!(seal(&act()), None);
}

#[test]
fn statements_belong_to_decisions_of_the_owner_only() {
    let bare = Act { statement: None, signature: None, ..act() };
    let stopped = Act::new(ActKind::DaemonStopped, Principal::system(), Via::internal());
    let kind = ActKind::DaemonStopped;

    assert_eq!(
        seal(&bare),
        Some(DecisionError::StatementMissing { kind: ActKind::DecisionApproved })
    );
    assert_eq!(
        seal(&Act { statement: act().statement, ..stopped }),
        Some(DecisionError::StatementUnexpected { kind })
    );
}

#[test]
fn record_and_statement_must_say_the_same() {
    let subject = Subject { revision: Some(2), ..act().subject };
    let execution = Subject { execution: None, ..act().subject };
    let name =
        DecisionStatement::parse(act().statement.unwrap().as_bytes()).unwrap().subject_name();
    let kind = ActKind::DecisionRevoked;

    assert_eq!(
        seal(&act().about(subject)),
        Some(DecisionError::Subject { statement: name.clone() })
    );
    assert_eq!(seal(&act().about(execution)), Some(DecisionError::Subject { statement: name }));
    assert_eq!(seal(&Act { kind, ..act() }), Some(DecisionError::Kind { kind }));
}

#[test]
fn a_statement_about_a_later_log_is_refused() {
    let as_of = DecisionError::AsOf { origin: frozen().log, size: 4 };

    assert_eq!(seal_at(3, &act()), Some(as_of));
}

#[test]
fn the_signature_must_be_good_and_by_the_named_key() {
    let signer = act().actor.key.unwrap();
    let unnamed = Act { actor: Principal::owner(), ..act() };
    let stranger = SigningKey::from_bytes(&[3; 32]);
    let over = |message: &[u8]| SshSig {
        key: OwnerKey::Plain(stranger.verifying_key().to_bytes()),
        algorithm: ED25519,
        signature: stranger.sign(&signed_blob(message)).to_bytes().to_vec(),
        presence: None,
    };
    let by_stranger = over(act().statement.unwrap().as_bytes());
    let under = |signature: &SshSig| Act { signature: Some(signature.armour()), ..act() };

    assert_eq!(seal(&unnamed), Some(DecisionError::Signer { signer }));
    assert_eq!(
        seal(&under(&by_stranger)),
        Some(DecisionError::Signer { signer: by_stranger.fingerprint() })
    );
    assert_eq!(
        seal(&under(&over(b"another text"))),
        Some(DecisionError::Signature(SshSigError::Signature))
    );
}
