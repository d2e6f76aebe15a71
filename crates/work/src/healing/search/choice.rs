//! Chooses among the patches that pass every test.
//!
//! Passing patches often behave differently where no test looks. One of each behaviour is kept for the owner, with an input
//! on which they differ, and the chosen one is told no more certain than what speaks for it.

use std::time::Duration;

use crate::healing::search::bench::Bench;
use crate::healing::search::found::{Found, Patched};
use crate::healing::search::ground::Ground;
use record::domain::healing::{Confidence, SeparatingInput};
use record::domain::patch::{Edit, Patch};
use record::domain::probe::Tried;
use record::domain::probe::{Compare, Compared, Inputs};
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::error::SandboxError;

/// Most patches whose behaviours are compared, and the time of that.
const MAX_COMPARED: usize = 40;
const COMPARE_TIME: Duration = Duration::from_secs(3);
/// Fewest properties, and inputs that they were asked of, that confirm a patch.
const FEWEST_PROPERTIES: usize = 3;
const FEWEST_INPUTS: usize = 20;
/// Most behaviours of which one patch is kept.
const MAX_BEHAVIOURS: usize = 5;
/// Least promise of a patch that is said to behave like all others: what promises less more often passes by chance.
const LEAST_PROMISE: f64 = 0.5;

/// Knowledge of other passing patches: enough was tried to tell, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It was.
    Enough,
    /// Others may pass and behave differently.
    TooFew,
}

/// A patch that passes every test.
#[derive(Clone, Debug, PartialEq)]
pub struct Passing {
    /// The source with it.
    pub patched: Patched,
    /// Examples that disagree with it.
    pub missed: usize,
    /// Its promise before it was tried.
    pub promise: f64,
    /// Bytes that it takes away and puts in.
    pub size: usize,
    /// Its place among all that were tried.
    pub place: usize,
}

impl Passing {
    /// Applies one of the edits of a ground to its source.
    pub fn of(ground: &Ground, index: usize, passed: usize, place: usize) -> Option<Self> {
        let suggestion = ground.suggestions.get(index)?;
        Some(Self {
            patched: ground.patched(index)?,
            missed: ground.cases.len().saturating_sub(passed),
            promise: suggestion.promise,
            size: size(&suggestion.patch),
            place,
        })
    }

    /// Adds what speaks against the patch to its explanation.
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

/// Chooses the best patch, with one of each other behaviour beside it; `None` where there is none at all.
///
/// That all behave alike is said where enough others were tried, and the best is not far-fetched.
///
/// Best is what most examples agree with; then the most promising; then the smallest. What lacks a property that the answers
/// to the suite's own calls have in common is not put behind: that was tried, and chose no better.
pub async fn choose(
    bench: &Bench<'_>,
    ground: &Ground,
    mut passing: Vec<Passing>,
    tried: Others,
) -> Result<Option<Found>, SandboxError> {
    let by_promise = |left: &Passing, right: &Passing| {
        let promise = left.missed.cmp(&right.missed).then(right.promise.total_cmp(&left.promise));
        promise.then((left.size, left.place).cmp(&(right.size, right.place)))
    };
    let first = passing.iter().map(|passing| passing.place).min();
    passing.sort_by(by_promise);
    passing.truncate(MAX_COMPARED);
    let compared = compare(bench, ground, &passing).await?;
    let Some(chosen) = passing.first().cloned() else { return Ok(None) };
    let others = compared.behaviours.iter().skip(1).filter_map(|alike| alike.first());
    let others = others.filter_map(|place| passing.get(*place).cloned()).map(Passing::told);
    let count = compared.behaviours.len();
    let is_told = count > 1 || tried == Others::Enough && chosen.promise >= LEAST_PROMISE;
    let is_usual = compared.properties >= FEWEST_PROPERTIES
        && compared.inputs >= FEWEST_INPUTS
        && compared.surprises.first().is_some_and(Vec::is_empty);
    Ok(Some(Found {
        others: others.take(MAX_BEHAVIOURS - 1).collect(),
        rank: u64::try_from(chosen.place + 1).ok(),
        first_rank: first.and_then(|place| u64::try_from(place + 1).ok()),
        confidence: Some(if is_usual { Confidence::Properties } else { Confidence::Plausible }),
        behaviours: u32::try_from(count).ok().filter(|count| *count > 0 && is_told),
        separating: compared.separating.map(|separating| SeparatingInput {
            call: separating.call,
            answers: separating.answers,
        }),
        patched: chosen.told(),
    }))
}

/// Compares the behaviours of the patches; the answer is empty where nothing is known about them.
async fn compare(
    bench: &Bench<'_>,
    ground: &Ground,
    passing: &[Passing],
) -> Result<Compared, SandboxError> {
    if passing.is_empty() {
        return Ok(Compared::default());
    }
    let candidates = passing.iter().map(|it| whole(&ground.source, &it.patched.source)).collect();
    let compare = Compare { candidates, inputs: Inputs::FarAndOwn };
    let compared = bench.compare(&ground.told, compare, COMPARE_TIME).await?;
    // Of those for which there was no time nobody knows whether they behave alike.
    let told: usize = compared.behaviours.iter().map(Vec::len).sum();
    let is_cut = compared.behaviours.len() == 1 && told < passing.len();
    let is_known = compared.inputs > 0 && !compared.behaviours.is_empty() && !is_cut;
    Ok(if is_known { compared } else { Compared::default() })
}

/// Makes the patch that turns the code of one source into that of another.
pub fn whole(before: &Source, after: &Source) -> Patch {
    let changed = after.of_role(Role::Code).filter(|file| !before.files().contains(file));
    let edit = |file: &record::domain::source::SourceFile| {
        let old = before.files().iter().find(|old| old.path == file.path)?;
        Some(Edit { path: file.path.clone(), start: 0, end: old.content.len(), text: file.text() })
    };
    Patch { edits: changed.filter_map(edit).collect() }
}

/// Counts the bytes that a patch takes away and puts in.
fn size(patch: &Patch) -> usize {
    patch.edits.iter().map(|edit| edit.end.saturating_sub(edit.start) + edit.text.len()).sum()
}

/// Collects the patches that pass every test.
pub fn passing(ground: &Ground, tried: &[Tried]) -> Vec<Passing> {
    let plausible = tried.iter().enumerate().filter(|(_, tried)| ground.is_plausible(tried));
    let told = |(place, tried): (usize, &Tried)| {
        Passing::of(ground, tried.index, tried.passed.len(), place)
    };
    plausible.filter_map(told).collect()
}
