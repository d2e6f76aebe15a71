//! Parts of a verdict, run by themselves for measurements.
//!
//! No command calls these. The benches do (`benches/first.rs`, `benches/isolation.rs`): they tell what a verdict's parts
//! cost, a bare jail, the suite without its controls, one more box, and nothing outside of this crate can start one of
//! them alone.

use std::any::Any;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::Job;
use crate::error::SandboxError;
use crate::linux::backend::LinuxBackend;
use crate::linux::boundary::plan::{Plan, Work};
use crate::linux::runs::order::{Order, Wish};
use crate::linux::servers::warm::Warm;
use crate::linux::stage::Stage;
use crate::toolchain::linter::Linter;
use record::domain::limits::Limits;

/// Time that a bare program may take.
const BARE_DEADLINE: Duration = Duration::from_secs(10);

impl LinuxBackend {
    /// Runs a program of the system in an empty jail: what isolation alone costs.
    pub async fn time_program(&self, program: &str) -> Result<Duration, SandboxError> {
        let started = Instant::now();
        let plan = Plan::bare(Work::Program(vec![program.to_owned()]), Limits::default());
        let ended =
            self.jails.launch(plan, BARE_DEADLINE)?.ended(&CancellationToken::new()).await?;
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
        let tests = self.jails.start(&toolchain, &order, told.clone())?;
        let lint = linter.map(|linter| {
            let order = Order::lint(job, linter);
            self.jails.start(&toolchain, &order, told.clone())
        });
        let lint = lint.transpose()?;
        drop(told);
        let mut first = None;
        while let Some(milestone) = heard.recv().await {
            first = milestone.measured_at().or(first);
        }
        tests.ended(&cancel).await?;
        if let Some(lint) = lint {
            lint.ended(&cancel).await?;
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
        let servers = &self.jails.servers;
        let system = |source| SandboxError::System { step: "take a box that waits", source };
        let none = || system(std::io::Error::other("the engine keeps none; it does not last"));
        let unused = servers.take(&warm).map_err(system)?.ok_or_else(none)?;
        servers.refill(&warm);
        Ok(Box::new(unused))
    }
}
