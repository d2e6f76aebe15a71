//! The search for a patch among small edits.

use std::time::Duration;

use crate::domain::healing::{Confidence, SeparatingInput};
use crate::domain::patch::Patch;
use crate::domain::source::Source;
use crate::healing::bench::{Bench, Span};
use crate::healing::found::{Found, Patched, Sought};
use crate::healing::ground::Ground;
use crate::healing::holdback;
use crate::healing::pairs;
use crate::repair::mutate::MAX_MUTATIONS;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::{Compare, Compared, Inputs, Tried};

/// Ends of the stages, in candidates.
const STAGES: [usize; 4] = [100, 1_000, 4_000, MAX_MUTATIONS];
/// Time of all single edits together.
const TIME: Duration = Duration::from_secs(10);
/// Candidates that are tried after the first one that passes everything.
pub(super) const FURTHER: usize = 300;
/// Candidates that are tried for one that the examples agree with too, after the first that only passes the tests.
const PATIENCE: usize = 2_000;
/// Most patches whose behaviours are compared, and the time of that.
const MAX_COMPARED: usize = 40;
const COMPARE_TIME: Duration = Duration::from_secs(3);
/// Most behaviours of which one patch is kept.
const MAX_BEHAVIOURS: usize = 5;

/// Looks for a patch of one edit, else of two; bounded in candidates and time.
pub async fn search(bench: &Bench<'_>, source: &Source) -> Result<Sought, SandboxError> {
    let time = Span::of(TIME);
    let Some(ground) = Ground::of(bench, source, TIME).await? else {
        return Ok(Sought::default());
    };
    let tried = singles(bench, &ground, &time).await?;
    let candidates = u64::try_from(tried.len()).unwrap_or(u64::MAX);
    if tried.iter().any(|tried| ground.is_plausible(tried)) {
        let found = choose(bench, &ground, &tried).await?;
        return Ok(Sought { found, candidates });
    }
    let (mut sought, partial) = (pairs::search(bench, &ground, &tried).await?, &tried);
    sought.candidates += candidates;
    if sought.found.is_none() {
        sought.found = pairs::partial(&ground, partial);
    }
    Ok(sought)
}

/// Tries single edits in stages, and goes on for a while after the first that passes everything.
async fn singles(
    bench: &Bench<'_>,
    ground: &Ground,
    time: &Span,
) -> Result<Vec<Tried>, SandboxError> {
    let mut tried: Vec<Tried> = Vec::new();
    let mut from = 0;
    let mut goal = None;
    let mut ends = STAGES.into_iter();
    while let Some(end) = goal.or_else(|| ends.next()) {
        let end = end.min(ground.suggestions.len());
        let (true, Some(left)) = (from < end, time.left()) else { break };
        tried.extend(ground.try_some(bench, (from, end), left).await?);
        from = end;
        let first = tried.iter().find(|tried| ground.is_plausible(tried));
        let agreed = tried.iter().find(|tried| ground.is_agreed(tried));
        let is_enough = first.is_some_and(|first| from > first.index + PATIENCE);
        goal = agreed.map(|agreed| agreed.index + 1 + FURTHER).filter(|goal| *goal > from);
        if goal.is_none() && (agreed.is_some() || is_enough) {
            break;
        }
    }
    Ok(tried)
}

/// The first-ranked patch that passes everything, with one of each other behaviour beside it.
pub async fn choose(
    bench: &Bench<'_>,
    ground: &Ground,
    tried: &[Tried],
) -> Result<Option<Found>, SandboxError> {
    let ranked = ranked(ground, tried);
    let places: Vec<usize> = ranked.iter().take(MAX_COMPARED).copied().collect();
    let Some(first) = places.first().copied() else { return Ok(None) };
    let Some(patched) = ground.patched(first) else { return Ok(None) };
    let patched = with_doubt(ground, tried, first, patched);
    let compared = compare(bench, ground, &places).await?;
    let behaviours = compared.as_ref().map(|compared| compared.behaviours.len());
    let others = compared.iter().flat_map(|compared| compared.behaviours.iter().skip(1));
    let others = others.filter_map(|alike| ground.patched(*places.get(*alike.first()?)?));
    let rank = tried.iter().position(|tried| tried.index == first).map(|place| place + 1);
    Ok(Some(Found {
        others: others.take(MAX_BEHAVIOURS - 1).collect(),
        patched,
        rank: rank.and_then(|rank| u64::try_from(rank).ok()),
        confidence: Some(confidence(ground, tried)),
        behaviours: behaviours.and_then(|count| u32::try_from(count).ok()),
        separating: compared.and_then(|compared| compared.separating).map(|separating| {
            SeparatingInput { call: separating.call, answers: separating.answers }
        }),
    }))
}

/// Says of a patch how many examples disagree with it.
fn with_doubt(ground: &Ground, tried: &[Tried], place: usize, patched: Patched) -> Patched {
    let passed = tried.iter().find(|tried| tried.index == place);
    let missed = passed.map_or(0, |tried| ground.cases.len() - tried.passed.len());
    let explanation = match missed {
        0 => patched.explanation,
        1 => format!("{}; one example in a description disagrees with it", patched.explanation),
        _ => format!("{}; {missed} examples in descriptions disagree with it", patched.explanation),
    };
    Patched { explanation, ..patched }
}

/// Places of the patches that pass everything: those that most examples agree with first, then the most promising, then
/// the smallest.
fn ranked(ground: &Ground, tried: &[Tried]) -> Vec<usize> {
    let plausible = tried.iter().filter(|tried| ground.is_plausible(tried));
    let mut places: Vec<(usize, f64, usize, usize)> = plausible
        .filter_map(|tried| {
            let suggestion = ground.suggestions.get(tried.index)?;
            Some((tried.passed.len(), suggestion.promise, size(&suggestion.patch), tried.index))
        })
        .collect();
    places.sort_by(|left, right| {
        let by_promise = right.0.cmp(&left.0).then(right.1.total_cmp(&left.1));
        by_promise.then((left.2, left.3).cmp(&(right.2, right.3)))
    });
    places.into_iter().map(|(_, _, _, index)| index).collect()
}

/// Bytes that a patch takes away and puts in.
fn size(patch: &Patch) -> usize {
    patch.edits.iter().map(|edit| edit.end.saturating_sub(edit.start) + edit.text.len()).sum()
}

/// Behaviours of the patches at these places; `None` where nothing is known about them.
async fn compare(
    bench: &Bench<'_>,
    ground: &Ground,
    places: &[usize],
) -> Result<Option<Compared>, SandboxError> {
    let patch = |place: &usize| Some(ground.suggestions.get(*place)?.patch.clone());
    let patches: Vec<Patch> = places.iter().filter_map(patch).collect();
    let compare = Compare { candidates: patches, inputs: Inputs::All };
    let compared = bench.compare(&ground.told, compare, COMPARE_TIME).await?;
    let is_known = compared.inputs > 0 && !compared.behaviours.is_empty();
    Ok(is_known.then_some(compared))
}

/// What else the first patch that passes the tests agrees with: the half of the tests that the first patch which passes the
/// other half did not see, else the examples of descriptions.
fn confidence(ground: &Ground, tried: &[Tried]) -> Confidence {
    let split = holdback::split(ground.own_tests(), &ground.passed);
    let is_confirmed = split.is_some_and(|split| {
        let first = tried.iter().find(|tried| split.seen.is_subset(&tried.passed));
        first.is_some_and(|first| split.held_back.is_subset(&first.passed))
    });
    let first = tried.iter().find(|tried| ground.is_plausible(tried));
    match first {
        _ if is_confirmed => Confidence::HeldBack,
        Some(first) if ground.has_examples() && ground.is_agreed(first) => Confidence::Examples,
        Some(_) | None => Confidence::Plausible,
    }
}
