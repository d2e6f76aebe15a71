//! Two edits close to each other.

use std::time::Duration;

use crate::domain::patch::{Edit, Patch};
use crate::domain::source::Source;
use crate::healing::bench::Bench;
use crate::healing::choice::Passing;
use crate::healing::found::Patched;
use crate::healing::ground::Ground;
use crate::repair::suggestion::Suggestion;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::Tried;

/// Edits of which two are joined, in the order in which they were tried.
const MAX_SINGLES: usize = 400;
/// Most pairs, and the time of all of them.
const MAX_PAIRS: usize = 6_000;
const TIME: Duration = Duration::from_secs(6);
/// Lines that two edits are apart at most, and how much later pairs on two lines are tried.
const MAX_APART: usize = 1;
const APART: usize = 4;
/// The first ranks differ by less than the ratio of their places.
const EASE: usize = 3;

/// Patches of two edits that pass every test, and how many were tried.
pub async fn search(
    bench: &Bench<'_>,
    ground: &Ground,
) -> Result<(Vec<Passing>, usize), SandboxError> {
    let (names, pairs): (Vec<String>, Vec<Suggestion>) = pairs(ground).into_iter().unzip();
    let joint = ground.with(pairs);
    let tried = joint.try_some(bench, (0, joint.suggestions.len()), TIME).await?;
    let passes = tried.iter().enumerate().filter(|(_, tried)| joint.is_plausible(tried));
    let told = |(place, tried): (usize, &Tried)| {
        let passing = Passing::of(&joint, tried.index, (tried.passed.len(), place))?;
        let operator = names.get(tried.index)?.clone();
        Some(Passing { patched: Patched { operator, ..passing.patched }, ..passing })
    };
    Ok((passes.filter_map(told).collect(), tried.len()))
}

/// Pairs with the words of both edits, the likeliest first.
fn pairs(ground: &Ground) -> Vec<(String, Suggestion)> {
    let singles: Vec<&Suggestion> = ground.suggestions.iter().take(MAX_SINGLES).collect();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (place, first) in singles.iter().enumerate() {
        let later = singles.iter().enumerate().skip(place + 1);
        let near = later.filter_map(|(next, second)| {
            let apart = apart(&ground.source, first, second)?;
            (apart <= MAX_APART).then_some((next, 1 + apart * (APART - 1)))
        });
        found.extend(near.map(|(next, far)| ((place + EASE) * (next + EASE) * far, place, next)));
    }
    found.sort_unstable();
    let both = |(_, one, other): &(usize, usize, usize)| {
        Some(both(singles.get(*one)?, singles.get(*other)?))
    };
    found.iter().take(MAX_PAIRS).filter_map(both).collect()
}

fn both(first: &Suggestion, second: &Suggestion) -> (String, Suggestion) {
    let suggestion = Suggestion {
        patch: Patch { edits: [&first.patch.edits[..], &second.patch.edits[..]].concat() },
        operator: first.operator,
        why: format!("{}; {}", first.why, second.why),
        promise: first.promise * second.promise,
    };
    (format!("{}+{}", first.operator, second.operator), suggestion)
}

/// Lines between two edits of one stretch each; nothing where they touch or lie in different files.
fn apart(source: &Source, first: &Suggestion, second: &Suggestion) -> Option<usize> {
    let ([one], [other]) = (&first.patch.edits[..], &second.patch.edits[..]) else { return None };
    let (one, other): (&Edit, &Edit) =
        if one.start <= other.start { (one, other) } else { (other, one) };
    if one.path != other.path || one.end >= other.start {
        return None;
    }
    let file = source.files().iter().find(|file| file.path == one.path)?;
    let between = file.content.get(one.end..other.start)?;
    Some(between.split(|byte| *byte == b'\n').count() - 1)
}
