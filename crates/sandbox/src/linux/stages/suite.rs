//! A suite in its jail, lint beside it, and its controls behind it.
//!
//! Tests and lint run at once, in jails of their own; the controls follow where the suite passed. What the jails say on
//! the way is shown to whoever waits.

use std::time::Instant;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Progress, RunProgress};
use crate::error::SandboxError;
use crate::evidence::reading::Reading;
use crate::evidence::transcript::Transcript;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::milestone::Milestone;
use crate::linux::runs::order::Order;
use crate::linux::stages::controls::{self, Drill, Drills, Remembered};
use crate::linux::stages::linting::{Linted, Linting};
use crate::linux::stages::shadows;
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;
use record::domain::evidence::Termination;
use record::domain::timings::{Timings, milliseconds};

/// A suite to run, with all that its jails need.
pub(crate) struct Suite<'a> {
    pub(crate) jails: &'a Jails,
    pub(crate) toolchain: &'a Toolchain,
    /// The linter to ask first.
    pub(crate) linter: Linter,
    /// The controls that this engine has seen already.
    pub(crate) remembered: &'a Remembered,
    pub(crate) job: &'a Job,
    pub(crate) cancel: &'a CancellationToken,
}

/// Everything that a suite, its lint and its controls showed.
pub(crate) struct Shown {
    pub(crate) ended: Ended,
    pub(crate) reading: Reading,
    pub(crate) lint: Linted,
    /// Absent where the suite did not pass by itself.
    pub(crate) drill: Option<Drill>,
    /// Times from the start of the jails; nobody has waited for a place yet.
    pub(crate) timings: Timings,
}

impl Suite<'_> {
    /// Runs all of it.
    pub(crate) async fn run(&self, progress: Progress<'_>) -> Result<Shown, SandboxError> {
        let started = Instant::now();
        let (told, heard) = mpsc::unbounded_channel();
        let tests = self.jails.start(self.toolchain, &Order::tests(self.job), told.clone())?;
        let linting = Linting {
            jails: self.jails,
            toolchain: self.toolchain,
            job: self.job,
            cancel: self.cancel,
        };
        let lint = self.lint(linting, told);
        let suite = async {
            let ended = tests.ended(self.cancel).await?;
            let first = started.elapsed();
            let transcript = Transcript::read(ended.frames());
            let mut reading = Reading::of(transcript, ended.outside());
            let drilled = Instant::now();
            self.reveal(&mut reading).await?;
            let drill = self.drill(&ended, &mut reading).await?;
            Ok::<_, SandboxError>((ended, reading, drill, first, drilled.elapsed()))
        };
        let (suite, lint, measured) = tokio::join!(suite, lint, show(heard, progress));
        let (ended, reading, drill, first, controls) = suite?;
        let lint = match lint {
            Err(SandboxError::Cancelled) if reading.termination == Termination::Cancelled => {
                Linted::stopped()
            }
            linted => linted?,
        };
        // The answer that people wait for is there when coverage is, which the harness says before its controls are made.
        let first = measured.map_or(first, |at| at - started);
        let timings = Timings {
            spawn: milliseconds(ended.observed.spawn),
            tests: milliseconds(ended.observed.total),
            lint: milliseconds(lint.took),
            first: milliseconds(first),
            controls: milliseconds(controls),
            ..Timings::default()
        };
        Ok(Shown { ended, reading, lint, drill, timings })
    }

    /// Lints, where anything is to be linted. A part of a repository is linted on both sides of a change, so it is done fast.
    async fn lint(
        &self,
        linting: Linting<'_>,
        told: mpsc::UnboundedSender<Milestone>,
    ) -> Result<Linted, SandboxError> {
        if self.job.linted().next().is_none() {
            return Ok(Linted::nothing());
        }
        let linter = if self.job.part.is_some() { Linter::Ruff } else { self.linter };
        linting.run(linter, told).await
    }

    /// Runs tests that others hide, where nothing else keeps a whole suite from passing.
    async fn reveal(&self, reading: &mut Reading) -> Result<(), SandboxError> {
        if self.job.part.is_some() {
            return Ok(());
        }
        shadows::reveal(self.jails, self.toolchain, self.job, self.cancel, reading).await
    }

    /// Runs the controls of a suite that passed; nothing where it did not, or where only a part of a suite or an import is run.
    async fn drill(
        &self,
        ended: &Ended,
        reading: &mut Reading,
    ) -> Result<Option<Drill>, SandboxError> {
        if self.job.part.is_some() || self.job.only_imports || !reading.needs_controls() {
            return Ok(None);
        }
        let key = controls::key(self.job, self.toolchain, &reading.transcript);
        if let Some(known) = self.remembered.find(&key) {
            return Ok(Some(known));
        }
        // The plan holds every control's files; the reading is asked for none of it again but what never ran.
        let mut plan = std::mem::take(&mut reading.transcript.plan);
        let ran = &reading.transcript.ran;
        plan.leave_idle(|path| matches!(ran.get(path), Some((0, 1..))));
        reading.transcript.plan.bodies.clone_from(&plan.bodies);
        reading.transcript.plan.claims.clone_from(&plan.claims);
        let drills = Drills {
            jails: self.jails,
            toolchain: self.toolchain,
            job: self.job,
            cancel: self.cancel,
            real: &reading.ran,
            promised: &reading.transcript.expected,
            pace: ended.pace,
        };
        let drill = drills.run(plan).await?;
        if self.cancel.is_cancelled() {
            return Err(SandboxError::Cancelled);
        }
        self.remembered.keep(key, &drill);
        Ok(Some(drill))
    }
}

/// Shows milestones to whoever waits; gives the moment at which tests and coverage were in.
async fn show(
    mut heard: mpsc::UnboundedReceiver<Milestone>,
    progress: Progress<'_>,
) -> Option<Instant> {
    let (mut done, mut measured) = (0, None);
    while let Some(milestone) = heard.recv().await {
        match milestone {
            Milestone::TestDone { of, current, outcome: _ } => {
                done += 1;
                let of = u32::try_from(of).unwrap_or(u32::MAX);
                progress(RunProgress::TestsDone { done, of, current });
            }
            Milestone::Failing | Milestone::Over => {}
            Milestone::Measured { passed, collected, at } => {
                measured = Some(at);
                let line = format!("{passed} of {collected} tests passed");
                progress(RunProgress::Provisional(line));
            }
        }
    }
    measured
}
