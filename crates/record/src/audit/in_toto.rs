//! Bytes of a decision statement, in the spelling of in-toto Statement v1.
//!
//! The owner signs these bytes and the record stores them, so there is one spelling only: whatever does not come out of the
//! canonicaliser again is refused. Other tools for in-toto can read them.

use serde::{Deserialize, Serialize};

use crate::audit::canonical::{canonical_bytes, visible};
use crate::audit::spelling::digest_set;
use crate::audit::statement::{DecisionStatement, MAX_STATEMENT_BYTES, Predicate, StatementError};
use crate::domain::digest::Digest;

/// The type of the predicate in statements that leave the entry around them unbound.
const FIRST_TYPE: &str = "urn:saraphina:decision:v1";
/// The type of the predicate in statements that bind it.
const PREDICATE_TYPE: &str = "urn:saraphina:decision:v2";

/// The type that says which version of the predicate follows.
const fn predicate_type(predicate: &Predicate) -> &'static str {
    if predicate.binding.is_some() { PREDICATE_TYPE } else { FIRST_TYPE }
}

/// The type of the in-toto statement itself.
pub(super) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

impl DecisionStatement {
    /// The exact bytes to sign and to store.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        self.check()?;
        let bytes = canonical_bytes(&Wire::from(self)).map_err(StatementError::Canonical)?;
        check_length(&bytes)?;
        Ok(bytes)
    }

    /// Reads a statement; refuses every spelling but the canonical one.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        check_length(bytes)?;
        let malformed = |reason: String| StatementError::Malformed { reason };
        let wire: Wire =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let statement = wire.read().ok_or_else(|| malformed("unknown type or subject".into()))?;
        // Writing it again is the only test that leaves no second spelling with the same meaning.
        if statement.to_bytes()? == bytes {
            Ok(statement)
        } else {
            Err(StatementError::NotCanonical)
        }
    }
}

fn check_length(bytes: &[u8]) -> Result<(), StatementError> {
    if bytes.len() <= MAX_STATEMENT_BYTES {
        return Ok(());
    }
    Err(StatementError::TooLong { bytes: bytes.len() })
}

/// A decision statement in the spelling of in-toto; U+007F in its text becomes visible.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "_type")]
    statement_type: String,
    subject: Vec<WireSubject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSubject {
    name: String,
    #[serde(with = "digest_set")]
    digest: Digest,
}

impl From<&DecisionStatement> for Wire {
    fn from(statement: &DecisionStatement) -> Self {
        let subject =
            WireSubject { name: statement.subject_name(), digest: statement.revision_digest };
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![subject],
            predicate_type: predicate_type(&statement.predicate).to_owned(),
            predicate: Predicate {
                reason: statement.predicate.reason.as_deref().map(visible),
                comment: statement.predicate.comment.as_deref().map(visible),
                ..statement.predicate.clone()
            },
        }
    }
}

impl Wire {
    fn read(self) -> Option<DecisionStatement> {
        let [subject] = <[WireSubject; 1]>::try_from(self.subject).ok()?;
        let (proposal, revision) = subject.name.split_once("/r")?;
        let is_ours = self.statement_type == STATEMENT_TYPE
            && self.predicate_type == predicate_type(&self.predicate);
        is_ours.then_some(DecisionStatement {
            proposal: proposal.parse().ok()?,
            revision: revision.parse().ok()?,
            revision_digest: subject.digest,
            predicate: self.predicate,
        })
    }
}
