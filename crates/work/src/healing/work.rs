//! The state of a healing at work, and its executions.
//!
//! It holds what the loop knows: stored steps, executed revisions, budget and notes. Its executions are ordinary ones with
//! evidence and verdict; the time of the tests is raised once, where nothing but time was the trouble.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::diagnosis::diagnosis::Diagnosis;
use crate::diagnosis::files::FileResult;
use crate::diagnosis::shown::Shown;
use crate::drafting::changing;
use crate::executing::terms::Trial;
use crate::executing::trial;
use crate::healing::acts;
use crate::healing::budget::{Budget, DEFAULT_SECONDS};
use crate::healing::course::Course;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Strategy, TurnDetail};
use record::domain::limits::Limits;
use record::domain::revision::{Authorship, Revision};
use record::domain::source::Source;

/// Wall time of the tests in a healing, in milliseconds; raised once, when nothing but time is the trouble.
const TESTS_MS: u64 = 10_000;
/// The raised one.
pub const RAISED_MS: u64 = 60_000;
/// The trouble of an answer that holds code that was there before.
pub const SAME_CODE: &str = "the model gave code that was there before";

/// One executed revision with what is wrong with it.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The revision.
    pub revision: Revision,
    /// The diagnosis of its failures.
    pub diagnosis: Diagnosis,
    /// The tests that fail, all of them.
    pub failing: Vec<String>,
    /// How long its tests took.
    pub took: Duration,
    /// The results of each code file, where there are several.
    pub files: Vec<FileResult>,
    /// What a model is shown of its execution.
    pub shown: Shown,
}

/// A healing at work.
pub struct Work<'a> {
    /// The caller, the key, and all that can be reached.
    pub invocation: &'a Invocation,
    /// The healing as far as its steps were taken up.
    pub healing: Healing,
    /// The past that decides about the next step.
    pub course: Course,
    /// Executed revisions, in the order of `course.runs`.
    pub tested: Vec<Tested>,
    /// The budget and what was spent of it.
    pub budget: Budget,
    /// Candidates tried in all.
    pub candidates: u64,
    /// The same by strategy, for those that were tried at all.
    pub tried: BTreeMap<Strategy, u64>,
    /// Strategies whose time ran out.
    pub late: BTreeSet<Strategy>,
    /// Notes for the owner.
    pub notes: Vec<String>,
    /// True when tests that came with the first revision fail on the code before it.
    pub red_before_green: Option<bool>,
    begun: Instant,
    tests_ms: u64,
    is_raised: bool,
}

impl Tested {
    /// Begins the detail of a step that starts from it.
    pub fn detail(&self) -> TurnDetail {
        let diagnosis = &self.diagnosis;
        TurnDetail::answering(self.revision.number, diagnosis.class, &diagnosis.sentence)
    }
}

impl<'a> Work<'a> {
    /// Begins a healing, or goes on where it was.
    pub fn new(invocation: &'a Invocation, healing: Healing) -> Self {
        let course = Course {
            strategies: healing.plan.strategies.clone(),
            max_iterations: healing.plan.max_iterations,
            ..Course::default()
        };
        Self {
            invocation,
            budget: Budget::new(healing.plan.bounds),
            course,
            tested: Vec::new(),
            candidates: 0,
            tried: BTreeMap::new(),
            late: BTreeSet::new(),
            notes: Vec::new(),
            red_before_green: None,
            begun: Instant::now(),
            tests_ms: TESTS_MS,
            is_raised: false,
            // Steps are taken up one by one.
            healing: Healing { turns: Vec::new(), ..healing },
        }
    }

    /// Computes the time that is left.
    pub fn left(&self) -> Duration {
        let bound = self.healing.plan.bounds.seconds.unwrap_or(DEFAULT_SECONDS);
        Duration::from_secs(bound).saturating_sub(self.begun.elapsed())
    }

    /// Executes the revision of a number.
    pub async fn run_number(
        &mut self,
        number: u32,
        strategy: Option<Strategy>,
    ) -> Result<(), CommandError> {
        let proposal = acts::proposal(self.invocation, &self.healing.proposal).await?;
        let revision = lookup::revision(self.invocation, &proposal, Some(number)).await?;
        self.run(revision, strategy).await
    }

    /// Executes a revision; only this is evidence.
    pub async fn run(
        &mut self,
        revision: Revision,
        strategy: Option<Strategy>,
    ) -> Result<(), CommandError> {
        let mut execution = self.execute(&revision, "run").await;
        let has_time = self.left() >= Duration::from_millis(RAISED_MS);
        if execution.as_ref().is_ok_and(Execution::wants_time) && !self.is_raised && has_time {
            self.is_raised = true;
            let usual = std::mem::replace(&mut self.tests_ms, RAISED_MS);
            execution = self.execute(&revision, "longer run").await;
            if execution.as_ref().is_ok_and(Execution::wants_time) {
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
        let proposal = acts::proposal(self.invocation, &self.healing.proposal).await?;
        let ground = changing::ground(self.invocation, &proposal, revision).await?;
        // The suite of a repository has the time that its owner confirmed.
        let limits = match &ground {
            Some(_) => Limits::default(),
            None => Limits { tests_ms: self.tests_ms, ..Limits::default() },
        };
        let trial = Trial { ground, ..Trial::usual(limits, self.invocation.policy().await?) };
        let invocation = self.under(&format!("{what} of {}", revision.number));
        trial::execute(&invocation, &proposal, revision, &trial).await
    }

    /// Derives an invocation under a key of its own, the same each time.
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

    /// Finds the executed revision of a number.
    pub fn tested(&self, number: u32) -> Result<Tested, CommandError> {
        let found = self.tested.iter().rev().find(|tested| tested.revision.number == number);
        found.cloned().ok_or_else(|| {
            CommandError::new(ErrorKind::Internal, format!("revision {number} was not executed"))
        })
    }

    /// Finds what an edit without a model made a revision from, in this healing.
    pub fn before_repair(&self, tested: &Tested) -> Option<Tested> {
        let number = tested.revision.number;
        let run = self.course.runs.iter().find(|run| run.revision == number)?;
        let is_edit = matches!(run.strategy, Some(Strategy::Mechanical | Strategy::Search));
        let parent =
            tested.revision.parent.filter(|_| is_edit && tested.revision.source.change().is_none());
        self.tested(parent?).ok()
    }

    /// Tells whether code was there before, in this healing or where it started.
    pub fn is_known(&self, source: &Source) -> bool {
        let hash = source.content_hash();
        self.tested.iter().any(|tested| tested.revision.content_hash == hash)
    }

    /// Makes a revision from another one.
    pub fn revision(
        &self,
        parent: &Tested,
        number: u32,
        source: Source,
        authorship: Authorship,
        explanation: String,
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
            created_at: self.invocation.now(),
        }
    }
}
