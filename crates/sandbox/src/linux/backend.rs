//! The default backend: jails of this program's own on this machine.
//!
//! It proves its layers once (`self_test.rs`), keeps a toolchain ready, and lets as many suites and probes run at once
//! as there are processors; all others wait here, and nowhere else. Results of controls are remembered as long as it lives.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use nix::unistd::Uid;
use tokio::sync::{Mutex, OnceCell, Semaphore, SemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Network, Progress, RunProgress, SandboxBackend};
use crate::error::SandboxError;
use crate::linux::outside::cgroup::Hierarchy;
use crate::linux::outside::ground::Ground;
use crate::linux::runs::jails::Jails;
use crate::linux::self_test;
use crate::linux::servers::fork_server::Bounds;
use crate::linux::servers::servers::Servers;
use crate::linux::stages::assemble::{Setting, assemble};
use crate::linux::stages::controls::Remembered;
use crate::linux::stages::probing;
use crate::linux::stages::studying;
use crate::linux::stages::suite::Suite;
use crate::linux::sweep::{Swept, sweep};
use crate::study::{Studied, Study};
use crate::toolchain::layer::{self, Layer, Provided, Wanted};
use crate::toolchain::linter::Linter;
use crate::toolchain::python::{self, Toolchain};
use record::domain::environment::{Guarantees, HOST_NETWORK};
use record::domain::evidence::Evidence;
use record::domain::limits::Limits;
use record::domain::probe::{Answer, Probe};
use record::domain::timings::{Timings, milliseconds};

/// Places and choices that a backend is given.
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
    pub(super) jails: Jails,
    /// One for each processor: the only gate in front of them, for suites and probes alike.
    places: Semaphore,
    toolchain: Mutex<Option<Arc<Toolchain>>>,
    guarantees: OnceCell<Guarantees>,
    remembered: Remembered,
}

impl LinuxBackend {
    /// Makes a backend that has looked at the cgroups and proved nothing yet.
    pub fn new(config: Config) -> Self {
        let ground = Arc::new(Ground {
            executable: config.executable.clone(),
            home: config.home.clone(),
            is_root: Uid::effective().is_root(),
            hierarchy: Hierarchy::find(),
        });
        let servers = Arc::new(Servers::new(Arc::clone(&ground), Bounds::default()));
        let places = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            config,
            jails: Jails { ground, servers },
            places: Semaphore::new(places),
            toolchain: Mutex::default(),
            guarantees: OnceCell::new(),
            remembered: Remembered::default(),
        }
    }

    /// Gives the toolchain as it is now: an interpreter that changed under our feet is set up anew.
    pub(super) async fn toolchain(
        &self,
        progress: Progress<'_>,
    ) -> Result<Arc<Toolchain>, SandboxError> {
        let mut known = self.toolchain.lock().await;
        if let Some(toolchain) = known.as_ref().filter(|toolchain| toolchain.is_current()) {
            return Ok(Arc::clone(toolchain));
        }
        let (home, wanted) = (self.config.home.clone(), self.config.python.clone());
        let toolchain = Arc::new(python::ensure(home, wanted, progress).await?);
        *known = Some(Arc::clone(&toolchain));
        Ok(toolchain)
    }

    /// Waits for a place; gives it with the time that this took.
    async fn place(
        &self,
        cancel: &CancellationToken,
    ) -> Result<(SemaphorePermit<'_>, Duration), SandboxError> {
        let requested = Instant::now();
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(SandboxError::Cancelled),
            place = self.places.acquire() => match place {
                Ok(place) => Ok((place, requested.elapsed())),
                Err(_) => Err(SandboxError::Cancelled),
            },
        }
    }
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
        self.jails.servers.last();
    }

    fn warm_up(&self) {
        let wanted = self.config.python.as_deref();
        if let Some(toolchain) = python::present(&self.config.home, wanted) {
            self.jails.servers.warm_up(&toolchain, self.config.linter, &Limits::default());
        }
    }

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        self.guarantees.get_or_try_init(|| self_test::prove(&self.jails)).await.cloned()
    }

    async fn prepare(&self, progress: Progress<'_>) -> Result<(), SandboxError> {
        self.toolchain(progress).await.map(drop)
    }

    async fn provide(
        &self,
        wanted: &Wanted,
        progress: Progress<'_>,
    ) -> Result<Provided, SandboxError> {
        let toolchain = self.toolchain(progress).await?;
        let (home, wanted) = (self.config.home.clone(), wanted.clone());
        let (tell, mut stages) = mpsc::unbounded_channel();
        let work = tokio::task::spawn_blocking(move || {
            // The screen may be gone; the installation goes on.
            layer::ensure(&home, (&toolchain.key, &toolchain.python), &wanted, &|stage| {
                drop(tell.send(stage.to_owned()));
            })
        });
        while let Some(stage) = stages.recv().await {
            progress(RunProgress::Stage(stage));
        }
        work.await.map_err(|error| SandboxError::Packages {
            detail: error.to_string(),
            remedy: "report this".to_owned(),
        })?
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
            guarantees.0.insert("network".to_owned(), HOST_NETWORK.to_owned());
        }
        let toolchain = self.toolchain(progress).await?;
        let (place, queued) = self.place(&cancel).await?;
        let before = requested.elapsed();
        let suite = Suite {
            jails: &self.jails,
            toolchain: &toolchain,
            linter: self.config.linter,
            remembered: &self.remembered,
            job: &job,
            cancel: &cancel,
        };
        let shown = Box::pin(suite.run(progress)).await?;
        drop(place);
        self.jails.servers.warm_up(&toolchain, self.config.linter, &job.limits);
        let timings = Timings {
            queue: milliseconds(queued),
            first: milliseconds(before) + shown.timings.first,
            total: milliseconds(requested.elapsed()),
            ..shown.timings
        };
        let setting = Setting { job: &job, toolchain: &toolchain, guarantees, timings };
        Ok(assemble(setting, shown))
    }

    async fn probe(
        &self,
        probe: Probe,
        layer: Option<Arc<Layer>>,
        cancel: CancellationToken,
    ) -> Result<Answer, SandboxError> {
        self.self_test().await?;
        let toolchain = self.toolchain(&|_| {}).await?;
        let (place, _) = self.place(&cancel).await?;
        let answer = probing::ask(&self.jails, &toolchain, (&probe, layer), &cancel).await;
        drop(place);
        answer
    }

    async fn study(
        &self,
        study: Study,
        cancel: CancellationToken,
    ) -> Result<Studied, SandboxError> {
        self.self_test().await?;
        let toolchain = self.toolchain(&|_| {}).await?;
        let (place, _) = self.place(&cancel).await?;
        let studied = studying::study(&self.jails, &toolchain, &study, &cancel).await;
        drop(place);
        studied
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, LinuxBackend};
    use crate::error::SandboxError;
    use crate::toolchain::linter::Linter;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn who_waits_for_a_place_leaves_when_cancelled_and_else_gets_one() {
        let folder = tempfile::tempdir().unwrap();
        let backend = LinuxBackend::new(Config {
            executable: folder.path().join("saraphina"),
            home: folder.path().to_path_buf(),
            python: None,
            linter: Linter::Pylint,
        });
        let all = u32::try_from(backend.places.available_permits()).unwrap();
        let taken = backend.places.acquire_many(all).await.unwrap();
        let cancel = CancellationToken::new();
        cancel.cancel();

        let refused = backend.place(&cancel).await.map(drop);
        drop(taken);
        let given = backend.place(&CancellationToken::new()).await;

        assert!(matches!(refused, Err(SandboxError::Cancelled)));
        assert!(given.is_ok());
    }
}
