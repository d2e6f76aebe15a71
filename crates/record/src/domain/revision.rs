//! Revisions: one immutable set of files, and how it came about.
//!
//! The content hash names the files, and reviews and executions refer to it. Authorship keeps what is known of model and cost; what is
//! not known stays absent.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;
use crate::domain::source::Source;
use crate::domain::time::Timestamp;
use crate::domain::usage::Usage;

/// How a revision came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A provider wrote it.
    Generated,
    /// The library provider found it among curated snippets.
    Retrieved,
    /// Somebody gave the files.
    Submitted,
    /// A provider rewrote it after feedback.
    Refined,
    /// It came over from another place.
    Imported,
    /// Healing made it.
    Repaired,
    /// Its code was there, and its further tests say what that code was seen to do.
    Observed,
}

impl Origin {
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Retrieved => "retrieved",
            Self::Submitted => "submitted",
            Self::Refined => "refined",
            Self::Imported => "imported",
            Self::Repaired => "repaired",
            Self::Observed => "observed",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [
            Self::Generated,
            Self::Retrieved,
            Self::Submitted,
            Self::Refined,
            Self::Imported,
            Self::Repaired,
            Self::Observed,
        ]
        .into_iter()
        .find(|origin| origin.word() == text)
        .ok_or(())
    }
}

/// Who wrote a revision, with what settings, at what cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorship {
    /// How it came about.
    pub origin: Origin,
    /// The provider; absent for submitted files.
    pub provider: Option<String>,
    /// The model; absent for submitted files and the library.
    pub model: Option<String>,
    /// Sampling temperature in thousandths.
    pub temperature_milli: Option<u32>,
    /// Most tokens asked for.
    pub max_tokens: Option<u32>,
    /// What it used.
    pub usage: Usage,
}

impl Authorship {
    /// Files that somebody gave.
    pub fn submitted() -> Self {
        Self::nobodys(Origin::Submitted)
    }

    /// Files that came over from another place.
    pub fn imported() -> Self {
        Self::nobodys(Origin::Imported)
    }

    /// Files that were repaired without a model.
    pub fn repaired() -> Self {
        Self::nobodys(Origin::Repaired)
    }

    /// Files whose further tests were taken from the behaviour of the code.
    pub fn observed() -> Self {
        Self::nobodys(Origin::Observed)
    }

    fn nobodys(origin: Origin) -> Self {
        Self {
            origin,
            provider: None,
            model: None,
            temperature_milli: None,
            max_tokens: None,
            usage: Usage::default(),
        }
    }
}

/// One immutable set of files of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The proposal.
    pub proposal: ProposalId,
    /// From 1, dense.
    pub number: u32,
    /// The revision it was made from.
    pub parent: Option<u32>,
    /// The files.
    pub source: Source,
    /// The hash of the files.
    pub content_hash: Digest,
    /// Who wrote it.
    pub authorship: Authorship,
    /// What its author says about it.
    pub explanation: String,
    /// What was asked for, when it answers feedback.
    pub feedback: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
}

impl Revision {
    /// Makes the first revision of a proposal.
    pub fn first(
        proposal: ProposalId,
        source: Source,
        authorship: Authorship,
        explanation: String,
        created_at: Timestamp,
    ) -> Self {
        Self {
            proposal,
            number: 1,
            parent: None,
            content_hash: source.content_hash(),
            source,
            authorship,
            explanation,
            feedback: None,
            created_at,
        }
    }
}
