//! A change of a repository: where it starts, and every path that it touches.
//!
//! It binds trees, not commits: ids of commits change with a rebase, a squash or another message, the bytes do not. Both sides of
//! every path are kept, so that difference, evidence and the way back need no repository.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::digest::Digest;
use crate::domain::role::Role;
use crate::domain::source_path::SourcePath;

/// Most paths that one change may touch.
pub const MAX_TOUCHED: usize = 2_000;
/// Most bytes of both sides of all touched paths together.
pub const MAX_CHANGE_BYTES: usize = 16 << 20;
/// Longest name of a repository.
const MAX_NAME_BYTES: usize = 64;

/// The name that the owner gave to a repository: lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RepositoryName(String);

/// The id of a git object: forty (SHA-1) or sixty-four (SHA-256) lower-case hex digits.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct GitId(String);

/// Where a change starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Base {
    /// The commit, for people and tools.
    pub commit: GitId,
    /// Its tree: what was there.
    pub tree: GitId,
}

/// How git keeps a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Mode {
    /// A plain file.
    #[serde(rename = "100644")]
    File,
    /// A file that can be run.
    #[serde(rename = "100755")]
    Executable,
    /// A symbolic link; its content is the target.
    #[serde(rename = "120000")]
    Link,
}

/// A path on one side of a change.
#[derive(Clone, PartialEq, Eq)]
pub struct Side {
    /// How git keeps it.
    pub mode: Mode,
    /// Its bytes.
    pub content: Arc<[u8]>,
}

/// A path that a change touches; at least one side is there, and the sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Where it lies, from the root of the repository.
    pub path: SourcePath,
    /// What it is for.
    pub role: Role,
    /// What the base has; absent where it is created.
    pub before: Option<Side>,
    /// What the change leaves; absent where it is deleted.
    pub after: Option<Side>,
}

/// A change of a repository, sorted by path, within bounds. A clone shares its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changeset {
    /// The repository, as the owner named it; a label, which does not enter the content hash.
    pub repository: RepositoryName,
    /// Where it starts.
    pub base: Base,
    touched: Arc<[Touched]>,
}

/// A reason why a set of paths cannot be a change of a repository.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChangesetError {
    /// The name of a repository has other symbols, or is too long.
    #[error(
        "{0:?} is no name for a repository: lower-case letters, digits, -, _ and . only, at most {MAX_NAME_BYTES}"
    )]
    Name(String),
    /// The text is no id of a git object.
    #[error("{0:?} is no id of a git object")]
    Id(String),
    /// The mode is none of a file or link.
    #[error("git keeps a path with mode {0}; files and links only are taken")]
    Mode(String),
    /// Nothing is touched.
    #[error("the change is empty")]
    Empty,
    /// One path is touched twice.
    #[error("the change touches {0} twice")]
    Twice(SourcePath),
    /// Both sides of a path are alike, or neither is there.
    #[error("the change does not change {0}")]
    Unchanged(SourcePath),
    /// A path is a file and a folder after the change.
    #[error("{0} would be a file and a folder")]
    Nested(SourcePath),
    /// A path would lie below a file, a link or a repository of its own.
    #[error("{0} would lie below {1}, which is no folder of the repository")]
    Below(SourcePath, String),
    /// Two paths differ in nothing but upper and lower case.
    #[error("{0} and {1} are one file where case, or the way a letter is written, does not count")]
    SameButCase(SourcePath, SourcePath),
    /// More paths are touched than may be.
    #[error("the change touches {0} paths; at most {MAX_TOUCHED} are taken")]
    TooMany(usize),
    /// The sides hold more than they may.
    #[error("the change has {0} bytes; at most {MAX_CHANGE_BYTES} are taken")]
    TooLarge(usize),
}

impl RepositoryName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RepositoryName {
    type Err = ChangesetError;

    fn from_str(text: &str) -> Result<Self, ChangesetError> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = (1..=MAX_NAME_BYTES).contains(&text.len())
            && text.bytes().next().is_some_and(is_plain)
            && text.bytes().all(|byte| is_plain(byte) || matches!(byte, b'-' | b'_' | b'.'));
        if fits { Ok(Self(text.to_owned())) } else { Err(ChangesetError::Name(text.to_owned())) }
    }
}

impl GitId {
    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GitId {
    type Err = ChangesetError;

    fn from_str(text: &str) -> Result<Self, ChangesetError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let fits = matches!(text.len(), 40 | 64) && text.bytes().all(is_digit);
        if fits { Ok(Self(text.to_owned())) } else { Err(ChangesetError::Id(text.to_owned())) }
    }
}

macro_rules! texts {
    ($($kind:ident),*) => {$(
        impl TryFrom<String> for $kind {
            type Error = ChangesetError;

            fn try_from(text: String) -> Result<Self, ChangesetError> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

texts!(RepositoryName, GitId);

impl Mode {
    /// The digits in trees, manifests and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Mode {
    type Err = ChangesetError;

    fn from_str(text: &str) -> Result<Self, ChangesetError> {
        [Self::File, Self::Executable, Self::Link]
            .into_iter()
            .find(|mode| mode.word() == text)
            .ok_or_else(|| ChangesetError::Mode(text.to_owned()))
    }
}

impl Side {
    /// A plain file.
    pub fn file(content: impl Into<Arc<[u8]>>) -> Self {
        Self { mode: Mode::File, content: content.into() }
    }

    /// The digest of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.content)
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.mode, self.content.len())
    }
}

impl Changeset {
    /// Checks and sorts the paths.
    pub fn new(
        repository: RepositoryName,
        base: Base,
        mut touched: Vec<Touched>,
    ) -> Result<Self, ChangesetError> {
        touched.sort_by(|left, right| left.path.cmp(&right.path));
        check(&touched)?;
        Ok(Self { repository, base, touched: touched.into() })
    }

    /// The paths that it touches, sorted.
    pub fn touched(&self) -> &[Touched] {
        &self.touched
    }

    /// The path, where the change touches it.
    pub fn at(&self, path: &SourcePath) -> Option<&Touched> {
        let place = self.touched.binary_search_by(|touched| touched.path.cmp(path));
        place.ok().and_then(|place| self.touched.get(place))
    }

    /// The canonical JSON that the content hash is taken of (RFC 8785):
    /// `{"base":{"commit","tree"},"files":[{"after","before","mode","mode_before","path","role"}],"v":2}`.
    ///
    /// Digests and modes of a side that is not there are null.
    pub fn manifest(&self) -> String {
        let files: Vec<String> = self.touched.iter().map(manifest_entry).collect();
        format!(
            r#"{{"base":{{"commit":"{}","tree":"{}"}},"files":[{}],"v":2}}"#,
            self.base.commit,
            self.base.tree,
            files.join(",")
        )
    }

    /// The SHA-256 of the manifest.
    pub fn content_hash(&self) -> Digest {
        Digest::of(self.manifest().as_bytes())
    }
}

fn manifest_entry(touched: &Touched) -> String {
    // A JSON string of `serde_json` is the RFC 8785 form for text without control characters, which paths have not.
    let path = serde_json::Value::from(touched.path.as_str());
    let digest = |side: &Option<Side>| side.as_ref().map(|side| side.digest().to_string());
    let mode = |side: &Option<Side>| side.as_ref().map(|side| side.mode.word().to_owned());
    let quoted =
        |text: Option<String>| text.map_or("null".to_owned(), |text| format!("\"{text}\""));
    format!(
        r#"{{"after":{},"before":{},"mode":{},"mode_before":{},"path":{path},"role":"{}"}}"#,
        quoted(digest(&touched.after)),
        quoted(digest(&touched.before)),
        quoted(mode(&touched.after)),
        quoted(mode(&touched.before)),
        touched.role,
    )
}

fn check(touched: &[Touched]) -> Result<(), ChangesetError> {
    if touched.is_empty() {
        return Err(ChangesetError::Empty);
    }
    if touched.len() > MAX_TOUCHED {
        return Err(ChangesetError::TooMany(touched.len()));
    }
    let sides = touched.iter().flat_map(|path| path.before.iter().chain(&path.after));
    let bytes = sides.map(|side| side.content.len()).sum();
    if bytes > MAX_CHANGE_BYTES {
        return Err(ChangesetError::TooLarge(bytes));
    }
    if let Some(path) = touched.iter().find(|path| path.before == path.after) {
        return Err(ChangesetError::Unchanged(path.path.clone()));
    }
    for (path, next) in touched.iter().zip(touched.iter().skip(1)) {
        if path.path == next.path {
            return Err(ChangesetError::Twice(path.path.clone()));
        }
    }
    check_names(touched)
}

/// Looks at what is left by the change: no file may be a folder too, and no two names may differ in case alone.
fn check_names(touched: &[Touched]) -> Result<(), ChangesetError> {
    let left = || touched.iter().filter(|path| path.after.is_some()).map(|path| &path.path);
    let files: BTreeSet<&str> = left().map(SourcePath::as_str).collect();
    for path in left() {
        let mut inner = path.as_str();
        while let Some((folder, _)) = inner.rsplit_once('/') {
            if files.contains(folder) {
                return Err(ChangesetError::Nested(path.clone()));
            }
            inner = folder;
        }
    }
    let mut folded: Vec<(String, &SourcePath)> =
        left().map(|path| (path.as_str().to_lowercase(), path)).collect();
    folded.sort();
    let alike = folded.iter().zip(folded.iter().skip(1)).find(|(one, other)| one.0 == other.0);
    alike.map_or(Ok(()), |(one, other)| {
        Err(ChangesetError::SameButCase(one.1.clone(), other.1.clone()))
    })
}
