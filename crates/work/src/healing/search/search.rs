//! The search for a patch of one edit, else of two.
//!
//! Edits are tried in stages that grow; after the early ones the rest is put in a new order by what the trials showed. Once
//! a patch passes, a few hundred more are tried beside it: how many others pass, and whether they behave alike, says how
//! far the patch can be trusted.

use std::time::Duration;

use crate::healing::search::bench::{Bench, Span};
use crate::healing::search::choice::passing;
use crate::healing::search::choice::{Others, choose};
use crate::healing::search::found::{Found, Sought};
use crate::healing::search::ground::{FURTHER, FURTHER_TIME, Ground};
use crate::healing::search::holdback;
use crate::healing::search::pairs;
use record::domain::healing::Confidence;
use record::domain::probe::{Patience, Tried};
use record::domain::source::Source;
use repair::mutate::MAX_MUTATIONS;
use sandbox::error::SandboxError;

/// Ends of the stages, in candidates; after the first ones the rest is put in order again.
const STAGES: [usize; 7] = [16, 40, 100, 300, LEARNING, 4_000, MAX_MUTATIONS];
const LEARNING: usize = 1_000;
/// The same where a test runs out of time, which costs every box as much again.
const FEW_STAGES: [usize; 4] = [100, LEARNING, 4_000, MAX_MUTATIONS];
/// Longest wait for some that ran out of time, when nothing passes.
const SLOW_TIME: Duration = Duration::from_secs(4);
/// Candidates that are tried for one that the examples agree with too, after the first that only passes the tests.
const PATIENCE: usize = 2_000;
/// The time of these.
const PATIENCE_TIME: Duration = Duration::from_secs(3);

/// Candidates beside the first patch without which nobody knows whether all patches behave alike.
const FEWEST_BESIDE: usize = 100;

/// Looks for a patch of one edit, else of two; bounded in candidates and time.
pub async fn search(bench: &Bench<'_>, source: &Source) -> Result<Sought, SandboxError> {
    let time = Span::of(bench.time);
    let Some(mut ground) = Ground::of(bench, source, bench.time).await? else {
        return Ok(Sought::default());
    };
    let (mut tried, mut refused) = singles(bench, &mut ground, &time).await?;
    if !tried.iter().any(|tried| ground.is_plausible(tried)) {
        let mut waited_for = ground.wait_for(bench, &tried, SLOW_TIME).await?;
        refused.extend(ground.refuse(bench, &mut waited_for));
        tried.extend(waited_for);
    }
    let candidates = u64::try_from(tried.len()).unwrap_or(u64::MAX);
    let found = choose(bench, &ground, passing(&ground, &tried), others(&ground, &tried)).await?;
    if let Some(found) = found {
        let confidence = confirmed(&ground, &tried).or(found.confidence);
        let found = Some(Found { confidence, ..found });
        return Ok(Sought { found, candidates, refused, ..Sought::default() });
    }
    let further = pairs::search(bench, &ground, &tried).await?;
    let found = further.found.map(|found| found.behind(candidates));
    refused.extend(further.refused);
    Ok(Sought {
        found: found.or_else(|| pairs::partial(bench, &ground, &tried)),
        candidates: candidates + further.candidates,
        refused,
        ..Sought::default()
    })
}

/// Tries single edits in stages, and goes on for a while after the first that passes everything.
async fn singles(
    bench: &Bench<'_>,
    ground: &mut Ground,
    time: &Span,
) -> Result<(Vec<Tried>, Vec<String>), SandboxError> {
    let (mut tried, mut refused): (Vec<Tried>, Vec<String>) = (Vec::new(), Vec::new());
    let mut from = 0;
    let mut goal = None;
    let mut patience = None;
    let is_quick = ground.late.is_empty() && !ground.is_slow;
    let stages = if is_quick { &STAGES[..] } else { &FEW_STAGES[..] };
    let mut ends = stages.iter().copied().peekable();
    while let Some(end) = goal.or_else(|| ends.peek().copied()) {
        let end = end.min(ground.suggestions.len());
        let beside = goal.map(|_| Span::of(FURTHER_TIME)).or(patience);
        bench.notice_end(time);
        let (true, Some((how_long, left))) = (from < end, terms(time, beside)) else { break };
        let mut some = ground.try_some(bench, from, end, how_long, left).await?;
        let last = some.last().map_or(end, |tried| tried.index + 1);
        let far_fetched = ground.refuse(bench, &mut some);
        let is_found = some.iter().any(|tried| ground.is_plausible(tried));
        // A box stops soon after the first that passes; where that is refused, the rest is still to be tried.
        from = if far_fetched.is_empty() || is_found { end } else { last };
        refused.extend(far_fetched);
        if from >= end && goal.is_none() {
            ends.next();
        }
        if is_found || goal.is_some() {
            ground.forget(from);
            patience.get_or_insert_with(|| Span::of(PATIENCE_TIME));
        } else if end <= LEARNING {
            ground.learn(&some, from);
        }
        tried.extend(some);
        let first = tried.iter().find(|tried| ground.is_plausible(tried));
        let agreed = tried.iter().find(|tried| ground.is_agreed(tried));
        let is_enough = first.is_some_and(|first| from > first.index + PATIENCE);
        goal = agreed.map(|agreed| agreed.index + 1 + FURTHER).filter(|goal| *goal > from);
        if goal.is_none() && (agreed.is_some() || is_enough) {
            break;
        }
    }
    Ok((tried, refused))
}

/// Computes patience and time of a stage; what is tried beside a patch is not waited for.
fn terms(time: &Span, beside: Option<Span>) -> Option<(Patience, Duration)> {
    let left = time.left()?;
    let Some(beside) = beside else { return Some((Patience::Usual, left)) };
    Some((Patience::Short, left.min(beside.left()?)))
}

/// Judges whether enough was tried behind the first patch that passes; all edits there are is always enough.
fn others(ground: &Ground, tried: &[Tried]) -> Others {
    let behind = tried.iter().skip_while(|tried| !ground.is_plausible(tried)).skip(1).count();
    let is_enough = behind >= FEWEST_BESIDE || tried.len() >= ground.suggestions.len();
    if is_enough { Others::Enough } else { Others::TooFew }
}

/// Looks for more that the first passing patch agrees with: the half of the tests that the first patch which passes the
/// other half did not see, else the examples of descriptions.
fn confirmed(ground: &Ground, tried: &[Tried]) -> Option<Confidence> {
    let split = holdback::split(ground.own_tests(), &ground.passed);
    let is_confirmed = split.is_some_and(|split| {
        // Trials of all tests moved others forward; a half that was not seen has no part in that.
        let passing = tried.iter().filter(|tried| split.seen.is_subset(&tried.passed));
        ground.first_of(passing).is_some_and(|first| split.held_back.is_subset(&first.passed))
    });
    let first = ground.first_of(tried.iter().filter(|tried| ground.is_plausible(tried)));
    let is_agreed = ground.has_examples() && first.is_some_and(|first| ground.is_agreed(first));
    match (is_confirmed, is_agreed) {
        (true, _) => Some(Confidence::HeldBack),
        (false, true) => Some(Confidence::Examples),
        (false, false) => None,
    }
}
