//! The quorum that changes of policy and keys need, from the entries alone.

use record::audit::local_key::LocalKey;
use record::audit::owner_change::data_digest;
use record::audit::problem::Problem;
use record::audit::quorum::QuorumError;
use record::audit::verification::Verification;
use record::audit::verify::Verifier;
use record::domain::act::ActKind;
use serde_json::{Map, Value, json};

use super::forge::{Log, digest};

type Data = Vec<(&'static str, Value)>;

/// What stands before a change, the change, and what is wrong with it.
type Case<'a> = (&'a [(Data, &'a str)], Data, Problem);

fn alice() -> LocalKey {
    LocalKey::from_seed(&[0x77; 32])
}

fn bob() -> LocalKey {
    LocalKey::from_seed(&[0x78; 32])
}

/// The detail of a policy with this quorum.
fn policy(quorum: u64) -> Data {
    vec![
        ("before", json!(digest("old"))),
        ("policy", json!({"approval": {"quorum": quorum}, "version": 1})),
        ("policy_digest", json!(digest("new"))),
        ("quorum_rule", json!(1)),
    ]
}

fn key_data(name: &str, key: &LocalKey) -> Data {
    vec![
        ("assurance", json!("low")),
        ("fingerprint", json!(key.public().fingerprint())),
        ("key", json!(key.public().to_string())),
        ("principal", json!(name)),
        ("quorum_rule", json!(1)),
    ]
}

/// The detail of an endorsement of a change.
fn endorsement(kind: ActKind, data: &Data) -> Data {
    let detail: Map<String, Value> =
        data.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let digest = data_digest(&detail).unwrap().to_string();
    vec![("change", json!(kind)), ("change_digest", json!(digest)), ("quorum_rule", json!(1))]
}

/// Alice and Bob under a quorum of two.
fn two_owners() -> Log {
    let mut log = Log::begun();
    for (name, key) in [("alice", alice()), ("bob", bob())] {
        log.append(&log.changed(ActKind::OwnerKeyAdded, key_data(name, &key), ("alice", &alice())));
    }
    log.append(&log.changed(ActKind::PolicyChanged, policy(2), ("alice", &alice())));
    log
}

fn change(log: &mut Log, kind: ActKind, data: Data, by: (&str, &LocalKey)) {
    let act = log.changed(kind, data, by);
    log.append(&act);
}

fn verified(log: &Log) -> Verification {
    let mut verifier = Verifier::new(Some(log.key.verifier().clone()));
    for record in &log.records {
        drop(verifier.push(record));
    }
    verifier.finish(Some(&log.checkpoint()), None)
}

/// A log for the frozen files: an endorsed removal, and an emergency.
pub(super) fn frozen() -> Log {
    let mut log = two_owners();
    let removal = vec![
        ("fingerprint", json!(bob().public().fingerprint())),
        ("principal", json!("bob")),
        ("quorum_rule", json!(1)),
    ];
    let endorsed = endorsement(ActKind::OwnerKeyRemoved, &removal);
    let eve = LocalKey::from_seed(&[0x79; 32]);
    let (kind, added) = (ActKind::OwnerKeyAdded, key_data("eve", &eve));
    change(&mut log, ActKind::OwnerChangeEndorsed, endorsement(kind, &added), ("bob", &bob()));
    change(&mut log, kind, added, ("alice", &alice()));
    change(&mut log, ActKind::OwnerChangeEndorsed, endorsed, ("eve", &eve));
    change(&mut log, ActKind::OwnerKeyRemoved, removal, ("alice", &alice()));
    let mut alone = policy(1);
    alone.push(("emergency", json!("eve cannot be reached since Monday")));
    change(&mut log, ActKind::PolicyChanged, alone, ("alice", &alice()));
    log
}

#[test]
fn a_change_that_others_endorsed_holds_and_an_emergency_is_told() {
    let found = verified(&frozen());

    assert_eq!((found.ok, found.problem), (true, None));
    let told: Vec<_> =
        found.emergencies.iter().map(|one| (one.seq, &*one.by, &*one.reason)).collect();
    assert_eq!(told, [(8, "alice", "eve cannot be reached since Monday")]);
}

#[test]
fn a_change_that_too_few_want_breaks_the_log() {
    let kind = ActKind::PolicyChanged;
    let short = {
        let mut data = policy(1);
        data.push(("emergency", json!("now")));
        data
    };
    let missing = Problem::Quorum(QuorumError::Missing { found: 1, wanted: 2 });
    let cases: [Case<'_>; 5] = [
        (&[], policy(1), missing.clone()),
        (&[(endorsement(kind, &policy(1)), "alice")], policy(1), missing.clone()),
        (&[(endorsement(kind, &policy(3)), "bob")], policy(1), missing.clone()),
        (&[(endorsement(ActKind::OwnerKeyAdded, &policy(1)), "bob")], policy(1), missing),
        (&[], short, Problem::Quorum(QuorumError::Reason)),
    ];
    for (before, data, problem) in cases {
        let mut log = two_owners();
        for (endorsed, by) in before {
            let key = if *by == "bob" { bob() } else { alice() };
            change(&mut log, ActKind::OwnerChangeEndorsed, endorsed.clone(), (by, &key));
        }
        let seq = log.tree.size();
        change(&mut log, kind, data, ("alice", &alice()));

        let found = verified(&log);

        assert_eq!((found.ok, found.first_bad, found.problem), (false, Some(seq), Some(problem)));
    }
}

#[test]
fn a_restore_by_one_owner_of_two_is_an_emergency() {
    let kind = ActKind::LogRestored;
    let with = |more: &[(&'static str, Value)]| {
        [&[("reason", json!("the disk failed")), ("size", json!(3))], more].concat()
    };
    let missing = Problem::Quorum(QuorumError::Missing { found: 1, wanted: 2 });
    let emergency = ("emergency", json!("bob cannot be reached since Monday"));
    let cases: [(Data, Option<Problem>); 5] = [
        (with(&[]), None),
        (with(&[("quorum_rule", json!(1))]), None),
        (with(&[("quorum_rule", json!(2))]), Some(missing)),
        (with(&[("emergency", json!("now"))]), Some(Problem::Quorum(QuorumError::Reason))),
        (with(&[("quorum_rule", json!(2)), emergency]), None),
    ];
    for (data, problem) in cases {
        let mut log = two_owners();
        let is_emergency = data.iter().any(|(name, _)| *name == "emergency") && problem.is_none();
        change(&mut log, kind, data, ("alice", &alice()));

        let found = verified(&log);

        assert_eq!((found.ok, found.problem), (problem.is_none(), problem));
        assert_eq!(found.emergencies.len(), usize::from(is_emergency));
    }
}

#[test]
fn an_endorsement_does_not_outlive_another_change() {
    let kind = ActKind::PolicyChanged;
    let mut log = two_owners();
    let wanted = endorsement(kind, &policy(1));
    change(&mut log, ActKind::OwnerChangeEndorsed, wanted, ("bob", &bob()));
    let other = policy(3);
    let endorsed = endorsement(kind, &other);
    change(&mut log, ActKind::OwnerChangeEndorsed, endorsed, ("bob", &bob()));
    change(&mut log, kind, other, ("alice", &alice()));
    let seq = log.tree.size();
    change(&mut log, kind, policy(1), ("alice", &alice()));

    let found = verified(&log);

    let missing = Problem::Quorum(QuorumError::Missing { found: 1, wanted: 3 });
    assert_eq!((found.first_bad, found.problem), (Some(seq), Some(missing)));
}

#[test]
fn once_the_rule_holds_an_entry_cannot_opt_out_of_it() {
    let mut log = two_owners();
    let seq = log.tree.size();
    let mut old = policy(1);
    old.retain(|(name, _)| *name != "quorum_rule");
    change(&mut log, ActKind::PolicyChanged, old, ("alice", &alice()));

    let found = verified(&log);

    assert_eq!((found.ok, found.first_bad), (false, Some(seq)));
}
