//! How git is called: in a folder of ours, with nothing of anybody's settings.
//!
//! Environment and settings are built anew for every call, so that neither those of the machine, of the user nor of the repository decide
//! anything. Only plumbing is called: it knows no pager, no alias and no hook but those that are switched off here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::read::program_folders;
use crate::launch::{GitAnswer, GitCall, GitFailure, GitProcess};
use crate::repository::error::{RepositoryError, shown};

/// Longest time of one call.
pub(super) const DEADLINE: Duration = Duration::from_mins(2);
/// Most bytes of one answer: a listing of some hundred thousand paths.
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// Settings of every call.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    // What these files say of objects is believed without looking at them.
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    // A tree may hold names that other systems take for a git folder; touched ones are refused in `delta.rs`.
    "core.protectHFS=false",
    "core.protectNTFS=false",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "diff.renames=false",
];

/// Settings of calls whose work is gone soon anyway.
const PASSING: &[&str] = &["core.fsync=none"];
/// Settings of calls whose work has to be there after a power cut: one flush for many objects.
const LASTING: &[&str] = &["core.fsync=committed,reference", "core.fsyncMethod=batch"];

/// Variables of every call, beside those that name folders.
const VARIABLES: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_ADVICE", "0"),
    // What is written without a name of somebody's is ours.
    ("GIT_AUTHOR_NAME", "saraphina"),
    ("GIT_AUTHOR_EMAIL", "saraphina"),
    ("GIT_COMMITTER_NAME", "saraphina"),
    ("GIT_COMMITTER_EMAIL", "saraphina"),
];

/// A git folder of ours to call git in.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    environment: Vec<(OsString, OsString)>,
    flushing: &'static [&'static str],
}

impl Git {
    /// Works in a git folder; new objects go to one folder, and others are looked at too.
    pub(super) fn new(folder: &Path, objects: &Path, others: &[PathBuf]) -> Self {
        let mut git = Self {
            folder: folder.to_owned(),
            flushing: PASSING,
            environment: VARIABLES
                .iter()
                .map(|(name, value)| (OsString::from(name), OsString::from(value)))
                .collect(),
        };
        git.set("PATH", program_folders());
        git.set("HOME", folder);
        git.set("GIT_DIR", folder);
        git.set("GIT_OBJECT_DIRECTORY", objects);
        git.set("GIT_ALTERNATE_OBJECT_DIRECTORIES", joined(others));
        git
    }

    /// The same with one more variable.
    pub(super) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.set(name, value);
        self
    }

    /// The same, with all that it writes on disk when a call ends.
    pub(super) fn lasting(mut self) -> Self {
        self.flushing = LASTING;
        self
    }

    fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.environment.push((name.into(), value.into()));
    }

    /// A call with these words.
    pub(super) fn call(&self, words: &[&str]) -> GitCall {
        let settings = SETTINGS.iter().chain(self.flushing).flat_map(|setting| ["-c", setting]);
        GitCall {
            folder: self.folder.clone(),
            words: settings.chain(words.iter().copied()).map(OsString::from).collect(),
            environment: self.environment.clone(),
            limit: MAX_ANSWER_BYTES,
            deadline: DEADLINE,
        }
    }

    /// Runs a command to whatever end.
    pub(super) async fn ask(
        &self,
        words: &[&str],
        input: &[u8],
    ) -> Result<GitAnswer, RepositoryError> {
        let call = self.call(words);
        call.run(input).await.map_err(|failure| failed(words, failure))
    }

    /// Reads one setting of a file, as a value of a kind that `git config --type` knows; `-` reads the input.
    pub(super) async fn setting(
        &self,
        (file, input): (&str, &[u8]),
        (name, kind): (&str, &str),
    ) -> Result<Option<String>, RepositoryError> {
        let kind = format!("--type={kind}");
        // What a file includes is looked for beside it, so the input includes nothing.
        let includes = if file == "-" { "--no-includes" } else { "--includes" };
        let words = ["config", "--file", file, includes, &kind, "--null", "--get", name];
        let answer = self.ask(&words, input).await?;
        let said = answer.stdout.strip_suffix(&[0]).filter(|_| answer.code == Some(0));
        Ok(said.map(|said| String::from_utf8_lossy(said).into_owned()))
    }

    /// Runs a command that has to succeed, and gives what it answers.
    pub(super) async fn run(
        &self,
        words: &[&str],
        input: &[u8],
    ) -> Result<Vec<u8>, RepositoryError> {
        let answer = self.ask(words, input).await?;
        succeeded(words, answer).map(|answer| answer.stdout)
    }

    /// Starts a command that answers many questions.
    pub(super) fn start(&self, words: &[&str]) -> Result<GitProcess, RepositoryError> {
        self.call(words).start().map_err(|failure| failed(words, failure))
    }
}

/// Passes the answer of a command that succeeded.
pub(super) fn succeeded(words: &[&str], answer: GitAnswer) -> Result<GitAnswer, RepositoryError> {
    if answer.code == Some(0) {
        return Ok(answer);
    }
    Err(RepositoryError::Git { command: command(words), detail: shown(&answer.stderr) })
}

/// Names the command of a failure.
pub(super) fn failed(words: &[&str], failure: GitFailure) -> RepositoryError {
    let command = command(words);
    match failure {
        GitFailure::Start(source) => RepositoryError::NoGit(source),
        GitFailure::Pipe(source) => RepositoryError::Pipe { command, source },
        GitFailure::TooMuch => RepositoryError::TooMuch { command, limit: MAX_ANSWER_BYTES },
        GitFailure::TooSlow => RepositoryError::TooSlow { command, seconds: DEADLINE.as_secs() },
    }
}

/// An answer that has another form than it should.
pub(super) fn unreadable(words: &[&str]) -> RepositoryError {
    RepositoryError::Unreadable { command: command(words) }
}

fn command(words: &[&str]) -> String {
    words.first().copied().unwrap_or_default().to_owned()
}

/// Folders in one variable, each in quotes, since a name may hold a colon.
fn joined(folders: &[PathBuf]) -> OsString {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let mut list = Vec::new();
    for folder in folders {
        if !list.is_empty() {
            list.push(b':');
        }
        list.push(b'"');
        for byte in folder.as_os_str().as_bytes() {
            match byte {
                b'"' | b'\\' => list.extend([b'\\', *byte]),
                b'\n' => list.extend(b"\\n"),
                _ => list.push(*byte),
            }
        }
        list.push(b'"');
    }
    OsString::from_vec(list)
}
