//! Why a line or a file is as it is.
//!
//! Each hop says what proves it. What a message says is the word of its author and is told as such; what our own record holds is told
//! with its entry. Tries that were taken back or rejected belong to the answer, since they say what was not wanted.

use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

use crate::memory::error::MemoryError;
use crate::memory::loaded::{Loaded, shown};
use crate::memory::messages;
use crate::memory::site::{Site, recall};
use crate::repository::blaming::MAX_IGNORED;
use crate::repository::error::RepositoryError;
use crate::store::error::StoreError;
use crate::store::memory::{KeptCommit, KeptFile, KeptHunk, Recall, Step};

/// The file that names commits to pass over.
const IGNORED: &str = ".git-blame-ignore-revs";
/// Most commits of a file that are looked through for tries.
const MOST_COMMITS: u32 = 500;
/// Most tries that are told.
const MOST_TRIES: usize = 5;

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
}

/// What a line or file leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The path, escaped.
    pub path: String,
    /// What is known of its lines: the commit, and where it lay then; empty for a whole file.
    pub hunk: Option<KeptHunk>,
    /// From the commit on.
    pub hops: Vec<Hop>,
    /// What was tried on the file and taken back.
    pub tries: Vec<Hop>,
    /// The proposal that the commit names, for whoever asks the store on.
    pub proposal: Option<(String, GitId)>,
}

/// The word for a step.
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
        }
    }
}

/// Follows a line whose blame is kept; none where it is not.
pub fn of_line(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: &KeptFile,
    line: u32,
) -> Result<Option<Trail>, StoreError> {
    let Some(blob) = &file.blob else { return Ok(None) };
    let Some(hunk) = recall.hunk(loaded.row, &file.path, blob, line)? else { return Ok(None) };
    let Some(commit) = recall.commit(loaded.row, hunk.number)? else { return Ok(None) };
    let then = if hunk.path == file.path {
        String::new()
    } else {
        format!(", there as {}", shown(&hunk.path))
    };
    let proof = format!(
        "git blame -M -C at {} gives lines {} to {}{then}",
        short(&loaded.head),
        hunk.line,
        hunk.line.saturating_add(hunk.lines).saturating_sub(1)
    );
    let mut trail = begun(recall, loaded, file, (&commit, proof))?;
    trail.hunk = Some(hunk);
    Ok(Some(trail))
}

/// Follows a whole file from the newest commit that changed it.
pub fn of_file(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: &KeptFile,
) -> Result<Option<Trail>, StoreError> {
    let Some(commit) = recall.commits_of(loaded.row, file.number, 1)?.pop() else {
        return Ok(None);
    };
    let proof = "it is the newest commit that changes the file, renames followed".to_owned();
    Ok(Some(begun(recall, loaded, file, (&commit, proof))?))
}

fn begun(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: &KeptFile,
    (commit, proof): (&KeptCommit, String),
) -> Result<Trail, StoreError> {
    let mut hops = vec![commit_hop(HopKind::Commit, commit, proof)];
    hops.extend(links(commit));
    if let Some(taken_back) = &commit.reverts {
        let named = recall.commits_named(loaded.row, taken_back.as_str())?.pop();
        hops.extend(named.map(|named| {
            commit_hop(
                HopKind::Revert,
                &named,
                "the commit says that it takes this one back".to_owned(),
            )
        }));
    }
    for later in recall.reverts(loaded.row, &commit.id)? {
        let proof = "it says that it takes the commit back".to_owned();
        hops.push(commit_hop(HopKind::Revert, &later, proof));
    }
    if let Some(merge) = commit.merged_by
        && let Some(merge) = recall.commit(loaded.row, merge)?
    {
        let proof =
            "it is the first merge on the branch from which the commit can be reached".to_owned();
        hops.push(commit_hop(HopKind::Merge, &merge, proof));
        hops.extend(links(&merge));
    }
    Ok(Trail {
        path: shown(&file.path),
        hunk: None,
        hops,
        tries: tries(recall, loaded, file)?,
        proposal: commit.proposal.clone().map(|proposal| (proposal, commit.id.clone())),
    })
}

/// Commits of the file that were taken back.
fn tries(recall: &dyn Recall, loaded: &Loaded, file: &KeptFile) -> Result<Vec<Hop>, StoreError> {
    let mut tries = Vec::new();
    let commits = recall.commits_of(loaded.row, file.number, MOST_COMMITS)?;
    for back in commits.iter().filter(|commit| commit.reverts.is_some()).take(MOST_TRIES) {
        let Some(id) = &back.reverts else { continue };
        if let Some(tried) = commits.iter().find(|commit| commit.id == *id) {
            let proof = format!("{} says that it takes it back", short(&back.id));
            tries.push(commit_hop(HopKind::Revert, tried, proof));
        }
    }
    Ok(tries)
}

fn commit_hop(kind: HopKind, commit: &KeptCommit, proof: String) -> Hop {
    let subject = shown(messages::subject(&commit.message).as_bytes());
    let reason = messages::reason(&commit.message).map(|reason| shown(reason.as_bytes()));
    Hop {
        kind,
        name: commit.id.to_string(),
        by: Some(shown(commit.author.as_bytes())),
        at: Some(moment(commit.authored_at)),
        says: reason.map_or_else(|| subject.clone(), |reason| format!("{subject}: {reason}")),
        proof,
    }
}

fn links(commit: &KeptCommit) -> Vec<Hop> {
    let hop = |link: messages::Link| Hop {
        kind: match link.kind {
            messages::LinkKind::PullRequest => HopKind::PullRequest,
            messages::LinkKind::Closes | messages::LinkKind::Mentions => HopKind::Issue,
        },
        name: shown(link.name.as_bytes()),
        by: None,
        at: None,
        says: link.kind.word().to_owned(),
        proof: format!("the message of {} names it", short(&commit.id)),
    };
    messages::links(&commit.message).into_iter().map(hop).collect()
}

/// The moment of a commit, in words of the record.
pub fn moment(seconds: i64) -> String {
    Timestamp::from_millis(seconds.saturating_mul(1_000)).to_string()
}

/// The first digits of an id, as people tell commits apart.
pub fn short(id: &GitId) -> String {
    id.as_str().chars().take(12).collect()
}

/// Asks git who wrote the lines of a file, and keeps the answer where the home can be written.
pub async fn blame(site: &Site<'_>, loaded: &Loaded, file: &KeptFile) -> Result<(), MemoryError> {
    let ids = recall(site.store, |recall| recall.commit_ids(loaded.row))?;
    let numbers: std::collections::HashMap<&GitId, u32> =
        ids.iter().map(|(number, id)| (id, *number)).collect();
    let ignored = ignored(site, loaded).await?;
    let ignored: Vec<GitId> = ignored.into_iter().filter(|id| numbers.contains_key(id)).collect();
    let hunks = site.repository.blame(&loaded.head, &file.path, &ignored).await?;
    let Some(blob) = file.blob.clone() else { return Ok(()) };
    let hunks = hunks.into_iter().filter_map(|hunk| {
        let number = numbers.get(&hunk.commit).copied()?;
        Some(KeptHunk { line: hunk.line, lines: hunk.lines, number, path: hunk.path })
    });
    let step = Step::Blamed { path: file.path.clone(), blob, hunks: hunks.collect() };
    let memory = recall(site.store, |recall| recall.remembered(site.name))?;
    let Some(memory) = memory else {
        return Err(MemoryError::NotBuilt { name: site.name.to_owned() });
    };
    site.store.memorise(memory.row, memory.version, step).await?;
    Ok(())
}

/// The commits that the repository asks to pass over.
async fn ignored(site: &Site<'_>, loaded: &Loaded) -> Result<Vec<GitId>, RepositoryError> {
    let list = loaded.files.values().find(|file| file.path == IGNORED.as_bytes());
    let Some(blob) = list.and_then(|file| file.blob.as_ref()) else { return Ok(Vec::new()) };
    let content = site.repository.sources()?.read(&[blob]).await?.pop().flatten();
    let content = content.map(|content| String::from_utf8_lossy(&content).into_owned());
    let text = content.unwrap_or_default();
    let ids = text.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok());
    Ok(ids.take(MAX_IGNORED).collect())
}
