//! One step of a run.
//!
//! A step is made from the revision, its newest execution and the turn of the healing that made it. The line at which a run failed is
//! marked in the code, so that failure and code are read together.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::surfaces::console::code_view::{CodeFile, Edges, Extent};
use crate::surfaces::console::marks::{Mark, Tone, counted, duration, grouped};
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::evidence::TestOutcome;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Turn};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::usage::Usage;
use record::domain::verdict::VerdictWord;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::lookup;
use work::diagnosis::diagnosis::{Diagnosis, diagnose};
use work::diagnosis::script::{RunClass, is_only_run};
use work::healing::stored::newest;
use work::reporting::views;

/// Most characters of an output or a message.
const MAX_TEXT: usize = 8_000;
/// Anchors of one revision's files; several revisions stand on one page.
const FILES: usize = 1_000;
/// The cause in the record of a run that somebody cancelled.
const CANCELLED: &str = "cancelled";

/// One step: a revision, and how it went.
#[derive(Clone, Debug)]
pub struct Step {
    /// The revision.
    pub revision: u32,
    /// Its heading.
    pub heading: String,
    /// By whom or what it was made.
    pub made: String,
    /// What led to it.
    pub cause: String,
    /// What it does about that.
    pub change: String,
    /// What its making cost.
    pub cost: String,
    /// Its files.
    pub files: Vec<CodeFile>,
    /// How it went.
    pub mark: Mark,
    /// How long that took.
    pub took: String,
    /// What it failed with.
    pub message: String,
    /// What was diagnosed; empty where nothing was to.
    pub diagnosis: String,
    /// The place at which it failed; empty where none is known.
    pub place: String,
    /// Where that place is on the page; empty where a large file hides it.
    pub place_href: String,
    /// What it printed.
    pub stdout: String,
    /// What it printed as complaints.
    pub stderr: String,
    /// What a model was used for it.
    pub usage: Usage,
    /// Time in the sandbox, in milliseconds; absent where it was not run.
    pub ran_ms: Option<u64>,
    /// Whether a run of it began and never came to a verdict.
    pub is_lost: bool,
}

impl Step {
    /// Reads the step that a revision is.
    pub async fn of(
        context: &Context,
        proposal: &Proposal,
        number: u32,
        (healings, log): (&[Healing], &[Record]),
    ) -> Result<Self, CommandError> {
        let revision = lookup::revision(context, proposal, Some(number)).await?;
        let run = newest(context, proposal, number).await?;
        let turns = healings.iter().flat_map(|one| &one.turns);
        let turn = turns.into_iter().find(|one| one.revision == Some(number));
        let step = Self::drawn(&revision, run.as_ref(), turn);
        let lost = lost(log, number).filter(|_| run.is_none());
        Ok(Self {
            is_lost: lost.is_some(),
            mark: lost.unwrap_or_else(|| step.mark.clone()),
            ..step
        })
    }

    fn drawn(revision: &Revision, run: Option<&Execution>, turn: Option<&Turn>) -> Self {
        let shown = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
        let output = run.map(|run| run.evidence.output.clone()).unwrap_or_default();
        let failed = run.filter(|run| run.verdict.word != VerdictWord::Passed);
        let diagnosis = failed.map(|run| diagnose(&revision.source, &run.evidence, &run.verdict));
        let place = diagnosis.as_ref().and_then(|found| place(revision, found));
        let cause = turn.map(|turn| turn.detail.diagnosis.clone()).or(revision.feedback.clone());
        let change = turn.map(|turn| turn.detail.explanation.clone());
        let ran_ms = run.map(|run| run.evidence.timings_ms.total);
        let files = files(revision, place.as_ref());
        let href = place.as_ref().and_then(|at| at.href(revision.number, &files));
        let not_run = || Mark::new(Tone::None, "not run");
        Self {
            revision: revision.number,
            heading: heading(revision, turn),
            made: made(revision, turn),
            cause: cause.unwrap_or_default(),
            change: change.unwrap_or_else(|| revision.explanation.clone()),
            cost: cost(&revision.authorship.usage),
            files,
            mark: run.map_or_else(not_run, |run| went(run, revision)),
            took: ran_ms.map(duration).unwrap_or_default(),
            message: run.map(|run| shown(&complaint(run))).unwrap_or_default(),
            diagnosis: diagnosis.map(|found| found.sentence).unwrap_or_default(),
            place_href: href.unwrap_or_default(),
            place: place.map(|at| format!("{}:{}", at.path, at.line)).unwrap_or_default(),
            stdout: shown(&output.stdout),
            stderr: shown(&output.stderr),
            usage: revision.authorship.usage.clone(),
            ran_ms,
            is_lost: false,
        }
    }
}

/// Tells of a run that never came to a verdict, where that is the newest entry about running a revision.
fn lost(log: &[Record], revision: u32) -> Option<Mark> {
    let mut own = log.iter().filter(|record| record.subject.revision == Some(revision));
    let newest = own.find(|record| record.kind.word().starts_with("execution."))?;
    let said = |name: &str| newest.data.get(name).and_then(Value::as_str).unwrap_or_default();
    let word = match (newest.kind, said("cause")) {
        (ActKind::ExecutionAbandoned, CANCELLED) => "cancelled before it ended".to_owned(),
        (ActKind::ExecutionAbandoned, cause) => {
            format!("given up before it ended: {}", cause.replace('_', " "))
        }
        (ActKind::ExecutionInfraError, _) => format!("could not be run: {}", said("message")),
        _ => return None,
    };
    Some(Mark::new(Tone::Warn, word))
}

/// A line of a file of a revision.
struct At {
    path: String,
    line: u32,
    index: usize,
}

impl At {
    fn href(&self, revision: u32, files: &[CodeFile]) -> Option<String> {
        let shown = files.get(self.index).map_or(0, |file| file.lines.len());
        let is_shown = usize::try_from(self.line).is_ok_and(|line| line <= shown);
        is_shown.then(|| format!("#f{}-{}", anchor(revision, self.index), self.line))
    }
}

fn anchor(revision: u32, index: usize) -> usize {
    usize::try_from(revision).unwrap_or(0) * FILES + index
}

/// Finds the line at which the first failure happened, where it is one of the revision's own.
fn place(revision: &Revision, found: &Diagnosis) -> Option<At> {
    let (named, line) = found.failures.iter().find_map(|failure| failure.place.clone())?;
    let ends = |path: &str| named == path || named.ends_with(&format!("/{path}"));
    let mut shown = shown_files(revision).enumerate();
    let (index, file) = shown.find(|(_, file)| ends(file.path.as_str()))?;
    Some(At { path: file.path.to_string(), line, index })
}

fn heading(revision: &Revision, turn: Option<&Turn>) -> String {
    match (revision.number, turn) {
        (1, _) => "First version".to_owned(),
        (number, Some(turn)) => format!("Version {number}, repaired from {}", turn.detail.parent),
        (number, None) => format!("Version {number}"),
    }
}

fn made(revision: &Revision, turn: Option<&Turn>) -> String {
    let authorship = &revision.authorship;
    let how = turn.map_or(authorship.origin.word(), |turn| turn.strategy.word());
    let operator = turn.and_then(|turn| turn.detail.operator.as_deref());
    let named = [Some(how), operator, authorship.provider.as_deref(), authorship.model.as_deref()];
    named.into_iter().flatten().collect::<Vec<_>>().join(", ").replace('_', " ")
}

fn cost(usage: &Usage) -> String {
    let tokens = match (usage.input_tokens, usage.output_tokens) {
        (Some(input), Some(output)) => {
            Some(format!("{} tokens sent, {} received", grouped(input), grouped(output)))
        }
        (Some(_) | None, _) => None,
    };
    let latency = usage.latency_ms.map(|millis| format!("answered in {}", duration(millis)));
    let money = usage.cost_microusd.map(dollars);
    [tokens, latency, money].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Writes an amount of money.
pub fn dollars(microusd: u64) -> String {
    format!("${:.4}", views::dollars(microusd))
}

/// The suite of a script is ours, and shown nowhere.
fn shown_files(revision: &Revision) -> impl Iterator<Item = &SourceFile> {
    let is_script = is_only_run(&revision.source);
    revision.source.files().iter().filter(move |file| file.role == Role::Code || !is_script)
}

fn files(revision: &Revision, failed_at: Option<&At>) -> Vec<CodeFile> {
    let shown = |(index, file): (usize, &SourceFile)| {
        let own = failed_at.filter(|at| at.index == index);
        let missed: BTreeSet<u32> = own.map(|at| at.line).into_iter().collect();
        let edges = Edges { missed, ..Edges::default() };
        let label = format!("{} of revision {}", file.path, revision.number);
        let at = anchor(revision.number, index);
        CodeFile { label, ..CodeFile::of(file, at, &edges, Extent::Gated) }
    };
    shown_files(revision).enumerate().map(shown).collect()
}

fn went(run: &Execution, revision: &Revision) -> Mark {
    if !is_only_run(&revision.source) {
        let tests = &run.evidence.tests;
        let findings = u32::try_from(run.evidence.integrity.findings.len()).unwrap_or(u32::MAX);
        let mark = Mark::of_verdict(Some(run.verdict.word), findings);
        let all = counted(tests.collected as usize, "test");
        let word = format!("{}, {} of {all}", mark.word, tests.passed);
        return Mark { word, ..mark };
    }
    match RunClass::of(&run.evidence) {
        RunClass::Success => Mark::new(Tone::Pass, "ran well"),
        RunClass::SilentFailure => Mark::new(Tone::Warn, "ended well but printed nothing"),
        RunClass::HandledException => Mark::new(Tone::Warn, "ended well but speaks of trouble"),
        RunClass::Crash => Mark::new(Tone::Fail, "crashed"),
    }
}

/// What the first test that went wrong said.
fn complaint(run: &Execution) -> String {
    let is_bad = |outcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error);
    let mut bad = run.evidence.tests.cases.iter().filter(|case| is_bad(case.outcome));
    bad.next().map(|case| case.message.clone()).unwrap_or_default()
}
