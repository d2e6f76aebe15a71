//! A run from its prompt to its result, step by step.
//!
//! Each revision is a step: its code, how it went, what was diagnosed, what was changed because of it, and what that cost. The page is the
//! same while it goes on and afterwards; only what is known grows, and a run that goes on can be stopped from here.

use askama::Template;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{Mark, Tone, counted, duration, grouped};
use crate::surfaces::console::review_facts::Fact;
use crate::surfaces::console::review_page::named;
use crate::surfaces::console::run_step::{Step, dollars};
use foundation::store::query::LogQuery;
use record::audit::record::Record;
use record::domain::healing::Healing;
use record::domain::id::JobId;
use record::domain::proposal::Proposal;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::running::RunningJob;
use work::reporting::{ago, views};

/// Steps that are shown, the newest.
const MAX_STEPS: u32 = 20;
/// Entries of the record in which runs are looked for that came to nothing.
const ENTRIES: u32 = 200;

/// The page.
#[derive(Template)]
#[template(path = "run.html")]
pub struct RunPage {
    frame: Frame,
    id: String,
    prompt: String,
    mark: Mark,
    job: String,
    since: String,
    stages: Vec<Stage>,
    facts: Vec<Fact>,
    steps: Vec<Step>,
    steps_hidden: u32,
    ended: String,
}

/// A stage of the run, at a glance.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is, and how it went.
    pub mark: Mark,
    /// Where it is shown.
    pub href: String,
}

/// Reads the run of a proposal.
pub async fn run(context: &Context, look: &Look, typed: &str) -> Result<RunPage, CommandError> {
    let proposal = named(context, typed).await?;
    let healings = context.store()?.healings(&proposal.id).await?;
    let about = LogQuery { proposal: Some(proposal.id.clone()), limit: ENTRIES, before: None };
    let log = context.store()?.log(&about).await?;
    let log: Vec<Record> = log.iter().filter_map(|row| Record::parse(&row.bytes).ok()).collect();
    let first = proposal.head.saturating_sub(MAX_STEPS) + 1;
    let mut steps = Vec::new();
    for number in first..=proposal.head {
        steps.push(Step::of(context, &proposal, number, (&healings, &log)).await?);
    }
    let job = context.running.all().into_iter().find(|(_, job)| job.proposal == proposal.id);
    let now = context.now().to_string();
    let since = |job: &RunningJob| ago::told(&job.started_at.to_string(), Some(&now));
    let frame = Frame::of(context, look, Place::Runs, "Run").await;
    let end = healings.last().and_then(|healing| healing.end.as_ref());
    Ok(RunPage {
        frame: frame.via("/runs", "Runs").via("", views::preview(&proposal.request, 48)),
        id: proposal.id.to_string(),
        mark: standing(&steps, job.as_ref()),
        since: job.as_ref().map(|(_, job)| since(job)).unwrap_or_default(),
        stages: stages(&steps, job.is_some()),
        job: job.map(|(id, _)| id.to_string()).unwrap_or_default(),
        facts: facts(&steps, &proposal, &healings),
        steps_hidden: first - 1,
        steps,
        ended: end.map_or_else(String::new, |end| end.stop.word().replace('_', " ")),
        prompt: proposal.request,
    })
}

fn standing(steps: &[Step], job: Option<&(JobId, RunningJob)>) -> Mark {
    let none = || Mark::new(Tone::None, "not run yet");
    match job {
        Some(_) => Mark::new(Tone::Wait, "running"),
        None => steps.last().map_or_else(none, |step| step.mark.clone()),
    }
}

/// Lays the run out as a row of stages: each version, how it went, and what was diagnosed.
fn stages(steps: &[Step], is_running: bool) -> Vec<Stage> {
    let mut stages = Vec::new();
    for step in steps {
        let href = format!("#r{}", step.revision);
        let mut add = |mark| stages.push(Stage { mark, href: href.clone() });
        let made = if step.revision == 1 { "code" } else { "repair" };
        add(Mark::new(Tone::Pass, format!("{made} {}", step.revision)));
        if step.ran_ms.is_some() || step.is_lost {
            add(step.mark.clone());
        }
        if !step.diagnosis.is_empty() {
            add(Mark::new(Tone::Pass, "diagnosed"));
        }
    }
    if is_running {
        let mark = Mark::new(Tone::Wait, "at work");
        stages.push(Stage { mark, href: "#main".to_owned() });
    }
    stages
}

/// What models and runs took together.
#[derive(Default)]
struct Spent {
    calls: usize,
    tokens: u64,
    microusd: Option<u64>,
    answering_ms: u64,
    running_ms: u64,
    runs: usize,
}

impl Spent {
    fn of(steps: &[Step]) -> Self {
        let mut spent = Self::default();
        for step in steps {
            let usage = &step.usage;
            let tokens = usage.input_tokens.unwrap_or(0) + usage.output_tokens.unwrap_or(0);
            spent.calls += usize::from(usage.latency_ms.is_some() || tokens > 0);
            spent.tokens += tokens;
            spent.answering_ms += usage.latency_ms.unwrap_or(0);
            spent.running_ms += step.ran_ms.unwrap_or(0);
            spent.runs += usize::from(step.ran_ms.is_some());
            // A cost that nobody told is none, and no sum of them is zero.
            let told = spent.microusd.into_iter().chain(usage.cost_microusd);
            spent.microusd = told.reduce(|sum, one| sum + one);
        }
        spent
    }
}

fn facts(steps: &[Step], proposal: &Proposal, healings: &[Healing]) -> Vec<Fact> {
    let spent = Spent::of(steps);
    let plan = healings.last().map(|healing| &healing.plan);
    let most = plan.map(|plan| format!("at most {} repairs by a model", plan.max_iterations));
    let bounds = plan.map(|plan| plan.bounds).unwrap_or_default();
    let of = |bound: Option<String>, else_told: String| {
        bound.map_or(else_told, |bound| format!("of {bound}"))
    };
    let seconds = bounds.seconds.map(|seconds| duration(seconds.saturating_mul(1_000)));
    let known = |calls: usize| match calls {
        0 => "no model was asked".to_owned(),
        _ => "as far as providers told it".to_owned(),
    };
    vec![
        Fact::plain("Versions", proposal.head.to_string(), most.unwrap_or_default()),
        Fact::plain(
            "Tokens",
            grouped(spent.tokens),
            of(bounds.tokens.map(grouped), counted(spent.calls, "call")),
        ),
        Fact::plain(
            "Cost",
            match spent.calls {
                0 => "none".to_owned(),
                _ => spent.microusd.map_or_else(|| "unknown".to_owned(), dollars),
            },
            of(bounds.cost_microusd.map(dollars), known(spent.calls)),
        ),
        Fact::plain("Models", duration(spent.answering_ms), "until they had answered"),
        Fact::plain(
            "In the sandbox",
            duration(spent.running_ms),
            of(seconds, counted(spent.runs, "run")),
        ),
    ]
}
