//! What no honest program writes, whatever came before.
//!
//! Whoever has the key of the log can write any entry; but a log says by itself that an agent is named for what only an owner may
//! do, or a key beside no signature. Records that are read at a glance never hold any of this: they are left to the parser.

use serde_json::Value;
use thiserror::Error;

use crate::audit::record::Record;
use crate::audit::statement::EvidenceVerdict;
use crate::domain::act::ActKind;
use crate::domain::principal::PrincipalKind;

/// An entry that cannot be as it says.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PlainError {
    /// An agent did what only an owner may.
    #[error("an agent is named for what only an owner may do")]
    Agent,
    /// A key that signed nothing.
    #[error("it names a key and has no signature")]
    Key,
    /// A verdict that is none.
    #[error("its verdict is no verdict")]
    Verdict,
    /// The time in a log never goes back.
    #[error("its time is before that of the entry before it")]
    Time,
}

/// Tells whether only an owner may do acts of this kind.
pub(super) fn is_of_owners(kind: ActKind) -> bool {
    kind.word().starts_with("owner.")
}

/// Tells whether a verdict has this word.
pub(super) fn is_verdict(word: Option<&str>) -> bool {
    word.and_then(EvidenceVerdict::of_word).is_some()
}

/// Checks a record by itself.
pub(super) fn check(record: &Record) -> Result<(), PlainError> {
    let Record { kind, actor, .. } = record;
    if actor.kind == PrincipalKind::Agent && is_of_owners(*kind) {
        return Err(PlainError::Agent);
    }
    if actor.key.is_some() && record.sig.is_none() {
        return Err(PlainError::Key);
    }
    let verdict = record.data.get("verdict").and_then(Value::as_str);
    if *kind == ActKind::ExecutionVerdict && !is_verdict(verdict) {
        return Err(PlainError::Verdict);
    }
    Ok(())
}
