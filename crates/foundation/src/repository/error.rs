//! What can go wrong with a repository.
//!
//! Everything that a repository says (names, messages of git about it) is escaped and cut where an error is made, so that an error can
//! be shown as it is.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use record::domain::changeset::{GitId, MAX_CHANGE_BYTES, MAX_TOUCHED, RepositoryName};
use record::domain::source_path::SourcePath;
use record::domain::text::Untrusted;
use thiserror::Error;

/// Characters that are shown of a text from a repository.
const SHOWN: usize = 300;

/// A reason why something cannot be read from a repository or written into it.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// No git folder is there or above.
    #[error("{} is in no git repository", path.display())]
    NotARepository {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A repository without work tree was asked for its work tree.
    #[error("{} has no work tree", path.display())]
    NoWorkTree {
        /// The git folder.
        path: PathBuf,
    },
    /// A file or folder of the repository, or of ours beside it.
    #[error("{} cannot be used", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The references are kept in a way that is not read here.
    #[error("{} keeps its references as {kind}", path.display())]
    References {
        /// The git folder.
        path: PathBuf,
        /// The way.
        kind: String,
    },
    /// There is no git, or it cannot be started.
    #[error("git cannot be started")]
    NoGit(#[source] io::Error),
    /// This git is too old.
    #[error("{found} is too old; at least git {needed} is needed")]
    OldGit {
        /// What it says of itself.
        found: String,
        /// The oldest that can do it.
        needed: &'static str,
    },
    /// A command of git failed.
    #[error("git {command} failed: {detail}")]
    Git {
        /// The command.
        command: String,
        /// What it said.
        detail: String,
    },
    /// A command of git took too long, and was ended.
    #[error("git {command} took longer than {seconds} seconds and was ended")]
    TooSlow {
        /// The command.
        command: String,
        /// The time it had.
        seconds: u64,
    },
    /// A command of git said more than is read.
    #[error("git {command} gave more than {limit} bytes")]
    TooMuch {
        /// The command.
        command: String,
        /// Most bytes that are read.
        limit: usize,
    },
    /// A command of git could not be talked to.
    #[error("git {command} cannot be talked to")]
    Pipe {
        /// The command.
        command: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A command of git answered in another form than it is known to.
    #[error("the answer of git {command} cannot be read")]
    Unreadable {
        /// The command.
        command: String,
    },
    /// A piece of work on files broke off.
    #[error("looking at files broke off")]
    Interrupted(#[source] tokio::task::JoinError),
    /// HEAD names a branch that has no commit.
    #[error("there is no commit on {branch} yet")]
    NoCommitYet {
        /// The branch that HEAD names.
        branch: String,
    },
    /// No commit has this name.
    #[error("there is no revision {revision}")]
    UnknownRevision {
        /// As it was asked for.
        revision: String,
    },
    /// More than one object has this name.
    #[error("{revision} is ambiguous")]
    AmbiguousRevision {
        /// As it was asked for.
        revision: String,
    },
    /// What has this name is no commit.
    #[error("{revision} is no commit")]
    NotACommit {
        /// As it was asked for.
        revision: String,
    },
    /// The words are no range of commits.
    #[error("{range} is no range of the form A..B")]
    NotARange {
        /// As it was asked for.
        range: String,
    },
    /// Two commits have no history in common.
    #[error("{from} and {to} have no commit in common")]
    NoMergeBase {
        /// The first.
        from: GitId,
        /// The second.
        to: GitId,
    },
    /// The clone is shallow, and what is asked for lies behind its end.
    #[error("the clone is shallow: what {from} and {to} have in common is not in it")]
    Shallow {
        /// The first.
        from: GitId,
        /// The second.
        to: GitId,
    },
    /// A range has more commits than are read.
    #[error("the range has more than {limit} commits")]
    TooManyCommits {
        /// Most that are read.
        limit: usize,
    },
    /// A path cannot be taken.
    #[error("{path}: {why}")]
    Refused {
        /// The path, escaped.
        path: String,
        /// The reason.
        why: Refusal,
    },
    /// More paths are touched than are taken.
    #[error("more than {MAX_TOUCHED} paths are touched")]
    TooManyPaths,
    /// The change is larger than is taken.
    #[error("the change has more than {MAX_CHANGE_BYTES} bytes")]
    TooLarge,
    /// A difference does not fit its base.
    #[error("the difference does not apply: {detail}")]
    DoesNotApply {
        /// What git says of it.
        detail: String,
    },
    /// A difference fits its base in other places than it says.
    #[error("the difference applies only at other lines than it says: {detail}")]
    Displaced {
        /// What git says of it.
        detail: String,
    },
    /// A change says that the base holds something else than it does.
    #[error("the base has other content at {path} than the change says")]
    BaseDiffers {
        /// The path.
        path: SourcePath,
    },
    /// A change would touch more than it says, such as a file whose place a folder takes.
    #[error("the change would touch {path} too, and does not say so")]
    TouchesMore {
        /// The path, escaped.
        path: String,
    },
    /// An object is not in the repository: it is damaged, or a partial clone.
    #[error("the object {id} is not in the repository")]
    Missing {
        /// The object.
        id: GitId,
    },
    /// The bytes of an object are not those that its id stands for.
    #[error("the object {id} is not what its id says")]
    Forged {
        /// The object.
        id: GitId,
    },
    /// Nothing is kept under this name.
    #[error("nothing of {name} is kept")]
    NotKept {
        /// The repository.
        name: RepositoryName,
    },
    /// What is kept under this name has ids of another kind.
    #[error("what is kept of {name} has ids of another kind than the repository")]
    OtherFormat {
        /// The repository.
        name: RepositoryName,
    },
    /// No reference may have this name.
    #[error("{name} is no name of a reference")]
    RefName {
        /// As it was asked for.
        name: String,
    },
    /// A reference is not where it was expected.
    #[error("{name} moved: expected {}, found {}", Place(expected.as_ref()), Place(found.as_ref()))]
    RefMoved {
        /// The reference.
        name: String,
        /// Where it should have been.
        expected: Option<GitId>,
        /// Where it is.
        found: Option<GitId>,
    },
    /// Git, or somebody else, is at work on the index.
    #[error("{} is there: git, or a program that uses it, is at work on the index", path.display())]
    IndexHeld {
        /// The lock.
        path: PathBuf,
    },
    /// A part that is to be left out is not there.
    #[error("nothing lies at {path:?}, which is to be left out")]
    NothingThere {
        /// As it was asked for, from the root of the work tree.
        path: String,
    },
    /// Paths are in conflict in the index, in the middle of a merge.
    #[error("a merge is not finished: {paths}")]
    Unmerged {
        /// The paths, escaped.
        paths: String,
    },
    /// A name or address cannot stand in a commit.
    #[error("{text} cannot stand in a commit as a name or an address")]
    Signature {
        /// The name or address.
        text: String,
    },
    /// A commit has two notes under one reference.
    #[error("{commit} has two notes")]
    TwoNotes {
        /// The commit.
        commit: GitId,
    },
}

/// A reason why a path is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is another repository inside this one.
    Submodule,
    /// It is a submodule at another commit than the base has.
    MovedSubmodule,
    /// It is a submodule with changes that are not committed in it.
    ChangedSubmodule,
    /// It is a repository of its own that nobody added as a submodule.
    InnerRepository,
    /// It is a link that leads out of the tree, or into its git folder.
    LinkLeadsOut,
    /// It is a link that leads to no file of the tree.
    LinkLeadsNowhere,
    /// Its content is kept elsewhere, by git-lfs.
    LargeFilePointer,
    /// The name is not UTF-8.
    NotUtf8,
    /// The name is too long, has control characters, or could be taken for something else.
    Name,
    /// It lies in a git folder.
    GitFolder,
    /// It is neither file nor link.
    Special,
    /// The file has more bytes than are taken.
    TooLarge {
        /// Its bytes.
        bytes: u64,
    },
    /// All files together have more bytes than are taken.
    TooLargeTogether,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Submodule => "a submodule is not taken",
            Self::MovedSubmodule => "the submodule is at another commit, and no submodule is taken",
            Self::ChangedSubmodule => "the submodule has changes of its own, and none is taken",
            Self::InnerRepository => "it is a repository of its own, and none is taken",
            Self::LinkLeadsOut => "the link leads out of the repository",
            Self::LinkLeadsNowhere => "the link leads to no file of the repository",
            Self::LargeFilePointer => "the content is kept by git-lfs, not in the repository",
            Self::NotUtf8 => "the name is not UTF-8",
            Self::Name => {
                "a name that is very long, or has a leading dash, a backslash or control characters, is not taken"
            }
            Self::GitFolder => "it would lie in a git folder",
            Self::Special => "it is neither file nor link",
            Self::TooLarge { bytes } => return write!(formatter, "{bytes} bytes are too many"),
            Self::TooLargeTogether => "all files together have too many bytes",
        };
        formatter.write_str(words)
    }
}

/// Where a reference is.
struct Place<'a>(Option<&'a GitId>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(formatter, "{id}"),
            None => formatter.write_str("nothing"),
        }
    }
}

impl RepositoryError {
    /// An error of a path, as bytes of a repository.
    pub(super) fn refused(path: &[u8], why: Refusal) -> Self {
        Self::Refused { path: shown_path(path), why }
    }
}

/// A path in one harmless line, in which a line end or tab of its name can be told from a space.
pub(super) fn shown_path(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    let path = path.replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    shown(path.as_bytes())
}

/// Names the file of an error.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> RepositoryError {
    let path = path.to_owned();
    |source| RepositoryError::File { path, source }
}

/// One harmless line of what a repository or git said.
pub(super) fn shown(bytes: &[u8]) -> String {
    Untrusted(&String::from_utf8_lossy(bytes)).line(SHOWN)
}
