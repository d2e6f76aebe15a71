//! A backend of the real binary over a shared home.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use record::domain::digest::Digest;
use record::domain::evidence::Evidence;
use record::domain::id::ExecutionId;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Verdict, VerdictWord, judge};
use sandbox::backend::{Job, Keep, Network, SandboxBackend as _};
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// The home that all tests share, so that the toolchain is set up once.
pub(crate) fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home")
}

pub(crate) fn backend() -> LinuxBackend {
    LinuxBackend::new(config())
}

/// A backend whose linter costs next to nothing, for tests that ask for more than lint.
pub(crate) fn quick() -> LinuxBackend {
    LinuxBackend::new(Config { linter: Linter::Ruff, ..config() })
}

/// The real binary over the shared home.
pub(crate) fn config() -> Config {
    Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: home(),
        python: None,
        linter: Linter::Pylint,
    }
}

pub(crate) fn file(path: &str, role: Role, content: impl Into<Vec<u8>>) -> SourceFile {
    SourceFile { path: path.parse().unwrap(), role, content: content.into() }
}

/// A job of one code and one test file, with limits that keep tests quick.
pub(crate) fn job(name: &str, code: impl Into<Vec<u8>>, tests: impl Into<Vec<u8>>) -> Job {
    let files =
        vec![file("subject.py", Role::Code, code), file("test_subject.py", Role::Test, tests)];
    job_of(name, Source::new(files).unwrap())
}

pub(crate) fn job_of(name: &str, source: Source) -> Job {
    Job {
        execution: ExecutionId::derived(name),
        source,
        language: Language::Python,
        request: "".into(),
        limits: Limits { tests_ms: 20_000, ..Limits::default() },
        env: BTreeMap::new(),
        network: Network::Loopback,
        keep: Keep::Nothing,
        layer: None,
        part: None,
        lines_by_test: false,
        fresh: false,
        only_imports: false,
        seed: name.to_owned(),
    }
}

/// Runs a job by an engine that the test's process keeps, since each further one starts an interpreter of its own.
///
/// An engine remembers the controls of a content, so one that ran before gets an engine of its own.
pub(crate) fn run(job: Job) -> Evidence {
    static ENGINE: LazyLock<(LinuxBackend, Runtime)> = LazyLock::new(|| (quick(), runtime()));
    static SEEN: Mutex<BTreeSet<Digest>> = Mutex::new(BTreeSet::new());
    if !SEEN.lock().unwrap().insert(job.source.content_hash()) {
        return run_with(&quick(), job);
    }
    let (backend, runtime) = &*ENGINE;
    run_in(backend, runtime, job)
}

pub(crate) fn assert_passes(name: &str, evidence: &Evidence) {
    let verdict = verdict(evidence);
    assert_eq!(
        verdict.word,
        VerdictWord::Passed,
        "{name}: {:?} {:?} {:?} {:?}",
        verdict.reasons,
        evidence.termination,
        evidence.tests,
        evidence.output.stderr
    );
}

/// Sets up the toolchain that all tests share, where it is not there yet.
pub(crate) fn set_up() {
    prepare(&backend(), &runtime());
}

/// Sets up a toolchain in a home of its own.
pub(crate) fn set_up_in(home: &Path) {
    let backend = LinuxBackend::new(Config { home: home.to_path_buf(), ..config() });
    prepare(&backend, &runtime());
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

pub(crate) fn prepare(backend: &LinuxBackend, runtime: &Runtime) {
    static SET_UP: Mutex<()> = Mutex::new(());
    let _guard = SET_UP.lock();
    runtime.block_on(backend.prepare(&|_| {})).unwrap();
}

pub(crate) fn run_with(backend: &LinuxBackend, job: Job) -> Evidence {
    run_in(backend, &runtime(), job)
}

fn run_in(backend: &LinuxBackend, runtime: &Runtime, job: Job) -> Evidence {
    prepare(backend, runtime);
    runtime.block_on(backend.run(job, &|_| {}, CancellationToken::new())).unwrap()
}

pub(crate) fn verdict(evidence: &Evidence) -> Verdict {
    judge(evidence, &Policy::default())
}

/// Processes below this one that are not dead.
pub(crate) fn descendants() -> Vec<u32> {
    let mut alive = vec![std::process::id()];
    let mut index = 0;
    let all: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| parent_of(entry.unwrap().file_name().to_str()?.parse().ok()?))
        .collect();
    while let Some(parent) = alive.get(index).copied() {
        alive.extend(all.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        index += 1;
    }
    alive.split_off(1)
}

fn parent_of(process: u32) -> Option<(u32, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = text.rsplit(')').next()?.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (state != "Z").then_some((process, parent))
}

/// Whether the caller said that this machine lacks a feature; without that word its tests run and fail.
pub(crate) fn is_without(feature: &str) -> bool {
    #[expect(clippy::disallowed_methods, reason = "the owner of the machine says what it lacks")]
    let lacking = std::env::var("SARAPHINA_TEST_WITHOUT").unwrap_or_default();
    lacking.split(',').any(|lacks| lacks == feature)
}
