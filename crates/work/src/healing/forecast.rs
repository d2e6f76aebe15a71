//! Tells what a healing would try and cost, without doing it.
//!
//! The answer of `--dry-run`. It builds the very request that the first call would send, so that the estimate is that of
//! the real prompt; it executes, asks and writes nothing.

use std::time::Duration;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::lookup;
use crate::diagnosis::diagnosis::{Diagnosis, diagnose};
use crate::diagnosis::files::{results, suspects};
use crate::diagnosis::shown::Shown;
use crate::healing::budget::Budget;
use crate::healing::changes::asking as changes;
use crate::healing::healed::Forecast;
use crate::healing::healed::Healed;
use crate::healing::healed::Spent;
use crate::healing::model::{request, reserve};
use crate::healing::stored::newest;
use crate::healing::work::Tested;
use crate::reporting::views;
use record::domain::execution::Execution;
use record::domain::healing::{FailureClass, Plan, Strategy};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::verdict::VerdictWord;
use repair::localise::Suspicion;

/// Tells what a healing of the newest revision would try; nothing is executed, asked or written.
pub async fn forecast(
    context: &Context,
    proposal: &Proposal,
    plan: Plan,
) -> Result<Healed, CommandError> {
    let revision = lookup::revision(context, proposal, None).await?;
    let known = newest(context, proposal, revision.number).await?;
    let verdict = known.as_ref().map(|known| known.verdict.word);
    let files = known.as_ref().map(|known| results(&revision.source, &known.evidence));
    let files = files.unwrap_or_default();
    let shown = known.as_ref().map(|known| Shown::of(&known.evidence)).unwrap_or_default();
    let (diagnosis, failing) = (diagnosis(&revision, known.as_ref()), Vec::new());
    let took = Duration::ZERO;
    let tested = Tested { revision, diagnosis, failing, took, files, shown };
    let is_passed = verdict == Some(VerdictWord::Passed);
    let (revision, hash) = (tested.revision.number, tested.revision.content_hash.hex());
    let forecast =
        if is_passed { None } else { Some(calls(context, proposal, plan, &tested).await?) };
    let is_change = tested.revision.source.change().is_some();
    Ok(Healed {
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
        measured: None,
        trust: None,
        candidates: 0,
        spent: Spent::default(),
        red_before_green: None,
        notes: Vec::new(),
        entry_point: None,
        files: Vec::new(),
        forecast,
        is_change,
        has_model: context.has_model(),
    })
}

async fn calls(
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
    let request = match tested.revision.source.change() {
        Some(change) => {
            changes::request(context, (proposal, &plan), change, tested, Vec::new()).await?
        }
        None => request(context, proposal, &plan, suspects.first(), tested, Vec::new())?,
    };
    // Each of several files may be asked for as often; a change is one whole.
    let is_change = tested.revision.source.change().is_some();
    let files = if is_change { 1 } else { tested.revision.source.of_role(Role::Code).count() };
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
