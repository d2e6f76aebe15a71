//! Which of several patches that pass is the one to take.

use std::time::Duration;

use crate::domain::healing::SeparatingInput;
use crate::domain::patch::{Edit, Patch};
use crate::domain::source::{Role, Source};
use crate::healing::bench::Bench;
use crate::healing::found::{Found, Patched};
use crate::healing::ground::Ground;
use crate::sandbox::error::SandboxError;
use crate::sandbox::probe::{Compare, Compared, Inputs};

/// Most patches whose behaviours are compared, and the time of that.
const MAX_COMPARED: usize = 40;
const COMPARE_TIME: Duration = Duration::from_secs(3);
/// Most behaviours of which one patch is kept.
const MAX_BEHAVIOURS: usize = 5;

/// A patch that passes every test.
#[derive(Clone, Debug, PartialEq)]
pub struct Passing {
    /// The source with it.
    pub patched: Patched,
    /// Examples that disagree with it.
    pub missed: usize,
    /// How promising it was.
    pub promise: f64,
    /// Bytes that it takes away and puts in.
    pub size: usize,
    /// Its place among all that were tried.
    pub place: usize,
}

impl Passing {
    /// What one of the edits of a ground makes of its source.
    pub fn of(ground: &Ground, index: usize, (passed, place): (usize, usize)) -> Option<Self> {
        let suggestion = ground.suggestions.get(index)?;
        Some(Self {
            patched: ground.patched(index)?,
            missed: ground.cases.len().saturating_sub(passed),
            promise: suggestion.promise,
            size: size(&suggestion.patch),
            place,
        })
    }

    /// The patch, with what speaks against it.
    fn told(self) -> Patched {
        let Self { patched, missed, .. } = self;
        let explanation = match missed {
            0 => patched.explanation,
            1 => format!("{}; one example in a description disagrees with it", patched.explanation),
            _ => {
                format!(
                    "{}; {missed} examples in descriptions disagree with it",
                    patched.explanation
                )
            }
        };
        Patched { explanation, ..patched }
    }
}

/// The best patch, with one of each other behaviour beside it; `None` where there is none at all.
///
/// Best is what most examples agree with; then what lacks the fewest properties that the answers to the suite's own calls
/// have; then the most promising; then the smallest.
pub async fn choose(
    bench: &Bench<'_>,
    ground: &Ground,
    mut passing: Vec<Passing>,
) -> Result<Option<Found>, SandboxError> {
    let by_promise = |left: &Passing, right: &Passing| {
        let promise = left.missed.cmp(&right.missed).then(right.promise.total_cmp(&left.promise));
        promise.then((left.size, left.place).cmp(&(right.size, right.place)))
    };
    passing.sort_by(by_promise);
    passing.truncate(MAX_COMPARED);
    let compared = compare(bench, ground, &passing).await?;
    let surprises = |place: usize| compared.surprises.get(place).map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..passing.len()).collect();
    order.sort_by_key(|place| (passing.get(*place).map(|it| it.missed), surprises(*place)));
    let Some(best) = order.first().copied() else { return Ok(None) };
    let Some(chosen) = passing.get(best).cloned() else { return Ok(None) };
    let is_other = |alike: &&Vec<usize>| !alike.contains(&best);
    let best_of = |alike: &Vec<usize>| order.iter().find(|place| alike.contains(place));
    let others = compared.behaviours.iter().filter(is_other).filter_map(best_of);
    let others = others.filter_map(|place| passing.get(*place).cloned()).map(Passing::told);
    let count = compared.behaviours.len();
    Ok(Some(Found {
        others: others.take(MAX_BEHAVIOURS - 1).collect(),
        rank: u64::try_from(chosen.place + 1).ok(),
        confidence: None,
        behaviours: u32::try_from(count).ok().filter(|count| *count > 0),
        separating: separating(compared, best),
        patched: chosen.told(),
    }))
}

/// What tells the behaviours apart, that of the chosen patch first.
fn separating(compared: Compared, best: usize) -> Option<SeparatingInput> {
    let own = compared.behaviours.iter().position(|alike| alike.contains(&best))?;
    let mut separating = compared.separating?;
    if own < separating.answers.len() {
        let answer = separating.answers.remove(own);
        separating.answers.insert(0, answer);
    }
    Some(SeparatingInput { call: separating.call, answers: separating.answers })
}

/// Behaviours of the patches; none where nothing is known about them.
async fn compare(
    bench: &Bench<'_>,
    ground: &Ground,
    passing: &[Passing],
) -> Result<Compared, SandboxError> {
    if passing.is_empty() {
        return Ok(Compared::default());
    }
    let candidates = passing.iter().map(|it| whole(&ground.source, &it.patched.source)).collect();
    let compare = Compare { candidates, inputs: Inputs::All };
    let compared = bench.compare(&ground.told, compare, COMPARE_TIME).await?;
    let is_known = compared.inputs > 0 && !compared.behaviours.is_empty();
    Ok(if is_known { compared } else { Compared::default() })
}

/// The patch that makes one source of another, file by file.
fn whole(before: &Source, after: &Source) -> Patch {
    let changed = after.of_role(Role::Code).filter(|file| !before.files().contains(file));
    let edit = |file: &crate::domain::source::SourceFile| {
        let old = before.files().iter().find(|old| old.path == file.path)?;
        Some(Edit { path: file.path.clone(), start: 0, end: old.content.len(), text: file.text() })
    };
    Patch { edits: changed.filter_map(edit).collect() }
}

/// Bytes that a patch takes away and puts in.
fn size(patch: &Patch) -> usize {
    patch.edits.iter().map(|edit| edit.end.saturating_sub(edit.start) + edit.text.len()).sum()
}
