//! The part of the contract that is about the memory of repositories.
//!
//! All of it follows from the repositories and can be built again, so it is written without an act and flushed with the next entry of
//! the record. Nothing that decides, judges or verifies may ask for it, which is why it is a trait of its own.

use async_trait::async_trait;
use record::domain::changeset::GitId;

use crate::store::beside::{Beside, KeptCover, KeptIssue, KeptMended, KeptNote};
use crate::store::error::StoreError;
use record::domain::id::ProposalId;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

/// A repository that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The number of its row.
    pub row: i64,
    /// Grows with every write.
    pub version: u64,
    /// The commit that was built up to; absent until a build ended.
    pub head: Option<GitId>,
    /// What the last build found, in the builder's own words.
    pub facts: String,
}

/// A commit as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCommit {
    /// Its number, which grows from parents to children.
    pub number: u32,
    /// Its id.
    pub id: GitId,
    /// When it was written, as it says itself, in seconds.
    pub authored_at: i64,
    /// Who wrote it, as it says itself.
    pub author: String,
    /// How many commits it follows on.
    pub parents: u32,
    /// How many files it changes.
    pub size: u32,
    /// The commit that it takes back, as it says itself.
    pub reverts: Option<GitId>,
    /// The proposal that it names.
    pub proposal: Option<String>,
    /// The number of the merge that brought it in.
    pub merged_by: Option<u32>,
    /// Its message, cut.
    pub message: String,
}

/// A file of a commit that changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChange {
    /// The commit.
    pub number: u32,
    /// The file.
    pub file: u32,
    /// What it holds afterwards; absent where it goes.
    pub blob: Option<GitId>,
}

/// A file, which stays the same one when it is renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its number.
    pub number: u32,
    /// Its newest path.
    pub path: Vec<u8>,
    /// Whether it is there.
    pub is_live: bool,
    /// What it holds in the commit that was built up to; absent of what is not looked into.
    pub blob: Option<GitId>,
}

/// A source that was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSource {
    /// What was parsed.
    pub blob: GitId,
    /// The word for its language.
    pub language: String,
    /// How many lines it has.
    pub lines: u32,
    /// By which way of reading it was parsed; a later program may see more.
    pub reading: u32,
    /// Whether the grammar of its language could not take all of it.
    pub is_broken: bool,
    /// The names that it defines, one a line.
    pub defined: String,
    /// The hashes of all its words, sorted, four bytes each.
    pub mentioned: Vec<u8>,
    /// What it defines, in order.
    pub symbols: Vec<KeptSymbol>,
    /// What it calls.
    pub calls: Vec<KeptCall>,
    /// What it uses otherwise.
    pub uses: Vec<KeptUse>,
    /// What it imports, in order.
    pub imports: Vec<KeptImport>,
}

/// Something that a source defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSymbol {
    /// Its name.
    pub name: String,
    /// The word for what it is.
    pub kind: String,
    /// What it is defined in; empty at the top.
    pub parent: String,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line.
    pub last_line: u32,
    /// How it is called upon, on one line.
    pub signature: String,
}

/// A name that is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptCall {
    /// The name.
    pub name: String,
    /// Where.
    pub line: u32,
    /// The line of the import by which the source knows it, or what it hangs on; 0 where there is none.
    pub import_line: u32,
}

/// A name that is used without being called or imported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptUse {
    /// The name.
    pub name: String,
    /// Where.
    pub line: u32,
    /// Whether a class is made of it there.
    pub extends: bool,
    /// The line of the import by which the source knows it, or what it hangs on; 0 where there is none.
    pub import_line: u32,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptImport {
    /// Where it stands.
    pub line: u32,
    /// The module, as it is written.
    pub module: String,
    /// The names that are taken from it, parted by blanks.
    pub names: String,
    /// Whether it is there for types alone, and nothing is imported when the source runs.
    pub is_for_types: bool,
}

/// An import that leads to a file of the same repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptLink {
    /// The file that imports.
    pub file: u32,
    /// The file that is imported.
    pub target: u32,
    /// Where.
    pub line: u32,
    /// The names that are taken, parted by blanks.
    pub names: String,
    /// Whether it is there for types alone.
    pub is_for_types: bool,
}

/// Lines that one commit wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHunk {
    /// The first of them, from 1.
    pub line: u32,
    /// How many.
    pub lines: u32,
    /// The number of the commit.
    pub number: u32,
    /// Where they lay then.
    pub path: Vec<u8>,
}

/// The words of a live source that were kept for comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The file.
    pub file: u32,
    /// The names that it defines, one a line.
    pub defined: String,
    /// The hashes of all its words, sorted, four bytes each.
    pub mentioned: Vec<u8>,
}

/// A commit among whose files is one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The commit.
    pub number: u32,
    /// How many files it changes.
    pub size: u32,
    /// One of its files.
    pub file: u32,
}

/// A proposal that changes a path of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The proposal.
    pub id: ProposalId,
    /// Its revision that does.
    pub revision: u32,
    /// Where the proposal stands.
    pub status: Status,
    /// The newest verdict on its newest revision.
    pub verdict: Option<VerdictWord>,
    /// What was asked for.
    pub request: String,
}

/// One write, whole or not at all.
#[derive(Clone, Debug)]
pub enum Step {
    /// Commits with what they change, and the files that this makes or moves.
    History {
        /// The commits.
        commits: Vec<KeptCommit>,
        /// What they change.
        changes: Vec<KeptChange>,
        /// The files as they are afterwards.
        files: Vec<KeptFile>,
    },
    /// Forgets commits that nothing leads to any more, with every blame.
    Forget(Vec<GitId>),
    /// Commits, each with the merge that brought it in.
    Merged(Vec<(u32, u32)>),
    /// Sources that were parsed.
    Sources(Vec<KeptSource>),
    /// The files of the commit that was built up to: those that changed, and the links of those that import.
    Tree {
        /// The files that are other than before.
        files: Vec<KeptFile>,
        /// Files whose links are replaced.
        relinked: Vec<u32>,
        /// Their links.
        links: Vec<KeptLink>,
    },
    /// The end of a build.
    Built {
        /// The commit.
        head: GitId,
        /// What the build found.
        facts: String,
    },
    /// The blame of a file.
    Blamed {
        /// Its path.
        path: Vec<u8>,
        /// What it holds.
        blob: GitId,
        /// Its lines.
        hunks: Vec<KeptHunk>,
    },
    /// The decisions that notes tell, in the place of all before.
    Noted(Vec<KeptNote>),
    /// Items of a forge, each in the place of what was told of it before.
    Imported(Vec<KeptIssue>),
    /// Tests with what they ran, beside those that are known.
    Covered(Vec<KeptCover>),
    /// What proposals mended.
    Mended(Vec<KeptMended>),
    /// What a build found, where the commit stayed.
    Found(String),
}

/// What is remembered, as of one moment.
pub trait Recall: Beside {
    /// Finds a repository by its name.
    fn remembered(&self, name: &str) -> Result<Option<Remembered>, StoreError>;
    /// Reads the ids of all commits of a repository with their numbers.
    fn commit_ids(&self, repository: i64) -> Result<Vec<(u32, GitId)>, StoreError>;
    /// Reads the newest number of a commit, 0 without any, and how many there are.
    fn newest(&self, repository: i64) -> Result<(u32, u32), StoreError>;
    /// Reads a commit by its number.
    fn commit(&self, repository: i64, number: u32) -> Result<Option<KeptCommit>, StoreError>;
    /// Finds commits by the first digits of their id, at most two.
    fn commits_named(&self, repository: i64, digits: &str) -> Result<Vec<KeptCommit>, StoreError>;
    /// Reads the commits that changed a file, newest first, at most `limit`.
    fn commits_of(
        &self,
        repository: i64,
        file: u32,
        limit: u32,
    ) -> Result<Vec<KeptCommit>, StoreError>;
    /// Finds commits of a file that take another of it back, newest first, each with that one.
    fn taken_back(
        &self,
        repository: i64,
        file: u32,
        limit: u32,
    ) -> Result<Vec<(KeptCommit, KeptCommit)>, StoreError>;
    /// Reads the commits that take one back.
    fn reverts(&self, repository: i64, id: &GitId) -> Result<Vec<KeptCommit>, StoreError>;
    /// Reads sizes of commits by their number, from a number on, in order.
    fn sizes(&self, repository: i64, from: u32) -> Result<Vec<(u32, u32)>, StoreError>;
    /// Reads what commits change, from a number on, in order.
    fn changes(&self, repository: i64, from: u32) -> Result<Vec<KeptChange>, StoreError>;
    /// Reads the files of all commits of at most `most` files that changed one file.
    fn touches(&self, repository: i64, file: u32, most: u32) -> Result<Vec<Touch>, StoreError>;
    /// Reads all files, live or not.
    fn files(&self, repository: i64) -> Result<Vec<KeptFile>, StoreError>;
    /// Tells which of some blobs were parsed by a way of reading or a later one.
    fn parsed(&self, blobs: &[GitId], reading: u32) -> Result<Vec<bool>, StoreError>;
    /// Reads the words of every live source.
    fn words(&self, repository: i64) -> Result<Vec<Words>, StoreError>;
    /// Reads what a blob defines, calls, uses and imports.
    fn source(&self, blob: &GitId) -> Result<Option<KeptSource>, StoreError>;
    /// Reads the names that a blob defines, sorted.
    fn symbols(&self, blob: &GitId) -> Result<Vec<String>, StoreError>;
    /// Reads the imports of every live source, by file.
    fn imports(&self, repository: i64) -> Result<Vec<(u32, KeptImport)>, StoreError>;
    /// Reads what live sources define under a name.
    fn defining(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptSymbol)>, StoreError>;
    /// Reads where live sources call a name.
    fn calling(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptCall)>, StoreError>;
    /// Reads where live sources use a name without calling or importing it.
    fn using(&self, repository: i64, name: &str) -> Result<Vec<(u32, KeptUse)>, StoreError>;
    /// Reads every link.
    fn links(&self, repository: i64) -> Result<Vec<KeptLink>, StoreError>;
    /// Finds the lines of a kept blame that hold one.
    fn hunk(
        &self,
        repository: i64,
        path: &[u8],
        blob: &GitId,
        line: u32,
    ) -> Result<Option<KeptHunk>, StoreError>;
    /// Reads a kept blame.
    fn hunks(
        &self,
        repository: i64,
        path: &[u8],
        blob: &GitId,
    ) -> Result<Option<Vec<KeptHunk>>, StoreError>;
    /// Reads the proposals of changes of a path, newest first, at most `limit`.
    fn proposed(&self, name: &str, path: &str, limit: u32) -> Result<Vec<Proposed>, StoreError>;
}

/// Work on what is remembered.
pub type RecallWork<'a> = dyn FnMut(&dyn Recall) -> Result<(), StoreError> + 'a;

/// A store that remembers repositories.
#[async_trait]
pub trait MemoryStore: Send + Sync {
    /// Begins to remember a repository, or finds it.
    async fn remember(&self, name: &str) -> Result<Remembered, StoreError>;
    /// Lets what is remembered under one name be remembered under another, where nothing is yet; whether there was anything.
    async fn rename(&self, from: &str, to: &str) -> Result<bool, StoreError>;
    /// Writes a step where nobody wrote since `version`; the new version.
    async fn memorise(&self, repository: i64, version: u64, step: Step) -> Result<u64, StoreError>;
    /// Reads as of one moment; it blocks.
    fn recall(&self, work: &mut RecallWork<'_>) -> Result<(), StoreError>;
}
