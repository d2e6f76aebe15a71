//! One step from a line to what led to it.
//!
//! Each has what proves it. Everything in it is escaped already, so that whoever shows it only lays it out.

use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What it leads to.
    pub kind: HopKind,
    /// The name of that, escaped.
    pub name: String,
    /// Who, where somebody stands for it.
    pub by: Option<String>,
    /// When.
    pub at: Option<String>,
    /// What it says, escaped.
    pub says: String,
    /// What proves the step.
    pub proof: String,
}

/// What a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// The commit that wrote the line, or changed the file.
    Commit,
    /// A commit that the commit takes back, or that takes it back.
    Revert,
    /// The merge that brought it in.
    Merge,
    /// A pull request that a message names.
    PullRequest,
    /// An issue that a message names.
    Issue,
    /// One of our proposals.
    Proposal,
    /// What was observed of it.
    Evidence,
    /// A decision on it.
    Review,
    /// How it got into its target.
    Application,
    /// A decision that a note on the commit tells.
    Note,
}

impl HopKind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Revert => "revert",
            Self::Merge => "merge",
            Self::PullRequest => "pull request",
            Self::Issue => "issue",
            Self::Proposal => "proposal",
            Self::Evidence => "evidence",
            Self::Review => "review",
            Self::Application => "application",
            Self::Note => "note",
        }
    }
}

/// The moment of a commit, in words of the record.
pub fn moment(seconds: i64) -> String {
    Timestamp::from_millis(seconds.saturating_mul(1_000)).to_string()
}

/// The first digits of an id, as people tell commits apart.
pub fn short(id: &GitId) -> String {
    id.as_str().chars().take(12).collect()
}
