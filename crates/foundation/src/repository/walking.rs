//! The history of a repository: its commits, and what each of them changes.
//!
//! Commits are asked for in pieces, so that whoever walks can store what it has and stop. Everything is bounded: messages and names are
//! cut, and what a commit changes is told one path after the other. Merges are told with their message alone.

use record::domain::changeset::GitId;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{DEADLINE, Git, unreadable};
use crate::repository::repository::Repository;
use crate::repository::revisions::id;
use crate::repository::scratch::Scratch;

const WORDS: [&str; 11] = [
    "diff-tree",
    "--stdin",
    "-r",
    "-z",
    "--raw",
    "--root",
    "--always",
    "--full-index",
    "-l1000",
    "--format=%x01%H%x00%P%x00%at%x00%an%x00%B%x00",
    "--no-ext-diff",
];
/// A line that is no id is given back as it is: it ends a piece.
const END: &[u8] = b".\n";
/// Most commits of a history.
pub const MAX_HISTORY: usize = 1_000_000;
/// Most bytes that are kept of a message.
pub const MAX_MESSAGE_BYTES: usize = 8 << 10;
/// Most bytes of a path; a longer one is passed over.
const MAX_PATH_BYTES: usize = 4_096;
/// Most bytes that are kept of a name.
const MAX_NAME_BYTES: usize = 256;
/// Most bytes of the parents of a commit.
const MAX_PARENTS_BYTES: usize = 64 << 10;
/// Most bytes of a line before a path: modes, ids, status.
const MAX_HEAD_BYTES: usize = 256;
/// Most bytes that are shown of what git complains about.
const MAX_COMPLAINT_BYTES: u64 = 4_096;

/// How files that moved are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renames {
    /// By what is alike.
    Alike,
    /// By equal bytes alone, which needs no content.
    Equal,
}

/// A commit with what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedCommit {
    /// Its id.
    pub id: GitId,
    /// The commits that it follows on.
    pub parents: Vec<GitId>,
    /// When it was written, as it says itself, in seconds.
    pub authored_at: i64,
    /// Who wrote it, as it says itself.
    pub author: String,
    /// Its message, cut.
    pub message: String,
    /// The paths that it changes; none of a merge.
    pub changes: Vec<WalkedChange>,
}

/// A path that a commit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedChange {
    /// The path afterwards; of one that goes, the path before.
    pub path: Vec<u8>,
    /// The path that it was moved from.
    pub from: Option<Vec<u8>>,
    /// Whether a file was there before.
    pub was_there: bool,
    /// What is there afterwards; none where the path goes.
    pub blob: Option<GitId>,
}

/// A process that tells commits.
#[derive(Debug)]
pub struct Walk {
    _child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    _scratch: Scratch,
}

impl Repository {
    /// Lists the commits that lead to one, parents first; those that lead to `without` are left out.
    pub async fn history(
        &self,
        to: &GitId,
        without: Option<&GitId>,
    ) -> Result<Vec<GitId>, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let most = format!("--max-count={}", MAX_HISTORY + 1);
        let without = without.map(|id| format!("^{id}"));
        let mut words = vec!["rev-list", "--topo-order", "--reverse", &*most, to.as_str()];
        words.extend(without.as_deref());
        let listing = git.run(&words, &[]).await?;
        let lines = listing.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let ids = lines.map(|line| id(line).ok_or_else(|| unreadable(&words)));
        let ids = ids.collect::<Result<Vec<GitId>, _>>()?;
        if ids.len() > MAX_HISTORY {
            return Err(RepositoryError::TooManyCommits { limit: MAX_HISTORY });
        }
        Ok(ids)
    }

    /// Tells whether one commit leads to another.
    pub async fn leads_to(&self, old: &GitId, new: &GitId) -> Result<bool, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let words = ["merge-base", "--is-ancestor", old.as_str(), new.as_str()];
        Ok(git.ask(&words, &[]).await?.code == Some(0))
    }

    /// Starts to tell commits.
    pub fn walk(&self, renames: Renames) -> Result<Walk, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        Walk::start(&git, renames, scratch)
    }
}

impl Walk {
    fn start(git: &Git, renames: Renames, scratch: Scratch) -> Result<Self, RepositoryError> {
        let moved = match renames {
            Renames::Alike => "-M",
            Renames::Equal => "-M100%",
        };
        let words: Vec<&str> = WORDS.iter().copied().chain([moved]).collect();
        let process = git.start(&words)?;
        let stdout = BufReader::with_capacity(64 << 10, process.stdout);
        let (child, stdin, stderr) = (process.child, process.stdin, process.stderr);
        Ok(Self { _child: child, stdin, stdout, stderr, _scratch: scratch })
    }

    /// Tells a piece of the history: few enough commits that their ids fit into a pipe.
    pub async fn piece(&mut self, ids: &[GitId]) -> Result<Vec<WalkedCommit>, RepositoryError> {
        let ended = tokio::time::timeout(DEADLINE, self.exchange(ids)).await;
        let late = |_| RepositoryError::TooSlow {
            command: WORDS[0].to_owned(),
            seconds: DEADLINE.as_secs(),
        };
        match ended.map_err(late)? {
            Err(error @ RepositoryError::Pipe { .. }) => {
                Err(self.complaint().await.unwrap_or(error))
            }
            other => other,
        }
    }

    async fn exchange(&mut self, ids: &[GitId]) -> Result<Vec<WalkedCommit>, RepositoryError> {
        let mut question = Vec::with_capacity(ids.len() * 41 + END.len());
        for id in ids {
            question.extend(id.as_str().bytes().chain([b'\n']));
        }
        question.extend(END);
        let (stdin, stdout) = (&mut self.stdin, &mut self.stdout);
        let asking = async {
            stdin.write_all(&question).await.map_err(pipe)?;
            stdin.flush().await.map_err(pipe)
        };
        let (commits, ()) = tokio::try_join!(told(stdout, ids.len()), asking)?;
        if commits.len() != ids.len() {
            return Err(unreadable(&WORDS));
        }
        Ok(commits)
    }

    async fn complaint(&mut self) -> Option<RepositoryError> {
        let mut bytes = Vec::new();
        (&mut self.stderr).take(MAX_COMPLAINT_BYTES).read_to_end(&mut bytes).await.ok()?;
        let detail = shown(&bytes);
        (!detail.is_empty()).then(|| RepositoryError::Git { command: WORDS[0].to_owned(), detail })
    }
}

fn pipe(source: std::io::Error) -> RepositoryError {
    RepositoryError::Pipe { command: WORDS[0].to_owned(), source }
}

/// Reads commits until the end of the piece.
async fn told(
    stdout: &mut BufReader<ChildStdout>,
    count: usize,
) -> Result<Vec<WalkedCommit>, RepositoryError> {
    let mut commits: Vec<WalkedCommit> = Vec::with_capacity(count);
    loop {
        match stdout.read_u8().await.map_err(pipe)? {
            // What parts commits from each other and from their paths.
            0 | b'\n' => {}
            1 => commits.push(head(stdout).await?),
            b':' => {
                let change = change(stdout).await?;
                let commit = commits.last_mut().ok_or_else(|| unreadable(&WORDS))?;
                commit.changes.extend(change);
            }
            b'.' => {
                stdout.read_u8().await.map_err(pipe)?;
                return Ok(commits);
            }
            _ => return Err(unreadable(&WORDS)),
        }
    }
}

async fn head(stdout: &mut BufReader<ChildStdout>) -> Result<WalkedCommit, RepositoryError> {
    let named = part(stdout, MAX_HEAD_BYTES).await?;
    let parents = part(stdout, MAX_PARENTS_BYTES).await?;
    let seconds = part(stdout, MAX_HEAD_BYTES).await?;
    let author = part(stdout, MAX_NAME_BYTES).await?;
    let message = part(stdout, MAX_MESSAGE_BYTES).await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(WalkedCommit {
        id: id(&named.bytes).ok_or_else(|| unreadable(&WORDS))?,
        parents: parents.bytes.split(|byte| *byte == b' ').filter_map(id).collect(),
        // A moment that is no number says nothing; the order of commits never rests on it.
        authored_at: text(&seconds.bytes).trim().parse().unwrap_or(0),
        author: text(&author.bytes),
        message: text(&message.bytes),
        changes: Vec::new(),
    })
}

/// Reads `OLD NEW OLD NEW STATUS`, a path, and a second one of what was moved; nothing where it is no file of this repository.
async fn change(
    stdout: &mut BufReader<ChildStdout>,
) -> Result<Option<WalkedChange>, RepositoryError> {
    let head = part(stdout, MAX_HEAD_BYTES).await?;
    let head = String::from_utf8_lossy(&head.bytes).into_owned();
    let words: Vec<&str> = head.split(' ').collect();
    let [before, after, _, blob, status] = words[..] else { return Err(unreadable(&WORDS)) };
    let first = part(stdout, MAX_PATH_BYTES).await?;
    let is_moved = status.starts_with(['R', 'C']);
    let second = if is_moved { Some(part(stdout, MAX_PATH_BYTES).await?) } else { None };
    let is_cut = first.is_cut || second.as_ref().is_some_and(|second| second.is_cut);
    let is_file = |mode: &str| mode.starts_with("100");
    if is_cut || !(is_file(before) || is_file(after)) {
        return Ok(None);
    }
    let from = (status.starts_with('R') && is_file(before)).then(|| first.bytes.clone());
    let path = second.map_or(first.bytes, |second| second.bytes);
    let blob = if is_file(after) { id(blob.as_bytes()) } else { None };
    Ok(Some(WalkedChange { path, from, was_there: is_file(before), blob }))
}

/// A part of an answer, as much of it as is kept.
struct Part {
    bytes: Vec<u8>,
    is_cut: bool,
}

/// Reads up to the next zero byte and keeps no more than `limit` bytes.
async fn part(stdout: &mut BufReader<ChildStdout>, limit: usize) -> Result<Part, RepositoryError> {
    let mut part = Part { bytes: Vec::new(), is_cut: false };
    loop {
        let buffer = stdout.fill_buf().await.map_err(pipe)?;
        if buffer.is_empty() {
            return Err(pipe(std::io::ErrorKind::UnexpectedEof.into()));
        }
        let end = buffer.iter().position(|byte| *byte == 0);
        let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        let kept = piece.len().min(limit - part.bytes.len());
        part.bytes.extend(piece.get(..kept).unwrap_or_default());
        part.is_cut |= kept < piece.len();
        let used = piece.len() + usize::from(end.is_some());
        stdout.consume(used);
        if end.is_some() {
            return Ok(part);
        }
    }
}
