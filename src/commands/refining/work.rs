//! The healing loop, from first run to end.

use std::time::Duration;

use tokio::time::Instant;

use crate::commands::auto_refine::Answer;
use crate::commands::context::{Context, Invocation};
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::lookup::{self, Newest};
use crate::commands::refining::acts;
use crate::commands::refining::answer::{answer, newest};
use crate::commands::refining::edits;
use crate::commands::refining::end;
use crate::commands::refining::model;
use crate::commands::terms::Trial;
use crate::commands::trial;
use crate::healing::budget::{Budget, DEFAULT_SECONDS};
use crate::healing::contradiction;
use crate::healing::course::{Course, Step};
use crate::healing::diagnosis::Diagnosis;
use crate::healing::files::FileResult;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Part, Plan, Stop, Strategy, TurnDetail};
use record::domain::limits::Limits;
use record::domain::proposal::Proposal;
use record::domain::revision::{Authorship, Revision};
use record::domain::source::Source;

/// Wall time of the tests in a healing, in milliseconds; raised once, when nothing but time is the trouble.
const TESTS_MS: u64 = 10_000;
const RAISED_MS: u64 = 60_000;
/// The trouble of an answer that holds code that was there before.
pub const SAME_CODE: &str = "the model gave code that was there before";

/// One executed revision with what is wrong with it.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The revision.
    pub revision: Revision,
    /// What is wrong.
    pub diagnosis: Diagnosis,
    /// What is said of each code file, where there are several.
    pub files: Vec<FileResult>,
}

/// A healing at work.
pub struct Work<'a> {
    /// What it can reach.
    pub context: &'a Context,
    /// Who asked, and under which key.
    pub invocation: &'a Invocation,
    /// What is stored of it.
    pub healing: Healing,
    /// What decides about the next step.
    pub course: Course,
    /// Executed revisions, in the order of `course.runs`.
    pub tested: Vec<Tested>,
    /// What was spent.
    pub budget: Budget,
    /// Candidates tried in all.
    pub candidates: u64,
    /// What the owner should know.
    pub notes: Vec<String>,
    /// Whether tests that came with the first revision fail on the code before it.
    pub red_before_green: Option<bool>,
    begun: Instant,
    tests_ms: u64,
    is_raised: bool,
}

/// Heals the newest revision of a proposal; a repeated invocation goes on where it was.
pub async fn heal(
    context: &Context,
    invocation: &Invocation,
    proposal: &Proposal,
    plan: Plan,
) -> Result<Answer, CommandError> {
    let key = Digest::of(invocation.idempotency.as_bytes());
    let healing = match context.store()?.healing(key).await? {
        Some(ended) if ended.end.is_some() => return answer(context, &ended).await,
        Some(open) => open,
        None => acts::start((context, invocation), proposal, plan, key).await?,
    };
    let entered = context.enter(invocation, &proposal.id);
    let mut work = Work::new(context, invocation, healing);
    let stop = match work.go().await {
        Err(error) if error.kind == ErrorKind::Interrupted => Stop::Cancelled,
        ended => ended?,
    };
    end::finish(&mut work, stop).await?;
    drop(entered);
    let ended = context.store()?.healing(key).await?;
    answer(context, &ended.unwrap_or(work.healing)).await
}

/// Heals what another command has just stored, under a key of its own.
pub async fn heal_further(
    context: &Context,
    invocation: &Invocation,
    proposal: &str,
    plan: Plan,
) -> Result<Answer, CommandError> {
    let proposal = lookup::proposal(context, invocation, proposal, Newest::OfHome).await?;
    heal(context, &invocation.under("healing"), &proposal, plan).await
}

impl<'a> Work<'a> {
    fn new(context: &'a Context, invocation: &'a Invocation, healing: Healing) -> Self {
        let course = Course {
            strategies: healing.plan.strategies.clone(),
            max_iterations: healing.plan.max_iterations,
            ..Course::default()
        };
        Self {
            context,
            invocation,
            budget: Budget::new(healing.plan.bounds),
            course,
            tested: Vec::new(),
            candidates: 0,
            notes: Vec::new(),
            red_before_green: None,
            begun: Instant::now(),
            tests_ms: TESTS_MS,
            is_raised: false,
            // Steps are taken up one by one.
            healing: Healing { turns: Vec::new(), ..healing },
        }
    }

    async fn go(&mut self) -> Result<Stop, CommandError> {
        self.begin().await?;
        self.take_up().await?;
        loop {
            if self.invocation.cancel.is_cancelled() {
                return Ok(Stop::Cancelled);
            }
            self.course.is_late = self.left().is_zero();
            let ended = match self.course.next() {
                Step::Stop(stop) => Some(stop),
                Step::Try(Strategy::Model, on) => model::ask(self, on).await?,
                Step::Try(strategy, on) => {
                    edits::edit(self, strategy, on).await?;
                    None
                }
            };
            if let Some(stop) = ended {
                return Ok(stop);
            }
            self.take_up().await?;
        }
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        let bound = self.healing.plan.bounds.seconds.unwrap_or(DEFAULT_SECONDS);
        Duration::from_secs(bound).saturating_sub(self.begun.elapsed())
    }

    /// The evidence that the healing starts from: what is there, else a first run.
    async fn begin(&mut self) -> Result<(), CommandError> {
        let proposal = acts::proposal(self.context, &self.healing.proposal).await?;
        let base = lookup::revision(self.context, &proposal, Some(self.healing.base)).await?;
        let known = newest(self.context, &proposal, base.number).await?;
        let usable = known.filter(|known| known.verdict.is_tested() && known.env_names.is_empty());
        match usable {
            Some(known) if !known.is_only_late() || known.limits.tests_ms >= RAISED_MS => {
                self.note_run(base.clone(), None, &known);
            }
            Some(_) | None => self.run(base.clone(), None).await?,
        }
        if self.course.has_failed() {
            self.course.doubts.extend(contradiction::contradictions(&base.source));
            if let Some(first) = self.tested.first() {
                self.course.doubts.extend(first.diagnosis.doubts.iter().cloned());
            }
            self.red_before_green = edits::red_before_green(self, &base).await?;
        }
        Ok(())
    }

    /// Takes up the steps that are stored and not yet looked at: executes their revisions, or finds the verdicts.
    async fn take_up(&mut self) -> Result<(), CommandError> {
        let stored = self.context.store()?.healing(self.healing.key).await?;
        let turns = stored.map(|stored| stored.turns).unwrap_or_default();
        let known = self.healing.turns.len();
        let mut beside = Vec::new();
        for turn in turns.into_iter().skip(known) {
            self.healing.turns.push(turn.clone());
            self.count(&turn);
            match (turn.part, turn.revision) {
                (Part::Plausible, Some(number)) => beside.push(number),
                (Part::Attempt, Some(number)) => {
                    let beside = std::mem::take(&mut beside);
                    self.run_attempt((number, beside), turn.strategy).await?;
                }
                (Part::Plausible | Part::Attempt, None)
                | (Part::ChangesTests | Part::Restored | Part::Unusable, _) => {}
            }
        }
        Ok(())
    }

    /// Executes an attempt, and where it fails the patches beside it, the better ones first.
    async fn run_attempt(
        &mut self,
        (number, beside): (u32, Vec<u32>),
        strategy: Strategy,
    ) -> Result<(), CommandError> {
        self.run_number(number, Some(strategy)).await?;
        for number in beside.into_iter().rev() {
            if !self.course.has_failed() {
                break;
            }
            self.run_number(number, Some(strategy)).await?;
        }
        Ok(())
    }

    async fn run_number(
        &mut self,
        number: u32,
        strategy: Option<Strategy>,
    ) -> Result<(), CommandError> {
        let proposal = acts::proposal(self.context, &self.healing.proposal).await?;
        let revision = lookup::revision(self.context, &proposal, Some(number)).await?;
        self.run(revision, strategy).await
    }

    /// Executes a revision; only this is evidence.
    async fn run(
        &mut self,
        revision: Revision,
        strategy: Option<Strategy>,
    ) -> Result<(), CommandError> {
        let mut execution = self.execute(&revision, "run").await;
        let has_time = self.left() >= Duration::from_millis(RAISED_MS);
        if execution.as_ref().is_ok_and(Execution::is_only_late) && !self.is_raised && has_time {
            self.is_raised = true;
            let usual = std::mem::replace(&mut self.tests_ms, RAISED_MS);
            execution = self.execute(&revision, "longer run").await;
            if execution.as_ref().is_ok_and(Execution::is_only_late) {
                self.tests_ms = usual;
            }
        }
        match execution {
            Ok(execution) => {
                self.note_run(revision, strategy, &execution);
                Ok(())
            }
            Err(error) if error.kind == ErrorKind::Unavailable => {
                self.note(error.chain());
                self.note_nothing(revision, strategy);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Executes a revision without counting it.
    pub async fn execute(
        &self,
        revision: &Revision,
        what: &str,
    ) -> Result<Execution, CommandError> {
        let proposal = acts::proposal(self.context, &self.healing.proposal).await?;
        let limits = Limits { tests_ms: self.tests_ms, ..Limits::default() };
        let trial = Trial::usual(limits, self.context.policy().await?);
        let invocation = self.under(&format!("{what} of {}", revision.number));
        trial::execute(self.context, &invocation, &proposal, revision, &trial).await
    }

    /// The same invocation under a key of its own, the same each time.
    pub fn under(&self, what: &str) -> Invocation {
        self.invocation.under(&format!("heal {what}"))
    }

    /// Adds something the owner should know, once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The executed revision of a number.
    pub fn tested(&self, number: u32) -> Result<Tested, CommandError> {
        let found = self.tested.iter().rev().find(|tested| tested.revision.number == number);
        found.cloned().ok_or_else(|| {
            CommandError::new(ErrorKind::Internal, format!("revision {number} was not executed"))
        })
    }

    /// Whether code was there before, in this healing or where it started.
    pub fn is_known(&self, source: &Source) -> bool {
        let hash = source.content_hash();
        self.tested.iter().any(|tested| tested.revision.content_hash == hash)
    }

    /// A revision made from another one.
    pub fn revision(
        &self,
        (parent, number): (&Tested, u32),
        source: Source,
        (authorship, explanation): (Authorship, String),
    ) -> Revision {
        Revision {
            proposal: self.healing.proposal.clone(),
            number,
            parent: Some(parent.revision.number),
            content_hash: source.content_hash(),
            source,
            authorship,
            explanation,
            feedback: Some(parent.diagnosis.sentence.clone()),
            created_at: self.context.now(),
        }
    }
}

impl Tested {
    /// What a step that starts from it says of it.
    pub fn detail(&self) -> TurnDetail {
        let diagnosis = &self.diagnosis;
        TurnDetail::answering(self.revision.number, diagnosis.class, &diagnosis.sentence)
    }
}
