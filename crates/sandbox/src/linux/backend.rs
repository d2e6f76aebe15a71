//! The default backend.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use nix::unistd::Uid;
use tokio::sync::{Mutex, OnceCell, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Network, Progress, SandboxBackend, SandboxEvent};
use crate::error::SandboxError;
use crate::evidence::controls::{Ran, needs_controls};
use crate::evidence::transcript::Transcript;
use crate::linux::assemble::{Lap, Parts, assemble, frames, outside};
use crate::linux::cgroup::Hierarchy;
use crate::linux::controls::{self, Drill, Drills, Remembered, ended};
use crate::linux::ground::Ground;
use crate::linux::linting::{Linted, Linting};
use crate::linux::milestone::Milestone;
use crate::linux::order::{Linter, Order, Stage, Wish};
use crate::linux::plan::Work;
use crate::linux::probing;
use crate::linux::run::{self, Ended, start};
use crate::linux::self_test;
use crate::linux::servers::{Servers, Warm};
use crate::linux::sweep::{Swept, sweep};
use crate::toolchain::python::{self, Toolchain};
use record::domain::environment::Guarantees;
use record::domain::evidence::Evidence;
use record::domain::limits::Limits;
use record::domain::probe::{Answer, Probe};

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
    /// The linter to ask first.
    pub linter: Linter,
}

/// Runs suites in jails of this program's own on this machine.
#[derive(Debug)]
pub struct LinuxBackend {
    config: Config,
    ground: Ground,
    places: Semaphore,
    toolchain: Mutex<Option<Arc<Toolchain>>>,
    guarantees: OnceCell<Guarantees>,
    remembered: Remembered,
}

impl LinuxBackend {
    /// A backend that has looked at the cgroups and proved nothing yet.
    pub fn new(config: Config) -> Self {
        let ground = Ground {
            executable: config.executable.clone(),
            home: config.home.clone(),
            is_root: Uid::effective().is_root(),
            hierarchy: Hierarchy::find(),
            servers: Arc::new(Servers::default()),
        };
        let places = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            config,
            ground,
            places: Semaphore::new(places),
            toolchain: Mutex::default(),
            guarantees: OnceCell::new(),
            remembered: Remembered::default(),
        }
    }

    /// Runs a program of the system in an empty jail: what isolation alone costs.
    pub async fn time_program(&self, program: &str) -> Result<Duration, SandboxError> {
        let started = Instant::now();
        let (told, _unused) = mpsc::unbounded_channel();
        let plan = run::bare_plan(Work::Program(vec![program.to_owned()]), Limits::default());
        let running = run::launch(&self.ground, plan, BARE_DEADLINE, told)?;
        let ended = controls::taken(running.result.await)?;
        drop(running.stop);
        match ended.report.status {
            Some(0) => Ok(started.elapsed()),
            Some(_) | None => Err(SandboxError::System {
                step: "run a bare program",
                source: std::io::Error::other(ended.report.failure.unwrap_or_default()),
            }),
        }
    }

    /// Runs the suite alone, or with lint beside it, without controls: what a provisional answer costs.
    ///
    /// Gives the time until tests and coverage were in, and until everything was.
    pub async fn time_first(
        &self,
        job: &Job,
        linter: Option<Linter>,
    ) -> Result<(Duration, Duration), SandboxError> {
        let toolchain = self.toolchain(&|_| {}).await?;
        let cancel = CancellationToken::new();
        let started = Instant::now();
        let (told, mut heard) = mpsc::unbounded_channel();
        let order = Order { wish: Wish::Measure, ..Order::tests(job) };
        let tests = start(&self.ground, &toolchain, &order, told.clone())?;
        let lint = linter.map(|linter| {
            let order = Order::lint(job, linter);
            start(&self.ground, &toolchain, &order, told.clone())
        });
        let lint = lint.transpose()?;
        drop(told);
        let mut first = None;
        while let Some(milestone) = heard.recv().await {
            first = milestone.measured_at().or(first);
        }
        ended(tests, &cancel).await?;
        if let Some(lint) = lint {
            ended(lint, &cancel).await?;
        }
        let first = first.map_or_else(|| started.elapsed(), |at| at - started);
        Ok((first, started.elapsed()))
    }

    /// Has one more box wait for a suite and gives one away unused, which ends when it is dropped.
    ///
    /// This is what set-up costs, which is off the path of requests where boxes wait.
    pub async fn replace_box(&self) -> Result<Box<dyn Any + Send>, SandboxError> {
        let toolchain = self.toolchain(&|_| {}).await?;
        let warm = Warm::usual(&toolchain, Stage::Tests, &Limits::default());
        let servers = &self.ground.servers;
        let system = |source| SandboxError::System { step: "take a box that waits", source };
        let none = || system(std::io::Error::other("the engine keeps none; it does not last"));
        let unused = servers.take(&self.ground, &warm).map_err(system)?.ok_or_else(none)?;
        servers.refill(&self.ground, &warm);
        Ok(Box::new(unused))
    }

    /// The toolchain as it is now: an interpreter that changed under our feet is set up anew.
    async fn toolchain(&self, progress: Progress<'_>) -> Result<Arc<Toolchain>, SandboxError> {
        let mut known = self.toolchain.lock().await;
        if let Some(toolchain) = known.as_ref().filter(|toolchain| toolchain.is_current()) {
            return Ok(Arc::clone(toolchain));
        }
        let (home, wanted) = (self.config.home.clone(), self.config.python.clone());
        let toolchain = Arc::new(python::ensure(home, wanted, progress).await?);
        *known = Some(Arc::clone(&toolchain));
        Ok(toolchain)
    }

    /// The suite with its controls, and lint beside both.
    async fn run_stages(
        &self,
        job: &Job,
        toolchain: &Toolchain,
        progress: Progress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Stages, SandboxError> {
        let started = Instant::now();
        let (told, mut heard) = mpsc::unbounded_channel();
        let tests = start(&self.ground, toolchain, &Order::tests(job), told.clone())?;
        let linting = Linting { ground: &self.ground, toolchain, job, cancel };
        let lint = linting.run(self.config.linter, told);
        let suite = async {
            let tests = ended(tests, cancel).await?;
            let first = started.elapsed();
            let drilled = Instant::now();
            let drill = self.drill(job, toolchain, &tests, cancel).await?;
            Ok::<_, SandboxError>((tests, first, drill, drilled.elapsed()))
        };
        let telling = async {
            let (mut done, mut measured) = (0, None);
            while let Some(milestone) = heard.recv().await {
                done += u32::from(matches!(milestone, Milestone::TestDone(_)));
                measured = milestone.measured_at().or(measured);
                tell(milestone, done, progress);
            }
            measured
        };
        let (suite, lint, measured) = tokio::join!(suite, lint, telling);
        let (tests, ended, drill, controls) = suite?;
        let first = measured.map_or(ended, |at| at - started);
        Ok(Stages { tests, lint: lint?, drill, first, controls })
    }

    /// Controls of a suite that passed; nothing where it did not.
    async fn drill(
        &self,
        job: &Job,
        toolchain: &Toolchain,
        tests: &Ended,
        cancel: &CancellationToken,
    ) -> Result<Option<Drill>, SandboxError> {
        let transcript = Transcript::read(frames(&tests.observed.messages));
        if !needs_controls(&transcript, &outside(tests)) {
            return Ok(None);
        }
        let key = controls::key(job, toolchain, &transcript);
        if let Some(known) = self.remembered.find(&key) {
            return Ok(Some(known));
        }
        let (real, took) = (Ran::of(&transcript, &outside(tests)), tests.observed.total);
        let (ground, promised) = (&self.ground, transcript.expected);
        let drills = Drills { ground, toolchain, job, cancel, real, promised, took };
        let drill = drills.run(transcript.plan).await?;
        if cancel.is_cancelled() {
            return Err(SandboxError::Cancelled);
        }
        self.remembered.keep(key, &drill);
        Ok(Some(drill))
    }
}

/// Shows a milestone to whoever waits.
fn tell(milestone: Milestone, done: u32, progress: Progress<'_>) {
    match milestone {
        Milestone::TestDone(_) => progress(SandboxEvent::TestsDone(done)),
        Milestone::Failing | Milestone::Over => {}
        Milestone::Measured { passed, collected, .. } => {
            let line = format!("{passed} of {collected} tests passed");
            progress(SandboxEvent::Provisional(line));
        }
    }
}

/// What came of a job.
struct Stages {
    tests: Ended,
    lint: Linted,
    drill: Option<Drill>,
    first: Duration,
    controls: Duration,
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
                sweep.processes = swept.processes.len(),
                "what dead engines left was removed"
            );
        }
    }

    fn lasts(&self) {
        self.ground.servers.last();
    }

    fn warm_up(&self) {
        let wanted = self.config.python.as_deref();
        if let Some(toolchain) = python::present(&self.config.home, wanted) {
            let of = (&toolchain, self.config.linter);
            self.ground.servers.warm_up(&self.ground, of, &Limits::default());
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
        let stages = Box::pin(self.run_stages(&job, &toolchain, progress, &cancel)).await?;
        drop(place);
        let of = (toolchain.as_ref(), self.config.linter);
        self.ground.servers.warm_up(&self.ground, of, &job.limits);
        let lap = Lap {
            queue,
            first: queue + stages.first,
            controls: stages.controls,
            total: requested.elapsed(),
        };
        Ok(assemble(&Parts {
            job: &job,
            toolchain: &toolchain,
            guarantees,
            tests: &stages.tests,
            lint: &stages.lint,
            drill: stages.drill.as_ref(),
            lap,
        }))
    }

    async fn probe(&self, probe: Probe, cancel: CancellationToken) -> Result<Answer, SandboxError> {
        self.self_test().await?;
        let toolchain = self.toolchain(&|_| {}).await?;
        let place = tokio::select! {
            place = self.places.acquire() => place.map_err(|_| SandboxError::Cancelled)?,
            () = cancel.cancelled() => return Err(SandboxError::Cancelled),
        };
        let answer = probing::ask(&self.ground, &toolchain, &probe, &cancel).await;
        drop(place);
        answer
    }
}
