//! The form of a bundle: its files, its manifest and its errors.
//!
//! A bundle can be checked without saraphina: it is a plain tar with a list of digests, records, proofs and signatures.
//! Writer and reader share these types and names, so that they cannot drift apart.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use work::contract::error::{CommandError, ErrorKind};

use crate::commands::bundling::tar::TarError;
use record::domain::changeset::{Base, Mode, RepositoryName};
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::language::Language;
use record::domain::revision::Origin;
use record::domain::role::Role;
use record::domain::verdict::VerdictWord;

/// The format of bundles: 2 has the pages and policies that decisions name, 1 has not.
pub const FORMAT: u8 = 2;
/// The list of everything else; the first file, by which a bundle is recognised.
pub const MANIFEST: &str = "bundle.json";
/// Its digest, as `sha256sum -c` takes it.
pub const MANIFEST_DIGEST: &str = "bundle.sha256";
/// A page for whoever opens the bundle.
pub const README: &str = "README.md";
/// The records about the proposal, a line each.
pub const RECORDS: &str = "records.jsonl";
/// The proofs that lead from each record to the checkpoint.
pub const PROOFS: &str = "proofs.json";
/// The signed head of the log.
pub const CHECKPOINT: &str = "checkpoint";
/// The key that signed it.
pub const KEY: &str = "signers.vkey";

/// Largest bundle that is made or taken, in bytes.
pub const MAX_BUNDLE_BYTES: u64 = 256 << 20;

/// A reason why bytes are no bundle that can be taken.
#[derive(Debug, Error)]
pub enum BundleError {
    /// No archive of ours.
    #[error(transparent)]
    Tar(#[from] TarError),
    /// A later program made it.
    #[error("the bundle has format {found}, this program knows {FORMAT}")]
    Format {
        /// Its format.
        found: u8,
    },
    /// More than is taken.
    #[error("the bundle has {bytes} bytes; at most {MAX_BUNDLE_BYTES} are taken")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Something in it is not what something else in it says.
    #[error("the bundle was altered: {0}")]
    Altered(String),
}

/// The manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format.
    pub v: u8,
    /// The origin of the log that the proposal is recorded in.
    pub log: String,
    /// The proposal.
    pub proposal: ProposalPart,
    /// Its revisions, from 1 on.
    pub revisions: Vec<RevisionPart>,
    /// Its executions, in the order of the record.
    pub executions: Vec<ExecutionPart>,
    /// Sequence numbers of its decisions.
    pub decisions: Vec<u64>,
    /// Every other file.
    pub files: Vec<FilePart>,
}

/// The proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalPart {
    /// Its id.
    pub id: ProposalId,
    /// The request, verbatim.
    pub request: String,
    /// The language.
    pub language: Language,
    /// The module name.
    pub module: String,
}

/// One revision; its files lie in `revisions/<number>/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionPart {
    /// Its number.
    pub number: u32,
    /// The revision it was made from.
    pub parent: Option<u32>,
    /// The hash of its files.
    pub content_hash: Digest,
    /// The way it came about.
    pub origin: Origin,
    /// The words of its author about it.
    pub explanation: String,
    /// The feedback it answers; the one thing that no record vouches for.
    pub feedback: Option<String>,
    /// Paths and roles of its files.
    pub files: Vec<(String, Role)>,
    /// The change of a repository that it is; absent where its files stand for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangePart>,
}

/// A change of a repository; what was there before lies in `before/<number>/`, targets of links in `links/<number>/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePart {
    /// The repository, as its owner named it.
    pub repository: RepositoryName,
    /// Where it starts.
    pub base: Base,
    /// Every path that it touches.
    pub sides: Vec<SidePart>,
}

/// A touched path; a mode is absent where that side is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SidePart {
    /// The path.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// How the base has it.
    pub mode_before: Option<Mode>,
    /// How the change leaves it.
    pub mode: Option<Mode>,
}

/// One execution; its evidence lies in `evidence/<id>.json`, and the digest of that file is the recorded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecutionPart {
    /// Its id.
    pub id: ExecutionId,
    /// The revision it ran.
    pub revision: u32,
    /// The verdict.
    pub verdict: VerdictWord,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePart {
    /// Its name.
    pub name: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// The proofs that lead from the records to the root of the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proofs {
    /// Entries of the log at the checkpoint.
    pub size: u64,
    /// One for each record, in the same order.
    pub proofs: Vec<Proof>,
}

/// The RFC 6962 inclusion proof of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The sequence number of the record.
    pub seq: u64,
    /// Hashes from the leaf to the root.
    pub path: Vec<Digest>,
}

/// Names the place of a file of a revision.
pub fn revision_file(number: u32, path: &str) -> String {
    format!("revisions/{number}/{path}")
}

/// Names the place of what was at a path before a change.
pub fn before_file(number: u32, path: &str) -> String {
    format!("before/{number}/{path}")
}

/// Names the place of the target of a link.
pub fn link_file(number: u32, path: &str) -> String {
    format!("links/{number}/{path}")
}

/// Names the place of the evidence of an execution.
pub fn evidence_file(id: &ExecutionId) -> String {
    format!("evidence/{id}.json")
}

/// Names the place of the attestation of an execution.
pub fn attestation_file(id: &ExecutionId) -> String {
    format!("attestations/{id}.json")
}

/// Names the place of the exact signed bytes of a decision.
pub fn statement_file(seq: u64) -> String {
    format!("decisions/{seq}.json")
}

/// Names the place of the signature of a decision.
pub fn signature_file(seq: u64) -> String {
    format!("decisions/{seq}.sig")
}

/// Names the place of the page that the owner was shown.
pub fn page_file(seq: u64) -> String {
    format!("decisions/{seq}.page.txt")
}

/// Names the place of the policy that a decision was made under.
pub fn policy_file(seq: u64) -> String {
    format!("decisions/{seq}.policy.json")
}

impl From<BundleError> for CommandError {
    fn from(error: BundleError) -> Self {
        let (kind, hint) = match &error {
            BundleError::Format { .. } => (ErrorKind::State, "Upgrade saraphina."),
            BundleError::TooLarge { .. } => (ErrorKind::Usage, "Nothing was written."),
            BundleError::Tar(_) | BundleError::Altered(_) => (
                ErrorKind::Integrity,
                "Nothing was written; have the bundle exported and sent again.",
            ),
        };
        Self::from_source(kind, &error).hint(hint)
    }
}
