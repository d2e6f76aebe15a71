//! One run: tests and lint, each jailed.

use std::collections::BTreeMap;
use std::io::pipe;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::backend::{Job, Keep, Network};
use crate::error::SandboxError;
use crate::guest::scripts::{COLD, Script};
use crate::linux::fork_server::Standby;
use crate::linux::ground::{Ground, Lodging};
use crate::linux::inside::root::{GUEST, WORK};
use crate::linux::milestone::{Milestone, Tally};
use crate::linux::order::{Enough, Linter, Order, Stage, Wish};
use crate::linux::package::Package;
use crate::linux::plan::{Identity, JailReport, MemoryBound, Plan, Program, Reach, Work};
use crate::linux::ruff;
use crate::linux::servers::Warm;
use crate::linux::supervise::{Cause, Message, Observed, Reply, Terms, run_box, run_jail};
use crate::toolchain::python::Toolchain;
use record::domain::evidence::TestOutcome;
use record::domain::limits::Limits;

/// What came of a jail.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) observed: Observed,
    pub(crate) report: JailReport,
    /// Whether the jail itself said how it ended.
    pub(crate) has_reported: bool,
    pub(crate) memory_kills: u64,
    pub(crate) process_refusals: u64,
}

impl Ended {
    /// Whether this is the end of a run, and not of the machinery around it.
    fn has_ended(&self) -> bool {
        let is_silent = self.observed.cause == Cause::Itself && !self.has_reported;
        let worker = (self.report.status, self.report.signal);
        !is_silent
            && (self.report.failure.is_none() && worker != (None, None)
                || self.observed.cause != Cause::Itself)
    }
}

/// A jail at work: its result, and the handle that stops it when dropped.
pub(crate) struct Running {
    pub(crate) result: oneshot::Receiver<std::io::Result<Ended>>,
    pub(crate) stop: OwnedFd,
}

/// Starts one stage of a job on a thread of its own; the thread outlives the jail by construction.
pub(crate) fn start(
    ground: &Ground,
    toolchain: &Toolchain,
    order: &Order<'_>,
    told: mpsc::UnboundedSender<Milestone>,
) -> Result<Running, SandboxError> {
    let program = program_of(toolchain, order);
    let plan = plan_of(ground, toolchain, order, &program);
    let is_alone = order.linter == Some(Linter::Ruff);
    let is_plain = plan.keep.is_none() && plan.reach == Reach::Loopback && !order.job.fresh;
    let warm = is_plain.then(|| {
        let plan = plan.clone();
        if is_alone {
            Warm::of_program(toolchain, plan)
        } else {
            Warm::of_stage(toolchain, order.stage, plan)
        }
    });
    let package = Package::of(order, &plan, is_alone.then_some(program));
    let Order { deadline, wish, enough, .. } = *order;
    let output_bytes = plan.limits.output_bytes;
    let task = Task { ground: ground.clone(), deadline, output_bytes, told, wish, enough };
    let like = warm.clone();
    task.launch(like, move |task, stop| task.carry_out(plan, &package, warm, stop))
}

/// Starts a planned jail on a thread of its own.
pub(crate) fn launch(
    ground: &Ground,
    plan: Plan,
    deadline: Duration,
    told: mpsc::UnboundedSender<Milestone>,
) -> Result<Running, SandboxError> {
    let (wish, enough) = (Wish::Nothing, Enough::AtItsEnd);
    let output_bytes = plan.limits.output_bytes;
    let task = Task { ground: ground.clone(), deadline, output_bytes, told, wish, enough };
    task.launch(None, move |task, stop| task.cold(plan, &[], stop))
}

/// What the thread of a jail holds.
struct Task {
    ground: Ground,
    deadline: Duration,
    output_bytes: u64,
    told: mpsc::UnboundedSender<Milestone>,
    wish: Wish,
    enough: Enough,
}

impl Task {
    fn launch(
        self,
        refill: Option<Warm>,
        carry_out: impl FnOnce(&Self, &OwnedFd) -> std::io::Result<Ended> + Send + 'static,
    ) -> Result<Running, SandboxError> {
        let system = |step| move |source| SandboxError::System { step, source };
        let (stopped, stop) = pipe().map_err(system("make a pipe"))?;
        let (answer, result) = oneshot::channel();
        let stopped = OwnedFd::from(stopped);
        let work = move || {
            let ended = carry_out(&self, &stopped);
            let ground = self.ground.clone();
            drop(self);
            // Nobody may be waiting any more.
            answer.send(ended).ok();
            if let Some(warm) = refill {
                ground.servers.refill(&ground, &warm);
            }
        };
        let thread = thread::Builder::new().name("jail".to_owned());
        thread.spawn(work).map_err(system("start a thread"))?;
        Ok(Running { result, stop: OwnedFd::from(stop) })
    }

    /// In a box that waits where there is one, else in a fresh interpreter.
    fn carry_out(
        &self,
        plan: Plan,
        package: &Package,
        warm: Option<Warm>,
        stop: &OwnedFd,
    ) -> std::io::Result<Ended> {
        if let Some(warm) = warm {
            let taken = self.ground.servers.take(&self.ground, &warm);
            let ended = taken.and_then(|standby| {
                standby.map(|standby| self.warm(&warm, standby, package, stop)).transpose()
            });
            match ended {
                Ok(Some(ended)) if ended.has_ended() => return Ok(ended),
                Ok(None) => {}
                Ok(Some(_)) => {
                    tracing::warn!(sandbox.stage = ?warm.stage, "a fork server died; starting afresh");
                }
                Err(error) => {
                    tracing::warn!(sandbox.stage = ?warm.stage, error = %error, "no box of a fork server");
                }
            }
        }
        self.cold(package.plan(plan), &package.cold(), stop)
    }

    fn warm(
        &self,
        warm: &Warm,
        standby: Standby,
        package: &Package,
        stop: &OwnedFd,
    ) -> std::io::Result<Ended> {
        let Standby { wires, reaper, lodging, server } = standby;
        let (delivery, contents) = package.warm();
        let ended = self
            .observe(&lodging, stop, |terms| run_box((wires, reaper), &delivery, &contents, terms));
        let servers = &self.ground.servers;
        if ended.as_ref().is_ok_and(Ended::has_ended) {
            servers.succeed(warm);
        } else {
            servers.fail(warm.stage, &server);
        }
        drop(lodging);
        ended
    }

    fn cold(&self, plan: Plan, contents: &[&[u8]], stop: &OwnedFd) -> std::io::Result<Ended> {
        let lodging = self.ground.lodge(plan)?;
        self.observe(&lodging, stop, |terms| {
            run_jail(&self.ground.executable, &lodging.plan, contents, terms)
        })
    }

    fn reply(&self, milestone: Option<Milestone>) -> Reply {
        match milestone {
            Some(Milestone::Over) => Reply::Say(self.wish.word()),
            Some(
                Milestone::Failing | Milestone::TestDone(TestOutcome::Failed | TestOutcome::Error),
            ) if self.enough == Enough::AtAFailure => Reply::Stop,
            Some(Milestone::Failing | Milestone::TestDone(_) | Milestone::Measured { .. })
            | None => Reply::Nothing,
        }
    }

    fn observe(
        &self,
        lodging: &Lodging,
        stop: &OwnedFd,
        run: impl FnOnce(&mut Terms<'_>) -> std::io::Result<Observed>,
    ) -> std::io::Result<Ended> {
        let mut report = JailReport::default();
        let mut has_reported = false;
        let mut tally = Tally::default();
        let mut on_message = |message: &Message| {
            let milestone = tally.take(message);
            if let Some(milestone) = milestone {
                // Progress is for display; nobody may be looking.
                self.told.send(milestone).ok();
            }
            if matches!(message.origin, b'J' | b'W') {
                has_reported |= message.origin == b'J';
                merge(&mut report, &message.body);
            }
            self.reply(milestone)
        };
        let mut terms = Terms {
            deadline: self.deadline,
            output_bytes: self.output_bytes,
            stop,
            on_message: &mut on_message,
        };
        let observed = run(&mut terms)?;
        Ok(Ended {
            observed,
            report,
            has_reported,
            memory_kills: lodging.groups.memory_kills(),
            process_refusals: lodging.groups.process_refusals(),
        })
    }
}

/// The worker's own failure is told before the jail's report of its exit; both count.
fn merge(report: &mut JailReport, body: &[u8]) {
    let newer: JailReport = serde_json::from_slice(body).unwrap_or_default();
    let failure = report.failure.take().or(newer.failure);
    *report = JailReport { failure, ..newer };
}

/// A plan without files, for work that needs none.
pub(crate) fn bare_plan(work: Work, limits: Limits) -> Plan {
    Plan {
        name: format!("bare-{}", std::process::id()),
        work,
        sources: Vec::new(),
        guest: Vec::new(),
        binds: Vec::new(),
        env: BTreeMap::new(),
        limits,
        identity: Identity::Mapped,
        reach: Reach::Loopback,
        cgroups: Vec::new(),
        memory: MemoryBound::Sampling,
        keep: None,
    }
}

/// What does the work of an order: an interpreter with the guest's files, or a linter that needs none.
fn program_of(toolchain: &Toolchain, order: &Order<'_>) -> Program {
    let env = environment(&order.job.env, order.stage);
    match order.linter {
        Some(Linter::Ruff) => ruff::program(toolchain, order.job, env),
        Some(Linter::Pylint | Linter::Flake8) | None => {
            Program { arguments: guest_command(toolchain, COLD, order.stage), env }
        }
    }
}

fn plan_of(ground: &Ground, toolchain: &Toolchain, order: &Order<'_>, program: &Program) -> Plan {
    let (job, stage) = (order.job, order.stage);
    let work = Work::Program(program.arguments.clone());
    Plan {
        name: format!("{}-{}-{}", job.execution, order.word(), std::process::id()),
        binds: toolchain.folders.clone(),
        env: program.env.clone(),
        reach: match (job.network, stage) {
            (Network::Host, Stage::Tests | Stage::Replay) => Reach::Host,
            (Network::Host, Stage::Lint | Stage::Probe) | (Network::Loopback, _) => Reach::Loopback,
        },
        keep: match (job.keep, stage) {
            (Keep::Box, Stage::Tests) => Some(box_folder(&ground.home, job)),
            (Keep::Box, Stage::Lint | Stage::Replay | Stage::Probe) | (Keep::Nothing, _) => None,
        },
        ..bare_plan(work, limits_of(order))
    }
}

/// Ruff tells what it found on its output, which is read whole or not at all.
fn limits_of(order: &Order<'_>) -> Limits {
    let limits = order.job.limits.clone();
    match order.linter {
        Some(Linter::Ruff) => Limits { output_bytes: ruff::OUTPUT_BYTES, ..limits },
        Some(Linter::Pylint | Linter::Flake8) | None => limits,
    }
}

/// The command that starts a script of the guest as a stage's worker.
pub(crate) fn guest_command(toolchain: &Toolchain, script: Script, stage: Stage) -> Vec<String> {
    let python = toolchain.python.display().to_string();
    let script = format!("{GUEST}/{}", script.name);
    let words = ["-I", "-B", &script, stage.worker()].map(str::to_owned);
    [python].into_iter().chain(words).collect()
}

/// Where the scratch folder of a job is kept.
pub(crate) fn box_folder(home: &Path, job: &Job) -> PathBuf {
    home.join("boxes").join(job.execution.as_str())
}

/// Every variable of a worker.
pub(crate) fn environment(
    given: &BTreeMap<String, String>,
    stage: Stage,
) -> BTreeMap<String, String> {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", WORK),
        ("LANG", "C.UTF-8"),
        ("TMPDIR", "/tmp"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),
    ];
    let mut variables: BTreeMap<String, String> =
        fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    if stage != Stage::Lint {
        variables.extend(given.clone());
    }
    variables
}
