//! Reads the answer of a healing from what is stored.
//!
//! A healing that has just ended and one that is shown again later are answered from the same rows, so that both say the
//! same.

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use crate::diagnosis::diagnosis::diagnose;
use crate::healing::budget::Budget;
use crate::healing::healed::Healed;
use crate::healing::healed::{AlternativeView, AttemptView, Spent, UnusableView};
use crate::reporting::file_reports;
use crate::reporting::trust::Known;
use crate::reporting::views;
use record::domain::entry_point::entry_point;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Part, Turn};
use record::domain::proposal::Proposal;
use record::domain::verdict::VerdictWord;

/// Builds the answer of a healing from its rows.
pub async fn answer(context: &Context, healing: &Healing) -> Result<Healed, CommandError> {
    let proposal = context.store()?.proposal(&healing.proposal).await?;
    let proposal = proposal.ok_or_else(|| {
        CommandError::new(ErrorKind::Internal, format!("{} is gone", healing.proposal))
    })?;
    let end = healing.end.as_ref();
    let head = end.map_or(proposal.head, |end| end.head);
    let searched = healing
        .turns
        .iter()
        .rev()
        .find(|turn| turn.part == Part::Attempt && turn.detail.confidence.is_some());
    let known = searched.map(|turn| Known {
        strategy: turn.strategy,
        confidence: turn.detail.confidence,
        behaviours: turn.detail.behaviours,
    });
    let searched = searched.map(|turn| &turn.detail);
    let newest_revision = lookup::revision(context, &proposal, Some(head)).await?;
    let execution = newest(context, &proposal, head).await?;
    let source = &newest_revision.source;
    let files = execution
        .as_ref()
        .map(|execution| file_reports::reports(source, &execution.evidence, Some(healing)));
    Ok(Healed {
        proposal_id: proposal.id.to_string(),
        base: healing.base,
        revision: head,
        content_hash: newest_revision.content_hash.hex(),
        status: proposal.status,
        verdict: execution.map(|execution| execution.verdict.word),
        stop: end.map(|end| end.stop),
        diagnosis: diagnosis(context, &proposal, healing.base).await?,
        attempts: attempts(context, &proposal, healing).await?,
        alternatives: alternatives(context, &proposal, healing).await?,
        unusable: healing.turns.iter().filter_map(unusable).collect(),
        restored: restored(healing, head),
        plausible_behaviours: searched.and_then(|detail| detail.behaviours),
        separating_input: searched.and_then(|detail| detail.separating.clone()),
        confidence: searched.and_then(|detail| detail.confidence),
        measured: known.and_then(Known::measured),
        trust: known.map(Known::words),
        candidates: end.map_or(0, |end| end.candidates),
        spent: spent(healing),
        red_before_green: end.and_then(|end| end.red_before_green),
        notes: end.map(|end| end.notes.clone()).unwrap_or_default(),
        entry_point: entry_point(source).map(ToString::to_string),
        files: files.unwrap_or_default(),
        forecast: None,
        is_change: source.change().is_some(),
        has_model: context.has_model(),
    })
}

/// Reads the newest execution of a revision.
pub async fn newest(
    context: &Context,
    proposal: &Proposal,
    revision: u32,
) -> Result<Option<Execution>, CommandError> {
    let store = context.store()?;
    let Some(latest) = store.verdicts(&proposal.id, revision).await?.pop() else {
        return Ok(None);
    };
    Ok(store.execution(&latest.execution).await?)
}

/// Diagnoses a revision in a sentence; `None` where it passes or was never executed.
pub async fn diagnosis(
    context: &Context,
    proposal: &Proposal,
    number: u32,
) -> Result<Option<String>, CommandError> {
    let Some(execution) = newest(context, proposal, number).await? else { return Ok(None) };
    if execution.verdict.word == VerdictWord::Passed {
        return Ok(None);
    }
    let revision = lookup::revision(context, proposal, Some(number)).await?;
    let diagnosis = diagnose(&revision.source, &execution.evidence, &execution.verdict);
    Ok(Some(diagnosis.sentence))
}

async fn attempts(
    context: &Context,
    proposal: &Proposal,
    healing: &Healing,
) -> Result<Vec<AttemptView>, CommandError> {
    let mut views = Vec::new();
    for turn in healing.turns.iter().filter(|turn| turn.part == Part::Attempt) {
        let Some(revision) = turn.revision else { continue };
        let execution = newest(context, proposal, revision).await?;
        views.push(attempt(turn, revision, execution.as_ref()));
    }
    Ok(views)
}

fn attempt(turn: &Turn, revision: u32, execution: Option<&Execution>) -> AttemptView {
    let detail = &turn.detail;
    let tests = execution.map(|execution| &execution.evidence.tests);
    AttemptView {
        revision,
        parent: detail.parent,
        strategy: turn.strategy,
        operator: detail.operator.clone(),
        diagnosis: detail.diagnosis.clone(),
        explanation: detail.explanation.clone(),
        verdict: execution.map(|execution| execution.verdict.word),
        tests_passed: tests.map_or(0, |tests| tests.passed),
        tests_total: tests.map_or(0, |tests| tests.collected),
        candidates: detail.candidates,
        rank: detail.rank,
        usage: views::usage(&detail.usage),
    }
}

async fn alternatives(
    context: &Context,
    proposal: &Proposal,
    healing: &Healing,
) -> Result<Vec<AlternativeView>, CommandError> {
    let waits = |turn: &&Turn| matches!(turn.part, Part::Plausible | Part::ChangesTests);
    let mut views = Vec::new();
    for turn in healing.turns.iter().filter(waits) {
        let Some(revision) = turn.revision else { continue };
        let execution = newest(context, proposal, revision).await?;
        views.push(AlternativeView {
            revision,
            kind: turn.part,
            operator: turn.detail.operator.clone(),
            explanation: turn.detail.explanation.clone(),
            weakenings: turn.detail.weakenings.clone(),
            verdict: execution.map(|execution| execution.verdict.word),
        });
    }
    Ok(views)
}

fn unusable(turn: &Turn) -> Option<UnusableView> {
    (turn.part == Part::Unusable).then(|| UnusableView {
        trouble: turn.detail.trouble.clone().unwrap_or_default(),
        usage: views::usage(&turn.detail.usage),
    })
}

/// Finds the revision that the newest one brings back, where it is no attempt itself.
fn restored(healing: &Healing, head: u32) -> Option<u32> {
    let back = |turn: &&Turn| turn.part == Part::Restored && turn.revision == Some(head);
    healing.turns.iter().find(back).map(|turn| turn.detail.parent)
}

fn spent(healing: &Healing) -> Spent {
    let mut budget = Budget::new(healing.plan.bounds);
    for turn in &healing.turns {
        budget.count(turn);
    }
    Spent {
        calls: budget.calls(),
        tokens: budget.tokens(),
        cost_usd: views::dollars(budget.cost_microusd()),
    }
}
