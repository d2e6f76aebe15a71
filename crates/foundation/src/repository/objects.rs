//! Objects by id, from one process for many of them.
//!
//! Every object is checked against its id as it is read. Sizes are known before bytes are, so that one that is too large is passed over
//! without being held.

use std::sync::Arc;

use record::domain::changeset::GitId;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::ChildStdout;

use crate::repository::error::RepositoryError;
use crate::repository::git::{Git, unreadable};
use crate::repository::object_id;
use crate::repository::pipe::{Pipe, broken, in_time};

const WORDS: [&str; 2] = ["cat-file", "--batch"];
/// Longest line before the bytes of an object: its id, kind and size.
const MAX_HEAD_BYTES: u64 = 200;

/// Most bytes that are held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Of one object.
    pub(super) each: u64,
    /// Of all objects of one question.
    pub(super) all: u64,
}

/// What was found under an id.
#[derive(Debug)]
pub(super) enum Found {
    /// Its bytes.
    Object(Arc<[u8]>),
    /// It has more bytes than one may have.
    TooLarge(u64),
    /// It would have been more than all may have together.
    TooLargeTogether,
}

/// A process that reads objects.
#[derive(Debug)]
pub(super) struct Objects {
    pipe: Pipe,
}

impl Objects {
    /// Starts the process.
    pub(super) fn start(git: &Git) -> Result<Self, RepositoryError> {
        Ok(Self { pipe: Pipe::start(git, &WORDS)? })
    }

    /// Reads objects of a kind (`blob`, `commit`), in the order of their ids.
    pub(super) async fn read(
        &mut self,
        kind: &str,
        ids: &[&GitId],
        bounds: Bounds,
    ) -> Result<Vec<Found>, RepositoryError> {
        self.read_each(kind, ids, bounds).await?.into_iter().collect()
    }

    /// The same, with what is wrong with each of them by itself.
    pub(super) async fn read_each(
        &mut self,
        kind: &str,
        ids: &[&GitId],
        bounds: Bounds,
    ) -> Result<Vec<Result<Found, RepositoryError>>, RepositoryError> {
        let answer = async {
            let answer = self.exchange(kind, ids, bounds).await;
            self.pipe.explained(answer).await
        };
        // A bad object ends nothing: all answers to its question were read.
        in_time(WORDS[0], answer).await
    }

    async fn exchange(
        &mut self,
        kind: &str,
        ids: &[&GitId],
        bounds: Bounds,
    ) -> Result<Vec<Result<Found, RepositoryError>>, RepositoryError> {
        let question: String = ids.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
        let (stdin, stdout) = (&mut self.pipe.stdin, &mut self.pipe.stdout);
        // Both at once: git answers before it has read all ids, and a full pipe would hold up both sides.
        let asking = async {
            stdin.write_all(question.as_bytes()).await.map_err(pipe)?;
            stdin.flush().await.map_err(pipe)
        };
        let reading = async {
            let mut found = Vec::with_capacity(ids.len());
            let mut left = bounds.all;
            // All answers are read even if one of them is bad, so that the next question gets its own.
            for id in ids {
                found.push(next(stdout, kind, id, (bounds.each, &mut left)).await?);
            }
            Ok(found)
        };
        let ((), found) = tokio::try_join!(asking, reading)?;
        Ok(found)
    }
}

fn pipe(source: std::io::Error) -> RepositoryError {
    broken(WORDS[0], source)
}

/// Reads the next object, or what is wrong with it; takes its size from what is left.
async fn next(
    stdout: &mut BufReader<ChildStdout>,
    kind: &str,
    id: &GitId,
    (each, left): (u64, &mut u64),
) -> Result<Result<Found, RepositoryError>, RepositoryError> {
    let mut head = Vec::new();
    (&mut *stdout).take(MAX_HEAD_BYTES).read_until(b'\n', &mut head).await.map_err(pipe)?;
    if head.is_empty() {
        return Err(pipe(std::io::ErrorKind::UnexpectedEof.into()));
    }
    let head = String::from_utf8_lossy(&head);
    let words: Vec<&str> = head.split_whitespace().collect();
    let [named, told, size] = words[..] else {
        return Ok(Err(RepositoryError::Missing { id: id.clone() }));
    };
    let size: u64 = size.parse().map_err(|_| unreadable(&WORDS))?;
    let is_asked_for = named == id.as_str() && told == kind;
    let found = if size > each {
        Found::TooLarge(size)
    } else if size > *left {
        Found::TooLargeTogether
    } else {
        Found::Object(bytes(stdout, size).await?)
    };
    match &found {
        Found::Object(content) => {
            *left -= size;
            let mut end = [0];
            stdout.read_exact(&mut end).await.map_err(pipe)?;
            if !is_asked_for || !object_id::fits(id, kind, content) {
                return Ok(Err(RepositoryError::Forged { id: id.clone() }));
            }
        }
        Found::TooLarge(_) | Found::TooLargeTogether => {
            skip(stdout, size.saturating_add(1)).await?;
        }
    }
    Ok(Ok(found))
}

async fn bytes(
    stdout: &mut BufReader<ChildStdout>,
    size: u64,
) -> Result<Arc<[u8]>, RepositoryError> {
    let mut content = Vec::new();
    (&mut *stdout).take(size).read_to_end(&mut content).await.map_err(pipe)?;
    Ok(content.into())
}

async fn skip(stdout: &mut BufReader<ChildStdout>, size: u64) -> Result<(), RepositoryError> {
    tokio::io::copy(&mut stdout.take(size), &mut tokio::io::sink()).await.map_err(pipe)?;
    Ok(())
}
