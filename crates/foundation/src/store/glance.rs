//! The part of the contract for pages that show many proposals at once.
//!
//! A row of a list tells how its newest run went without reading the evidence of fifty runs. It is a trait of its own because no
//! command and no decision rests on it.

use async_trait::async_trait;

use crate::store::error::StoreError;
use record::domain::application::Ending;
use record::domain::changeset::RepositoryName;
use record::domain::evidence::IntegrityState;
use record::domain::id::ProposalId;
use record::domain::principal::Principal;
use record::domain::role::Role;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;

/// A proposal at a glance: who made it, and how its newest run went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Who made it, as its first record says.
    pub author: Option<Principal>,
    /// Who made its newest revision, where that is somebody else.
    pub reviser: Option<Principal>,
    /// Its newest run; `None` before one.
    pub run: Option<RunGlance>,
}

/// A run at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunGlance {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that ran.
    pub executed: u32,
    /// Line coverage in hundredths of a percent; `None` where it was not measured.
    pub coverage_bp: Option<u32>,
    /// How far the evidence can be trusted.
    pub integrity: Option<IntegrityState>,
    /// Findings about integrity, and changes that no test noticed.
    pub findings: u32,
    /// Runs of the same bytes that did not pass, in this proposal and others.
    pub not_passed: u32,
}

/// A file of a newest revision that holds a searched text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMatch {
    /// The proposal.
    pub proposal: ProposalId,
    /// What was asked for, its first characters.
    pub request: String,
    /// The file.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// The line that holds the text first, from 1.
    pub line: u32,
    /// That line.
    pub text: String,
}

/// A proposal that changes a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryChange {
    /// Its place, from which the next page goes on.
    pub row: i64,
    /// The proposal.
    pub id: ProposalId,
    /// Where it stands.
    pub status: Status,
    /// The newest verdict on its newest revision.
    pub verdict: Option<VerdictWord>,
    /// What was asked for, its first characters.
    pub request: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What was done to its target last; `None` where nothing was.
    pub written: Option<Written>,
}

/// An application, as far as a list tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The entry by which it started.
    pub seq: u64,
    /// Whether it went out of its target again.
    pub is_rollback: bool,
    /// How it ended; `None` while it is at work.
    pub end: Option<Ending>,
}

/// Many proposals at a glance, and a search through their code.
#[async_trait]
pub trait GlanceStore: Send + Sync {
    /// Reads proposals at a glance, in the order of their ids.
    async fn glances(&self, ids: &[ProposalId]) -> Result<Vec<Glance>, StoreError>;
    /// Finds the text in the code of the newest proposals, looking at `among` of them, at most `limit` files.
    async fn code_matches(
        &self,
        text: &str,
        among: u32,
        limit: u32,
    ) -> Result<Vec<CodeMatch>, StoreError>;
    /// Reads the proposals that change a repository, newest first, from those before a place.
    async fn changes_of(
        &self,
        repository: &RepositoryName,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RepositoryChange>, StoreError>;
}
