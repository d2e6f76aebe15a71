//! The contract of a sandbox backend: a job in, evidence out.
//!
//! Commands know sandboxes by this trait alone. A backend observes and never judges: it is given no policy, and verdicts are
//! made elsewhere of what it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::error::SandboxError;
use crate::study::{Studied, Study};
use crate::toolchain::layer::{Layer, Provided, Wanted};
use record::domain::environment::Guarantees;
use record::domain::evidence::Evidence;
use record::domain::id::ExecutionId;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::probe::{Answer, Probe};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// The code of a finding that names a test file which could not be collected, in runs of a part of a suite.
pub const NOT_COLLECTED: &str = "not_collected";
/// The code of a finding that names the packages that a suite had.
pub const PACKAGES_INSTALLED: &str = "packages_installed";
/// Declared packages are not there, for want of a wheel; each line begins with the second.
pub const PACKAGES_LEFT_OUT: &str = "packages_left_out";
/// How the line of one begins.
pub const NO_WHEEL: &str = "no wheel fits ";
/// The code of a finding that names a package which the files ask for and the sandbox has not.
pub const MISSING_PACKAGE: &str = "missing_package";
/// How its message begins, before the name.
pub const NO_PACKAGE: &str = "the sandbox has no package ";
/// The code of a finding that names a module which the project has, but not where it is imported from.
pub const MODULE_ELSEWHERE: &str = "module_elsewhere";
/// How its message begins, before the name.
pub const NO_MODULE: &str = "no module ";

/// Source, suite and limits handed to a backend.
#[derive(Clone, Debug)]
pub struct Job {
    /// The execution this is for; names the box.
    pub execution: ExecutionId,
    /// The files.
    pub source: Source,
    /// The language of the suite.
    pub language: Language,
    /// What was asked for: its examples are tried too, by code that was not told of them.
    pub request: Arc<str>,
    /// Its limits.
    pub limits: Limits,
    /// Variables the suite gets besides the allow-list.
    pub env: BTreeMap<String, String>,
    /// Whether it reaches a network.
    pub network: Network,
    /// Whether the box stays after the run.
    pub keep: Keep,
    /// Packages besides the tools of the box.
    pub layer: Option<Arc<Layer>>,
    /// The part of a repository's suite that is run; absent where the source is a whole proposal.
    pub part: Option<Part>,
    /// Whether coverage is told test by test too.
    pub lines_by_test: bool,
    /// Whether every run of it starts an interpreter of its own, with hash seeds of its own.
    pub fresh: bool,
    /// Whether its suite is ours and imports the code, no more: no control could say anything of such a suite.
    pub only_imports: bool,
    /// Orders the controls and chooses what they change; nobody in the box can foresee it.
    pub seed: String,
}

impl Job {
    /// A run of some files in Python as it usually is: nothing asked, added or kept, and no network but its own loopback.
    pub fn usual(execution: ExecutionId, source: Source, limits: Limits, seed: String) -> Self {
        Self {
            execution,
            source,
            language: Language::Python,
            request: "".into(),
            limits,
            env: BTreeMap::new(),
            network: Network::Loopback,
            keep: Keep::Nothing,
            layer: None,
            part: None,
            lines_by_test: false,
            fresh: false,
            only_imports: false,
            seed,
        }
    }

    /// The files that are linted: all code of a proposal.
    pub(crate) fn linted(&self) -> impl Iterator<Item = &SourceFile> {
        let is_linted = |file: &&SourceFile| match &self.part {
            Some(part) => part.linted.contains(file.path.as_str()),
            None => file.role == Role::Code,
        };
        self.source.files().iter().filter(is_linted)
    }

    /// The code files whose coverage is told: all code of a proposal.
    pub(crate) fn measured(&self) -> impl Iterator<Item = &SourceFile> {
        let is_measured = |file: &&SourceFile| match &self.part {
            Some(part) => part.measured.contains(file.path.as_str()),
            None => true,
        };
        self.source.of_role(Role::Code).filter(is_measured)
    }
}

/// The part of a repository's suite that is run, measured and linted.
///
/// Such a run gets no controls and no names that its tests forgot to import: what a change does is seen by running a suite
/// on several trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Test files or node ids; every test file where empty.
    pub chosen: Vec<String>,
    /// Options that pytest is given besides.
    pub options: Vec<String>,
    /// Folders that imports start from, besides those that follow from the code files.
    pub roots: Vec<String>,
    /// Code files whose lines are told.
    pub measured: BTreeSet<String>,
    /// Test files whose tests are known from their text, before any of them runs.
    pub promised: BTreeSet<String>,
    /// Files that are linted.
    pub linted: BTreeSet<String>,
    /// Rules that ruff goes by; its own where empty.
    pub rules: Vec<String>,
    /// The minor version of Python 3 that ruff takes the files for; its own choice where absent.
    pub minor: Option<u8>,
}

/// Whether the suite reaches a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Its own loopback only.
    #[default]
    Loopback,
    /// The host's network: the owner's word, recorded.
    Host,
}

/// Whether the box stays after the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Nothing is left.
    #[default]
    Nothing,
    /// The scratch folder is copied out, into a folder named after the execution in this one.
    Box(PathBuf),
}

/// News of a run while it goes on; for display only, never stored.
///
/// A command tells its surface an event of its own kind (`contract::context::Event`), which has the words for a person and
/// also knows replies of providers; a backend counts, and knows nothing of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunProgress {
    /// A stage began, in words for a person: `installing pytest`.
    Stage(String),
    /// Tests finished so far, of those that were collected, and the one at work as far as their order tells; its name is the suite's word.
    TestsDone {
        /// Finished.
        done: u32,
        /// Collected.
        of: u32,
        /// The one at work.
        current: Option<String>,
    },
    /// Tests and coverage are in, lint is not.
    Provisional(String),
}

/// A listener to the news of a run; must not block.
pub type Progress<'a> = &'a (dyn Fn(RunProgress) + Send + Sync);

/// Something that can run a job: linux, docker, daytona.
#[async_trait]
pub trait SandboxBackend: Send + Sync {
    /// The word in evidence and settings.
    fn name(&self) -> &'static str;

    /// Provides packages for jobs, as far as the owner allows them.
    async fn provide(
        &self,
        _wanted: &Wanted,
        _progress: Progress<'_>,
    ) -> Result<Provided, SandboxError> {
        let detail = format!("{} installs none", self.name());
        let remedy = "use the linux backend".to_owned();
        Err(SandboxError::Packages { detail, remedy })
    }

    /// Removes what runs of engines that died left on the host; nothing of a run in progress.
    fn sweep(&self);

    /// Proves the layers by attacking them from inside; below the floor this is an error with its remedy.
    async fn self_test(&self) -> Result<Guarantees, SandboxError>;

    /// Sets up what is missing, with progress; does nothing when all is there.
    async fn prepare(&self, progress: Progress<'_>) -> Result<(), SandboxError>;

    /// Tells that this engine lasts: what makes later runs faster is worth preparing after the first.
    fn lasts(&self) {}

    /// Prepares later runs now, in the background; does nothing where something is still to be set up.
    fn warm_up(&self) {}

    /// Runs a suite; whatever the code under test does ends in evidence.
    ///
    /// When `cancel` fires, the tree of processes is killed and the evidence ends in `Cancelled`.
    async fn run(
        &self,
        job: Job,
        progress: Progress<'_>,
        cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError>;

    /// Asks a quick question about candidates; the answer is a hint, never evidence.
    ///
    /// `layer` holds packages that the candidates may import.
    /// When `cancel` fires, the tree of processes is killed and the error is `Cancelled`.
    async fn probe(
        &self,
        probe: Probe,
        layer: Option<Arc<Layer>>,
        cancel: CancellationToken,
    ) -> Result<Answer, SandboxError> {
        drop((probe, layer, cancel));
        Err(SandboxError::Unavailable {
            backend: self.name().to_owned(),
            detail: "it answers no quick questions".to_owned(),
        })
    }

    /// Observes files; what it says is a hint, never evidence.
    ///
    /// When `cancel` fires, the tree of processes is killed and the error is `Cancelled`.
    async fn study(
        &self,
        study: Study,
        cancel: CancellationToken,
    ) -> Result<Studied, SandboxError> {
        drop((study, cancel));
        Err(SandboxError::Unavailable {
            backend: self.name().to_owned(),
            detail: "it makes no studies".to_owned(),
        })
    }
}
