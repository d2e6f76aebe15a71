//! What differs between two trees, from one process for many pairs.
//!
//! git repeats a line that is no pair of ids as it is. Such a line after each pair tells where its answer ends.

use record::domain::changeset::{GitId, MAX_TOUCHED};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};

use crate::repository::delta::RawDelta;
use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{Git, unreadable};
use crate::repository::pipe::{Pipe, broken, in_time};
use crate::repository::trees::{Kind, kind};

const WORDS: [&str; 7] =
    ["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--full-index"];
/// The line that ends an answer; no id begins so.
const END: &str = ".\n";
/// Longest line or path of an answer.
const MAX_PART_BYTES: u64 = 8_192;
/// Most bytes of why it has no answer.
const MAX_REFUSAL_BYTES: usize = 4_096;

/// A process that compares trees.
#[derive(Debug)]
pub(super) struct Differ {
    pipe: Pipe,
}

impl Differ {
    /// Starts the process.
    pub(super) fn start(git: &Git) -> Result<Self, RepositoryError> {
        Ok(Self { pipe: Pipe::start(git, &WORDS)? })
    }

    /// Lists what differs between two trees.
    pub(super) async fn compare(
        &mut self,
        before: &GitId,
        after: &GitId,
    ) -> Result<Vec<RawDelta>, RepositoryError> {
        let answer = async {
            let answer = self.exchange(before, after).await;
            self.pipe.explained(answer).await
        };
        in_time(WORDS[0], answer).await
    }

    async fn exchange(
        &mut self,
        before: &GitId,
        after: &GitId,
    ) -> Result<Vec<RawDelta>, RepositoryError> {
        let question = format!("{before} {after}\n{END}");
        self.pipe.stdin.write_all(question.as_bytes()).await.map_err(pipe)?;
        self.pipe.stdin.flush().await.map_err(pipe)?;
        if self.part(b'\n').await? == END.trim_end().as_bytes() {
            return Err(self.refusal().await?);
        }
        let mut deltas = Vec::new();
        let mut count = 0;
        while self.pipe.stdout.fill_buf().await.map_err(pipe)?.first() == Some(&b':') {
            let (head, path) = (self.part(0).await?, self.part(0).await?);
            count += 1;
            // All of it is read, so that the next answer begins where this one ends.
            if count <= MAX_TOUCHED {
                deltas.push(raw_delta(&head, path).ok_or_else(|| unreadable(&WORDS))?);
            }
        }
        self.part(b'\n').await?;
        if count > MAX_TOUCHED { Err(RepositoryError::TooManyPaths) } else { Ok(deltas) }
    }

    /// Reads up to a byte, which is left away.
    async fn part(&mut self, end: u8) -> Result<Vec<u8>, RepositoryError> {
        let mut part = Vec::new();
        (&mut self.pipe.stdout)
            .take(MAX_PART_BYTES)
            .read_until(end, &mut part)
            .await
            .map_err(pipe)?;
        match part.pop() {
            None => Err(pipe(std::io::ErrorKind::UnexpectedEof.into())),
            Some(last) if last == end => Ok(part),
            Some(_) => Err(unreadable(&WORDS)),
        }
    }

    /// Why the process gave no answer: it has said so before it repeated the line that ends one.
    async fn refusal(&mut self) -> Result<RepositoryError, RepositoryError> {
        let mut bytes = vec![0; MAX_REFUSAL_BYTES];
        let count = self.pipe.stderr.read(&mut bytes).await.map_err(pipe)?;
        bytes.truncate(count);
        Ok(RepositoryError::Git { command: WORDS[0].to_owned(), detail: shown(&bytes) })
    }
}

fn pipe(source: std::io::Error) -> RepositoryError {
    broken(WORDS[0], source)
}

/// Reads `:100644 100755 <id> <id> M` and a path.
fn raw_delta(head: &[u8], path: Vec<u8>) -> Option<RawDelta> {
    let mut words = std::str::from_utf8(head).ok()?.strip_prefix(':')?.split(' ');
    let (before, after) = (words.next()?, words.next()?);
    let (before_id, after_id) = (words.next()?, words.next()?);
    Some(RawDelta { path, before: side(before, before_id)?, after: side(after, after_id)? })
}

/// A side that may not be there, which is not the same as one that cannot be read.
#[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
fn side(mode: &str, id: &str) -> Option<Option<(Kind, GitId)>> {
    if mode == "000000" {
        return Some(None);
    }
    Some(Some((kind(mode)?, id.parse().ok()?)))
}
