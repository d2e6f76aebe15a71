//! The detail of a decision's entry, held against what its owner signed.
//!
//! The entry repeats the statement for readers and queries, so nothing in it may say otherwise: whoever has the key of the log
//! could else change the words of a decision under its signature. What an older statement does not say cannot be held against it.

use serde_json::{Map, Value};

use crate::audit::record::Record;
use crate::audit::statement::{DecisionStatement, Predicate, StatedVia};

/// Finds the first part of an entry that is not what the statement says.
pub(super) fn first_difference(
    record: &Record,
    statement: &DecisionStatement,
) -> Option<&'static str> {
    let predicate = &statement.predicate;
    let data = &record.data;
    let is_bound = predicate.binding.is_some();
    let is_complete =
        is_bound || ["nonce", "policy_digest"].iter().all(|name| data.contains_key(*name));
    let differs = |(name, wanted): &(&'static str, Option<String>)| {
        if is_complete {
            is_other(data, name, wanted.as_deref())
        } else {
            contradicts(data, name, wanted.as_deref())
        }
    };
    let detail = stated(predicate).into_iter().find(differs).map(|(name, _)| name);
    detail.or_else(|| unbound(record, statement))
}

/// Everything that the detail says again, by its name there.
fn stated(predicate: &Predicate) -> Vec<(&'static str, Option<String>)> {
    let evidence = predicate.evidence.as_ref();
    vec![
        ("decision", Some(predicate.decision.word().to_owned())),
        ("reason", predicate.reason.clone()),
        ("comment", predicate.comment.clone()),
        ("shown_digest", predicate.shown_digest.map(|digest| digest.to_string())),
        ("verdict", evidence.map(|one| one.verdict.word().to_owned())),
        ("evidence_digest", evidence.map(|one| one.digest.to_string())),
        ("environment_digest", predicate.env_digest.map(|digest| digest.to_string())),
        ("policy_digest", Some(predicate.policy_digest.to_string())),
        ("expires_at", predicate.expires_at.map(|moment| moment.to_string())),
        ("nonce", Some(String::from(predicate.nonce))),
    ]
}

fn is_other(data: &Map<String, Value>, name: &str, wanted: Option<&str>) -> bool {
    match (data.get(name), wanted) {
        (None, None) => false,
        (Some(Value::String(found)), Some(wanted)) => found != wanted,
        (Some(_) | None, _) => true,
    }
}

/// The earliest entries hold a part of it only, and their verdict was not tied to the statement.
fn contradicts(data: &Map<String, Value>, name: &str, wanted: Option<&str>) -> bool {
    name != "verdict" && data.contains_key(name) && is_other(data, name, wanted)
}

/// The parts of an entry that a statement binds since its second version.
fn unbound(record: &Record, statement: &DecisionStatement) -> Option<&'static str> {
    let predicate = &statement.predicate;
    let binding = predicate.binding.as_ref()?;
    let evidence = predicate.evidence.as_ref();
    let parts = [
        ("review", !is_other(&record.data, "review", Some(binding.review.as_str()))),
        ("via", StatedVia::of(&record.via) == binding.via),
        ("execution", record.subject.execution.as_ref() == evidence.map(|one| &one.execution)),
        ("sig", record.sig.is_some()),
    ];
    parts.into_iter().find(|(_, fits)| !fits).map(|(name, _)| name)
}
