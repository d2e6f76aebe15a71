//! Patches of two edits.

use std::time::Duration;

use crate::healing::bench::{Bench, Span};
use crate::healing::found::{Found, Patched, Sought};
use crate::healing::ground::Ground;
use crate::healing::search::choose;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::{Ending, Tried};

/// Most first edits that a second one is added to.
const MAX_PARENTS: usize = 8;
/// Most candidates over all of them.
const MAX_CANDIDATES: usize = 3_000;
/// Candidates for one first edit in one turn.
const PORTION: usize = 375;
/// Time of all of them together.
const TIME: Duration = Duration::from_secs(10);

/// Adds second edits to the first ones that helped a little; nothing where none did.
pub async fn search(
    bench: &Bench<'_>,
    ground: &Ground,
    tried: &[Tried],
) -> Result<Sought, SandboxError> {
    let time = Span::of(TIME);
    let mut candidates = 0;
    for parent in parents(ground, tried).iter().take(MAX_PARENTS) {
        let (Some(left), Some(first)) = (time.left(), ground.patched(parent.index)) else {
            break;
        };
        let Some(second) = Ground::of(bench, &first.source, left).await? else { continue };
        let end = PORTION.min(second.suggestions.len()).min(MAX_CANDIDATES - candidates);
        let Some(left) = time.left() else { break };
        let again = second.try_some(bench, (0, end), left).await?;
        candidates += again.len();
        let Some(found) = choose(bench, &second, &again).await? else { continue };
        let found = both(&first, found);
        return Ok(Sought { found: Some(found), candidates: count(candidates) });
    }
    Ok(Sought { found: None, candidates: count(candidates) })
}

fn count(candidates: usize) -> u64 {
    u64::try_from(candidates).unwrap_or(u64::MAX)
}

/// Candidates after which more tests pass than before, the best first.
fn parents<'a>(ground: &Ground, tried: &'a [Tried]) -> Vec<&'a Tried> {
    let helps =
        |tried: &&Tried| tried.ending == Ending::Done && tried.passed.len() > ground.passed.len();
    let mut parents: Vec<&Tried> = tried.iter().filter(helps).collect();
    parents.sort_by_key(|tried| (std::cmp::Reverse(tried.passed.len()), tried.index));
    parents
}

/// The candidate that passes most tests without losing one, where that is more than before.
pub fn partial(ground: &Ground, tried: &[Tried]) -> Option<Found> {
    let loses_nothing = |tried: &&&Tried| ground.passed.is_subset(&tried.passed);
    let best = parents(ground, tried);
    let best = best.iter().find(loses_nothing)?;
    ground.patched(best.index).map(Found::alone)
}

fn both(first: &Patched, found: Found) -> Found {
    let join = |second: Patched| Patched {
        source: second.source,
        operator: format!("{}+{}", first.operator, second.operator),
        explanation: format!("{}; {}", first.explanation, second.explanation),
    };
    Found {
        patched: join(found.patched),
        others: found.others.into_iter().map(join).collect(),
        rank: None,
        // Too few pairs are tried to say that all of them behave alike.
        behaviours: found.behaviours.filter(|count| *count > 1),
        ..found
    }
}
