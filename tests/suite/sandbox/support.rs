//! A backend of the real binary over a shared home.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use saraphina::domain::evidence::Evidence;
use saraphina::domain::id::ExecutionId;
use saraphina::domain::language::Language;
use saraphina::domain::limits::Limits;
use saraphina::domain::policy::Policy;
use saraphina::domain::source::{Role, Source, SourceFile};
use saraphina::domain::verdict::{Verdict, judge};
use saraphina::sandbox::backend::{Job, Keep, Network, SandboxBackend as _};
use saraphina::sandbox::linux::backend::{Config, LinuxBackend};
use tokio_util::sync::CancellationToken;

/// The home that all tests share, so that the toolchain is set up once.
pub fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home")
}

pub fn backend() -> LinuxBackend {
    LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: home(),
        python: None,
    })
}

pub fn file(path: &str, role: Role, content: impl Into<Vec<u8>>) -> SourceFile {
    SourceFile { path: path.parse().unwrap(), role, content: content.into() }
}

/// A job of one code and one test file, with limits that keep tests quick.
pub fn job(name: &str, code: impl Into<Vec<u8>>, tests: impl Into<Vec<u8>>) -> Job {
    let files =
        vec![file("subject.py", Role::Code, code), file("test_subject.py", Role::Test, tests)];
    job_of(name, Source::new(files).unwrap())
}

pub fn job_of(name: &str, source: Source) -> Job {
    Job {
        execution: ExecutionId::derived(name),
        source,
        language: Language::Python,
        limits: Limits { tests_ms: 20_000, ..Limits::default() },
        env: BTreeMap::new(),
        network: Network::Loopback,
        keep: Keep::Nothing,
        policy: Policy::default(),
    }
}

pub fn run(job: Job) -> Evidence {
    run_with(&backend(), job)
}

pub fn run_with(backend: &LinuxBackend, job: Job) -> Evidence {
    static SET_UP: Mutex<()> = Mutex::new(());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    {
        let _guard = SET_UP.lock();
        runtime.block_on(backend.prepare(&|_| {})).unwrap();
    }
    runtime.block_on(backend.run(job, &|_| {}, CancellationToken::new())).unwrap()
}

pub fn verdict(evidence: &Evidence) -> Verdict {
    judge(evidence, &Policy::default())
}
