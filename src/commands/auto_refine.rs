//! `/auto-refine`: run, diagnose, repair, run again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::answer::Outcome;
use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::context::{Context, Invocation};
use crate::commands::error::{CommandError, ErrorKind, Exit};
use crate::commands::file_reports::FileReport;
use crate::commands::lookup::{self, Newest};
use crate::commands::page::Page;
use crate::commands::refining::answer::{AlternativeView, AttemptView, Spent, UnusableView};
use crate::commands::refining::page;
use crate::commands::refining::personas;
use crate::commands::refining::plan::{self, Forecast};
use crate::commands::refining::work as healing_loop;
use record::domain::healing::{
    Bounds, Confidence, FailureClass, Plan, SeparatingInput, Stop, Strategy,
};
use record::domain::principal::Authority;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

/// Calls of a model when nothing else is said, and the most that can be asked for.
const ITERATIONS: (u32, u32) = (3, 20);
/// Millionths in a dollar, and the most dollars that can be given.
const MICRO: f64 = 1_000_000.0;
const MAX_DOLLARS: f64 = 1_000_000.0;

/// `/auto-refine`
pub enum AutoRefine {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Most calls of a model; for each code file, where there are several (3)
    #[arg(long, value_name = "COUNT")]
    pub max_iterations: Option<u32>,
    /// Most tokens, sent and received
    #[arg(long, value_name = "COUNT")]
    pub budget_tokens: Option<u64>,
    /// Most dollars
    #[arg(long, value_name = "DOLLARS")]
    pub budget_usd: Option<f64>,
    /// Most seconds (600)
    #[arg(long, value_name = "SECONDS")]
    pub budget_seconds: Option<u64>,
    /// What is tried, in the order of the cheapest (mechanical,search,model)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES")]
    pub strategy: Vec<Strategy>,
    /// Provider to ask
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
    /// The role a model plays: debugger, minimalist, reviewer, tester or one of the home's `prompts` (by the failure)
    #[arg(long, value_name = "NAME")]
    pub persona: Option<String>,
    /// Say what would be tried and what it may cost; write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What comes of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The revision that healing started from.
    pub base: u32,
    /// The newest revision now: the best so far.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// Where the proposal stands.
    pub status: Status,
    /// The newest verdict on the newest revision; null before one.
    pub verdict: Option<VerdictWord>,
    /// Why it ended; null for a dry run.
    pub stop: Option<Stop>,
    /// What was wrong with the first revision, as far as its evidence tells.
    pub diagnosis: Option<String>,
    /// The tested revisions, oldest first.
    pub attempts: Vec<AttemptView>,
    /// Revisions beside them, which wait for the owner.
    pub alternatives: Vec<AlternativeView>,
    /// Answers of a model that nothing could be made of.
    pub unusable: Vec<UnusableView>,
    /// The revision that the newest one brings back; null where the newest is an attempt itself.
    pub restored: Option<u32>,
    /// Kinds of behaviour among the patches that pass the tests; null where nothing is known of them.
    pub plausible_behaviours: Option<u32>,
    /// An input on which they differ, the chosen one's answer first.
    pub separating_input: Option<SeparatingInput>,
    /// How far a patch that was searched for can be trusted.
    pub confidence: Option<Confidence>,
    /// Candidates that were tried without a model.
    pub candidates: u64,
    /// What models used.
    pub spent: Spent,
    /// Whether tests that came with the first revision fail on the code before it; null where that is not known.
    pub red_before_green: Option<bool>,
    /// What else the owner should know.
    pub notes: Vec<String>,
    /// The file that the program starts with, where there are several code files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Each code file of the newest revision, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileReport>,
    /// What would be tried; null unless that was asked for.
    pub forecast: Option<Forecast>,
}

impl Command for AutoRefine {
    const SPEC: Spec = Spec {
        name: "auto-refine",
        aliases: &["heal-code"],
        summary: "Heal a proposal: run, diagnose, repair and run again until it passes",
        group: Group::Run,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/auto-refine @",
            "/auto-refine 7c2e --strategy mechanical,search",
            "/auto-refine @ --max-iterations 5 --budget-usd 0.10",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Answer, CommandError> {
        let plan = plan(&args)?;
        if args.persona.is_some() {
            // Whether there is such a role is known before anything is done.
            personas::read(context, args.persona.as_deref(), FailureClass::Exception)?;
        }
        let proposal = lookup::proposal(context, invocation, &args.id, Newest::OfHome).await?;
        if args.dry_run {
            return plan::forecast(context, &proposal, plan).await;
        }
        healing_loop::heal(context, invocation, &proposal, plan).await
    }
}

/// The plan with as many calls of a model as are asked for.
pub fn bounded(plan: Plan, max_iterations: Option<u32>) -> Result<Plan, CommandError> {
    let max_iterations = max_iterations.unwrap_or(ITERATIONS.0);
    if (1..=ITERATIONS.1).contains(&max_iterations) {
        return Ok(Plan { max_iterations, ..plan });
    }
    let message = format!("--max-iterations takes 1 to {}", ITERATIONS.1);
    Err(CommandError::usage(message)
        .hint("Leave the model out with `/auto-refine ID --strategy mechanical,search`."))
}

fn plan(args: &Args) -> Result<Plan, CommandError> {
    let given =
        [("--budget-tokens", args.budget_tokens), ("--budget-seconds", args.budget_seconds)];
    if let Some((name, _)) = given.into_iter().find(|(_, value)| *value == Some(0)) {
        return Err(no_budget(name));
    }
    let mut strategies =
        if args.strategy.is_empty() { Strategy::ALL.to_vec() } else { args.strategy.clone() };
    strategies.sort_unstable();
    strategies.dedup();
    let bounds = Bounds {
        tokens: args.budget_tokens,
        cost_microusd: args.budget_usd.map(microdollars).transpose()?,
        seconds: args.budget_seconds,
    };
    let usual = usual(args.provider.clone(), args.model.clone());
    let persona = args.persona.clone();
    bounded(Plan { strategies, bounds, persona, ..usual }, args.max_iterations)
}

fn no_budget(name: &str) -> CommandError {
    CommandError::usage(format!("{name} takes more than 0"))
        .hint("Heal without a model with `--strategy mechanical,search`.")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
fn microdollars(dollars: f64) -> Result<u64, CommandError> {
    let is_sane = dollars.is_finite() && dollars * MICRO >= 1.0 && dollars <= MAX_DOLLARS;
    if !is_sane {
        return Err(no_budget("--budget-usd"));
    }
    Ok((dollars * MICRO).round() as u64)
}

/// The plan when nothing is said, for commands that go on to healing.
pub fn usual(provider: Option<String>, model: Option<String>) -> Plan {
    Plan {
        strategies: Strategy::ALL.to_vec(),
        max_iterations: ITERATIONS.0,
        bounds: Bounds::default(),
        provider,
        model,
        persona: None,
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        page::page(self)
    }

    fn exit(&self) -> Exit {
        match self.stop {
            None | Some(Stop::Passed) => Exit::Done,
            Some(Stop::Inconclusive) => Exit::Unavailable,
            Some(Stop::Cancelled) => Exit::Error(ErrorKind::Interrupted),
            Some(
                Stop::Attempts | Stop::Budget | Stop::Time | Stop::NoProgress | Stop::TestsSuspect,
            ) => Exit::Negative,
        }
    }
}
