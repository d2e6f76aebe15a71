//! Signed heads against the entries.

use record::audit::checkpoint::{Checkpoint, CheckpointError};
use record::audit::head::Head;
use record::audit::key::LogKey;
use record::audit::local_key::LocalKey;
use record::audit::problem::Problem;
use record::audit::signers::SignerError;
use record::audit::verify::Verifier;
use record::domain::act::ActKind;
use serde_json::json;

use super::forge::{Log, ORIGIN, digest, owner};
use super::tamper::{log, rewritten, verify};

#[test]
fn entries_after_the_checkpoint_are_unsigned() {
    let log = log();

    let verification = verify(&log.records, Some(&log.checkpoint_at(10)), None);

    assert_eq!(
        (verification.first_bad, verification.problem),
        (Some(10), Some(Problem::Unsigned { size: 10 }))
    );
}

#[test]
fn a_head_newer_than_the_database_is_a_rollback() {
    let log = log();
    let head = Head { generation: 9, note: log.checkpoint() };

    let verification = verify(&log.records[..8], Some(&log.checkpoint_at(8)), Some(&head));

    assert_eq!(
        (verification.first_bad, verification.problem),
        (Some(8), Some(Problem::RolledBack { size: 12, entries: 8 }))
    );
}

#[test]
fn a_head_of_another_history_is_found() {
    let (log, forged) = (log(), rewritten(7));
    let head = Head { generation: 9, note: log.checkpoint_at(9) };

    let verification = verify(&forged.records, Some(&forged.checkpoint()), Some(&head));

    assert_eq!(verification.problem, Some(Problem::Root { size: 9 }));
}

#[test]
fn missing_and_foreign_signatures_are_told_apart() {
    let log = log();
    let other = LogKey::from_seed(ORIGIN, &[1; 32]).unwrap();
    let root = log.tree.root_at(12).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 12, root };
    let foreign = other.sign(&checkpoint).unwrap();
    let wrong_key = CheckpointError::WrongKey {
        found: other.verifier().label(),
        wanted: log.key.verifier().label(),
    };

    let problem = |note: Option<&str>| verify(&log.records, note, None).problem;

    assert_eq!(problem(None), Some(Problem::NoCheckpoint));
    assert_eq!(problem(Some(&foreign)), Some(Problem::Checkpoint(wrong_key)));
    assert_eq!(problem(Some("nonsense")), Some(Problem::Checkpoint(CheckpointError::Malformed)));
}

#[test]
fn a_log_under_another_key_is_refused_at_its_genesis() {
    let other = LogKey::from_seed(ORIGIN, &[1; 32]).unwrap();
    let mut verifier = Verifier::new(Some(other.verifier().clone()));

    let found = verifier.push(&log().records[0]).unwrap_err();

    let wanted = other.verifier().vkey();
    let key = log().key.verifier().vkey();
    assert_eq!((found.seq, found.problem), (0, Problem::ForeignKey { found: key, wanted }));
}

#[test]
fn a_head_that_cannot_be_opened_is_a_problem_and_one_alone_suffices() {
    let log = log();
    let with_head = |checkpoint, note| {
        verify(&log.records, checkpoint, Some(&Head { generation: 1, note })).problem
    };

    assert_eq!(with_head(None, log.checkpoint()), None);
    assert_eq!(with_head(None, log.checkpoint_at(11)), Some(Problem::Unsigned { size: 11 }));
    assert_eq!(
        with_head(Some(&log.checkpoint()), "torn".to_owned()),
        Some(Problem::Head(CheckpointError::Malformed))
    );
}

#[test]
fn without_a_key_the_log_is_held_against_its_own_genesis() {
    let log = log();
    let mut verifier = Verifier::new(None);
    for record in &log.records {
        verifier.push(record).unwrap();
    }

    let verification = verifier.finish(Some(&log.checkpoint()), None);

    let signer = verification.checkpoint.map(|checkpoint| checkpoint.signed_by);
    assert_eq!((verification.ok, signer), (true, Some(log.key.verifier().label())));
}

#[test]
fn a_kept_checkpoint_tells_growth_rollback_and_fork_apart() {
    let (log, forged) = (log(), rewritten(7));
    let kept = |records: &[Vec<u8>], note: &str| {
        let mut verifier = Verifier::new(Some(log.key.verifier().clone()));
        for record in records {
            verifier.push(record).unwrap();
        }
        verifier.compare_kept(note)
    };
    let other = LogKey::from_seed(ORIGIN, &[1; 32]).unwrap();
    let root = log.tree.root_at(9).unwrap();
    let foreign = other.sign(&Checkpoint { origin: ORIGIN.to_owned(), size: 9, root }).unwrap();

    assert_eq!(kept(&log.records, &log.checkpoint_at(9)), None);
    assert_eq!(kept(&forged.records, &log.checkpoint_at(7)), None);
    assert_eq!(
        kept(&forged.records, &log.checkpoint_at(9)),
        Some((None, Problem::Fork { size: 9 }))
    );
    assert_eq!(
        kept(&log.records[..8], &log.checkpoint_at(9)),
        Some((Some(8), Problem::BehindKept { size: 9, entries: 8 }))
    );
    assert!(matches!(kept(&log.records, &foreign), Some((None, Problem::Kept(_)))));
}

#[test]
fn a_restore_is_signed_by_an_enrolled_key_once_there_is_one() {
    let (alice, mallory) = (LocalKey::from_seed(&[0x77; 32]), LocalKey::from_seed(&[0x79; 32]));
    let left = || {
        let size = ("size", json!(2));
        let root = ("root", json!(digest("root")));
        [size, root, ("backup_digest", json!(digest("backup")))]
    };
    let unsigned = left()
        .into_iter()
        .fold(owner(ActKind::LogRestored), |act, (name, value)| act.with(name, value));
    let found = |by: Option<&LocalKey>, is_enrolled: bool| {
        let mut log = Log::begun();
        if is_enrolled {
            log.append(&log.key_added(&alice, ("alice", &alice)));
        }
        let signed = |key| log.changed(ActKind::LogRestored, left(), ("alice", key));
        let act = by.map_or_else(|| unsigned.clone(), signed);
        log.append(&act);
        verify(&log.records, Some(&log.checkpoint()), None).problem
    };

    assert_eq!([found(None, false), found(Some(&alice), true)], [None, None]);
    assert_eq!(found(None, true), Some(Problem::Signer(SignerError::Unsigned)));
    let fingerprint = mallory.public().fingerprint();
    assert_eq!(
        found(Some(&mallory), true),
        Some(Problem::Signer(SignerError::Unknown { fingerprint }))
    );
}
