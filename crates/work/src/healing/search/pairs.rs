//! The search for a patch of two edits.
//!
//! All pairs would be far too many: second edits are tried only after first ones that let more tests pass. Every promising
//! first edit gets a few tries before one gets many, because the time for all is short.

use std::cmp::Reverse;

use crate::healing::search::bench::{Bench, Span};
use crate::healing::search::choice::passing;
use crate::healing::search::choice::{Others, Passing, choose};
use crate::healing::search::found::{Found, Patched, Sought, refused as told};
use crate::healing::search::ground::Ground;
use record::domain::healing::Confidence;
use record::domain::probe::{Ending, Patience, Tried};
use sandbox::error::SandboxError;

/// Most first edits that a second one is added to.
const MAX_PARENTS: usize = 8;
/// Ends of the rounds, in candidates for each first edit: all of them get a little before one gets much.
const ROUNDS: [usize; 2] = [400, 1_600];

/// A first edit that helped, with what may be added to it.
struct Parent {
    first: Patched,
    promise: f64,
    ground: Ground,
    /// Second edits that were tried.
    done: usize,
}

/// Adds second edits to the first ones that helped a little; nothing where none did.
pub async fn search(
    bench: &Bench<'_>,
    start: &Ground,
    tried: &[Tried],
) -> Result<Sought, SandboxError> {
    let time = Span::of(bench.time);
    let mut parents = grounds(bench, start, tried, &time).await?;
    let mut candidates = 0;
    let mut found: Vec<Passing> = Vec::new();
    let mut refused = Vec::new();
    for end in ROUNDS {
        for parent in &mut parents {
            bench.notice_end(&time);
            let Some(left) = time.left() else { break };
            let to = end.min(parent.ground.suggestions.len());
            if parent.done >= to {
                continue;
            }
            let ground = &parent.ground;
            let mut more = ground.try_some(bench, parent.done, to, Patience::Usual, left).await?;
            parent.done = to;
            let before = candidates;
            candidates += more.len();
            refused.extend(parent.ground.refuse(bench, &mut more));
            let both = passing(&parent.ground, &more).into_iter();
            for both in both.map(|second| parent.both(second, before)) {
                match (bench.tools.far_fetched_together)(&start.source, &both.patched.source) {
                    Some(why) => refused.push(told(&both.patched.explanation, why)),
                    None => found.push(both),
                }
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    let chosen = choose(bench, start, found, Others::TooFew).await?;
    let chosen = chosen.map(|found| Found { confidence: Some(Confidence::Plausible), ..found });
    let candidates = u64::try_from(candidates).unwrap_or(u64::MAX);
    Ok(Sought { found: chosen, candidates, refused, ..Sought::default() })
}

/// Looks at what the best first edits make of the source.
async fn grounds(
    bench: &Bench<'_>,
    ground: &Ground,
    tried: &[Tried],
    time: &Span,
) -> Result<Vec<Parent>, SandboxError> {
    let mut parents = Vec::new();
    let usual = helping(ground, tried).into_iter();
    let usual = usual.filter(|tried| ground.far_fetched(bench, tried.index).is_none());
    for helping in usual.take(MAX_PARENTS) {
        let (Some(left), Some(first)) = (time.left(), ground.patched(helping.index)) else {
            break;
        };
        let promise = ground.suggestions.get(helping.index).map_or(0.0, |it| it.promise);
        if let Some(ground) = Ground::of(bench, &first.source, left).await? {
            parents.push(Parent { first, promise, ground, done: 0 });
        }
    }
    Ok(parents)
}

/// Collects candidates after which more tests pass than before, the best first.
fn helping<'a>(ground: &Ground, tried: &'a [Tried]) -> Vec<&'a Tried> {
    let helps =
        |tried: &&Tried| tried.ending == Ending::Done && tried.passed.len() > ground.passed.len();
    let mut helping: Vec<&Tried> = tried.iter().filter(helps).collect();
    helping.sort_by_key(|tried| (Reverse(tried.passed.len()), tried.index));
    helping
}

/// Finds the candidate that passes most tests without losing one, where that is more than before.
pub fn partial(bench: &Bench<'_>, ground: &Ground, tried: &[Tried]) -> Option<Found> {
    let is_sound = |tried: &&&Tried| {
        let loses_nothing = ground.passed.is_subset(&tried.passed);
        loses_nothing && ground.far_fetched(bench, tried.index).is_none()
    };
    let best = helping(ground, tried);
    let best = best.iter().find(is_sound)?;
    ground.patched(best.index).map(Found::alone)
}

impl Parent {
    fn both(&self, second: Passing, before: usize) -> Passing {
        let patched = Patched {
            source: second.patched.source,
            operator: format!("{}+{}", self.first.operator, second.patched.operator),
            explanation: format!("{}; {}", self.first.explanation, second.patched.explanation),
        };
        Passing {
            patched,
            promise: self.promise * second.promise,
            place: before + second.place,
            ..second
        }
    }
}
