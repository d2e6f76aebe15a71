//! The attestation of an execution, for programs that read in-toto.
//!
//! It follows from what else is in a bundle, and nothing signs it by itself. So who reads a bundle makes it anew and compares: a
//! statement that says otherwise was altered.

use serde_json::{Value, json};

use crate::commands::bundling::bundle::evidence_file;
use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, TestOutcome};
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::verdict::VerdictWord;

/// What an execution attests, and of which content.
pub struct Attested<'a> {
    /// The proposal.
    pub proposal: &'a ProposalId,
    /// The number of the revision.
    pub revision: u32,
    /// Its content hash.
    pub content_hash: Digest,
    /// The execution.
    pub execution: &'a ExecutionId,
    /// How it ended.
    pub verdict: VerdictWord,
    /// The bytes of its evidence in the bundle.
    pub bytes: &'a [u8],
    /// The same, read.
    pub evidence: &'a Evidence,
}

/// Makes an in-toto statement with the `test-result` predicate, v0.1; an inconclusive verdict attests nothing.
pub fn attestation(attested: &Attested<'_>) -> Option<Value> {
    let result = match attested.verdict {
        VerdictWord::Passed => "PASSED",
        VerdictWord::Failed => "FAILED",
        VerdictWord::Inconclusive => return None,
    };
    let evidence = attested.evidence;
    let named = |wanted: &[TestOutcome]| -> Vec<&str> {
        let cases = evidence.tests.cases.iter().filter(|case| wanted.contains(&case.outcome));
        cases.map(|case| case.id.as_str()).collect()
    };
    let digest = |digest: Digest| json!({"sha256": digest.hex()});
    Some(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{
            "name": format!("{}/r{}", attested.proposal, attested.revision),
            "digest": digest(attested.content_hash),
        }],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": result,
            "configuration": [
                {"name": "environment", "digest": digest(evidence.environment.digest())},
                {"name": evidence_file(attested.execution), "digest": digest(Digest::of(attested.bytes))},
            ],
            "passedTests": named(&[TestOutcome::Passed]),
            "warnedTests": [],
            "failedTests": named(&[TestOutcome::Failed, TestOutcome::Error]),
        },
    }))
}
