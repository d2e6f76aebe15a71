//! The contract for what a memory knows from beside.
//!
//! Notes on commits, issues that a forge exported, tests with what they ran, and what proposals mended. As everything that is
//! remembered it can be read again, and nothing that decides, judges or verifies asks for it.

use record::domain::change_evidence::ChangeEvidence;
use record::domain::changeset::GitId;
use record::domain::id::{ExecutionId, ProposalId};

use crate::store::error::StoreError;

/// A decision that a note on a commit tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNote {
    /// The commit.
    pub commit: GitId,
    /// The place of the decision in the note, from 0.
    pub place: u32,
    /// The proposal.
    pub proposal: String,
    /// Its revision.
    pub revision: u32,
    /// The word of the decision.
    pub decision: String,
    /// Who decided.
    pub by: String,
    /// Why, as far as anything was said.
    pub reason: String,
    /// When.
    pub at: String,
    /// The entry of the log that it stands in.
    pub seq: u64,
}

/// What an item of a forge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// An issue.
    Issue,
    /// A pull request, or a merge request.
    Pull,
}

/// An issue or a pull request, as an export of a forge tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptIssue {
    /// Its number.
    pub number: u64,
    /// What it is.
    pub kind: ItemKind,
    /// Its title.
    pub title: String,
    /// Where it stood when it was exported.
    pub state: String,
    /// Who opened it.
    pub author: String,
    /// When.
    pub opened_at: String,
    /// The commit that it became.
    pub merged_as: Option<GitId>,
    /// The digest of the file that says so.
    pub source: String,
}

/// A test with what it ran of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCover {
    /// The file.
    pub path: String,
    /// The name in it; empty where the lines lie outside of every name.
    pub symbol: String,
    /// The test, as pytest names it.
    pub test: String,
    /// How many lines of the name it ran.
    pub lines: u32,
    /// Whether it failed without a change of the file.
    pub is_noticed: bool,
    /// The newest execution that shows it.
    pub execution: String,
}

/// What a proposal mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMended {
    /// The proposal.
    pub proposal: ProposalId,
    /// The rule; empty where nothing was mended.
    pub rule: String,
    /// How many findings of it went.
    pub count: u32,
}

/// An execution of a change, for whoever learns what its tests ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// Its place among all executions.
    pub row: i64,
    /// The execution.
    pub execution: ExecutionId,
    /// The proposal.
    pub proposal: ProposalId,
    /// The revision that ran.
    pub revision: u32,
    /// What was observed of the change.
    pub change: ChangeEvidence,
}

/// A proposal on which an owner decided, with one rule that it mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedRule {
    /// The proposal.
    pub proposal: ProposalId,
    /// Whether it stands approved; else it stands rejected.
    pub is_accepted: bool,
    /// The entry of the newest decision.
    pub seq: u64,
    /// The rule.
    pub rule: String,
}

/// What was done about a proposal, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it is.
    pub kind: DeedKind,
    /// Its name.
    pub name: String,
    /// The words for it.
    pub says: String,
}

/// What was done about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeedKind {
    /// It was executed.
    Evidence,
    /// It was decided on.
    Review,
    /// It was written into its target.
    Application,
}

/// What is known from beside, as of one moment.
pub trait Beside {
    /// Reads the decisions that notes tell of a commit.
    fn notes_on(&self, repository: i64, commit: &GitId) -> Result<Vec<KeptNote>, StoreError>;
    /// Finds an item of a forge by its number; both kinds where the number does not say which.
    fn issues(&self, repository: i64, number: u64) -> Result<Vec<KeptIssue>, StoreError>;
    /// Reads the pull requests that became a commit.
    fn pulls_of(&self, repository: i64, commit: &GitId) -> Result<Vec<KeptIssue>, StoreError>;
    /// Reads the tests that ran lines of a file, by name.
    fn covers(&self, repository: i64, path: &str) -> Result<Vec<KeptCover>, StoreError>;
    /// Counts the items of a forge, and the tests with what they ran.
    fn counts(&self, repository: i64) -> Result<(u64, u64), StoreError>;
    /// Reads executions of changes of a repository that come after one, oldest first.
    fn executed(&self, name: &str, after: i64, limit: u32) -> Result<Vec<Executed>, StoreError>;
    /// Finds changes of a repository whose mended findings were not looked up, with their newest revision.
    fn unlearnt(
        &self,
        repository: i64,
        name: &str,
        limit: u32,
    ) -> Result<Vec<(ProposalId, u32)>, StoreError>;
    /// Reads what decided proposals of a repository mended, in the order of their decisions.
    fn decided_rules(&self, name: &str) -> Result<Vec<DecidedRule>, StoreError>;
    /// Lists the repositories whose proposals were looked into.
    fn learnt(&self) -> Result<Vec<String>, StoreError>;
    /// Reads what was done about a proposal, newest first of each kind, at most `limit` of each.
    fn deeds(&self, proposal: &ProposalId, limit: u32) -> Result<Vec<Deed>, StoreError>;
}
