//! Why a line or a file is as it is.
//!
//! Each hop says what proves it. What a message says is the word of its author and is told as such; what our own record holds is told
//! with its entry. Tries that were taken back or rejected belong to the answer, since they say what was not wanted.

use record::domain::changeset::GitId;

use crate::memory::error::MemoryError;
use crate::memory::hops::{Hop, HopKind, moment, short};
use crate::memory::loaded::{Loaded, shown};
use crate::memory::messages;
use crate::memory::pointers::{links, note, pulls};
use crate::memory::site::{Site, recall};
use foundation::repository::blaming::MAX_IGNORED;
use foundation::repository::error::RepositoryError;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptCommit, KeptFile, KeptHunk, Recall, Step};

/// The file that names commits to pass over.
const IGNORED: &str = ".git-blame-ignore-revs";
/// Most tries that are told.
const MOST_TRIES: u32 = 5;

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

/// Follows a line whose blame is kept, or was just asked for; none where neither is so.
pub fn of_line(
    recall: &dyn Recall,
    loaded: &Loaded,
    (file, line): (&KeptFile, u32),
    fresh: &[KeptHunk],
) -> Result<Option<Trail>, StoreError> {
    let Some(blob) = &file.blob else { return Ok(None) };
    let holds =
        |hunk: &&KeptHunk| (hunk.line..hunk.line.saturating_add(hunk.lines)).contains(&line);
    let kept = match fresh.iter().find(holds) {
        Some(hunk) => Some(hunk.clone()),
        None => recall.hunk(loaded.row, &file.path, blob, line)?,
    };
    let Some(hunk) = kept else { return Ok(None) };
    let Some(commit) = recall.commit(loaded.row, hunk.number)? else { return Ok(None) };
    let then = if hunk.path == file.path {
        String::new()
    } else {
        format!(", there as {}", shown(&hunk.path))
    };
    let last = hunk.line.saturating_add(hunk.lines).saturating_sub(1);
    let lines = match (hunk.line, last) {
        (first, last) if first == last => format!("line {first}"),
        (first, last) => format!("lines {first} to {last}"),
    };
    let proof = format!("git blame -M -C at {} gives {lines}{then}", short(&loaded.head));
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
    if loaded.facts.is_shallow && commit.parents == 0 {
        // All that is older hangs on this commit; what its message says is about its own change.
        let proof = format!("{proof}; the clone begins there, so it may be older");
        return Ok(Trail {
            path: shown(&file.path),
            hunk: None,
            hops: vec![commit_hop(HopKind::Commit, commit, proof)],
            tries: tries(recall, loaded, file)?,
            proposal: None,
        });
    }
    let mut hops = vec![commit_hop(HopKind::Commit, commit, proof)];
    hops.extend(links(recall, loaded, commit)?);
    hops.extend(pulls(recall, loaded, commit)?);
    hops.extend(recall.notes_on(loaded.row, &commit.id)?.iter().map(note));
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
        hops.extend(links(recall, loaded, &merge)?);
        hops.extend(pulls(recall, loaded, &merge)?);
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
    let found = recall.taken_back(loaded.row, file.number, MOST_TRIES)?;
    let hop = |(back, tried): &(KeptCommit, KeptCommit)| {
        let proof = format!("{} says that it takes it back", short(&back.id));
        commit_hop(HopKind::Revert, tried, proof)
    };
    Ok(found.iter().map(hop).collect())
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

/// Asks git who wrote the lines of a file, and keeps the answer where the home can be written.
pub async fn blame(
    site: &Site<'_>,
    loaded: &Loaded,
    file: &KeptFile,
) -> Result<Vec<KeptHunk>, MemoryError> {
    let ids = recall(site.store, |recall| recall.commit_ids(loaded.row))?;
    let numbers: std::collections::HashMap<&GitId, u32> =
        ids.iter().map(|(number, id)| (id, *number)).collect();
    let ignored = ignored(site, loaded).await?;
    let ignored: Vec<GitId> = ignored.into_iter().filter(|id| numbers.contains_key(id)).collect();
    let hunks = site.repository.blame(&loaded.head, &file.path, &ignored).await?;
    let Some(blob) = file.blob.clone() else { return Ok(Vec::new()) };
    let hunks = hunks.into_iter().filter_map(|hunk| {
        let number = numbers.get(&hunk.commit).copied()?;
        Some(KeptHunk { line: hunk.line, lines: hunk.lines, number, path: hunk.path })
    });
    let hunks: Vec<KeptHunk> = hunks.collect();
    let step = Step::Blamed { path: file.path.clone(), blob, hunks: hunks.clone() };
    let memory = recall(site.store, |recall| recall.remembered(site.name))?;
    let Some(memory) = memory else {
        return Err(MemoryError::NotBuilt { name: site.name.to_owned() });
    };
    match site.store.memorise(memory.row, memory.version, step).await {
        // Nothing is lost but the time of asking once more.
        Ok(_) | Err(StoreError::ReadOnly { .. } | StoreError::StaleFence) => Ok(hunks),
        Err(error) => Err(error.into()),
    }
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
