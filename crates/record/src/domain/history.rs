//! History that an imported proposal claims from elsewhere.
//!
//! It is kept apart from evidence and reviews, in types that nothing can turn into either: nobody here has verified it.

use serde::{Deserialize, Serialize};

use schemars::JsonSchema;

use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;

/// Longest name, status or moment that is taken from a source, in characters.
pub const MAX_CLAIM_CHARS: usize = 200;

/// Where an imported proposal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The database of an original.
    Original,
    /// A bundle that another home exported.
    Bundle,
}

impl SourceKind {
    /// The word in tables, records and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Bundle => "bundle",
        }
    }
}

impl std::str::FromStr for SourceKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Original, Self::Bundle].into_iter().find(|kind| kind.word() == text).ok_or(())
    }
}

/// Where a proposal was imported from and what its source claimed about it; nothing of it was verified here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The proposal in this home.
    pub proposal: ProposalId,
    /// The kind of source.
    pub source: SourceKind,
    /// Its id there; for a bundle the name of the log, a slash and the id.
    pub source_id: String,
    /// The digest of everything the source holds about it.
    pub digest: Digest,
    /// The status it had there.
    pub claimed_status: String,
    /// When it was made there, in the words of the source.
    pub claimed_created_at: String,
    /// When it last changed there, in the words of the source.
    pub claimed_updated_at: String,
    /// The offset from UTC of the moments of the source, where it is known.
    pub zone: Option<String>,
    /// What was noticed while it was taken over.
    pub remarks: Vec<String>,
}

impl Provenance {
    /// The digest of this and of the history that came with it; rows of audit tables come later and do not enter.
    pub fn digest_with(&self, history: &[HistoryItem]) -> Digest {
        let own: Vec<&HistoryItem> =
            history.iter().filter(|item| item.kind != HistoryKind::Audit).collect();
        Digest::of(&serde_json::to_vec(&(self, own)).unwrap_or_default())
    }
}

/// The kinds of history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// A run of its tests.
    Execution,
    /// A decision.
    Review,
    /// A rewriting of its code.
    Refinement,
    /// A row of an audit table.
    Audit,
}

impl HistoryKind {
    /// The word in tables and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Review => "review",
            Self::Refinement => "refinement",
            Self::Audit => "audit",
        }
    }
}

impl std::str::FromStr for HistoryKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Execution, Self::Review, Self::Refinement, Self::Audit]
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or(())
    }
}

/// One thing that a source says was done; never evidence, never a decision of this home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryItem {
    /// The proposal in this home, where it is about one.
    pub proposal: Option<ProposalId>,
    /// The digest of the row or document it comes from; the same one is kept once.
    pub digest: Digest,
    /// What kind of thing was done.
    pub kind: HistoryKind,
    /// The revision it is about, where the source says so.
    pub revision: Option<u32>,
    /// When, in the words of the source.
    pub moment: String,
    /// Who, in the words of the source; empty where it does not say.
    pub actor: String,
    /// What: the claimed answer, decision or action.
    pub action: String,
    /// The words that came with it.
    pub words: String,
    /// Everything else the source says about it, as JSON text.
    pub body: String,
}

/// A file that was imported to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedImport {
    /// The digest of the file.
    pub file_digest: Digest,
    /// The kind of source.
    pub source: SourceKind,
    /// The shape it was recognised by.
    pub shape: String,
}
