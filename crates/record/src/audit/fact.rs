//! The few parts of an entry that decisions are held against.
//!
//! A log of millions of entries is mostly verdicts and revisions; of those only digests are kept, and `quick.rs` finds them without
//! building the record. Both readers must give the same, which its tests try.

use serde_json::Value;

use crate::audit::record::Record;
use crate::audit::statement::EvidenceVerdict;
use crate::domain::act::ActKind;
use crate::domain::digest::Digest;
use crate::domain::evidence::IntegrityState;
use crate::domain::id::Id;

/// What an entry without a statement means for later decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Nothing.
    Other,
    /// A proposal began.
    Begun {
        /// The digits of the proposal.
        proposal: u64,
    },
    /// A proposal came from elsewhere, with revisions that have no entries of their own.
    Imported {
        /// The digits of the proposal.
        proposal: u64,
    },
    /// Somebody began to apply a proposal.
    Applied {
        /// The digits of the proposal.
        proposal: u64,
    },
    /// A proposal got a revision.
    Revised {
        /// The digits of the proposal.
        proposal: u64,
        /// The number of the revision.
        revision: u32,
        /// Its content hash.
        content: Digest,
    },
    /// An execution ended with a verdict.
    Judged {
        /// The digits of the proposal.
        proposal: u64,
        /// The number of the revision.
        revision: u32,
        /// The verdict.
        verdict: Verdict,
    },
}

/// A verdict on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The digits of the execution.
    pub execution: u64,
    /// The content hash of what ran.
    pub content: Digest,
    /// The digest of the evidence.
    pub evidence: Digest,
    /// The digest of the environment.
    pub environment: Digest,
    /// How it ended.
    pub word: EvidenceVerdict,
    /// The grade of the evidence.
    pub integrity: Option<IntegrityState>,
}

/// The parts of a subject; what is absent makes a fact about nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) proposal: Option<u64>,
    pub(super) revision: Option<u32>,
    pub(super) content: Option<Digest>,
    pub(super) execution: Option<u64>,
}

/// The texts of a verdict's detail as they stand there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Detail<'a> {
    pub(super) verdict: Option<&'a str>,
    pub(super) integrity: Option<&'a str>,
    pub(super) evidence: Option<&'a str>,
    pub(super) environment: Option<&'a str>,
}

impl Fact {
    /// The fact in a whole record.
    pub(super) fn of(record: &Record) -> Self {
        let subject = &record.subject;
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let about = About {
            proposal: subject.proposal.as_ref().map(Id::number),
            revision: subject.revision,
            content: subject.revision_digest,
            execution: subject.execution.as_ref().map(Id::number),
        };
        let detail = Detail {
            verdict: text("verdict"),
            integrity: text("integrity"),
            evidence: text("evidence_digest"),
            environment: text("environment_digest"),
        };
        Self::from_parts(record.kind, about, detail)
    }

    /// The fact in these parts of a record.
    pub(super) fn from_parts(kind: ActKind, about: About, detail: Detail<'_>) -> Self {
        let fact = match kind {
            ActKind::ProposalCreated => about.proposal.map(|proposal| Self::Begun { proposal }),
            ActKind::HistoryImported => about.proposal.map(|proposal| Self::Imported { proposal }),
            ActKind::ApplyStarted => about.proposal.map(|proposal| Self::Applied { proposal }),
            ActKind::RevisionAdded => revised(about),
            ActKind::ExecutionVerdict => judged(about, detail),
            _ => None,
        };
        fact.unwrap_or(Self::Other)
    }
}

fn revised(about: About) -> Option<Fact> {
    let About { proposal, revision, content, .. } = about;
    Some(Fact::Revised { proposal: proposal?, revision: revision?, content: content? })
}

fn judged(about: About, detail: Detail<'_>) -> Option<Fact> {
    let verdict = Verdict {
        execution: about.execution?,
        content: about.content?,
        evidence: digest(detail.evidence?)?,
        environment: digest(detail.environment?)?,
        word: EvidenceVerdict::of_word(detail.verdict?)?,
        integrity: detail.integrity.and_then(integrity),
    };
    Some(Fact::Judged { proposal: about.proposal?, revision: about.revision?, verdict })
}

/// Reads a digest in the spelling of records, and in no other.
fn digest(text: &str) -> Option<Digest> {
    Digest::of_hex(text.strip_prefix("sha256:")?.as_bytes())
}

fn integrity(word: &str) -> Option<IntegrityState> {
    let known = [
        IntegrityState::Broken,
        IntegrityState::Suspect,
        IntegrityState::Observed,
        IntegrityState::Controlled,
        IntegrityState::Confirmed,
    ];
    known.into_iter().find(|state| state.word() == word)
}
