//! Checks commits of a repository against the notes on them.
//!
//! Nothing of the repository is believed but bytes that fit their ids: who may sign and which log it was come from the caller. Notes are
//! read twice, first for revocations alone, so that memory does not grow with the range.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::checking::allowed_signers::AllowedSigners;
use crate::checking::checked::{Checked, CommitView, Gap, Without};
use crate::checking::history::History;
use crate::checking::judging::{self, Proof, Revocation, Rules};
use crate::checking::note::{Note, NoteError, REFERENCE};
use crate::checking::opened::{Opened, Opener};
use crate::checking::reason::Reason;
use crate::checking::used::Used;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::repository::comparing::Comparer;
use foundation::repository::error::{Refusal, RepositoryError};
use foundation::repository::merging::{Merged, Renames};
use foundation::repository::range::Commit;
use foundation::repository::repository::Repository;
use record::audit::key::VerifierKey;
use record::domain::changeset::{GitId, RepositoryName};

/// What a note that revokes holds somewhere.
const REVOKED: &[u8] = b"decision.revoked";
/// Most paths with conflicts that are named.
const MOST_PATHS: usize = 3;

/// What is to be checked, and by what.
#[derive(Debug)]
pub struct Wish {
    /// `A..B`.
    pub range: String,
    /// The start of continuous control.
    pub since: Option<String>,
    /// Where the repository lies.
    pub path: PathBuf,
    /// Whose signatures count.
    pub signers: AllowedSigners,
    /// The key of the log.
    pub log: Option<VerifierKey>,
    /// Objects of a push that is not taken yet.
    pub objects: Option<PathBuf>,
    /// The state of the notes, where it is not that of their reference.
    pub notes: Option<String>,
}

/// Checks every commit of a range, and those between the start of control and the range.
pub async fn check(wish: &Wish) -> Result<Checked, CommandError> {
    let (_folder, repository) = opened(&wish.path)?;
    let repository = repository.seeing(wish.objects.clone());
    let range = repository.commits(&wish.range).await?;
    if range.is_empty() {
        check_turned(&repository, &wish.range).await?;
    }
    let (commits, gap) = match &wish.since {
        Some(since) => since_start(&repository, &wish.range, since).await?,
        None => (range.clone(), None),
    };
    let mut history = History::new(commits);
    history.know(repository.commits_of(history.outside().into_iter().collect()).await?);
    let notes = match &wish.notes {
        Some(state) => repository.notes_at(&repository.resolve(state).await?.commit).await?,
        None => repository.notes(REFERENCE).await?,
    };
    let comparer = repository.shadow.comparer()?;
    let mut checker = Checker { wish, repository: &repository, notes, comparer };
    let views = checker.all(&history).await?;
    Ok(summed(wish, &range, views, gap))
}

/// Refuses a range whose ends have changed places: it has no commits, so that nothing of it could be refused.
async fn check_turned(repository: &Repository, range: &str) -> Result<(), CommandError> {
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let end = |end: &str| if end.is_empty() { "HEAD".to_owned() } else { end.to_owned() };
    let turned = format!("{}..{}", end(to), end(from));
    let count = repository.commits(&turned).await?.len();
    if count == 0 {
        return Ok(());
    }
    let message = format!("{range} has no commits, and {turned} has {count}");
    Err(CommandError::usage(message).hint("Give the older end of the range first."))
}

/// The commit that a start of control names, for those who write it down.
pub async fn start(path: &Path, since: &str) -> Result<GitId, CommandError> {
    let (_folder, repository) = opened(path)?;
    Ok(repository.resolve(since).await?.commit)
}

/// Opens a repository, with a folder of our own that goes when the check is done.
pub(super) fn opened(path: &Path) -> Result<(TempDir, Repository), CommandError> {
    let folder = tempfile::tempdir()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    let name: RepositoryName = "checked".parse()?;
    let repository = Repository::open(folder.path(), &name, path)?;
    Ok((folder, repository))
}

/// The commits since the start of control; a start that is not behind them is a gap by itself.
async fn since_start(
    repository: &Repository,
    range: &str,
    since: &str,
) -> Result<(Vec<Commit>, Option<Gap>), CommandError> {
    let end = range.split_once("..").map_or("", |(_, end)| end);
    let start = repository.resolve(since).await?.commit;
    let commits = repository.commits(&format!("{start}..{end}")).await?;
    let end = if end.is_empty() { "HEAD" } else { end };
    let missing = repository.commits(&format!("{end}..{start}")).await?;
    let gap = (!missing.is_empty()).then(|| Gap {
        commit: None,
        text: format!("the start of control, {start}, is not in the history of {end}"),
        broken: false,
    });
    Ok((commits, gap))
}

/// Sorts what was found into the range and what lies before it.
fn summed(wish: &Wish, range: &[Commit], views: Vec<CommitView>, gap: Option<Gap>) -> Checked {
    let asked: std::collections::BTreeSet<&GitId> = range.iter().map(|commit| &commit.id).collect();
    let (commits, before): (Vec<CommitView>, Vec<CommitView>) =
        views.into_iter().partition(|view| asked.contains(&view.commit));
    let first = before.into_iter().find_map(|view| {
        let reason = view.reason?;
        Some(Gap { commit: Some(view.commit), text: reason.text, broken: reason.broken })
    });
    let gap = gap.or(first);
    let covered = commits.iter().filter(|view| view.covered).count();
    let uncovered = commits.len() - covered;
    Checked {
        ok: uncovered == 0 && gap.is_none(),
        range: wish.range.clone(),
        since: wish.since.clone(),
        log: wish.log.as_ref().map(|key| key.name().to_owned()),
        covered,
        uncovered,
        commits,
        gap,
    }
}

struct Checker<'a> {
    wish: &'a Wish,
    repository: &'a Repository,
    notes: BTreeMap<GitId, GitId>,
    comparer: Comparer,
}

impl Checker<'_> {
    async fn all(&mut self, history: &History) -> Result<Vec<CommitView>, CommandError> {
        let mut opener = Opener::new(self.wish.log.as_ref());
        let revocations = self.revocations(history, &mut opener).await?;
        let proof = if self.wish.log.is_some() { Proof::ByLog } else { Proof::NotChecked };
        let rules = Rules { signers: &self.wish.signers, proof, revocations: &revocations };
        let mut used = Used::default();
        let mut views = Vec::with_capacity(history.commits().len());
        for commit in history.commits() {
            used.inherit(commit);
            let view = match self.needs_nothing(history, commit).await? {
                Ok(Some(without)) => CommitView::without(commit.id.clone(), without),
                Ok(None) => self.decided(history, commit, &mut opener, (rules, &mut used)).await?,
                Err(reason) => CommitView::refused(commit.id.clone(), &reason),
            };
            views.push(view);
        }
        Ok(views)
    }

    /// Picks the revocations out of all notes.
    async fn revocations(
        &mut self,
        history: &History,
        opener: &mut Opener<'_>,
    ) -> Result<Vec<Revocation>, CommandError> {
        let mut revocations = Vec::new();
        for commit in history.commits() {
            let Ok(bytes) = self.note(&commit.id).await? else { continue };
            if !bytes.windows(REVOKED.len()).any(|part| part == REVOKED) {
                continue;
            }
            let Ok(note) = Note::parse(&bytes) else { continue };
            if let Ok(opened) = opener.open(&note) {
                revocations.extend(Revocation::of(&opened, &self.wish.signers));
            }
        }
        Ok(revocations)
    }

    /// The bytes of the note on a commit.
    async fn note(
        &mut self,
        commit: &GitId,
    ) -> Result<Result<std::sync::Arc<[u8]>, Reason>, CommandError> {
        let Some(blob) = self.notes.get(commit) else { return Ok(Err(Reason::NoNote)) };
        match self.comparer.blobs(&[blob]).await {
            Ok(mut blobs) => Ok(blobs.pop().ok_or(Reason::NoNote)),
            Err(RepositoryError::Refused { why: Refusal::TooLarge { bytes }, .. }) => {
                let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                Ok(Err(Reason::Note(NoteError::TooLong { bytes })))
            }
            Err(RepositoryError::Missing { .. } | RepositoryError::Forged { .. }) => {
                Ok(Err(Reason::Note(NoteError::Gone)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Tells whether a commit changes nothing, or nothing but what its parents do.
    async fn needs_nothing(
        &mut self,
        history: &History,
        commit: &Commit,
    ) -> Result<Result<Option<Without>, Reason>, CommandError> {
        let tree = |id: &GitId| history.tree(id).cloned();
        match commit.parents.as_slice() {
            [] => Ok(Err(Reason::NoParent)),
            [parent] if tree(parent).as_ref() == Some(&commit.tree) => {
                Ok(Ok(Some(Without::Unchanged)))
            }
            [_] => Ok(Ok(None)),
            [ours, theirs] => {
                let own = self.own_of_merge(history, commit, (ours, theirs)).await?;
                Ok(own.map_or(Ok(Some(Without::Merge)), Err))
            }
            _ => Ok(Err(Reason::ManyParents)),
        }
    }

    /// Finds what a merge has beyond its parents; nothing where both merge to exactly its tree.
    ///
    /// The tree of one parent alone is not enough: a merge that keeps one side drops what was approved on the other.
    async fn own_of_merge(
        &mut self,
        history: &History,
        commit: &Commit,
        (ours, theirs): (&GitId, &GitId),
    ) -> Result<Option<Reason>, CommandError> {
        let (first, second) = (history.tree(ours), history.tree(theirs));
        let forward = if first == second || history.follows(theirs, ours) {
            second
        } else if history.follows(ours, theirs) {
            first
        } else {
            None
        };
        if forward == Some(&commit.tree) {
            return Ok(None);
        }
        let mut reason = None;
        for renames in [Renames::Followed, Renames::NotFollowed] {
            let merged = self.repository.shadow.merge_commits(ours, theirs, renames).await?;
            match merged {
                Merged::Clean(tree) if tree == commit.tree => return Ok(None),
                Merged::Clean(_) => {
                    let first = self.first_own(history, commit).await?;
                    reason = Some(Reason::OwnContent { first });
                }
                Merged::Conflicts(mut paths) => {
                    paths.truncate(MOST_PATHS);
                    reason = reason.or(Some(Reason::Conflicts { paths: paths.join(", ") }));
                }
            }
        }
        Ok(reason)
    }

    /// Finds the first path that a merge has otherwise than each of its parents.
    async fn first_own(
        &mut self,
        history: &History,
        commit: &Commit,
    ) -> Result<Option<String>, CommandError> {
        let mut own: Option<Vec<String>> = None;
        for parent in commit.parents.iter().filter_map(|parent| history.tree(parent)) {
            let deltas = match self.comparer.deltas(parent, &commit.tree).await {
                Ok(deltas) => deltas,
                Err(error) => return unapprovable(error).map(|_| None),
            };
            let paths: Vec<String> = deltas.iter().map(|delta| delta.path.to_string()).collect();
            own = Some(match own {
                Some(own) => own.into_iter().filter(|path| paths.contains(path)).collect(),
                None => paths,
            });
        }
        Ok(own.and_then(|own| own.into_iter().next()))
    }

    /// Judges a commit that changes something by the note on it.
    async fn decided(
        &mut self,
        history: &History,
        commit: &Commit,
        opener: &mut Opener<'_>,
        (rules, used): (Rules<'_>, &mut Used),
    ) -> Result<CommitView, CommandError> {
        let refused = |reason: &Reason| Ok(CommitView::refused(commit.id.clone(), reason));
        let note = match self.opened(commit, opener).await? {
            Ok(note) => note,
            Err(reason) => return refused(&reason),
        };
        let parent = commit.parents.first().and_then(|parent| history.tree(parent));
        let Some(parent) = parent else { return refused(&Reason::NoParent) };
        let changes = match judging::on_base(&note, parent) {
            Ok(changes) => changes,
            Err(reason) => return refused(&reason),
        };
        let deltas = match self.comparer.deltas(parent, &commit.tree).await {
            Ok(deltas) => deltas,
            Err(error) => return refused(&Reason::Unapprovable(unapprovable(error)?)),
        };
        let cover = judging::judge(&note, &changes, (commit, &deltas), rules);
        match cover.and_then(|cover| used.take(history, commit, cover)) {
            Ok(cover) => Ok(CommitView::approved(commit.id.clone(), &cover)),
            Err(reason) => refused(&reason),
        }
    }

    async fn opened(
        &mut self,
        commit: &Commit,
        opener: &mut Opener<'_>,
    ) -> Result<Result<Opened, Reason>, CommandError> {
        let bytes = self.note(&commit.id).await?;
        let note = bytes.and_then(|bytes| Note::parse(&bytes).map_err(Reason::Note));
        Ok(note.and_then(|note| opener.open(&note).map_err(Reason::Broken)))
    }
}

/// Tells why a difference can be no approved change; other errors are those of the check itself.
fn unapprovable(error: RepositoryError) -> Result<String, CommandError> {
    match error {
        RepositoryError::Refused { .. }
        | RepositoryError::TooManyPaths
        | RepositoryError::TooLarge => Ok(error.to_string()),
        other => Err(other.into()),
    }
}
