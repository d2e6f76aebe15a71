//! The SLSA verification summary of an approved revision.
//!
//! It lets a pipeline that knows nothing of our record ask one question: may these files in? The result is `PASSED` only for
//! a plain approval on a passed verdict; an approval despite the verdict is an owner's exception, not a passed policy.
//! No SLSA level is claimed: nothing here says how or where an artefact was built.
//! Source of the format: SLSA v1.1, verification summary attestation (predicate `verification_summary/v1`).

use serde_json::{Value, json};

use crate::audit::canonical::{CanonicalError, canonical_bytes};
use crate::audit::in_toto::STATEMENT_TYPE;
use crate::audit::statement::DecisionStatement;
use crate::domain::decision::Decision;
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;

/// The type of the predicate.
const PREDICATE_TYPE: &str = "https://slsa.dev/verification_summary/v1";
/// The version of SLSA whose words are used.
const SLSA_VERSION: &str = "1.1";

/// A decision that counts, with its place in the log.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Its entry.
    pub seq: u64,
    /// The owner who decided.
    pub owner: String,
    /// What was signed.
    pub statement: DecisionStatement,
    /// The digest of the exact bytes that were signed.
    pub digest: Digest,
}

/// What a summary is made from.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// The name of the log.
    pub origin: &'a str,
    /// The version of the program.
    pub version: &'a str,
    /// The files of the revision, with their digests.
    pub files: &'a [(String, Digest)],
    /// The decisions that count; the newest is the last.
    pub grounds: &'a [Ground],
    /// When the last of them was recorded.
    pub verified_at: Timestamp,
    /// Whether policy or keys were ever changed without the quorum: then two names need not be two people.
    pub had_emergency: bool,
}

impl Summary<'_> {
    /// Tells whether the policy was met, rather than set aside by an owner.
    pub fn is_passed(&self) -> bool {
        let is_plain = |ground: &Ground| ground.statement.predicate.decision == Decision::Approved;
        !self.grounds.is_empty() && self.grounds.iter().all(is_plain)
    }

    /// Names what was verified, in words of our own: names that begin with `SLSA_` are not ours to give.
    pub fn levels(&self) -> Vec<&'static str> {
        let owners: std::collections::BTreeSet<&str> =
            self.grounds.iter().map(|ground| ground.owner.as_str()).collect();
        let is_passed = self.is_passed();
        [
            (is_passed, "SARAPHINA_TESTS_PASSED"),
            (!is_passed, "SARAPHINA_APPROVED_DESPITE_VERDICT"),
            (!self.grounds.is_empty(), "SARAPHINA_OWNER_APPROVED"),
            (owners.len() > 1 && !self.had_emergency, "SARAPHINA_TWO_PERSON_REVIEWED"),
        ]
        .into_iter()
        .filter_map(|(holds, name)| holds.then_some(name))
        .collect()
    }

    /// The exact bytes of the statement; absent where nothing was decided.
    pub fn to_bytes(&self) -> Result<Option<Vec<u8>>, CanonicalError> {
        let Some(last) = self.grounds.last() else { return Ok(None) };
        let subject =
            |(name, digest): &(String, Digest)| json!({"name": name, "digest": set(*digest)});
        let ground = |ground: &Ground| json!({"uri": format!("urn:{}#{}", urn(self.origin), ground.seq), "digest": set(ground.digest)});
        let name = format!("{}/r{}", last.statement.proposal, last.statement.revision);
        let statement = json!({
            "_type": STATEMENT_TYPE,
            "subject": self.files.iter().map(subject).collect::<Vec<_>>(),
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "verifier": {
                    "id": format!("urn:{}", urn(self.origin)),
                    "version": {"saraphina": self.version},
                },
                "timeVerified": self.verified_at,
                "resourceUri": format!("urn:saraphina:{name}"),
                "policy": {
                    "uri": "urn:saraphina:policy",
                    "digest": set(last.statement.predicate.policy_digest),
                },
                "inputAttestations": self.grounds.iter().map(ground).collect::<Vec<_>>(),
                "verificationResult": if self.is_passed() { "PASSED" } else { "FAILED" },
                "verifiedLevels": self.levels(),
                "slsaVersion": SLSA_VERSION,
            },
        });
        canonical_bytes(&statement).map(Some)
    }
}

/// Spells the name of a log as part of a URN.
fn urn(origin: &str) -> String {
    origin.replace('/', ":")
}

fn set(digest: Digest) -> Value {
    json!({"sha256": digest.hex()})
}
