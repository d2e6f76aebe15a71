//! Negative controls of a suite that passed: like runs that should fail.
//!
//! A suite that passes whatever the code does proves nothing. So it runs again on stubs, with other expectations and with
//! none, and single calls are replayed without any test. Each runs in a box like the real one's, under files of the same
//! names and in an order that nobody in the box can foresee. What the controls mean is decided in `evidence/controls.rs`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Keep, Network};
use crate::error::SandboxError;
use crate::evidence::bystanders::unasked;
use crate::evidence::controls::{judge, vacuous_by};
use crate::evidence::ending::Stop;
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::reading::Reading;
use crate::evidence::rounds;
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::{Acted, Script};
use crate::evidence::spoilt::{self, Spoilt};
use crate::evidence::transcript::Transcript;
use crate::evidence::unheard;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::order::{Enough, Known, Order, Wish};
use crate::linux::runs::pace::Pace;
use crate::linux::stage::Stage;
use crate::linux::stages::versions::environment;
use crate::toolchain::python::Toolchain;
use record::domain::digest::Digest;
use record::domain::evidence::{IntegrityState, Termination};
use record::domain::source::Source;

/// Controls that run at once.
const AT_ONCE: usize = 2;
/// Time that a control may take, or say nothing, besides a multiple of the real run's.
const SPARE: Duration = Duration::from_secs(3);
/// Multiple of the real run's time, or of its longest silence, that a control may take.
const TIMES: u32 = 4;
/// Controls that an engine remembers.
const REMEMBERED: usize = 64;
/// The most tests that a person still reads through.
const MOST_READ: usize = 200;

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
        job.request.as_bytes(),
    ])
}

/// Refuses a further run of a suite that this machine could not carry out: it says nothing of the code.
pub(crate) fn carried_out(stop: Stop) -> Result<(), SandboxError> {
    match stop {
        Stop::Setup(failure) => {
            let source = std::io::Error::other(failure);
            Err(SandboxError::System { step: "run the suite once more", source })
        }
        Stop::Cancelled => Err(SandboxError::Cancelled),
        Stop::Itself | Stop::Deadline | Stop::Flood => Ok(()),
    }
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
    /// How fast it went.
    pub(crate) pace: Pace,
}

/// A control to run: its files, and what its tests are made to do.
struct Turn {
    phase: Phase,
    job: Job,
    script: Script,
}

impl Drills<'_> {
    /// Runs every control that can be made, two at once, in an order that the seed chooses.
    ///
    /// A second round tries again what the first leaves open, and what might come of another test's failure there.
    pub(crate) async fn run(&self, plan: ControlPlan) -> Result<Drill, SandboxError> {
        let mut runs = ControlRuns::default();
        let halves = rounds::halves(&plan, self.real, &self.job.seed);
        let mut first = self.stubs(&plan);
        first.extend(self.acts(&plan, halves, Phase::Half));
        first.extend(self.spoilt(&plan, Phase::Spoilt));
        // In a large suite this takes long, and there is always a function of whose results tests see only a part.
        let is_short = self.real.passed.len() <= MOST_READ;
        first.extend(is_short.then(|| self.spoilt(&plan, Phase::Near)).flatten());
        if is_short && self.job.part.is_none() {
            let failing = unheard::source(&plan, &self.job.source);
            first.extend(failing.map(|source| self.turn(Phase::Refused, source)));
            let reversed = plan.is_shared.then(|| self.job.source.clone());
            first.extend(reversed.map(|source| self.turn(Phase::Reversed, source)));
        }
        if plan.calls().next().is_some() {
            first.push(self.turn(Phase::Replay, self.job.source.clone()));
        }
        self.round(first, 2, &plan, &mut runs).await?;
        let outside = || vec![rounds::outside(&plan, self.real)];
        let mut second = self.acts(&plan, rounds::lasts(&plan, self.real, &runs), Phase::Last);
        if rounds::is_doubtful(&plan, self.real, &runs) {
            second.extend(self.acts(&plan, outside(), Phase::Outside));
        }
        self.round(second, 20, &plan, &mut runs).await?;
        if rounds::is_doubtful(&plan, self.real, &runs) && rounds::was_asked_alone(&runs) {
            let third = self.acts(&plan, outside(), |_| Phase::Outside(1));
            self.round(third, 40, &plan, &mut runs).await?;
        }
        if let Some(script) = unasked(&plan, self.real, &runs) {
            let left = self.acts(&plan, vec![script], |_| Phase::Unasked);
            self.round(left, 50, &plan, &mut runs).await?;
        }
        if let Some(phase) = vacuous_by(self.real, &plan, &runs) {
            let alone = plan.alone(&self.job.source, phase).into_iter();
            let turns = alone.map(|source| self.turn(Phase::StubAlone, source));
            self.round(turns.collect(), 60, &plan, &mut runs).await?;
        }
        if !is_short && judge(self.real, &plan, &runs).state == IntegrityState::Confirmed {
            let near = self.spoilt(&plan, Phase::Near).into_iter().collect();
            self.round(near, 80, &plan, &mut runs).await?;
        }
        Ok(Drill { plan, runs })
    }

    async fn round(
        &self,
        mut turns: Vec<Turn>,
        first: u32,
        plan: &ControlPlan,
        runs: &mut ControlRuns,
    ) -> Result<(), SandboxError> {
        let place = |phase: Phase| Digest::of(format!("{} {phase:?}", self.job.seed).as_bytes());
        turns.sort_by_key(|turn| place(turn.phase));
        let numbered = (first..).zip(turns);
        let running = numbered.map(|(number, turn)| self.one(number, turn, plan));
        let ended: Vec<_> = stream::iter(running).buffer_unordered(AT_ONCE).collect().await;
        for ended in ended {
            let (turn, ended) = ended?;
            self.take(runs, turn, &ended)?;
        }
        Ok(())
    }

    /// The job with other files; nothing of a control is kept.
    fn like(&self, source: Source) -> Job {
        Job { source, keep: Keep::Nothing, ..self.job.clone() }
    }

    /// A run of other files, without a script.
    fn turn(&self, phase: Phase, source: Source) -> Turn {
        Turn { phase, job: self.like(source), script: Script::default() }
    }

    /// The real code with other results.
    fn spoilt(&self, plan: &ControlPlan, phase: Phase) -> Option<Turn> {
        let source = spoilt::source(plan, self.real, &self.job.source, phase == Phase::Near)?;
        Some(self.turn(phase, source))
    }

    /// The stubs with their files; one that equals the other is not run twice.
    fn stubs(&self, plan: &ControlPlan) -> Vec<Turn> {
        let mut seen = Vec::new();
        [Phase::StubRaises, Phase::StubEmpty]
            .into_iter()
            .filter_map(|phase| Some((phase, plan.source(&self.job.source, phase)?)))
            .filter(|(_, source)| {
                let hash = source.content_hash();
                let is_new = !seen.contains(&hash);
                seen.push(hash);
                is_new
            })
            .map(|(phase, source)| self.turn(phase, source))
            .collect()
    }

    /// Runs of the real code by scripts, as far as these can be laid into the files.
    fn acts(
        &self,
        plan: &ControlPlan,
        scripts: Vec<Script>,
        phase: impl Fn(usize) -> Phase,
    ) -> Vec<Turn> {
        let turn = |(at, script): (usize, Script)| {
            let script = script.fitting(plan, &self.job.source);
            let job = self.like(script.source(plan, &self.job.source)?);
            Some(Turn { phase: phase(at), job, script })
        };
        scripts.into_iter().enumerate().filter_map(turn).collect()
    }

    async fn one(
        &self,
        number: u32,
        turn: Turn,
        plan: &ControlPlan,
    ) -> Result<(Turn, Ended), SandboxError> {
        let phase = turn.phase;
        let limit = Duration::from_millis(turn.job.limits.tests_ms);
        let claimed = plan.claims.values().filter(|claim| !claim.claimed.is_empty());
        let groups = || match phase {
            Phase::Spoilt | Phase::Near => spoilt::groups(plan, self.real),
            _ => claimed.map(|claim| claim.named.clone()).collect(),
        };
        let order = Order {
            job: &turn.job,
            stage: if phase == Phase::Replay { Stage::Replay } else { Stage::Tests },
            turn: number,
            deadline: limit.min(self.pace.suite * TIMES + SPARE),
            patience: Some(self.pace.silence * TIMES + SPARE),
            calls: if phase == Phase::Replay { plan.calls().collect() } else { Vec::new() },
            linter: None,
            wish: Wish::Nothing,
            enough: if phase.is_stub() { Enough::WhenFailed(groups()) } else { Enough::AtItsEnd },
            known: Some(Known {
                rewritten: phase.is_stub().then_some(&plan.rewritten),
                injections: plan.injections.as_ref(),
            }),
            is_reversed: phase == Phase::Reversed,
            question: None,
        };
        let (told, _nobody) = mpsc::unbounded_channel();
        let running = self.jails.start(self.toolchain, &order, told)?;
        let ended = running.ended(self.cancel).await?;
        Ok((turn, ended))
    }

    /// Takes what a control showed; one that this machine could not carry out says nothing of the code.
    fn take(&self, runs: &mut ControlRuns, turn: Turn, ended: &Ended) -> Result<(), SandboxError> {
        let Turn { phase, mut script, .. } = turn;
        let mut transcript = Transcript::read(ended.frames());
        self.promised.clone_into(&mut transcript.expected);
        transcript.doubled.clear();
        let Reading { transcript, outside, ran, termination, .. } =
            Reading::of(transcript, ended.outside());
        let is_late = termination == Termination::Timeout;
        carried_out(outside.stop)?;
        match phase {
            Phase::Replay => runs.answers = Some(transcript.answers),
            Phase::StubAlone => runs.alone.push(ran),
            Phase::Refused => {
                runs.refused = Some(Acted { script, ran, told: transcript.told });
            }
            Phase::Reversed => runs.reversed = Some(ran),
            Phase::Spoilt => runs.spoilt = Some(Spoilt { ran, types: transcript.plan.types }),
            Phase::Near => runs.near = Some(Spoilt { ran, types: transcript.plan.types }),
            Phase::StubRaises | Phase::StubEmpty => {
                runs.stubs.insert(phase, ran);
            }
            Phase::Outside(_) | Phase::Unasked if is_late => {
                runs.lost.insert(phase);
            }
            Phase::Half(_) | Phase::Outside(_) | Phase::Unasked | Phase::Last(_) => {
                if is_late && ran.cases.is_empty() {
                    runs.lost.insert(phase);
                }
                if matches!(termination, Termination::EarlyExit(_)) {
                    runs.left.insert(phase);
                }
                script.cut(&termination);
                runs.acted.insert(phase, Acted { script, ran, told: transcript.told });
            }
        }
        Ok(())
    }
}
