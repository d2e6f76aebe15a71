//! The search for a patch among small edits.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::healing::{Confidence, SeparatingInput};
use crate::domain::patch::Patch;
use crate::domain::source::Source;
use crate::healing::bench::{Bench, Span};
use crate::healing::found::{Found, Patched, Sought};
use crate::healing::holdback;
use crate::healing::pairs;
use crate::repair::mutate::{Breadth, MAX_MUTATIONS};
use crate::repair::suggestion::Suggestion;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::{Compare, Compared, Detail, Ending, Inputs, Traced, Tried};

/// Ends of the stages, in candidates.
const STAGES: [usize; 2] = [100, MAX_MUTATIONS];
/// Time of all single edits together.
const TIME: Duration = Duration::from_secs(10);
/// Candidates that are tried after the first one that passes everything.
const FURTHER: usize = 300;
/// Most patches whose behaviours are compared, and the time of that.
const MAX_COMPARED: usize = 40;
const COMPARE_TIME: Duration = Duration::from_secs(3);
/// Most behaviours of which one patch is kept.
const MAX_BEHAVIOURS: usize = 5;

/// A source with what its tests do, and the edits that may help.
pub struct Ground {
    /// The files.
    pub source: Source,
    /// Ids of the tests that count.
    pub cases: Vec<String>,
    /// Places of those that pass already.
    pub passed: BTreeSet<usize>,
    /// The edits, the most promising first.
    pub suggestions: Vec<Suggestion>,
}

impl Ground {
    /// Looks at a source; `None` where no test that can be tried fails.
    pub async fn of(
        bench: &Bench<'_>,
        source: &Source,
        time: Duration,
    ) -> Result<Option<Self>, SandboxError> {
        let traced = bench.trace(source, time).await?;
        if traced.complaint.is_some() || traced.cases.iter().all(|case| case.complaint.is_none()) {
            return Ok(None);
        }
        Ok(Some(Self::from_trace(bench, source, &traced)))
    }

    fn from_trace(bench: &Bench<'_>, source: &Source, traced: &Traced) -> Self {
        let passes = |(index, case): (usize, &crate::sandbox::probe::Case)| {
            case.complaint.is_none().then_some(index)
        };
        Self {
            source: source.clone(),
            cases: traced.cases.iter().map(|case| case.id.clone()).collect(),
            passed: traced.cases.iter().enumerate().filter_map(passes).collect(),
            suggestions: (bench.tools.mutations)(source, traced, Breadth::Wide),
        }
    }

    /// Whether a candidate passes every test.
    pub fn is_plausible(&self, tried: &Tried) -> bool {
        tried.ending == Ending::Done && tried.passed.len() == self.cases.len()
    }

    /// The source with one of the edits made.
    pub fn patched(&self, index: usize) -> Option<Patched> {
        let suggestion = self.suggestions.get(index)?;
        Some(Patched {
            source: suggestion.patch.apply(&self.source).ok()?,
            operator: suggestion.operator.to_owned(),
            explanation: suggestion.why.clone(),
        })
    }

    fn patches(&self, from: usize, to: usize) -> Vec<Patch> {
        let some = self.suggestions.get(from..to).unwrap_or_default();
        some.iter().map(|suggestion| suggestion.patch.clone()).collect()
    }

    /// Tries the edits from one place to another; answers name the place among all edits.
    pub async fn try_some(
        &self,
        bench: &Bench<'_>,
        (from, to): (usize, usize),
        time: Duration,
    ) -> Result<Vec<Tried>, SandboxError> {
        let asked = (self.patches(from, to), &self.cases[..]);
        let tried = bench.try_all(&self.source, asked, (FURTHER, Detail::Outcome), time).await?;
        let placed = |tried: Tried| Tried { index: tried.index + from, ..tried };
        Ok(tried.into_iter().map(placed).collect())
    }
}

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
        goal = first.map(|first| first.index + 1 + FURTHER).filter(|goal| *goal > from);
        if first.is_some() && goal.is_none() {
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

/// Places of the patches that pass everything: the most promising first, then the smallest.
fn ranked(ground: &Ground, tried: &[Tried]) -> Vec<usize> {
    let plausible = tried.iter().filter(|tried| ground.is_plausible(tried));
    let mut places: Vec<(f64, usize, usize)> = plausible
        .filter_map(|tried| {
            let suggestion = ground.suggestions.get(tried.index)?;
            Some((suggestion.promise, size(&suggestion.patch), tried.index))
        })
        .collect();
    places.sort_by(|left, right| {
        right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2)))
    });
    places.into_iter().map(|(_, _, index)| index).collect()
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
    let compared = bench.compare(&ground.source, compare, COMPARE_TIME).await?;
    let is_known = compared.inputs > 0 && !compared.behaviours.is_empty();
    Ok(is_known.then_some(compared))
}

/// Whether the first patch that passes half of the tests also passes the half it did not see.
fn confidence(ground: &Ground, tried: &[Tried]) -> Confidence {
    let Some(split) = holdback::split(&ground.cases, &ground.passed) else {
        return Confidence::Plausible;
    };
    let first = tried.iter().find(|tried| split.seen.is_subset(&tried.passed));
    match first {
        Some(first) if split.held_back.is_subset(&first.passed) => Confidence::HeldBack,
        Some(_) | None => Confidence::Plausible,
    }
}
