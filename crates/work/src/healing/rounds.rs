//! Mends one complaint after the other, without a model.
//!
//! The first complaint of the tests suggests edits (`repair::mechanical`); all are tried in one sandbox, and the best one
//! is the source of the next round. An edit that merely leads to another complaint is taken too, because errors hide behind
//! each other, but only a real gain makes an attempt of the whole.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::healing::search::bench::{Bench, Span};
use crate::healing::search::found::{Found, Patched, Sought, refused};
use crate::healing::search::passing;
use record::domain::digest::Digest;
use record::domain::healing::Confidence;
use record::domain::probe::{Case, Complaint, Detail, Ending, Patience, Traced, Tried, Try};
use record::domain::source::Source;
use repair::suggestion::Suggestion;
use sandbox::error::SandboxError;
use tokio::time::Instant;

/// Most rounds: one complaint is mended in each.
const MAX_ROUNDS: usize = 4;
/// Most candidates over all rounds.
const MAX_CANDIDATES: usize = 500;
/// Time of looking at the tests, of trying edits, and of all rounds together, the making of the boxes included.
const ROUND_TIME: Duration = Duration::from_secs(2);
const TRY_TIME: Duration = Duration::from_secs(4);
const TIME: Duration = Duration::from_secs(8);
/// Candidates that ran out of time which are waited for where none is whole, and how long.
const WAITED_FOR: usize = 8;
const SLOW_TIME: Duration = Duration::from_secs(4);

/// The state of the rounds.
struct Mended {
    source: Source,
    operators: Vec<String>,
    reasons: Vec<String>,
    seen: BTreeSet<Digest>,
    candidates: usize,
    /// True when something is better than at the start.
    has_gained: bool,
    /// True when everything passes.
    is_whole: bool,
    /// True when slow candidates were waited for.
    has_waited: bool,
    /// Edits that pass everything and are far-fetched.
    refused: Vec<String>,
}

/// Mends what the complaints themselves suggest, in a few rounds; no model, and bounded in time.
pub async fn mend(bench: &Bench<'_>, source: &Source) -> Result<Sought, SandboxError> {
    let time = Span::of(TIME);
    let mut mended = Mended {
        source: source.clone(),
        operators: Vec::new(),
        reasons: Vec::new(),
        seen: BTreeSet::from([source.content_hash()]),
        candidates: 0,
        has_gained: false,
        is_whole: false,
        has_waited: false,
        refused: Vec::new(),
    };
    for _ in 0..MAX_ROUNDS {
        if round(bench, &mut mended, &time).await? == Round::Last {
            break;
        }
    }
    let candidates = u64::try_from(mended.candidates).unwrap_or(u64::MAX);
    let together = (bench.tools.far_fetched_together)(source, &mended.source);
    if let Some(why) = together.filter(|_| mended.has_gained) {
        mended.refused.push(refused(&mended.reasons.join("; "), why));
        mended.has_gained = false;
    }
    let found = mended.has_gained.then(|| Found {
        // What passes all tests is told with its confidence, as what was searched for is.
        confidence: mended.is_whole.then_some(Confidence::Plausible),
        ..Found::alone(Patched {
            source: mended.source,
            operator: mended.operators.join("+"),
            explanation: mended.reasons.join("; "),
        })
    });
    Ok(Sought { found, candidates, refused: mended.refused, ..Sought::default() })
}

/// The answer of a round: go on or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Something moved.
    More,
    /// It is whole, or stuck.
    Last,
}

async fn round(bench: &Bench<'_>, mended: &mut Mended, time: &Span) -> Result<Round, SandboxError> {
    let Some(left) = time.left() else { return Ok(Round::Last) };
    let begun = Instant::now();
    let mut traced = bench.trace(&mended.source, left.min(ROUND_TIME)).await?;
    traced.cases.retain(|case| bench.counts(case));
    if bench.is_slow(begun) {
        passing::keep_few(&mut traced.cases);
    }
    let Some(complaint) = complaint(&traced) else { return Ok(Round::Last) };
    let mut suggestions = (bench.tools.suggest)(&mended.source, complaint, Some(&traced));
    suggestions.truncate(MAX_CANDIDATES.saturating_sub(mended.candidates));
    let (false, Some(left)) = (suggestions.is_empty(), time.left()) else {
        return Ok(Round::Last);
    };
    let cases: Vec<String> = traced.cases.iter().map(|case| case.id.clone()).collect();
    let wanted = wanted(suggestions.iter(), cases.clone(), Patience::Usual);
    let mut tried = bench.try_all(&mended.source, wanted, left.min(TRY_TIME)).await?;
    mended.candidates += tried.len();
    let before = Before::of(&traced, complaint);
    if !tried.iter().any(|tried| before.is_whole(tried)) {
        let late = tried.iter_mut().filter(|tried| before.may_be_slow(tried));
        let late = late.take(WAITED_FOR).collect();
        wait_for(bench, mended, &suggestions, late, &cases, time).await?;
    }
    let Some(next) = chosen(bench, mended, &before, &suggestions, tried) else {
        return Ok(Round::Last);
    };
    let (has_gained, is_whole) = (before.is_gain(&next), before.is_whole(&next));
    if !take(mended, &suggestions, &next) {
        return Ok(Round::Last);
    }
    mended.has_gained |= has_gained || is_whole;
    mended.is_whole = is_whole;
    Ok(if is_whole { Round::Last } else { Round::More })
}

/// Chooses the candidate to go on with: the first that is whole, else the best; none that is far-fetched.
fn chosen(
    bench: &Bench<'_>,
    mended: &mut Mended,
    before: &Before<'_>,
    suggestions: &[Suggestion],
    mut tried: Vec<Tried>,
) -> Option<Tried> {
    loop {
        let whole = tried.iter().find(|tried| before.is_whole(tried));
        let next = whole.or_else(|| better(before, &tried))?.clone();
        let suggestion = suggestions.get(next.index)?;
        let Some(why) = (bench.tools.far_fetched)(&mended.source, &suggestion.patch, &[]) else {
            return Some(next);
        };
        if whole.is_some() {
            mended.refused.push(refused(&suggestion.told(&mended.source), why));
        }
        tried.retain(|tried| tried.index != next.index);
    }
}

fn wanted<'s>(
    suggestions: impl Iterator<Item = &'s Suggestion>,
    cases: Vec<String>,
    patience: Patience,
) -> Try {
    Try {
        candidates: suggestions.map(|suggestion| suggestion.patch.clone()).collect(),
        cases,
        further: 0,
        further_time: Duration::ZERO,
        detail: Detail::Complaint,
        patience,
    }
}

/// Tries the likeliest of those that ran out of time again, once in all rounds: tests that are slow make every candidate late.
async fn wait_for(
    bench: &Bench<'_>,
    mended: &mut Mended,
    suggestions: &[Suggestion],
    mut late: Vec<&mut Tried>,
    cases: &[String],
    time: &Span,
) -> Result<(), SandboxError> {
    let (false, Some(left)) = (late.is_empty() || mended.has_waited, time.left()) else {
        return Ok(());
    };
    mended.has_waited = true;
    let again = late.iter().filter_map(|tried| suggestions.get(tried.index));
    let wanted = wanted(again, cases.to_vec(), Patience::Long);
    let told = bench.try_all(&mended.source, wanted, left.min(SLOW_TIME)).await?;
    mended.candidates += told.len();
    for told in told {
        if let Some(known) = late.get_mut(told.index) {
            let index = known.index;
            **known = Tried { index, ..told };
        }
    }
    Ok(())
}

/// Finds what the source complains about first.
pub fn complaint(traced: &Traced) -> Option<&Complaint> {
    let of_cases = traced.cases.iter().find_map(|case| case.complaint.as_ref());
    traced.complaint.as_ref().or(of_cases)
}

/// Applies a candidate; false where it leads back to what was there before.
fn take(mended: &mut Mended, suggestions: &[Suggestion], tried: &Tried) -> bool {
    let Some(suggestion) = suggestions.get(tried.index) else { return false };
    let Ok(source) = suggestion.patch.apply(&mended.source) else { return false };
    if !mended.seen.insert(source.content_hash()) {
        return false;
    }
    mended.operators.push(suggestion.operator.to_owned());
    mended.reasons.push(suggestion.told(&source));
    mended.source = source;
    true
}

/// The results that a round starts from.
struct Before<'a> {
    complaint: &'a Complaint,
    passed: BTreeSet<usize>,
    cases: usize,
    is_importable: bool,
    is_late: bool,
}

impl<'a> Before<'a> {
    fn of(traced: &Traced, complaint: &'a Complaint) -> Self {
        let passes = |(index, case): (usize, &Case)| case.complaint.is_none().then_some(index);
        Self {
            complaint,
            passed: traced.cases.iter().enumerate().filter_map(passes).collect(),
            cases: traced.cases.len(),
            is_importable: traced.complaint.is_none(),
            is_late: traced.cases.iter().any(Case::is_late),
        }
    }

    /// Tells whether a candidate ran out of time and may be merely slow: one that is late where its source was is as endless
    /// as that, unless it passes more tests.
    fn may_be_slow(&self, tried: &Tried) -> bool {
        let gains = tried.passed.len() > self.passed.len();
        tried.ending == Ending::TimedOut && (gains || !self.is_late)
    }

    /// Tells whether a candidate passes everything, as far as the sandbox tells.
    fn is_whole(&self, tried: &Tried) -> bool {
        // Without known tests any that passes will do: the source could not even be imported.
        let all = match self.cases {
            0 => !tried.passed.is_empty(),
            cases => tried.passed.len() == cases,
        };
        all && tried.ending == Ending::Done && tried.complaint.is_none()
    }

    /// Tells whether a candidate passes more tests, or can be imported where the source cannot.
    fn is_gain(&self, tried: &Tried) -> bool {
        let can_be_imported = !self.is_importable && tried.ending != Ending::Uncompiled;
        tried.passed.len() > self.passed.len() || can_be_imported
    }

    /// Tells whether a candidate at least complains about something else, and loses nothing.
    fn is_elsewhere(&self, tried: &Tried) -> bool {
        let loses_nothing = !self.is_importable || self.passed.is_subset(&tried.passed);
        let compiles = tried.ending == Ending::Done;
        loses_nothing && compiles && tried.complaint.as_ref() != Some(self.complaint)
    }

    /// Tells whether a candidate that still does not parse gets further than the source.
    fn is_later(&self, tried: &Tried) -> bool {
        let line = |complaint: &Complaint| complaint.place.as_ref().map(|(_, line)| *line);
        let path = |complaint: &Complaint| complaint.place.as_ref().map(|(path, _)| path.clone());
        let told = tried.complaint.as_ref().and_then(path);
        // A file that parses now lets the next one complain.
        if !self.is_importable && told.is_some() && told != path(self.complaint) {
            return true;
        }
        let later = tried.complaint.as_ref().and_then(line) > line(self.complaint);
        !self.is_importable && tried.ending == Ending::Uncompiled && later
    }
}

/// Chooses the candidate to go on with: the one that gains most, else the first that gets somewhere else.
fn better<'a>(before: &Before<'_>, tried: &'a [Tried]) -> Option<&'a Tried> {
    let gains = tried.iter().rev().filter(|tried| before.is_gain(tried));
    let most = gains.max_by_key(|tried| tried.passed.len());
    most.or_else(|| tried.iter().find(|tried| before.is_elsewhere(tried)))
        .or_else(|| tried.iter().find(|tried| before.is_later(tried)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Before;
    use record::domain::probe::{Case, Complaint, Ending, Traced, Tried};

    #[test]
    fn only_those_that_may_be_slow_are_waited_for() {
        let complaint = |kind: &str| Complaint { kind: kind.to_owned(), ..Complaint::default() };
        let case = |kind: Option<&str>| {
            let complaint = kind.map(complaint);
            Case { id: String::new(), complaint, lines: BTreeMap::new() }
        };
        let source = |cases: &[Option<&str>]| Traced {
            cases: cases.iter().map(|kind| case(*kind)).collect(),
            ..Traced::default()
        };
        let tried = |passed: usize, ending| Tried {
            index: 0,
            passed: (0..passed).collect(),
            ending,
            complaint: None,
        };
        let name = complaint("NameError");
        let (quick, late) = (
            source(&[None, Some("NameError")]),
            source(&[None, Some("NameError"), Some("Timeout")]),
        );
        let (quick, late) = (Before::of(&quick, &name), Before::of(&late, &name));

        let waits =
            |before: &Before<'_>, passed| before.may_be_slow(&tried(passed, Ending::TimedOut));
        assert_eq!([1, 2].map(|passed| waits(&quick, passed)), [true, true]);
        assert_eq!([1, 2].map(|passed| waits(&late, passed)), [false, true]);
        assert!(!quick.may_be_slow(&tried(2, Ending::Done)));
    }
}
