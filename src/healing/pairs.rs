//! Patches of two edits.

use std::cmp::Reverse;
use std::time::Duration;

use crate::domain::healing::Confidence;
use crate::healing::bench::{Bench, Span};
use crate::healing::choice::{Passing, choose};
use crate::healing::found::{Found, Patched, Sought};
use crate::healing::ground::Ground;
use crate::healing::search::passing;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::{Ending, Patience, Tried};

/// Most first edits that a second one is added to, and how many of them are enough where some pass with it.
const MAX_PARENTS: usize = 8;
const ENOUGH_PARENTS: usize = 4;
/// Ends of the rounds, in candidates for each first edit: all of them get a little before one gets much.
const FIRST_ROUND: usize = 400;
const SECOND_ROUND: usize = 1_600;
/// Time of all of them together.
const TIME: Duration = Duration::from_secs(10);

/// A first edit that helped, with what may be added to it.
struct Parent {
    first: Patched,
    promise: f64,
    ground: Ground,
    /// Second edits that were tried.
    done: usize,
}

/// Pairs that were tried.
struct Pairs<'a> {
    bench: &'a Bench<'a>,
    time: Span,
    candidates: usize,
    found: Vec<Passing>,
}

/// Adds second edits to the first ones that helped a little; nothing where none did.
pub async fn search(
    bench: &Bench<'_>,
    ground: &Ground,
    tried: &[Tried],
) -> Result<Sought, SandboxError> {
    let mut pairs = Pairs { bench, time: Span::of(TIME), candidates: 0, found: Vec::new() };
    let mut parents: Vec<Parent> = Vec::new();
    for helping in helping(ground, tried).into_iter().take(MAX_PARENTS) {
        if parents.len() >= ENOUGH_PARENTS && !pairs.found.is_empty() {
            break;
        }
        let Some(mut parent) = pairs.parent(ground, helping).await? else { continue };
        pairs.extend(&mut parent, FIRST_ROUND).await?;
        parents.push(parent);
    }
    if pairs.found.is_empty() {
        for parent in &mut parents {
            pairs.extend(parent, SECOND_ROUND).await?;
        }
    }
    let Pairs { found, candidates, .. } = pairs;
    let chosen = choose(bench, ground, found).await?.map(|found| Found {
        confidence: Some(Confidence::Plausible),
        // Too few pairs are tried to say that all of them behave alike.
        behaviours: found.behaviours.filter(|count| *count > 1),
        ..found
    });
    Ok(Sought { found: chosen, candidates: u64::try_from(candidates).unwrap_or(u64::MAX) })
}

impl Pairs<'_> {
    /// Looks at what a first edit makes of the source; nothing where there is no time for it, or no test fails.
    async fn parent(
        &self,
        ground: &Ground,
        helping: &Tried,
    ) -> Result<Option<Parent>, SandboxError> {
        let (Some(left), Some(first)) = (self.time.left(), ground.patched(helping.index)) else {
            return Ok(None);
        };
        let promise = ground.suggestions.get(helping.index).map_or(0.0, |it| it.promise);
        let ground = Ground::of(self.bench, &first.source, left).await?;
        Ok(ground.map(|ground| Parent { first, promise, ground, done: 0 }))
    }

    /// Tries second edits up to a place.
    async fn extend(&mut self, parent: &mut Parent, end: usize) -> Result<(), SandboxError> {
        let to = end.min(parent.ground.suggestions.len());
        let (true, Some(left)) = (parent.done < to, self.time.left()) else { return Ok(()) };
        let terms = (Patience::Usual, left);
        let more = parent.ground.try_some(self.bench, (parent.done, to), terms).await?;
        parent.done = to;
        let both = passing(&parent.ground, &more).into_iter();
        self.found.extend(both.map(|second| parent.both(second, self.candidates)));
        self.candidates += more.len();
        Ok(())
    }
}

/// Candidates after which more tests pass than before, the best first.
fn helping<'a>(ground: &Ground, tried: &'a [Tried]) -> Vec<&'a Tried> {
    let helps =
        |tried: &&Tried| tried.ending == Ending::Done && tried.passed.len() > ground.passed.len();
    let mut helping: Vec<&Tried> = tried.iter().filter(helps).collect();
    helping.sort_by_key(|tried| (Reverse(tried.passed.len()), tried.index));
    helping
}

/// The candidate that passes most tests without losing one, where that is more than before.
pub fn partial(ground: &Ground, tried: &[Tried]) -> Option<Found> {
    let loses_nothing = |tried: &&&Tried| ground.passed.is_subset(&tried.passed);
    let best = helping(ground, tried);
    let best = best.iter().find(loses_nothing)?;
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
