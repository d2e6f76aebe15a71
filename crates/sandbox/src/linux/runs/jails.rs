//! Jails of an engine, started one by one on threads of their own.
//!
//! An order is carried out in a box of a fork server that waits for it, or in a fresh interpreter where there is none;
//! what is observed is the same. Each jail has its thread, because the kernel kills a jail with the thread that made it:
//! a jail can therefore not outlive its engine.

use std::io::pipe;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::error::SandboxError;
use crate::linux::boundary::plan::{JailReport, Plan, Reach};
use crate::linux::outside::ground::{Ground, Lodging};
use crate::linux::outside::supervise::{Message, Observed, Reply, Terms, run_box, run_jail};
use crate::linux::runs::ended::Ended;
use crate::linux::runs::milestone::{Milestone, Tally, failed_test};
use crate::linux::runs::order::{Enough, Order, Wish};
use crate::linux::runs::pace::Metronome;
use crate::linux::runs::package::Package;
use crate::linux::runs::plans::{plan_of, program_of};
use crate::linux::servers::fork_server::Standby;
use crate::linux::servers::servers::Servers;
use crate::linux::servers::warm::Warm;
use crate::linux::stage::Stage;
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;

/// The jails of an engine: the ground on which it makes them, and the boxes that wait there.
#[derive(Clone, Debug)]
pub(crate) struct Jails {
    pub(crate) ground: Arc<Ground>,
    pub(crate) servers: Arc<Servers>,
}

impl Jails {
    /// Starts one stage of a job.
    pub(crate) fn start(
        &self,
        toolchain: &Toolchain,
        order: &Order<'_>,
        told: mpsc::UnboundedSender<Milestone>,
    ) -> Result<Running, SandboxError> {
        // Servers show a layer to all of their boxes, so that the many runs of one change and the many questions of one
        // repair need no interpreter of their own.
        let is_one_of_many = order.job.part.is_some() || order.stage == Stage::Probe;
        let shown = order.job.layer.as_ref().filter(|_| is_one_of_many);
        let with_layer = shown.map(|layer| toolchain.showing(&layer.folder));
        let toolchain = with_layer.as_ref().unwrap_or(toolchain);
        let program = program_of(toolchain, order);
        let plan = plan_of(toolchain, order, &program);
        let is_alone = order.linter == Some(Linter::Ruff);
        // What is kept, networked, asked to be fresh or has packages of its own runs outside of boxes, which have none of that.
        let has_own = order.job.layer.is_some() && with_layer.is_none();
        let is_asked_for = order.job.fresh || has_own;
        let is_plain = plan.keep.is_none() && plan.reach == Reach::Loopback && !is_asked_for;
        let warm = is_plain.then(|| {
            let plan = plan.clone();
            if is_alone {
                Warm::of_program(toolchain, plan)
            } else {
                Warm::of_stage(toolchain, order.stage, plan)
            }
        });
        let package = Package::of(toolchain, order, &plan, is_alone.then_some(program));
        let (deadline, patience) = (order.deadline, order.patience);
        let (wish, enough) = (order.wish.clone(), order.enough.clone());
        let output_bytes = plan.limits.output_bytes;
        let task =
            Task { jails: self.clone(), deadline, patience, output_bytes, told, wish, enough };
        let like = warm.clone();
        task.launch(like, move |task, stop| task.carry_out(plan, &package, warm, stop))
    }

    /// Starts a planned jail without files, whose progress nobody follows.
    pub(crate) fn launch(&self, plan: Plan, deadline: Duration) -> Result<Running, SandboxError> {
        let (wish, enough) = (Wish::Nothing, Enough::AtItsEnd);
        let (told, _nobody) = mpsc::unbounded_channel();
        let output_bytes = plan.limits.output_bytes;
        let task = Task {
            jails: self.clone(),
            deadline,
            patience: None,
            output_bytes,
            told,
            wish,
            enough,
        };
        task.launch(None, move |task, stop| task.cold(plan, &[], stop))
    }
}

/// A jail at work: its result, and the handle that stops it when dropped.
pub(crate) struct Running {
    result: oneshot::Receiver<std::io::Result<Ended>>,
    stop: OwnedFd,
}

impl Running {
    /// Waits for the end, which the owner's word brings sooner.
    pub(crate) async fn ended(self, cancel: &CancellationToken) -> Result<Ended, SandboxError> {
        let Self { mut result, stop } = self;
        let early = tokio::select! {
            ended = &mut result => Some(ended),
            () = cancel.cancelled() => None,
        };
        // Dropping the handle stops the jail; its end still comes.
        drop(stop);
        let ended = match early {
            Some(ended) => ended,
            None => result.await,
        };
        ended
            .map_err(|_| std::io::Error::other("the thread of the jail died"))
            .flatten()
            .map_err(|source| SandboxError::System { step: "run the jail", source })
    }
}

/// The work of a jail's thread.
struct Task {
    jails: Jails,
    deadline: Duration,
    patience: Option<Duration>,
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
            let servers = Arc::clone(&self.jails.servers);
            drop(self);
            // Nobody may be waiting any more.
            answer.send(ended).ok();
            if let Some(warm) = refill {
                // Whoever waits has the answer; only now is time spent on the next one's box.
                servers.refill(&warm);
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
            let taken = self.jails.servers.take(&warm);
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
            .observe(&lodging, stop, |terms| run_box(wires, reaper, &delivery, &contents, terms));
        let servers = &self.jails.servers;
        if ended.as_ref().is_ok_and(Ended::has_ended) {
            servers.succeed(warm);
        } else {
            servers.fail(warm.stage, &server);
        }
        drop(lodging);
        ended
    }

    fn cold(&self, plan: Plan, contents: &[&[u8]], stop: &OwnedFd) -> std::io::Result<Ended> {
        let lodging = self.jails.ground.lodge(plan)?;
        self.observe(&lodging, stop, |terms| {
            run_jail(&self.jails.ground.executable, &lodging.plan, contents, terms)
        })
    }

    fn reply(
        &self,
        milestone: Option<&Milestone>,
        message: &Message,
        enough: &mut Enough,
    ) -> Reply {
        if milestone == Some(&Milestone::Over) {
            return Reply::Say(self.wish.words());
        }
        let failed = if *enough == Enough::AtItsEnd { None } else { failed_test(message) };
        match failed {
            Some(id) if enough.is_met_by(&id) => Reply::Stop,
            Some(_) | None => Reply::Nothing,
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
        let mut metronome = Metronome::new(Instant::now());
        let mut enough = self.enough.clone();
        let mut on_message = |message: &Message| {
            let milestone = tally.take(message);
            metronome.hear(Instant::now(), milestone == Some(Milestone::Over));
            let reply = self.reply(milestone.as_ref(), message, &mut enough);
            if let Some(milestone) = milestone {
                // Progress is for display; nobody may be looking.
                self.told.send(milestone).ok();
            }
            if matches!(message.origin, b'J' | b'W') {
                has_reported |= message.origin == b'J';
                merge(&mut report, &message.body);
            }
            reply
        };
        let mut terms = Terms {
            deadline: self.deadline,
            patience: self.patience,
            output_bytes: self.output_bytes,
            stop,
            on_message: &mut on_message,
        };
        let observed = run(&mut terms)?;
        Ok(Ended {
            observed,
            pace: metronome.pace(),
            report,
            has_reported,
            memory_kills: lodging.groups.memory_kills(),
            process_refusals: lodging.groups.process_refusals(),
            most_processes: lodging.plan.limits.processes,
        })
    }
}

/// Adds a later report: the worker's own failure is told before the jail's report of its exit, and both count.
fn merge(report: &mut JailReport, body: &[u8]) {
    let newer: JailReport = serde_json::from_slice(body).unwrap_or_default();
    let failure = report.failure.take().or(newer.failure);
    *report = JailReport { failure, ..newer };
}
