//! What a healing would try and cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::auto_refine::Answer;
use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::lookup;
use crate::commands::refining::answer::{Spent, newest};
use crate::commands::refining::model::{request, reserve};
use crate::commands::refining::work::Tested;
use crate::commands::views;
use crate::healing::budget::Budget;
use crate::healing::diagnosis::{Diagnosis, diagnose};
use crate::healing::files::{results, suspects};
use record::domain::execution::Execution;
use record::domain::healing::{FailureClass, Plan, Strategy};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::source::Role;
use record::domain::verdict::VerdictWord;
use repair::localise::Suspicion;

/// What would be tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// The strategies, in their order.
    pub strategies: Vec<Strategy>,
    /// The provider that would be asked; null where none would.
    pub provider: Option<String>,
    /// Most calls of a model.
    pub calls: u32,
    /// Most tokens of the first call.
    pub tokens_per_call: u64,
    /// Most dollars of the first call; null where the price is not known.
    pub cost_usd_per_call: Option<f64>,
    /// Most dollars of all calls, within the budget; null where the price is not known.
    pub cost_usd: Option<f64>,
    /// Whether the first call fits into the budget.
    pub fits_budget: bool,
}

/// What a healing of the newest revision would try; nothing is executed, asked or written.
pub async fn forecast(
    context: &Context,
    proposal: &Proposal,
    plan: Plan,
) -> Result<Answer, CommandError> {
    let revision = lookup::revision(context, proposal, None).await?;
    let known = newest(context, proposal, revision.number).await?;
    let verdict = known.as_ref().map(|known| known.verdict.word);
    let files = known.as_ref().map(|known| results(&revision.source, &known.evidence));
    let files = files.unwrap_or_default();
    let tested = Tested { diagnosis: diagnosis(&revision, known.as_ref()), revision, files };
    let is_passed = verdict == Some(VerdictWord::Passed);
    let (revision, hash) = (tested.revision.number, tested.revision.content_hash.hex());
    let forecast = if is_passed { None } else { Some(calls(context, proposal, plan, &tested)?) };
    Ok(Answer {
        proposal_id: proposal.id.to_string(),
        base: revision,
        revision,
        content_hash: hash,
        status: proposal.status,
        verdict,
        stop: None,
        diagnosis: (known.is_some() && !is_passed).then_some(tested.diagnosis.sentence),
        attempts: Vec::new(),
        alternatives: Vec::new(),
        unusable: Vec::new(),
        restored: None,
        plausible_behaviours: None,
        separating_input: None,
        confidence: None,
        candidates: 0,
        spent: Spent::default(),
        red_before_green: None,
        notes: Vec::new(),
        entry_point: None,
        files: Vec::new(),
        forecast,
    })
}

fn calls(
    context: &Context,
    proposal: &Proposal,
    plan: Plan,
    tested: &Tested,
) -> Result<Forecast, CommandError> {
    if !plan.strategies.contains(&Strategy::Model) {
        return Ok(Forecast {
            strategies: plan.strategies,
            provider: None,
            calls: 0,
            tokens_per_call: 0,
            cost_usd_per_call: Some(0.0),
            cost_usd: Some(0.0),
            fits_budget: true,
        });
    }
    let provider = context.provider(plan.provider.as_deref())?;
    let suspects = suspects(&tested.files, &Suspicion::default());
    let asked = (&plan, suspects.first());
    let request = request(context, proposal, asked, (tested, Vec::new()))?;
    // Each of several files may be asked for as often.
    let files = tested.revision.source.of_role(Role::Code).count();
    let calls = plan.max_iterations.saturating_mul(u32::try_from(files).unwrap_or(u32::MAX));
    let reserve = reserve(provider.as_ref(), &request);
    let all = reserve.cost_microusd.map(|cost| {
        let all = cost.saturating_mul(u64::from(calls));
        plan.bounds.cost_microusd.map_or(all, |bound| bound.min(all))
    });
    Ok(Forecast {
        provider: Some(provider.name().to_owned()),
        calls,
        tokens_per_call: reserve.tokens(),
        cost_usd_per_call: reserve.cost_microusd.map(views::dollars),
        cost_usd: all.map(views::dollars),
        fits_budget: Budget::new(plan.bounds).reserve(&reserve).is_ok(),
        strategies: plan.strategies,
    })
}

fn diagnosis(revision: &Revision, known: Option<&Execution>) -> Diagnosis {
    match known {
        Some(known) => diagnose(&revision.source, &known.evidence, &known.verdict),
        None => Diagnosis::without_evidence(FailureClass::Exception, "it was not executed yet"),
    }
}
