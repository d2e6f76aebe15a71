//! Several runs of one suite as one piece of evidence.
//!
//! Runs of the same bytes should end alike. Where they do not, nothing can be said of the code, and the evidence says so.

use crate::domain::evidence::{Evidence, Finding, Stability, Termination, TestOutcome};

/// The evidence of several runs of one suite: the last run, with what the others say about its stability.
/// A run that the sandbox itself could not carry out is returned alone: it says nothing about the suite.
pub fn combine(mut runs: Vec<Evidence>) -> Option<Evidence> {
    let is_infrastructure = |run: &Evidence| {
        matches!(run.termination, Termination::Infrastructure(_) | Termination::Cancelled)
    };
    if let Some(index) = runs.iter().position(is_infrastructure) {
        return Some(runs.swap_remove(index));
    }
    let count = u32::try_from(runs.len()).unwrap_or(u32::MAX);
    let mut last = runs.pop()?;
    let outcomes = |run: &Evidence| -> Vec<(String, TestOutcome)> {
        run.tests.cases.iter().map(|case| (case.id.clone(), case.outcome)).collect()
    };
    let reference = outcomes(&last);
    let agrees = |run: &Evidence| {
        outcomes(run) == reference
            && std::mem::discriminant(&run.termination) == std::mem::discriminant(&last.termination)
    };
    last.stability = match (count, runs.iter().all(agrees)) {
        (1, _) => Stability::Once,
        (_, true) => Stability::Stable(count),
        (_, false) => Stability::Flaky(count),
    };
    if matches!(last.stability, Stability::Flaky(_)) {
        last.integrity.findings.push(Finding {
            code: "flaky".to_owned(),
            message: format!("{count} runs of the same bytes ended differently"),
        });
    }
    Some(last)
}
