//! The default backend.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use nix::unistd::Uid;
use tokio::sync::{OnceCell, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::domain::environment::Guarantees;
use crate::domain::evidence::Evidence;
use crate::domain::limits::Limits;
use crate::sandbox::backend::{Job, Network, Progress, SandboxBackend, SandboxEvent};
use crate::sandbox::error::SandboxError;
use crate::sandbox::linux::assemble::{Lap, Parts, assemble, provisional};
use crate::sandbox::linux::cgroup::Hierarchy;
use crate::sandbox::linux::plan::Work;
use crate::sandbox::linux::run::{self, Ended, Ground, Stage, start};
use crate::sandbox::linux::self_test;
use crate::sandbox::linux::sweep::{Swept, sweep};
use crate::sandbox::toolchain::python::{self, Toolchain};

/// How long a bare program may take.
const BARE_DEADLINE: Duration = Duration::from_secs(10);

/// Where the backend finds what it needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The saraphina binary, started again as the jail.
    pub executable: PathBuf,
    /// The home: toolchains, worker slots and kept boxes lie in it.
    pub home: PathBuf,
    /// The interpreter to take; the best one found where absent.
    pub python: Option<PathBuf>,
}

/// Runs suites in jails of this program's own on this machine.
#[derive(Debug)]
pub struct LinuxBackend {
    config: Config,
    ground: Ground,
    places: Semaphore,
    toolchain: OnceCell<Toolchain>,
    guarantees: OnceCell<Guarantees>,
}

impl LinuxBackend {
    /// A backend that has looked at the cgroups and proved nothing yet.
    pub fn new(config: Config) -> Self {
        let ground = Ground {
            executable: config.executable.clone(),
            home: config.home.clone(),
            is_root: Uid::effective().is_root(),
            hierarchy: Hierarchy::find(),
        };
        let places = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            config,
            ground,
            places: Semaphore::new(places),
            toolchain: OnceCell::new(),
            guarantees: OnceCell::new(),
        }
    }

    /// Runs a program of the system in an empty jail: what isolation alone costs.
    pub async fn time_program(&self, program: &str) -> Result<Duration, SandboxError> {
        let started = Instant::now();
        let (finished, _unused) = mpsc::unbounded_channel();
        let plan = run::bare_plan(Work::Program(vec![program.to_owned()]), Limits::default());
        let running = run::launch(&self.ground, plan, Vec::new(), BARE_DEADLINE, finished)?;
        let ended = taken(running.result.await)?;
        drop(running.stop);
        match ended.report.status {
            Some(0) => Ok(started.elapsed()),
            Some(_) | None => Err(SandboxError::System {
                step: "run a bare program",
                source: std::io::Error::other(ended.report.failure.unwrap_or_default()),
            }),
        }
    }

    async fn toolchain(&self, progress: Progress<'_>) -> Result<&Toolchain, SandboxError> {
        let wanted = self.config.python.clone();
        self.toolchain
            .get_or_try_init(|| python::ensure(self.config.home.clone(), wanted, progress))
            .await
    }

    async fn run_stages(
        &self,
        job: &Job,
        toolchain: &Toolchain,
        progress: Progress<'_>,
        cancel: &CancellationToken,
    ) -> Result<(Ended, Ended, Duration), SandboxError> {
        let started = Instant::now();
        let (finished, mut counter) = mpsc::unbounded_channel();
        let tests = start(&self.ground, toolchain, job, Stage::Tests, finished.clone())?;
        let lint = start(&self.ground, toolchain, job, Stage::Lint, finished)?;
        let (mut tests_stop, mut lint_stop) = (Some(tests.stop), Some(lint.stop));
        let (mut tests, mut lint) = (tests.result, lint.result);
        let (mut tests_end, mut lint_end) = (None, None);
        let (mut first, mut done) = (Duration::ZERO, 0);
        while tests_end.is_none() || lint_end.is_none() {
            tokio::select! {
                ended = &mut tests, if tests_end.is_none() => {
                    let ended = taken(ended)?;
                    first = started.elapsed();
                    progress(SandboxEvent::Provisional(provisional(&ended)));
                    tests_end = Some(ended);
                }
                ended = &mut lint, if lint_end.is_none() => lint_end = Some(taken(ended)?),
                Some(()) = counter.recv() => {
                    done += 1;
                    progress(SandboxEvent::TestsDone(done));
                }
                () = cancel.cancelled(), if tests_stop.is_some() => {
                    // Dropping the handles stops both jails; their ends still come.
                    drop((tests_stop.take(), lint_stop.take()));
                }
            }
        }
        match (tests_end, lint_end) {
            (Some(tests), Some(lint)) => Ok((tests, lint, first)),
            (None, _) | (_, None) => Err(SandboxError::Cancelled),
        }
    }
}

fn taken(
    ended: Result<std::io::Result<Ended>, oneshot::error::RecvError>,
) -> Result<Ended, SandboxError> {
    let died = |_| std::io::Error::other("the thread of the jail died");
    ended
        .map_err(died)
        .flatten()
        .map_err(|source| SandboxError::System { step: "run the jail", source })
}

#[async_trait]
impl SandboxBackend for LinuxBackend {
    fn name(&self) -> &'static str {
        "linux"
    }

    fn sweep(&self) {
        let swept = sweep(&self.config.home);
        if swept != Swept::default() {
            tracing::warn!(
                sweep.cgroups = swept.cgroups.len(),
                sweep.folders = swept.folders.len(),
                "what dead engines left was removed"
            );
        }
    }

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        self.guarantees.get_or_try_init(|| self_test::prove(&self.ground)).await.cloned()
    }

    async fn prepare(&self, progress: Progress<'_>) -> Result<(), SandboxError> {
        self.toolchain(progress).await.map(drop)
    }

    async fn run(
        &self,
        job: Job,
        progress: Progress<'_>,
        cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError> {
        let requested = Instant::now();
        let mut guarantees = self.self_test().await?;
        if job.network == Network::Host {
            guarantees
                .0
                .insert("network".to_owned(), "absent: the owner gave the host's".to_owned());
        }
        let toolchain = self.toolchain(progress).await?;
        let place = tokio::select! {
            place = self.places.acquire() => place.map_err(|_| SandboxError::Cancelled)?,
            () = cancel.cancelled() => return Err(SandboxError::Cancelled),
        };
        let queue = requested.elapsed();
        let (tests, lint, first) = self.run_stages(&job, toolchain, progress, &cancel).await?;
        drop(place);
        let lap = Lap { queue, first: queue + first, total: requested.elapsed() };
        Ok(assemble(&Parts { job: &job, toolchain, guarantees, tests: &tests, lint: &lint, lap }))
    }
}
