//! Takes what steps and runs tell into the state of the loop.
//!
//! Stored steps and fresh ones pass here alike, so that a healing that goes on has counted the same as one that was never
//! broken off.

use std::time::Duration;

use crate::diagnosis::diagnosis::{Diagnosis, diagnose};
use crate::diagnosis::files::{results, suspects};
use crate::diagnosis::shown::Shown;
use crate::healing::course::Given;
use crate::healing::run::Run;
use crate::healing::work::{SAME_CODE, Tested, Work};
use record::domain::execution::Execution;
use record::domain::healing::{FailureClass, Part, Strategy, Turn};
use record::domain::revision::Revision;
use record::domain::source_path::SourcePath;
use record::domain::verdict::VerdictWord;
use repair::localise::Suspicion;

impl Work<'_> {
    /// Counts what a step used.
    pub fn count(&mut self, turn: &Turn) {
        self.budget.count(turn);
        let is_attempt = turn.is_call() && !turn.is_lost();
        self.course.lost += u32::from(turn.is_lost());
        self.course.calls += u32::from(is_attempt);
        let file = turn.detail.files.first().filter(|_| is_attempt);
        let file = file.and_then(|file| file.parse::<SourcePath>().ok());
        let is_same_code = turn.detail.trouble.as_deref() == Some(SAME_CODE);
        let gave = if is_same_code { Given::SameCode } else { Given::New };
        match file {
            Some(file) => self.course.count_for(&file, gave),
            None => self.course.repeated |= is_same_code,
        }
        if turn.part == Part::Attempt && turn.strategy != Strategy::Model {
            self.course.exhausted.insert((turn.detail.parent, turn.strategy));
        }
    }

    /// Takes up what an execution showed.
    pub fn note_run(
        &mut self,
        revision: Revision,
        strategy: Option<Strategy>,
        execution: &Execution,
    ) {
        let evidence = &execution.evidence;
        let diagnosis = diagnose(&revision.source, evidence, &execution.verdict);
        // A change is repaired as a whole: a model is asked for no single one of its files.
        let is_change = revision.source.change().is_some();
        let files = if is_change { Vec::new() } else { results(&revision.source, evidence) };
        let tests = &evidence.tests;
        let (verdict, number) = (execution.verdict.word, revision.number);
        let how = strategy.map_or("first run", Strategy::word);
        let wrong = match verdict {
            VerdictWord::Passed => String::new(),
            VerdictWord::Failed | VerdictWord::Inconclusive => format!(": {}", diagnosis.sentence),
        };
        self.invocation.stage(format!(
            "revision {number} ({how}): {verdict}, {} of {} tests pass{wrong}",
            tests.passed, tests.collected
        ));
        let run = Run {
            suspects: suspects(&files, &Suspicion::default()),
            file: strategy.and_then(|_| self.file_of(number)),
            ..Run::of(number, strategy, execution, diagnosis.signature)
        };
        if self.course.is_first_to_run(&run) {
            self.course.doubts.extend(diagnosis.doubts.iter().cloned());
        }
        self.course.runs.push(run);
        let shown = Shown::of(evidence);
        let failing = tests.cases.iter().filter(|case| case.outcome.is_failure());
        let failing = failing.map(|case| case.id.clone()).collect();
        let took = Duration::from_millis(evidence.timings_ms.tests);
        self.tested.push(Tested { revision, diagnosis, failing, took, files, shown });
    }

    /// Takes up a run that gave no evidence at all.
    pub fn note_nothing(&mut self, revision: Revision, strategy: Option<Strategy>) {
        let said = "the sandbox gave no evidence to go by";
        let diagnosis = Diagnosis::without_evidence(FailureClass::Infrastructure, said);
        self.course.runs.push(Run::without_evidence(revision.number, strategy));
        let (failing, took, files, shown) = Default::default();
        self.tested.push(Tested { revision, diagnosis, failing, took, files, shown });
    }

    /// Finds the file that a model was asked for when it made a revision, where there are several.
    fn file_of(&self, revision: u32) -> Option<SourcePath> {
        let turn = self.healing.turns.iter().find(|turn| turn.revision == Some(revision))?;
        let file = turn.detail.files.first().filter(|_| turn.is_call())?;
        file.parse().ok()
    }
}
