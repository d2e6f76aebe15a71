//! Builds the memory of a repository, or brings it up to date.
//!
//! Commits come first, in steps that are stored as they are read: a build that is stopped goes on from there, and one after a new commit
//! reads that commit alone. Then the files of the newest tree, of which only unknown contents are parsed. Commits that nothing leads to
//! any more, as after a forced push, are forgotten first.

use std::collections::{HashMap, HashSet};

use record::domain::changeset::GitId;

use crate::memory::error::MemoryError;
use crate::memory::facts::Facts;
use crate::memory::identities::Identities;
use crate::memory::merges::Merges;
use crate::memory::outline::READING;
use crate::memory::site::{Site, Writing, check, recall};
use crate::memory::{covering, gathering, mending, messages, noted};
use foundation::repository::error::RepositoryError;
use foundation::repository::repository::Repository;
use foundation::repository::revisions::Head;
use foundation::repository::walking::{Renames, Walk, WalkedCommit};
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptChange, KeptCommit, KeptFile, Remembered, Step};

/// Commits that are asked for at once.
const PIECE: usize = 500;
/// Commits that are stored at once.
const STORED_AT_ONCE: usize = 2_000;

/// What came of a build.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The commit that the memory stands for.
    pub head: GitId,
    /// The branch, where there is one.
    pub branch: Option<String>,
    /// What is known of it as a whole.
    pub facts: Facts,
    /// Commits that were added.
    pub added: usize,
    /// Commits that were forgotten.
    pub forgotten: usize,
    /// Sources that were parsed.
    pub parsed: usize,
}

/// What is to be read of a history.
#[derive(Default)]
struct Pending {
    add: Vec<GitId>,
    forget: Vec<GitId>,
    /// Whether an earlier build was stopped after it had stored some of them.
    is_resumed: bool,
}

/// Builds a memory.
pub async fn build(site: &Site<'_>) -> Result<Built, MemoryError> {
    let head = site.repository.head().await?;
    let memory = site.store.remember(site.name).await?;
    let mut facts = Facts::read(&memory.facts);
    let mut writing = Writing::new(site.store, &memory);
    let mut built = Built {
        head: head.base.commit.clone(),
        branch: head.branch.clone(),
        facts: facts.clone(),
        added: 0,
        forgotten: 0,
        parsed: 0,
    };
    if memory.head.as_ref() == Some(&head.base.commit) && facts.reading == READING {
        if beside(site, &mut writing, &mut facts).await? {
            writing.write(Step::Found(words(&facts)?)).await?;
        }
        built.facts = facts;
        return Ok(built);
    }
    let pending = pending(site, &memory, &head).await?;
    (built.added, built.forgotten) = (pending.add.len(), pending.forget.len());
    if !pending.forget.is_empty() {
        writing.write(Step::Forget(pending.forget)).await?;
    }
    facts.is_shallow = site.repository.target.is_shallow();
    let mut identities = add_commits(site, &mut writing, &pending.add, &mut facts).await?;
    identities.has_other_sources |= pending.is_resumed;
    built.parsed =
        gathering::tree(site, &mut writing, (&head.base.tree, &mut identities), &mut facts).await?;
    facts.passed_over = u32::try_from(identities.passed_over).unwrap_or(u32::MAX);
    gathering::count_chances(site, &writing, &mut facts).await?;
    beside(site, &mut writing, &mut facts).await?;
    facts.built_at = site.at.to_string();
    writing.write(Step::Built { head: head.base.commit, facts: words(&facts)? }).await?;
    built.facts = facts;
    Ok(built)
}

fn words(facts: &Facts) -> Result<String, StoreError> {
    Ok(serde_json::to_string(facts)?)
}

/// Takes in what is known from beside the objects; whether the facts are others than before.
async fn beside(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    facts: &mut Facts,
) -> Result<bool, MemoryError> {
    let has_notes = noted::notes(site, writing, facts).await?;
    let has_executions = covering::executions(site, writing, facts).await?;
    mending::decided(site, writing).await?;
    Ok(has_notes || has_executions)
}

/// Which commits are new, and which are gone.
async fn pending(
    site: &Site<'_>,
    memory: &Remembered,
    head: &Head,
) -> Result<Pending, MemoryError> {
    let to = &head.base.commit;
    if let Some(old) = &memory.head
        && site.repository.leads_to(old, to).await?
    {
        let add = site.repository.history(to, Some(old)).await?;
        // A build that was stopped may have stored some of them.
        let known = known(site, memory)?;
        let all = add.len();
        let add: Vec<GitId> = add.into_iter().filter(|id| !known.contains(id)).collect();
        let is_resumed = add.len() < all;
        return Ok(Pending { add, forget: Vec::new(), is_resumed });
    }
    let all = site.repository.history(to, None).await?;
    let known = known(site, memory)?;
    let reached: HashSet<&GitId> = all.iter().collect();
    let forget = known.iter().filter(|id| !reached.contains(id)).cloned().collect();
    let add = all.iter().filter(|id| !known.contains(*id)).cloned().collect();
    Ok(Pending { add, forget, is_resumed: true })
}

fn known(site: &Site<'_>, memory: &Remembered) -> Result<HashSet<GitId>, MemoryError> {
    let ids = recall(site.store, |recall| recall.commit_ids(memory.row))?;
    Ok(ids.into_iter().map(|(_, id)| id).collect())
}

async fn add_commits(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    ids: &[GitId],
    facts: &mut Facts,
) -> Result<Identities, MemoryError> {
    let row = writing.repository;
    let (files, newest) =
        recall(site.store, |recall| Ok((recall.files(row)?, recall.newest(row)?)))?;
    let mut identities = Identities::of(&files);
    facts.commits = newest.1 + u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut reader = Reader { site, walks: [None, None], renames: renames(facts) };
    let mut number = newest.0;
    let mut merges = Merges::default();
    for (place, ids) in ids.chunks(STORED_AT_ONCE).enumerate() {
        let mut step = Gathered::default();
        for piece in ids.chunks(PIECE) {
            check(site.cancel)?;
            for commit in reader.piece(piece).await? {
                number += 1;
                merges.add(number, &commit);
                step.take(commit, number, &mut identities);
            }
        }
        writing.write(step.into_step()).await?;
        let done = place * STORED_AT_ONCE + ids.len();
        (site.progress)(format!("{done} of {} new commits", number_of(facts, newest.1)));
    }
    facts.is_exact_only = reader.renames == Renames::Equal;
    if let Some(head) = ids.last() {
        writing.write(Step::Merged(merges.brought(head))).await?;
    }
    Ok(identities)
}

fn number_of(facts: &Facts, before: u32) -> u32 {
    facts.commits - before
}

const fn renames(facts: &Facts) -> Renames {
    if facts.is_exact_only { Renames::Equal } else { Renames::Alike }
}

/// Reads commits; where contents are missing that are needed to find what is alike, it does with equal ones.
struct Reader<'a> {
    site: &'a Site<'a>,
    /// Two, because a commit is told without regard to others and git uses one processor.
    walks: [Option<Walk>; 2],
    renames: Renames,
}

impl Reader<'_> {
    async fn piece(&mut self, ids: &[GitId]) -> Result<Vec<WalkedCommit>, RepositoryError> {
        match (self.walked(ids).await, self.renames) {
            (Err(RepositoryError::Git { .. } | RepositoryError::Pipe { .. }), Renames::Alike) => {
                (self.renames, self.walks) = (Renames::Equal, [None, None]);
                self.walked(ids).await
            }
            (answer, _) => answer,
        }
    }

    async fn walked(&mut self, ids: &[GitId]) -> Result<Vec<WalkedCommit>, RepositoryError> {
        let (older, newer) = ids.split_at(ids.len().div_ceil(2));
        let [first, second] = &mut self.walks;
        let (repository, renames) = (self.site.repository, self.renames);
        let (mut commits, newer) = tokio::try_join!(
            told(repository, renames, first, older),
            told(repository, renames, second, newer),
        )?;
        commits.extend(newer);
        Ok(commits)
    }
}

/// Lets a process tell commits; it is started where it is first needed.
async fn told(
    repository: &Repository,
    renames: Renames,
    walk: &mut Option<Walk>,
    ids: &[GitId],
) -> Result<Vec<WalkedCommit>, RepositoryError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let walk = match walk {
        Some(walk) => walk,
        missing => missing.insert(repository.walk(renames)?),
    };
    walk.piece(ids).await
}

/// Commits on their way into one step.
#[derive(Default)]
struct Gathered {
    commits: Vec<KeptCommit>,
    changes: Vec<KeptChange>,
    files: HashMap<u32, KeptFile>,
}

impl Gathered {
    fn take(&mut self, commit: WalkedCommit, number: u32, identities: &mut Identities) {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        for named in identities.take(&commit.changes) {
            let is_live = named.blob.is_some();
            let file = KeptFile { number: named.file, path: named.path, is_live, blob: None };
            self.files.insert(named.file, file);
            self.changes.push(KeptChange { number, file: named.file, blob: named.blob });
        }
        self.commits.push(KeptCommit {
            number,
            reverts: messages::reverted(&commit.message),
            proposal: messages::proposal(&commit.message),
            size: count(commit.changes.len()),
            parents: count(commit.parents.len()),
            merged_by: None,
            id: commit.id,
            authored_at: commit.authored_at,
            author: commit.author,
            message: commit.message,
        });
    }

    fn into_step(self) -> Step {
        let files = self.files.into_values().collect();
        Step::History { commits: self.commits, changes: self.changes, files }
    }
}
