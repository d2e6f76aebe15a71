//! Tests that new code fails as they were, and that are green all the same.
//!
//! What a change adds beside tests (a `conftest.py`, a plug-in, a test module that replaces functions) can turn them green again, and a
//! comparison can be taken out of one. Tests as they were on the new code show both. A test counts only if it passes alone on the
//! base and is red twice, so that neither its order nor chance speaks against a change.

use std::collections::BTreeSet;

use crate::executing::changes::bench::{Bench, Wanted};
use crate::executing::changes::trees::Trees;
use record::domain::change_evidence::WeakenedTests;
use record::domain::evidence::TestOutcome;
use record::domain::flips::{Outcomes, Turned, file_of, function_of};
use sandbox::error::SandboxError;

/// Most test functions that are looked at once more.
const MAX_AGAIN: usize = 30;

/// Finds them among the tests that the new code fails as they were.
pub async fn hidden(
    bench: &Bench<'_>,
    trees: &Trees,
    turned: &Turned,
    result: &Outcomes,
    weakened: &[WeakenedTests],
) -> Result<Vec<String>, SandboxError> {
    let suspects = suspects(trees, turned, result, weakened);
    let Some(old) = trees.old_tests.as_ref().filter(|_| !suspects.is_empty()) else {
        return Ok(Vec::new());
    };
    let functions: BTreeSet<&str> = suspects.iter().map(|id| function_of(id)).collect();
    let functions: Vec<String> = functions.into_iter().take(MAX_AGAIN).map(str::to_owned).collect();
    let alone =
        bench.outcomes(Wanted::outcomes("base alone", &trees.base, functions.clone())).await?;
    let again = bench.outcomes(Wanted::outcomes("old again", old, functions)).await?;
    let red = having(&again, TestOutcome::is_failure);
    let green = having(&alone, |outcome| outcome == TestOutcome::Passed);
    let holds = |id: &String| red.contains(id.as_str()) && green.contains(id.as_str());
    Ok(suspects.into_iter().filter(holds).collect())
}

fn having(run: &Outcomes, is_wanted: impl Fn(TestOutcome) -> bool) -> BTreeSet<&str> {
    run.tests.iter().filter(|seen| is_wanted(seen.outcome)).map(|seen| seen.id.as_str()).collect()
}

/// Tests that pass now, or whose successors do, though no text of theirs or around them says why; or they ask less and need the
/// change in nothing.
fn suspects(
    trees: &Trees,
    turned: &Turned,
    result: &Outcomes,
    weakened: &[WeakenedTests],
) -> Vec<String> {
    let passes = having(result, |outcome| outcome == TestOutcome::Passed);
    let touched: BTreeSet<&str> = trees.tests().map(|one| one.path.as_str()).collect();
    let weak: BTreeSet<&str> = weakened.iter().map(|sign| sign.path.as_str()).collect();
    let on_base: BTreeSet<&str> =
        turned.control.passing_on_base.iter().map(|id| function_of(id)).collect();
    let now = |id: &'_ String| turned.flips.partners.get(id).unwrap_or(id).clone();
    let is_of_others = |id: &str| !touched.contains(file_of(id)) && trees.only_adds_around();
    let is_loosened = |id: &str, now: &str| {
        let is_weak = weak.contains(file_of(id)) || weak.contains(file_of(now));
        is_weak && on_base.contains(function_of(now))
    };
    let failing = turned.old_tests_failing.iter().filter(|id| passes.contains(now(id).as_str()));
    failing.filter(|id| is_of_others(id) || is_loosened(id, &now(id))).cloned().collect()
}
