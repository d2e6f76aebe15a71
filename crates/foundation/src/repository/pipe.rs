//! One git process that answers many questions over its standard input and output.
//!
//! Starting a process costs more than an answer, so those that compare trees and read objects stay. A question has a deadline, and a
//! process that goes away is asked what it complained about.

use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use crate::repository::error::{RepositoryError, shown};
use crate::repository::git::{DEADLINE, Git};

/// Most bytes that are shown of what git complains about.
const MAX_COMPLAINT_BYTES: u64 = 4_096;

/// A process at work; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Pipe {
    _child: Child,
    command: &'static str,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: BufReader<ChildStdout>,
    pub(super) stderr: ChildStderr,
}

impl Pipe {
    /// Starts the process; the first word is the command.
    pub(super) fn start(
        git: &Git,
        words: &'static [&'static str],
    ) -> Result<Self, RepositoryError> {
        let process = git.start(words)?;
        Ok(Self {
            _child: process.child,
            command: words.first().copied().unwrap_or_default(),
            stdin: process.stdin,
            stdout: BufReader::new(process.stdout),
            stderr: process.stderr,
        })
    }

    /// Gives what came of a question, or what the process said before it went away.
    pub(super) async fn explained<T>(
        &mut self,
        answer: Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        match answer {
            Err(error @ RepositoryError::Pipe { .. }) => {
                Err(self.complaint().await.unwrap_or(error))
            }
            other => other,
        }
    }

    async fn complaint(&mut self) -> Option<RepositoryError> {
        let mut bytes = Vec::new();
        (&mut self.stderr).take(MAX_COMPLAINT_BYTES).read_to_end(&mut bytes).await.ok()?;
        let detail = shown(&bytes);
        let command = self.command.to_owned();
        (!detail.is_empty()).then_some(RepositoryError::Git { command, detail })
    }
}

/// Waits for the answer to a question, at most until the deadline.
pub(super) async fn in_time<T>(
    command: &str,
    answer: impl Future<Output = Result<T, RepositoryError>>,
) -> Result<T, RepositoryError> {
    let late =
        |_| RepositoryError::TooSlow { command: command.to_owned(), seconds: DEADLINE.as_secs() };
    tokio::time::timeout(DEADLINE, answer).await.map_err(late)?
}

/// Wraps an error of the pipe itself.
pub(super) fn broken(command: &str, source: std::io::Error) -> RepositoryError {
    RepositoryError::Pipe { command: command.to_owned(), source }
}
