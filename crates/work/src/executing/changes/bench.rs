//! A sandbox in which the runs of one change are made.
//!
//! They differ in files, chosen tests and what is measured; all else is that of the execution. What a run showed of its tests becomes
//! [`Outcomes`], in which runs are compared.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use crate::diagnosis::raised::Raised;
use record::domain::evidence::{Evidence, Termination, TestCase, TestOutcome};
use record::domain::flips::{Outcomes, RunEnd, Seen, file_of, function_of};
use record::domain::healing::FailureClass;
use record::domain::id::ExecutionId;
use record::domain::limits::Limits;
use record::domain::source::Source;
use sandbox::backend::{Job, Keep, NOT_COLLECTED, Part, Progress, SandboxBackend};
use sandbox::error::SandboxError;

/// The sandbox, and what all runs of a change have in common.
pub struct Bench<'a> {
    /// The sandbox.
    pub backend: &'a dyn SandboxBackend,
    /// The job of the execution; its files, part and time differ from run to run.
    pub job: Job,
    /// Words for pytest.
    pub options: Vec<String>,
    /// Folders that imports start from.
    pub roots: Vec<String>,
    /// Stops it.
    pub cancel: CancellationToken,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// A word that tells it from the others.
    pub name: String,
    /// Its files.
    pub source: &'a Source,
    /// What of the suite is run, measured and linted.
    pub part: Part,
    /// Whether the lines of each test are told.
    pub lines_by_test: bool,
    /// Its time, where that is less than the execution's.
    pub tests_ms: Option<u64>,
    /// Whether it starts an interpreter of its own, in which objects have other addresses.
    pub fresh: bool,
}

impl<'a> Wanted<'a> {
    /// A run of chosen tests, all of them where none are chosen, of which nothing but outcomes is wanted.
    pub fn outcomes(name: impl Into<String>, source: &'a Source, chosen: Vec<String>) -> Self {
        let part = Part { chosen, ..Part::default() };
        Self { name: name.into(), source, part, lines_by_test: false, tests_ms: None, fresh: false }
    }
}

impl Bench<'_> {
    /// Makes a run; one that was stopped is none.
    pub async fn run(
        &self,
        wanted: Wanted<'_>,
        report: Progress<'_>,
    ) -> Result<Evidence, SandboxError> {
        let whole = self.job.limits.tests_ms;
        let limits = Limits {
            tests_ms: wanted.tests_ms.unwrap_or(whole).min(whole),
            ..self.job.limits.clone()
        };
        // The run of the result is the execution's own, so only its box is kept and named after it.
        let is_own = wanted.name == RESULT;
        let execution = if is_own {
            self.job.execution.clone()
        } else {
            ExecutionId::derived(&format!("{} {}", self.job.execution, wanted.name))
        };
        let part = Part { options: self.options.clone(), roots: self.roots.clone(), ..wanted.part };
        let job = Job {
            execution,
            source: wanted.source.clone(),
            limits,
            keep: if is_own { self.job.keep.clone() } else { Keep::Nothing },
            part: Some(part),
            lines_by_test: wanted.lines_by_test,
            fresh: wanted.fresh || self.job.fresh,
            seed: format!("{} {}", self.job.seed, wanted.name),
            ..self.job.clone()
        };
        let evidence = self.backend.run(job, report, self.cancel.clone()).await?;
        if self.cancel.is_cancelled() || evidence.termination == Termination::Cancelled {
            return Err(SandboxError::Cancelled);
        }
        Ok(evidence)
    }

    /// Makes a run of which nobody follows the progress, and gives its outcomes.
    pub async fn outcomes(&self, wanted: Wanted<'_>) -> Result<Outcomes, SandboxError> {
        let files = wanted.part.chosen.iter().map(|id| file_of(id).to_owned()).collect();
        let evidence = self.run(wanted, &|_| {}).await?;
        Ok(outcomes(&evidence, files))
    }
}

/// The name of the run of the result.
pub const RESULT: &str = "result";

/// What a run showed of its tests; `files` are those it was given, none where it was given all.
pub fn outcomes(evidence: &Evidence, files: BTreeSet<String>) -> Outcomes {
    let end = match evidence.termination {
        Termination::Completed => RunEnd::Completed,
        Termination::Collection(_) | Termination::Syntax(_) => RunEnd::Collection,
        Termination::Timeout
        | Termination::Memory
        | Termination::Limit(_)
        | Termination::EarlyExit(_)
        | Termination::Infrastructure(_)
        | Termination::Cancelled => RunEnd::Limit,
    };
    // What ran into the limit is told as an error of the test that was at work, and counts as a limit instead.
    let is_late = |case: &&TestCase| {
        end == RunEnd::Limit && case.outcome == TestOutcome::Error && case.duration_ms == 0
    };
    let cases = evidence.tests.cases.iter().filter(|case| !is_late(case));
    let seen = |case: &TestCase| Seen {
        id: case.id.clone(),
        outcome: case.outcome,
        by_assertion: case.outcome == TestOutcome::Failed && is_asserted(&case.message),
    };
    Outcomes { tests: cases.map(seen).collect(), end, files }
}

/// Whether a failure is that of an expectation.
fn is_asserted(message: &str) -> bool {
    Raised::read(message).class() == FailureClass::Assertion
}

/// Test files that could not be collected.
pub fn not_collected(evidence: &Evidence) -> BTreeSet<String> {
    let findings = evidence.integrity.findings.iter();
    findings
        .filter(|finding| finding.code == NOT_COLLECTED)
        .map(|finding| finding.message.clone())
        .collect()
}

/// Adds what another run showed of the tests of the same files that this one was not given.
pub fn fill(run: &mut Outcomes, chosen: &[String], other: &Outcomes, broken: &BTreeSet<String>) {
    let chosen: BTreeSet<&str> = chosen.iter().map(String::as_str).collect();
    let is_given = |id: &str| chosen.contains(function_of(id)) || chosen.contains(file_of(id));
    let others = other.tests.iter().filter(|seen| {
        let file = file_of(&seen.id);
        run.files.contains(file) && !broken.contains(file) && !is_given(&seen.id)
    });
    let others: Vec<Seen> = others.cloned().collect();
    run.tests.extend(others);
}
