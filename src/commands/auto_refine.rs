//! `/auto-refine`: heals a proposal until its tests pass or its bounds are reached.
//!
//! The loop itself lies in `healing`; this file turns options into a plan and refuses impossible bounds before anything is
//! done. With `--dry-run` it only forecasts. Strategies run from the cheapest on, in whatever order they were typed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::healing::{Bounds, FailureClass, Plan, Strategy};
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::healing::forecast;
use work::healing::healed::Healed;
use work::healing::healing_loop;
use work::healing::personas;
use work::healing::plan::{bounded, usual};
use work::healing::taking;

/// Millionths in a dollar, and the most dollars that can be given.
const MICRO: f64 = 1_000_000.0;
const MAX_DOLLARS: f64 = 1_000_000.0;

/// `/auto-refine`
pub enum AutoRefine {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Most calls of a model; for each code file, where there are several (3)
    #[arg(long, value_name = "COUNT")]
    pub max_iterations: Option<u32>,
    /// Maximum tokens, sent and received
    #[arg(long, value_name = "COUNT")]
    pub budget_tokens: Option<u64>,
    /// Most dollars
    #[arg(long, value_name = "DOLLARS")]
    pub budget_usd: Option<f64>,
    /// Most seconds (600)
    #[arg(long, value_name = "SECONDS")]
    pub budget_seconds: Option<u64>,
    /// Seconds for each search among small edits (10)
    #[arg(long, value_name = "SECONDS")]
    pub search_seconds: Option<u64>,
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
    /// Take another patch that passes the tests, by its revision, instead of healing
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["dry_run", "strategy"])]
    pub take: Option<u32>,
    /// Take the patch that answers the open question so
    #[arg(long, value_name = "CALL == VALUE", conflicts_with_all = ["dry_run", "strategy", "take"])]
    pub expect: Option<String>,
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
            "/auto-refine @ --expect 'clamp(9, 0, 5) == 5'",
        ],
    };
    type Args = Args;
    type Outcome = Healed;

    async fn run(invocation: &Invocation, args: Args) -> Result<Healed, CommandError> {
        let plan = plan(&args)?;
        if args.persona.is_some() {
            // Whether there is such a role is known before anything is done.
            personas::read(invocation, args.persona.as_deref(), FailureClass::Exception)?;
        }
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        if let Some(number) = chosen(invocation, &proposal, &args).await? {
            return taking::take(invocation, &proposal, number).await;
        }
        if args.dry_run {
            return forecast::forecast(invocation, &proposal, plan).await;
        }
        healing_loop::heal(invocation, &proposal, plan).await
    }
}

/// Finds the revision that is to be taken, where one is.
async fn chosen(
    invocation: &Invocation,
    proposal: &Proposal,
    args: &Args,
) -> Result<Option<u32>, CommandError> {
    match (args.take, &args.expect) {
        (Some(number), _) => Ok(Some(number)),
        (None, Some(typed)) => taking::expected(invocation, proposal, typed).await.map(Some),
        (None, None) => Ok(None),
    }
}

fn plan(args: &Args) -> Result<Plan, CommandError> {
    let given = [
        ("--budget-tokens", args.budget_tokens),
        ("--budget-seconds", args.budget_seconds),
        ("--search-seconds", args.search_seconds),
    ];
    if let Some((name, _)) = given.into_iter().find(|(_, value)| *value == Some(0)) {
        return Err(no_budget(name));
    }
    let mut strategies =
        if args.strategy.is_empty() { Strategy::ALL.to_vec() } else { args.strategy.clone() };
    // The order of the enum is that of cost.
    strategies.sort_unstable();
    strategies.dedup();
    let bounds = Bounds {
        tokens: args.budget_tokens,
        cost_microusd: args.budget_usd.map(microdollars).transpose()?,
        seconds: args.budget_seconds,
        search_seconds: args.search_seconds,
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
