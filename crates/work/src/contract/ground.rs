//! The base of a change of a repository, and how its owner lets its suite run.
//!
//! A command fills it from the repository's entry and from what the home keeps of it; the room that executes knows neither git nor
//! the record of repositories.

use record::domain::changeset::Changeset;
use record::domain::digest::Digest;
use record::domain::source::SourceFile;

/// The base of a change, and how its suite runs.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// The files of the base, each with the role that it has in its project.
    pub files: Vec<SourceFile>,
    /// Paths of the base that a box is not given, each with the reason.
    pub left_out: Vec<String>,
    /// Folders that imports start from.
    pub roots: Vec<String>,
    /// What pytest is given: files and folders, and options with a dash in front.
    pub tests: Vec<String>,
    /// The versions of Python that the project is for, as it says them.
    pub python: Option<String>,
    /// Packages that the tests need.
    pub packages: Vec<String>,
    /// The digest of the lock that these led to when the owner confirmed them.
    pub lock: Option<Digest>,
    /// The longest time of the whole suite, in seconds.
    pub seconds: u32,
    /// The most memory of the whole suite, in MiB.
    pub memory_mib: u32,
    /// The revision before of the same proposal, where that is a change too.
    pub parent: Option<Changeset>,
}
