//! Measures how many small changes of the code its tests notice.
//!
//! Mutants are tried in a sandbox; for each one that survives, an input is looked for on which it answers otherwise than
//! the code. Such an input is a missing test (`characterisation.rs` writes it). Everything here is bounded in time, and
//! what was not tried is told and not guessed.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::healing::search::bench::{Bench, Span};
use inspection::functions::functions;
use record::domain::healing::SeparatingInput;
use record::domain::patch::Patch;
use record::domain::probe::{
    Case, Compare, Compared, Detail, Ending, Inputs, Patience, Separating, Traced, Tried, Try,
};
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use repair::mutants::{self, Place};
use repair::mutate::Breadth;
use repair::suggestion::Suggestion;
use sandbox::error::SandboxError;

/// Most survivors whose behaviours are compared.
const MAX_COMPARED: usize = 40;
/// Most behaviours for which an input is looked for.
const MAX_SEPARATED: usize = 20;
/// Time of one comparison.
const COMPARE_TIME: Duration = Duration::from_secs(3);
/// Most characters of an old or new text in a reason.
const MAX_SHOWN: usize = 60;

/// The outcome of trying mutants; a hint like everything a sandbox says, never evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scored {
    /// Mutants were tried.
    Tried(Mutation),
    /// None could be; the text says why.
    Impossible(String),
}

/// The counts of mutants that the tests noticed, and those they did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutation {
    /// Mutants that were tried and compile.
    pub tried: usize,
    /// Of these, the ones with which a test fails.
    pub killed: usize,
    /// Mutants for which there was no time.
    pub untried: usize,
    /// The others: those with a separating input first, then by place.
    pub survivors: Vec<Survivor>,
    /// Tests that a box without pytest cannot run; what only they notice counts as a survivor.
    pub unfit: usize,
}

impl Mutation {
    /// Computes killed of tried; `None` where none was tried.
    pub fn score(&self) -> Option<f64> {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        (self.tried > 0).then(|| (count(self.killed) * 100.0 / count(self.tried)).round() / 100.0)
    }
}

/// A mutant that no test notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivor {
    /// The word of its operator.
    pub operator: String,
    /// Its effect, in a sentence that names the place.
    pub why: String,
    /// The change itself: `` `<` became `<=` ``.
    pub changed: String,
    /// The file.
    pub path: SourcePath,
    /// The line, from 1.
    pub line: u32,
    /// The text of the line.
    pub before: String,
    /// The text it has in the mutant.
    pub after: String,
    /// A call on which it differs from the code, the answer of the code first; without one it is perhaps equivalent.
    pub separating: Option<SeparatingInput>,
    /// Whether it lies in a function that no test calls.
    pub is_uncalled: bool,
}

/// Tries mutants of a source and looks for inputs that tell the survivors from it, within a time.
pub async fn score(
    bench: &Bench<'_>,
    source: &Source,
    time: Duration,
) -> Result<Scored, SandboxError> {
    let span = Span::of(time);
    let traced = bench.trace(source, time).await?;
    if let Some(why) = hindrance(&traced) {
        return Ok(Scored::Impossible(why));
    }
    let mutants = mutants::choose(source, (bench.tools.mutations)(source, &traced, Breadth::Near));
    let tried = try_out(bench, source, &traced, &mutants, &span).await?;
    let compiled = || tried.iter().filter(|tried| tried.ending != Ending::Uncompiled);
    let survives =
        |tried: &&Tried| tried.ending == Ending::Done && tried.passed.len() == traced.cases.len();
    let alive: Vec<&Suggestion> =
        compiled().filter(survives).filter_map(|tried| mutants.get(tried.index)).collect();
    let inputs = separate(bench, source, &alive, &span).await?;
    let survivors = alive.iter().zip(inputs);
    let mut survivors: Vec<Survivor> =
        survivors.filter_map(|(mutant, input)| survivor(source, mutant, input)).collect();
    for survivor in &mut survivors {
        survivor.is_uncalled = is_uncalled(source, &traced, survivor);
    }
    survivors.sort_by_key(|it| (it.separating.is_none(), it.path.clone(), it.line));
    Ok(Scored::Tried(Mutation {
        tried: compiled().count(),
        killed: compiled().count() - alive.len(),
        untried: mutants.len() - tried.len(),
        survivors,
        unfit: traced.unfit.len(),
    }))
}

/// Finds a reason why mutants would say nothing.
fn hindrance(traced: &Traced) -> Option<String> {
    if let Some(complaint) = &traced.complaint {
        return Some(format!("the code or its tests cannot be imported: {}", complaint.kind));
    }
    let fails = |case: &&Case| case.complaint.is_some();
    let failing: Vec<&str> =
        traced.cases.iter().filter(fails).map(|case| case.id.as_str()).collect();
    match (failing.first(), traced.cases.is_empty()) {
        (Some(first), _) => Some(format!(
            "{} of {} tests fail already, {first} among them",
            failing.len(),
            traced.cases.len()
        )),
        (None, true) if traced.unfit.is_empty() => {
            Some("there is no test to notice any".to_owned())
        }
        (None, true) => Some("no test can run in a box without pytest".to_owned()),
        (None, false) => None,
    }
}

/// Tries the mutants in two thirds of the time that is left; the rest is for what survives.
async fn try_out(
    bench: &Bench<'_>,
    source: &Source,
    traced: &Traced,
    mutants: &[Suggestion],
    span: &Span,
) -> Result<Vec<Tried>, SandboxError> {
    let Some(left) = span.left().filter(|_| !mutants.is_empty()) else { return Ok(Vec::new()) };
    let patches: Vec<Patch> = mutants.iter().map(|mutant| mutant.patch.clone()).collect();
    let wanted = Try {
        further: patches.len(),
        further_time: left,
        candidates: patches,
        cases: traced.cases.iter().map(|case| case.id.clone()).collect(),
        detail: Detail::Outcome,
        patience: Patience::Usual,
    };
    let mut tried = bench.try_all(source, wanted, left * 2 / 3).await?;
    // What a box says twice counts once.
    tried.sort_by_key(|tried| tried.index);
    tried.dedup_by_key(|tried| tried.index);
    Ok(tried)
}

/// Finds an input that tells each survivor from the source, in their order.
async fn separate(
    bench: &Bench<'_>,
    source: &Source,
    alive: &[&Suggestion],
    span: &Span,
) -> Result<Vec<Option<SeparatingInput>>, SandboxError> {
    let mut inputs = vec![None; alive.len()];
    let compared: Vec<&Suggestion> = alive.iter().take(MAX_COMPARED).copied().collect();
    let together = compare(bench, source, &compared, Inputs::Near, span).await?;
    let groups = match &together {
        Some(together) => different(together),
        // Cut off: each may still be looked at alone.
        None => (0..compared.len()).map(|place| vec![place]).collect(),
    };
    for group in groups.into_iter().take(MAX_SEPARATED) {
        let first = group.first().and_then(|place| compared.get(*place));
        let Some(first) = first.copied() else { continue };
        let found = separating(bench, source, first, span).await?;
        for place in group {
            if let Some(input) = inputs.get_mut(place) {
                input.clone_from(&found);
            }
        }
    }
    Ok(inputs)
}

/// Groups the survivors that differ from the source by their behaviour; returns their places.
fn different(compared: &Compared) -> Vec<Vec<usize>> {
    // The first two places are the source itself, which is compared twice.
    let shift =
        |group: &Vec<usize>| group.iter().filter_map(|place| place.checked_sub(2)).collect();
    let is_code = |group: &&Vec<usize>| group.contains(&0) || group.contains(&1);
    compared.behaviours.iter().filter(|group| !is_code(group)).map(shift).collect()
}

/// Finds an input that the code answers, else any, on which a survivor differs from it.
async fn separating(
    bench: &Bench<'_>,
    source: &Source,
    survivor: &Suggestion,
    span: &Span,
) -> Result<Option<SeparatingInput>, SandboxError> {
    for inputs in [Inputs::AnsweredByFirst, Inputs::Near] {
        let compared = compare(bench, source, &[survivor], inputs, span).await?;
        let Some(compared) = compared else { continue };
        // Code that differs from itself has no answer that a test could ask for.
        let is_steady = compared.behaviours == [vec![0, 1], vec![2]];
        if let Some(Separating { call, answers }) = compared.separating.filter(|_| is_steady) {
            return Ok(Some(SeparatingInput { call, answers }));
        }
    }
    Ok(None)
}

/// Compares survivors with the source, which is there twice; `None` where time cut it off.
async fn compare(
    bench: &Bench<'_>,
    source: &Source,
    survivors: &[&Suggestion],
    inputs: Inputs,
    span: &Span,
) -> Result<Option<Compared>, SandboxError> {
    let Some(left) = span.left().filter(|_| !survivors.is_empty()) else { return Ok(None) };
    let own = Span::of(left.min(COMPARE_TIME));
    let Some(time) = own.left() else { return Ok(None) };
    let patches = survivors.iter().map(|survivor| survivor.patch.clone());
    let candidates = [Patch::default(), Patch::default()].into_iter().chain(patches).collect();
    let compared = bench.compare(source, Compare { candidates, inputs }, time).await?;
    // What was cut off would look like code that does not end.
    Ok(own.left().map(|_| compared))
}

fn survivor(
    source: &Source,
    mutant: &Suggestion,
    separating: Option<SeparatingInput>,
) -> Option<Survivor> {
    let edits = &mutant.patch.edits;
    let Place { path, line, text: before } = mutants::place(source, edits)?;
    let after = mutants::place(&mutant.patch.apply(source).ok()?, edits)?.text;
    let changed: Vec<String> = edits.iter().filter_map(|edit| changed(source, edit)).collect();
    Some(Survivor {
        operator: mutant.operator.to_owned(),
        why: mutant.why.clone(),
        changed: changed.join(", "),
        path,
        line,
        before,
        after,
        separating,
        is_uncalled: false,
    })
}

/// Tells whether no test runs a line of the function that a survivor changes; of code outside of functions nobody says so.
fn is_uncalled(source: &Source, traced: &Traced, survivor: &Survivor) -> bool {
    let (path, line) = (&survivor.path, survivor.line);
    let text = source.files().iter().find(|file| file.path == *path).map(SourceFile::text);
    let around = functions(&text.unwrap_or_default())
        .into_iter()
        .filter(|function| (function.line..=function.last_line).contains(&line))
        .max_by_key(|function| function.line);
    // What a box without pytest cannot run may call it all the same.
    let Some(function) = around.filter(|_| traced.unfit.is_empty()) else { return false };
    // The line of its `def` runs when its file is imported.
    let own = function.line + 1..=function.last_line;
    let is_run = |lines: &BTreeSet<u32>| lines.iter().any(|line| own.contains(line));
    let ran = traced.cases.iter().filter_map(|case| case.lines.get(path));
    own.contains(&line) && !ran.into_iter().any(is_run)
}

fn changed(source: &Source, edit: &record::domain::patch::Edit) -> Option<String> {
    let file = source.files().iter().find(|file| file.path == edit.path)?;
    let old = String::from_utf8_lossy(file.content.get(edit.start..edit.end)?).into_owned();
    Some(match (brief(&old), brief(&edit.text)) {
        (old, new) if old.is_empty() => format!("`{new}` was added"),
        (old, new) if new.is_empty() => format!("`{old}` was dropped"),
        (old, new) => format!("`{old}` became `{new}`"),
    })
}

/// Puts a text on one line, cut to what can be shown.
fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}
