//! Negative controls of a suite that passed: like runs that should fail.
//!
//! A suite that passes whatever the code does proves nothing. So it runs again on stubs, and with other expectations, and
//! single calls are replayed without any test. Each runs in a box like the real one's, under files of the same names
//! and in an order that nobody in the box can foresee, so that a suite cannot tell a control from the real run. What the
//! controls mean is decided in `evidence/controls.rs`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Keep, Network};
use crate::error::SandboxError;
use crate::evidence::controls::{ControlRuns, Ran, vacuous_by};
use crate::evidence::ending::Stop;
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::reading::Reading;
use crate::evidence::transcript::Transcript;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::order::{Enough, Known, Order, Wish};
use crate::linux::stage::Stage;
use crate::linux::stages::versions::environment;
use crate::toolchain::python::Toolchain;
use record::domain::digest::Digest;
use record::domain::evidence::Termination;
use record::domain::source::Source;

/// Controls that run at once.
const AT_ONCE: usize = 2;
/// Time that a control may take besides a multiple of the real run's.
const SPARE: Duration = Duration::from_secs(3);
/// Multiple of the real run's time that a control may take.
const TIMES: u32 = 4;
/// Controls that an engine remembers.
const REMEMBERED: usize = 64;

/// The controls of one content in one environment: from what they were made, and what they showed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drill {
    pub(crate) plan: ControlPlan,
    pub(crate) runs: ControlRuns,
}

/// Controls of this engine's life, newest last.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<VecDeque<(Digest, Drill)>>);

impl Remembered {
    /// The controls of this content in this environment.
    pub(crate) fn find(&self, key: &Digest) -> Option<Drill> {
        let known = self.0.lock().ok()?;
        known.iter().find(|(of, _)| of == key).map(|(_, drill)| drill.clone())
    }

    /// Keeps controls that were carried out whole.
    pub(crate) fn keep(&self, key: Digest, drill: &Drill) {
        let Ok(mut known) = self.0.lock() else { return };
        if drill.runs.lost.is_empty() && known.iter().all(|(of, _)| *of != key) {
            known.push_back((key, drill.clone()));
            while known.len() > REMEMBERED {
                known.pop_front();
            }
        }
    }
}

/// Gives what makes two jobs the same for their controls.
pub(crate) fn key(job: &Job, toolchain: &Toolchain, real: &Transcript) -> Digest {
    let variables = serde_json::to_vec(&job.env).unwrap_or_default();
    let network = if job.network == Network::Host { b"host " } else { b"loop " };
    Digest::of_parts(&[
        job.source.content_hash().as_bytes(),
        environment(job, toolchain, real).digest().as_bytes(),
        network,
        &variables,
    ])
}

/// The controls of one run, with all that their jails need.
pub(crate) struct Drills<'a> {
    pub(crate) jails: &'a Jails,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) job: &'a Job,
    pub(crate) cancel: &'a CancellationToken,
    /// The real run's tests.
    pub(crate) real: &'a Ran,
    /// The tests that its files name; those of a control name the same.
    pub(crate) promised: &'a [String],
    /// Time that it took.
    pub(crate) took: Duration,
}

impl Drills<'_> {
    /// Runs every control that can be made, two at once, in an order that the seed chooses.
    pub(crate) async fn run(&self, plan: ControlPlan) -> Result<Drill, SandboxError> {
        let mut runs = ControlRuns::default();
        self.round(self.phases(&plan), 2, &plan, &mut runs).await?;
        if let Some(phase) = vacuous_by(self.real, &plan, &runs) {
            let alone = plan.alone(&self.job.source, phase).into_iter();
            let alone = alone.map(|source| (Phase::StubAlone, self.like(source))).collect();
            self.round(alone, 20, &plan, &mut runs).await?;
        }
        Ok(Drill { plan, runs })
    }

    async fn round(
        &self,
        phases: Vec<(Phase, Job)>,
        first_turn: u32,
        plan: &ControlPlan,
        runs: &mut ControlRuns,
    ) -> Result<(), SandboxError> {
        let turns = (first_turn..).zip(phases);
        let turns = turns.map(|(turn, (phase, job))| self.one(turn, phase, job, plan));
        let ended: Vec<_> = stream::iter(turns).buffer_unordered(AT_ONCE).collect().await;
        for ended in ended {
            let (phase, ended) = ended?;
            self.take(runs, phase, &ended);
        }
        Ok(())
    }

    /// The job with other files; nothing of a control is kept.
    fn like(&self, source: Source) -> Job {
        Job { source, keep: Keep::Nothing, ..self.job.clone() }
    }

    /// The phases with their files; a stub that equals another one is not run twice.
    fn phases(&self, plan: &ControlPlan) -> Vec<(Phase, Job)> {
        let mut seen = Vec::new();
        let mut phases: Vec<(Phase, Job)> =
            [Phase::StubRaises, Phase::StubNone, Phase::StubEmpty, Phase::MutatedLiterals]
                .into_iter()
                .filter_map(|phase| Some((phase, plan.source(&self.job.source, phase)?)))
                .filter(|(_, source)| {
                    let hash = source.content_hash();
                    let is_new = !seen.contains(&hash);
                    seen.push(hash);
                    is_new
                })
                .map(|(phase, source)| (phase, self.like(source)))
                .collect();
        if !plan.witnesses.is_empty() {
            phases.push((Phase::Replay, self.like(self.job.source.clone())));
        }
        let place = |phase: Phase| Digest::of(format!("{} {phase:?}", self.job.seed).as_bytes());
        phases.sort_by_key(|(phase, _)| place(*phase));
        phases
    }

    async fn one(
        &self,
        turn: u32,
        phase: Phase,
        job: Job,
        plan: &ControlPlan,
    ) -> Result<(Phase, Ended), SandboxError> {
        let limit = Duration::from_millis(job.limits.tests_ms);
        let calls = plan.witnesses.iter().map(|witness| &witness.call);
        let order = Order {
            job: &job,
            stage: if phase == Phase::Replay { Stage::Replay } else { Stage::Tests },
            turn,
            deadline: limit.min(self.took * TIMES + SPARE),
            calls: if phase == Phase::Replay { calls.collect() } else { Vec::new() },
            linter: None,
            wish: Wish::Nothing,
            enough: if phase.is_stub() { Enough::AtAFailure } else { Enough::AtItsEnd },
            known: Some(Known {
                rewritten: phase.is_stub().then_some(&plan.rewritten),
                injections: plan.injections.as_ref(),
            }),
            question: None,
        };
        let (told, _nobody) = mpsc::unbounded_channel();
        let running = self.jails.start(self.toolchain, &order, told)?;
        Ok((phase, running.ended(self.cancel).await?))
    }

    fn take(&self, runs: &mut ControlRuns, phase: Phase, ended: &Ended) {
        let mut transcript = Transcript::read(ended.frames());
        self.promised.clone_into(&mut transcript.expected);
        let Reading { transcript, outside, ran, termination, .. } =
            Reading::of(transcript, ended.outside());
        if matches!(outside.stop, Stop::Setup(_) | Stop::Cancelled) {
            runs.lost.insert(phase);
            return;
        }
        if phase == Phase::Replay {
            runs.answers = Some(transcript.answers);
            return;
        }
        if phase == Phase::StubAlone {
            runs.alone.push(ran);
            return;
        }
        let is_late = termination == Termination::Timeout;
        if phase == Phase::MutatedLiterals
            && is_late
            && ran.passed.is_empty()
            && ran.failed.is_empty()
        {
            runs.lost.insert(phase);
        }
        runs.suites.insert(phase, ran);
    }
}
