//! Statements that an owner signs to change keys or policy, or to restore a backup.
//!
//! Like a decision it is an in-toto statement, but its subject is the log and it binds the digest of the record's `data`: the
//! signature covers what is changed, not merely that something is.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::audit::canonical::{CanonicalError, canonical_bytes};
use crate::audit::in_toto::STATEMENT_TYPE;
use crate::audit::spelling::digest_set;
use crate::audit::statement::{AsOf, MAX_STATEMENT_BYTES, Nonce, StatementError};
use crate::domain::act::ActKind;
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;

/// The type of the predicate in the in-toto statement.
const PREDICATE_TYPE: &str = "urn:saraphina:change:v1";

/// A statement that an owner signs to change keys or policy, or to restore a backup.
///
/// An in-toto Statement v1 whose subject is the log, with the digest of the record's `data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerChange {
    /// The log.
    pub origin: String,
    /// The digest of the canonical bytes of `data` in the record.
    pub data_digest: Digest,
    /// What is changed, and when.
    pub predicate: ChangePredicate,
}

/// The part of the statement that is ours; its field names are frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePredicate {
    /// The kind of the record.
    pub change: ActKind,
    /// The head of the log that the owner saw.
    pub as_of: AsOf,
    /// When the owner signed.
    pub issued_at: Timestamp,
    /// Makes this change unique.
    pub nonce: Nonce,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "_type")]
    statement_type: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: ChangePredicate,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    name: String,
    #[serde(with = "digest_set")]
    digest: Digest,
}

/// The digest that binds a statement to the detail of its record.
pub fn data_digest(data: &Map<String, Value>) -> Result<Digest, CanonicalError> {
    Ok(Digest::of(&canonical_bytes(data)?))
}

impl OwnerChange {
    /// The exact bytes to sign and to store.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        let wire = Wire {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject { name: self.origin.clone(), digest: self.data_digest }],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: self.predicate.clone(),
        };
        canonical_bytes(&wire).map_err(StatementError::Canonical)
    }

    /// Reads a statement; refuses every spelling but the canonical one.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        if bytes.len() > MAX_STATEMENT_BYTES {
            return Err(StatementError::TooLong { bytes: bytes.len() });
        }
        let malformed = |reason: String| StatementError::Malformed { reason };
        let wire: Wire =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let is_ours =
            wire.statement_type == STATEMENT_TYPE && wire.predicate_type == PREDICATE_TYPE;
        let [subject] = <[Subject; 1]>::try_from(wire.subject)
            .ok()
            .filter(|_| is_ours)
            .ok_or_else(|| malformed("unknown type or subject".into()))?;
        let statement =
            Self { origin: subject.name, data_digest: subject.digest, predicate: wire.predicate };
        if statement.to_bytes()? == bytes {
            Ok(statement)
        } else {
            Err(StatementError::NotCanonical)
        }
    }
}
