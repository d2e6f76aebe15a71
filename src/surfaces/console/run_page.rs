//! A run from its prompt to its result, step by step.
//!
//! Each revision is a step: its code, how it went, what was diagnosed, what was changed because of it, and what that cost. The page is the
//! same while it goes on and afterwards; only what is known grows.

use askama::Template;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::lookup;
use crate::diagnosis::script::{RunClass, is_only_run};
use crate::healing::stored::{diagnosis, newest};
use crate::reporting::{ago, views};
use crate::surfaces::console::code_view::{CodeFile, Edges, Extent};
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{Mark, Tone, counted, duration, grouped};
use crate::surfaces::console::review_facts::Fact;
use crate::surfaces::console::review_page::named;
use record::domain::evidence::TestOutcome;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Turn};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::usage::Usage;

/// Steps that are shown, the newest.
const MAX_STEPS: u32 = 20;
/// Most characters of an output or a message.
const MAX_TEXT: usize = 8_000;

/// The page.
#[derive(Template)]
#[template(path = "run.html")]
pub struct RunPage {
    frame: Frame,
    id: String,
    prompt: String,
    mark: Mark,
    is_running: bool,
    since: String,
    facts: Vec<Fact>,
    steps: Vec<Step>,
    steps_hidden: u32,
    ended: String,
}

/// One step: a revision, and how it went.
#[derive(Clone, Debug)]
pub struct Step {
    revision: u32,
    heading: String,
    made: String,
    cause: String,
    change: String,
    cost: String,
    files: Vec<CodeFile>,
    mark: Mark,
    took: String,
    message: String,
    diagnosis: String,
    stdout: String,
    stderr: String,
}

/// Reads the run of a proposal.
pub async fn run(context: &Context, look: &Look, typed: &str) -> Result<RunPage, CommandError> {
    let proposal = named(context, typed).await?;
    let healings = context.store()?.healings(&proposal.id).await?;
    let first = proposal.head.saturating_sub(MAX_STEPS) + 1;
    let mut steps = Vec::new();
    let mut spent = Spent::default();
    for number in first..=proposal.head {
        steps.push(step(context, &proposal, number, (&healings, &mut spent)).await?);
    }
    let job = context.running.all().into_iter().find(|(_, job)| job.proposal == proposal.id);
    let now = context.now().to_string();
    let frame = Frame::of(context, look, Place::Runs, "Run").await;
    let stop = healings.last().and_then(|healing| healing.end.as_ref());
    Ok(RunPage {
        frame: frame.via("/runs", "Runs").via("", views::preview(&proposal.request, 48)),
        id: proposal.id.to_string(),
        mark: match &job {
            Some(_) => Mark::new(Tone::Wait, "running"),
            None => {
                steps.last().map_or(Mark::new(Tone::None, "not run yet"), |step| step.mark.clone())
            }
        },
        since: job.as_ref().map_or_else(String::new, |(_, job)| {
            ago::told(&job.started_at.to_string(), Some(&now))
        }),
        is_running: job.is_some(),
        facts: facts(&steps, &spent, &healings),
        steps_hidden: first - 1,
        steps,
        ended: stop.map_or_else(String::new, |end| end.stop.word().replace('_', " ")),
        prompt: proposal.request,
    })
}

/// What models and runs took together.
#[derive(Default)]
struct Spent {
    calls: u64,
    tokens: u64,
    microusd: Option<u64>,
    millis: u64,
}

impl Spent {
    fn add(&mut self, usage: &Usage) {
        let tokens = usage.input_tokens.unwrap_or(0) + usage.output_tokens.unwrap_or(0);
        self.calls += u64::from(usage.latency_ms.is_some() || tokens > 0);
        self.tokens += tokens;
        // A cost that nobody told is none, and no sum of them is zero.
        self.microusd =
            self.microusd.into_iter().chain(usage.cost_microusd).reduce(|sum, one| sum + one);
    }
}

fn facts(steps: &[Step], spent: &Spent, healings: &[Healing]) -> Vec<Fact> {
    let bounds = healings.last().map(|healing| &healing.plan);
    let most =
        bounds.map_or_else(String::new, |plan| format!("at most {} repairs", plan.max_iterations));
    let tokens = bounds.and_then(|plan| plan.bounds.tokens);
    let money = bounds.and_then(|plan| plan.bounds.cost_microusd);
    vec![
        Fact::plain("Versions", steps.len().to_string(), most),
        Fact::plain(
            "Tokens",
            grouped(spent.tokens),
            tokens.map_or_else(
                || counted(usize::try_from(spent.calls).unwrap_or(usize::MAX), "call"),
                |most| format!("of {}", grouped(most)),
            ),
        ),
        Fact::plain(
            "Cost",
            spent.microusd.map_or_else(|| "unknown".to_owned(), dollars),
            money.map_or_else(
                || "as far as providers told it".to_owned(),
                |most| format!("of {}", dollars(most)),
            ),
        ),
        Fact::plain("In the sandbox", duration(spent.millis), "all runs together"),
    ]
}

fn dollars(microusd: u64) -> String {
    format!("${:.4}", views::dollars(microusd))
}

async fn step(
    context: &Context,
    proposal: &Proposal,
    number: u32,
    (healings, spent): (&[Healing], &mut Spent),
) -> Result<Step, CommandError> {
    let revision = lookup::revision(context, proposal, Some(number)).await?;
    let execution = newest(context, proposal, number).await?;
    let turn = healings.iter().flat_map(|one| &one.turns).find(|one| one.revision == Some(number));
    let usage = &revision.authorship.usage;
    spent.add(usage);
    spent.millis += execution.as_ref().map_or(0, |run| run.evidence.timings_ms.total);
    let shown = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
    let output = execution.as_ref().map(|run| run.evidence.output.clone()).unwrap_or_default();
    Ok(Step {
        revision: number,
        heading: heading(&revision, turn),
        made: made(&revision, turn),
        cause: turn
            .map(|turn| turn.detail.diagnosis.clone())
            .or(revision.feedback.clone())
            .unwrap_or_default(),
        change: turn
            .map_or_else(|| revision.explanation.clone(), |turn| turn.detail.explanation.clone()),
        cost: cost(usage),
        files: files(&revision),
        mark: execution
            .as_ref()
            .map_or(Mark::new(Tone::None, "not run"), |run| went(run, &revision)),
        took: execution
            .as_ref()
            .map_or_else(String::new, |run| duration(run.evidence.timings_ms.total)),
        message: execution.as_ref().map(|run| shown(&complaint(run))).unwrap_or_default(),
        diagnosis: diagnosis(context, proposal, number).await?.unwrap_or_default(),
        stdout: shown(&output.stdout),
        stderr: shown(&output.stderr),
    })
}

fn heading(revision: &Revision, turn: Option<&Turn>) -> String {
    match (revision.number, turn) {
        (1, _) => "First version".to_owned(),
        (_, Some(turn)) => format!("Repaired from revision {}", turn.detail.parent),
        (_, None) => format!("Revision {}", revision.number),
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

fn files(revision: &Revision) -> Vec<CodeFile> {
    let is_shown = |role: Role| role == Role::Code || !is_only_run(&revision.source);
    let edges = Edges::default();
    // Several steps stand on one page, each with files of the same names.
    let shown = |(index, file): (usize, &SourceFile)| {
        let at = usize::try_from(revision.number).unwrap_or(0) * 1_000 + index;
        let label = format!("{} of revision {}", file.path, revision.number);
        CodeFile { label, ..CodeFile::of(file, at, &edges, Extent::Gated) }
    };
    let files = revision.source.files().iter().filter(|file| is_shown(file.role));
    files.enumerate().map(shown).collect()
}

fn went(run: &Execution, revision: &Revision) -> Mark {
    if !is_only_run(&revision.source) {
        let tests = &run.evidence.tests;
        let mark = Mark::of_verdict(Some(run.verdict.word), 0);
        let word = format!("{}, {} of {} tests", mark.word, tests.passed, tests.collected);
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
