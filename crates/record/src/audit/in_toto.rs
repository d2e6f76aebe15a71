//! The in-toto spelling of a decision.

use serde::{Deserialize, Serialize};

use crate::audit::canonical::visible;
use crate::audit::statement::{DecisionStatement, Predicate};
use crate::domain::digest::Digest;

/// The type of the predicate in the in-toto statement.
pub const PREDICATE_TYPE: &str = "urn:saraphina:decision:v1";

/// The type of the in-toto statement itself.
pub(super) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A decision statement in the spelling of in-toto; U+007F in its text becomes visible.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
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
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: Predicate {
                reason: statement.predicate.reason.as_deref().map(visible),
                comment: statement.predicate.comment.as_deref().map(visible),
                ..statement.predicate.clone()
            },
        }
    }
}

impl Wire {
    pub(super) fn read(self) -> Option<DecisionStatement> {
        let [subject] = <[WireSubject; 1]>::try_from(self.subject).ok()?;
        let (proposal, revision) = subject.name.split_once("/r")?;
        let is_ours =
            self.statement_type == STATEMENT_TYPE && self.predicate_type == PREDICATE_TYPE;
        is_ours.then_some(DecisionStatement {
            proposal: proposal.parse().ok()?,
            revision: revision.parse().ok()?,
            revision_digest: subject.digest,
            predicate: self.predicate,
        })
    }
}

/// A digest as `{"sha256":"<hex>"}`.
pub(super) mod digest_set {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    use crate::domain::digest::Digest;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct DigestSet {
        sha256: String,
    }

    pub(in crate::audit) fn serialize<S: Serializer>(
        digest: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        DigestSet { sha256: digest.hex() }.serialize(to)
    }

    pub(in crate::audit) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        DigestSet::deserialize(from)?.sha256.parse().map_err(D::Error::custom)
    }
}

/// A root as base64, the way a checkpoint writes it.
pub(super) mod root_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::domain::digest::Digest;

    pub(in crate::audit) fn serialize<S: Serializer>(
        root: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(root.as_bytes()))
    }

    pub(in crate::audit) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        let bytes = bytes.try_into().map_err(|_| D::Error::custom("a root has 32 bytes"))?;
        Ok(Digest::from_bytes(bytes))
    }
}
