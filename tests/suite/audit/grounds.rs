//! Decisions that a log does not bear, each found by its own rule.
//!
//! The entries are chained and signed again after each change and, where it says so, the statements issued anew by the owner's key:
//! nothing but the rules is left to tell.

use record::audit::decision::DecisionError;
use record::audit::grounds::GroundsError;
use record::audit::plain::PlainError;
use record::audit::problem::Problem;
use record::audit::verify::Verifier;
use record::domain::digest::Digest;
use record::domain::policy::Policy;
use serde_json::{Value, json};

use super::bound::bound;
use super::mutate::{Draft, Seal};

/// Entries of the log: see `bound.rs`.
const CREATED: usize = 2;
const REJECTED: usize = 4;
const VERDICT: usize = 7;
const DESPITE: usize = 8;
const REVOKED: usize = 9;
const NEWER_REVISION: usize = 10;
const POLICY: usize = 13;
const DISMISSED: usize = 14;
const EXPIRED: usize = 17;
const LAST: usize = 18;

fn problem(seal: Seal, change: impl FnOnce(&mut Vec<Value>)) -> Option<(u64, Problem)> {
    let log = bound();
    let mut draft = Draft::of(&log.records);
    change(&mut draft.entries);
    let (records, note) = draft.sealed(&log.key, seal);
    let mut verifier = Verifier::new(Some(log.key.verifier().clone()));
    let _first = records.iter().try_for_each(|record| verifier.push(record));
    let found = verifier.finish(Some(&note), None);
    assert_eq!(found.ok, found.problem.is_none());
    found.first_bad.zip(found.problem)
}

/// The statement of an entry, changed.
fn restate(entry: &mut Value, change: impl FnOnce(&mut Value)) {
    let mut own: Value = serde_json::from_str(entry["stmt"].as_str().unwrap()).unwrap();
    change(&mut own["predicate"]);
    entry["stmt"] = json!(own.to_string());
}

fn other() -> Value {
    json!(Digest::of(b"something else").to_string())
}

#[test]
fn an_untouched_log_holds_sealed_again_either_way() {
    assert_eq!(problem(Seal::Log, |_| {}), None);
    assert_eq!(problem(Seal::Owners, |_| {}), None);
}

#[test]
fn no_word_of_the_newest_decision_can_be_changed_under_its_signature() {
    let cases: [(&str, Value, &str); 15] = [
        ("/data/decision", json!("approved_despite"), "decision"),
        ("/data/reason", json!("another reason"), "reason"),
        ("/data/comment", json!("another comment"), "comment"),
        ("/data/shown_digest", other(), "shown_digest"),
        ("/data/verdict", json!("failed"), "verdict"),
        ("/data/evidence_digest", other(), "evidence_digest"),
        ("/data/environment_digest", other(), "environment_digest"),
        ("/data/policy_digest", other(), "policy_digest"),
        ("/data/expires_at", json!("2036-11-20T08:47:00.000Z"), "expires_at"),
        ("/data/nonce", json!("00000000000000000000000000000000"), "nonce"),
        ("/data/review", json!("review_000000000000"), "review"),
        ("/data/comment", Value::Null, "comment"),
        ("/via/surface", json!("http"), "via"),
        ("/via/uid", json!(0), "via"),
        ("/sig", Value::Null, "sig"),
    ];
    for (path, value, part) in cases {
        let found = problem(Seal::Log, |entries| {
            let (parent, name) = path.rsplit_once('/').unwrap();
            let parent = entries[LAST].pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match value.clone() {
                Value::Null => drop(parent.remove(name)),
                value => drop(parent.insert(name.to_owned(), value)),
            }
        });

        let stated = Problem::Decision(DecisionError::Stated { part });
        assert_eq!(found, Some((18, stated)), "{path}");
    }
    let actor = problem(Seal::Log, |entries| entries[LAST]["actor"]["type"] = json!("system"));
    assert_eq!(actor, Some((18, Problem::Decision(DecisionError::Actor))));
}

/// A change of the entries, and what is found at which of them.
type Case = (fn(&mut Vec<Value>), u64, GroundsError);

#[test]
fn a_decision_rests_on_what_is_on_record() {
    let cases: [Case; 12] = [
        (|log| log[NEWER_REVISION]["subject"]["revision"] = json!(3), 10, GroundsError::Number),
        (
            |log| log[NEWER_REVISION]["subject"]["revision_digest"] = other(),
            12,
            GroundsError::Revision,
        ),
        (|log| log[VERDICT]["data"]["evidence_digest"] = other(), 8, GroundsError::Verdict),
        (|log| log[VERDICT]["data"]["environment_digest"] = other(), 8, GroundsError::Verdict),
        (|log| log[VERDICT]["data"]["verdict"] = json!("passed"), 8, GroundsError::Verdict),
        (|log| log[VERDICT]["data"]["integrity"] = json!("observed"), 8, GroundsError::Integrity),
        (|log| log[VERDICT - 1]["data"]["verdict"] = json!("failed"), 8, GroundsError::EvidenceSet),
        (|log| log[VERDICT - 1]["kind"] = json!("execution.leased"), 8, GroundsError::EvidenceSet),
        (|log| log[POLICY]["data"]["policy_digest"] = other(), 16, GroundsError::Policy),
        (|log| log[POLICY]["data"]["before"] = other(), 13, GroundsError::PolicyBefore),
        (|log| log[DISMISSED]["data"]["dismisses"] = json!("review_0"), 14, GroundsError::Ends),
        (|log| log[EXPIRED]["data"]["expired_at"] = json!("2036-11-20"), 17, GroundsError::Ends),
    ];
    for (number, (change, seq, error)) in cases.into_iter().enumerate() {
        let found = problem(Seal::Owners, change);

        assert_eq!(found, Some((seq, Problem::Grounds(error))), "case {number}");
    }
}

/// Puts an entry behind all others, made of another one.
fn add(log: &mut Vec<Value>, of: usize, change: impl FnOnce(&mut Value)) {
    let mut entry = log[of].clone();
    entry["ts"] = log[log.len() - 1]["ts"].clone();
    change(&mut entry);
    log.push(entry);
}

/// An application of what stands at the end.
fn apply(log: &mut Vec<Value>) {
    add(log, NEWER_REVISION, |entry| entry["kind"] = json!("apply.started"));
}

/// Entries that whoever has the key of the log can add, and that the log itself shows to be none.
pub(super) type Odd = (fn(&mut Vec<Value>), u64, Problem);

pub(super) fn odd_entries() -> [Odd; 8] {
    let grounds = Problem::Grounds;
    let plain = Problem::Plain;
    [
        (|log| add(log, CREATED, |_| ()), 19, grounds(GroundsError::Begun)),
        (|log| add(log, NEWER_REVISION, |_| ()), 19, grounds(GroundsError::Number)),
        (
            |log| {
                log.truncate(LAST);
                apply(log);
            },
            18,
            grounds(GroundsError::Unapproved),
        ),
        (
            |log| add(log, CREATED, |entry| entry["ts"] = json!("2020-01-01T00:00:00.000Z")),
            19,
            plain(PlainError::Time),
        ),
        (
            |log| {
                add(log, NEWER_REVISION, |entry| {
                    entry["kind"] = json!("owner.token_added");
                    entry["actor"] = json!({"id": "agent:x", "type": "agent"});
                });
            },
            19,
            plain(PlainError::Agent),
        ),
        (
            |log| {
                let key = log[LAST]["actor"]["key"].clone();
                add(log, NEWER_REVISION, |entry| entry["actor"]["key"] = key);
            },
            19,
            plain(PlainError::Key),
        ),
        (
            |log| add(log, VERDICT, |entry| entry["data"]["verdict"] = json!("great")),
            19,
            plain(PlainError::Verdict),
        ),
        (
            |log| add(log, NEWER_REVISION, |entry| entry["subject"]["revision"] = json!(9)),
            19,
            grounds(GroundsError::Number),
        ),
    ]
}

#[test]
fn an_entry_that_no_honest_program_writes_is_found() {
    for (number, (change, seq, wanted)) in odd_entries().into_iter().enumerate() {
        assert_eq!(problem(Seal::Log, change), Some((seq, wanted)), "case {number}");
    }
    assert_eq!(problem(Seal::Log, apply), None);
}

#[test]
fn a_revision_after_those_that_were_imported_may_have_any_higher_number() {
    let found = problem(Seal::Log, |log| {
        add(log, NEWER_REVISION, |entry| entry["kind"] = json!("history.imported"));
        add(log, NEWER_REVISION, |entry| entry["subject"]["revision"] = json!(9));
    });

    assert_eq!(found, None);
}

#[test]
fn a_statement_must_fit_what_stands_before_it() {
    let found = |at: usize, change: fn(&mut Value)| {
        problem(Seal::Owners, |log| restate(&mut log[at], change))
    };

    let revoked =
        found(REVOKED, |said| said["revokes"] = json!("00000000000000000000000000000000"));
    let unnamed = found(REVOKED, |said| drop(said.as_object_mut().unwrap().remove("revokes")));
    let counted = found(DESPITE, |said| said["evidenceSet"]["count"] = json!(1));
    let early = found(LAST, |said| said["issuedAt"] = json!("2026-11-19T08:47:00.000Z"));
    let late = found(LAST, |said| said["issuedAt"] = json!("2026-11-21T08:47:00.000Z"));

    let grounds = |seq, error| Some((seq, Problem::Grounds(error)));
    assert_eq!(revoked, grounds(9, GroundsError::Revokes));
    assert_eq!(unnamed, grounds(9, GroundsError::Revokes));
    assert_eq!(counted, grounds(8, GroundsError::EvidenceSet));
    assert_eq!(early, grounds(18, GroundsError::Time));
    assert_eq!(late, grounds(18, GroundsError::Time));
}

#[test]
fn what_did_not_pass_is_not_approved_without_a_reason() {
    let found = problem(Seal::Owners, |log| {
        restate(&mut log[DESPITE], |said| {
            said["decision"] = json!("approved");
        });
        log[DESPITE]["kind"] = json!("decision.approved");
        log[DESPITE]["data"]["decision"] = json!("approved");
    });

    assert_eq!(found, Some((8, Problem::Grounds(GroundsError::NotPassed))));
}

#[test]
fn an_older_form_of_statement_may_not_follow_a_newer_one() {
    let found = problem(Seal::Owners, |log| {
        let mut own: Value = serde_json::from_str(log[LAST]["stmt"].as_str().unwrap()).unwrap();
        own["predicateType"] = json!("urn:saraphina:decision:v1");
        own["predicate"].as_object_mut().unwrap().remove("entry");
        log[LAST]["stmt"] = json!(own.to_string());
    });

    assert_eq!(found, Some((18, Problem::Grounds(GroundsError::Older))));
    let first = problem(Seal::Owners, |log| {
        restate(&mut log[REJECTED], |said| drop(said.as_object_mut().unwrap().remove("entry")));
    });
    assert!(
        matches!(first, Some((4, Problem::Decision(DecisionError::Statement(_))))),
        "{first:?}"
    );
}

/// The policy in force is compared by its digest over years: whoever adds a rule must leave out its default where it is written.
#[test]
fn the_digest_of_the_built_in_policy_stays() {
    let digest = Policy::default().digest().to_string();

    assert_eq!(digest, "sha256:e18ae599d8befada98faabadb8ce1a54b50e47bc12c962ba4e7f84a1f11261bb");
}
