//! What an improved text is worth, from what was executed.
//!
//! Cheapest first, and nothing runs behind a shut gate: the interface, what a look finds, a replay of calls, and the suite of the
//! repository on base and result. What could not be measured is named and weighs nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::drafting::changing::{self, Over};
use crate::executing::changes::running;
use crate::executing::terms::Trial;
use crate::improving::linting;
use crate::improving::replaying::{self, ReplayView};
use crate::improving::stages::{Evaluation, Generated};
use crate::improving::structuring;
use crate::improving::workplace::Workplace;
use inspection::findings::dangers::dangers;
use inspection::findings::duplicates::duplicates;
use inspection::findings::finding::{File, Severity};
use inspection::functions::excess;
use inspection::interface::gate;
use inspection::language::is_test;
use inspection::python;
use inspection::score::{Pair, Parts, score};
use record::domain::change_evidence::ChangeEvidence;
use record::domain::evidence::{Evidence, Termination};
use record::domain::id::ExecutionId;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use sandbox::backend::Job;
use sandbox::study::{Replayed, Told};

/// Rules that count for the score: those of a look, and those that are mended.
const SCORED: [&str; 15] = [
    "F", "B", "S", "PLE", "BLE", "E722", "E711", "E712", "E713", "E714", "C4", "SIM", "UP034",
    "RET", "PIE",
];
/// What a message counts for in the score: bugs and dangers more than manners.
const WEIGHTS: (f64, f64) = (5.0, 1.0);

/// An evaluation, with the calls that a replay answered.
pub struct Evaluated {
    /// What the text is worth.
    pub evaluation: Evaluation,
    /// The replay; absent where the gate was shut before.
    pub replayed: Option<Replayed>,
}

/// Evaluates a text.
pub async fn evaluate(
    invocation: &Invocation,
    workplace: &Workplace,
    generated: &Generated,
) -> Result<Evaluated, CommandError> {
    let text = generated.text.as_str();
    let path = workplace.path.to_string();
    let others = structuring::beside(generated)?;
    let moved = moved(workplace, text, &others);
    let aim = structuring::aim(workplace, generated);
    let with_others = if others.is_empty() {
        None
    } else {
        Some(workplace.at(&path, [workplace.beside.clone(), others].concat())?)
    };
    let workplace = with_others.as_ref().unwrap_or(workplace);
    let mut gate = gate::examine(&path, &workplace.old, text);
    if !moved.is_empty() {
        // What only went to another file is nothing new; what all of them hide or dare together counts.
        gate.refusals.clear();
        let (before, after) = texts(&moved);
        gate.refusals.extend(gate::hiding(&before, &after));
    }
    gate.refusals.extend(moved.iter().flat_map(Moved::refusals));
    let own = Moved { path: path.clone(), old: workplace.old.clone(), new: text.to_owned() };
    let all: Vec<&Moved> = if moved.is_empty() { vec![&own] } else { moved.iter().collect() };
    gate.refusals.extend(new_dangers(&all));
    gate.open = gate.refusals.is_empty();
    let refusals = gate.refusals.clone();
    let changes_behaviour = !all.iter().all(|one| python::is_same_code(&one.old, &one.new));
    let mut parts = Parts { refusals, changes_behaviour, structure: aim, ..Parts::default() };
    let mut evaluation = Evaluation {
        path,
        score: 0.0,
        gate,
        parts: parts.clone(),
        replay: None,
        broken_tests: Vec::new(),
        notes: Vec::new(),
    };
    if !evaluation.gate.open {
        return Ok(Evaluated { evaluation, replayed: None });
    }
    let replayed = replaying::replay(invocation, workplace, text).await?;
    take_replay(&mut evaluation, &mut parts, &replayed);
    if parts.refusals.is_empty() {
        look(invocation, workplace, text, &mut parts, &mut evaluation.notes).await?;
        execute(invocation, workplace, text, (&mut parts, &mut evaluation), &replayed).await?;
    }
    evaluation.gate.refusals.clone_from(&parts.refusals);
    evaluation.gate.open = parts.refusals.is_empty();
    evaluation.score = score(&parts);
    evaluation.parts = parts;
    Ok(Evaluated { evaluation, replayed: Some(replayed) })
}

/// A file of a move, before and after.
struct Moved {
    path: String,
    old: String,
    new: String,
}

impl Moved {
    /// What it offers no more.
    fn refusals(&self) -> Vec<String> {
        if is_test(self.path.as_bytes()) {
            return vec![format!(
                "{} is a file of tests: an improvement leaves those alone",
                self.path
            )];
        }
        let refusals = gate::offers(&self.path, &self.old, &self.new).into_iter();
        refusals.map(|refusal| format!("{}: {refusal}", self.path)).collect()
    }
}

/// The files that go with a text, and that itself; none where it goes alone.
fn moved(workplace: &Workplace, text: &str, others: &[(SourcePath, Vec<u8>)]) -> Vec<Moved> {
    let own = (workplace.path.clone(), text.as_bytes().to_vec());
    let all = others.iter().chain(std::iter::once(&own).filter(|_| !others.is_empty()));
    let file = |(path, content): &(SourcePath, Vec<u8>)| Moved {
        path: path.to_string(),
        old: workplace.text(path.as_str()).unwrap_or_default(),
        new: String::from_utf8_lossy(content).into_owned(),
    };
    all.map(file).collect()
}

fn texts(moved: &[Moved]) -> (Vec<&str>, Vec<&str>) {
    moved.iter().map(|file| (file.old.as_str(), file.new.as_str())).unzip()
}

fn new_dangers(all: &[&Moved]) -> Vec<String> {
    let found = |text: &dyn Fn(&Moved) -> String| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for moved in all {
            let (path, role) = (moved.path.clone(), record::domain::role::Role::Code);
            for finding in dangers(&File { path, role, text: text(moved) }) {
                *counts.entry(finding.message).or_default() += 1;
            }
        }
        counts
    };
    let before = found(&|moved| moved.old.clone());
    let is_new =
        |(message, count): &(String, usize)| before.get(message).copied().unwrap_or(0) < *count;
    found(&|moved| moved.new.clone())
        .into_iter()
        .filter(is_new)
        .map(|(message, _)| format!("{message}, and was not before"))
        .collect()
}

fn take_replay(evaluation: &mut Evaluation, parts: &mut Parts, replayed: &Replayed) {
    parts.killed_by_replay = replayed.strength();
    let told = replayed.differences.iter();
    let (watched, calls): (Vec<&Told>, Vec<&Told>) =
        told.partition(|told| told.call.starts_with("in "));
    let such_as = |told: Vec<&Told>| {
        let first = told.first();
        let words =
            |told: &&Told| format!(", such as {}: {} became {}", told.call, told.old, told.new);
        first.map(words).unwrap_or_default()
    };
    if replayed.different > 0 {
        let (different, all) = (replayed.different, replayed.stable);
        let refusal =
            format!("{different} of {all} calls are answered otherwise{}", such_as(calls));
        parts.refusals.push(refusal);
    }
    if replayed.otherwise > 0 {
        let (otherwise, all) = (replayed.otherwise, replayed.watched);
        let refusal =
            format!("{otherwise} of {all} watched tests see something else{}", such_as(watched));
        parts.refusals.push(refusal);
    }
    if !replayed.is_whole {
        evaluation.notes.push("the replay did not come to its end".to_owned());
    }
    if replayed.stable == 0 && replayed.watched == 0 {
        evaluation
            .notes
            .push("no call could be replayed: behaviour rests on the tests alone".to_owned());
    }
    evaluation.replay = Some(ReplayView::of(replayed));
}

/// Measures what a look finds before and after.
async fn look(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
    parts: &mut Parts,
    notes: &mut Vec<String>,
) -> Result<(), CommandError> {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let asked: BTreeSet<String> = [workplace.path.to_string()].into();
    let copies = |text: &str| {
        let found = duplicates(&workplace.files(text));
        exact(found.iter().filter(|finding| asked.contains(&finding.path)).count())
    };
    parts.complexity =
        Some(Pair { before: f64::from(excess(&workplace.old)), after: f64::from(excess(text)) });
    parts.duplication = Some(Pair { before: copies(&workplace.old), after: copies(text) });
    let mut weights = Vec::new();
    for text in [&workplace.old, text] {
        let files = workplace.files(text);
        let python = workplace.described.python.as_deref();
        match linting::remarks(invocation, (&files, &asked), &SCORED, python).await {
            Ok(remarks) => weights.push(remarks.iter().map(|remark| weight(&remark.code)).sum()),
            Err(failure) if invocation.cancel.is_cancelled() => return Err(failure),
            Err(failure) => notes.push(format!("no linter was asked: {failure}")),
        }
    }
    if let [before, after] = *weights.as_slice() {
        parts.lint = Some(Pair { before, after });
    }
    Ok(())
}

fn weight(code: &str) -> f64 {
    match linting::graded(code).0 {
        Severity::High | Severity::Medium => WEIGHTS.0,
        Severity::Low => WEIGHTS.1,
    }
}

/// Runs the suite of the repository on base and result.
async fn execute(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
    (parts, evaluation): (&mut Parts, &mut Evaluation),
    replayed: &Replayed,
) -> Result<(), CommandError> {
    let put = Over { files: workplace.whole(text), ..Over::default() };
    let name = &workplace.described.name;
    let change = changing::over(invocation, name, &workplace.base, put).await?;
    let trial = Trial {
        limits: workplace.limits.clone(),
        ground: Some(workplace.ground.clone()),
        ..Trial::usual(workplace.limits.clone(), invocation.policy().await?)
    };
    let prepared = running::prepare(invocation, &change, &trial).await?;
    let backend = invocation.backend(None)?.as_ref();
    let id = ExecutionId::derived(&invocation.caller.idempotency);
    let seed = record::domain::digest::hex(&(invocation.entropy)());
    let source = Source::of_change(change.clone());
    let layer = workplace.layer.clone();
    let job = Job { layer, ..Job::usual(id, source, workplace.limits.clone(), seed) };
    invocation.stage("running the tests of the repository");
    let evidence = running::run(invocation, backend, job, &change, &prepared).await?;
    take_evidence((parts, evaluation), &evidence, replayed);
    Ok(())
}

fn take_evidence(
    (parts, evaluation): (&mut Parts, &mut Evaluation),
    evidence: &Evidence,
    replayed: &Replayed,
) {
    let Some(change) = evidence.change.as_deref() else {
        evaluation.notes.push("the suite showed nothing of the change".to_owned());
        return;
    };
    if let Some(why) = &change.baseline.unavailable {
        evaluation.notes.push(format!("the suite of the base cannot be run: {why}"));
    }
    evaluation.broken_tests =
        change.flips.broken.iter().chain(&change.old_tests_failing).cloned().collect();
    evaluation.broken_tests.dedup();
    if let Some(first) = evaluation.broken_tests.first() {
        parts.refusals.push(match evaluation.broken_tests.len() {
            1 => format!("a test that passed fails now: {first}"),
            count => format!("{count} tests that passed fail now, {first} among them"),
        });
    }
    if !matches!(evidence.termination, Termination::Completed)
        && change.baseline.unavailable.is_none()
    {
        parts.refusals.push("the suite does not come to its end with it".to_owned());
    }
    let ran = evidence.coverage.as_ref().map(|coverage| coverage.covered);
    let ran = ran.filter(|_| change.baseline.unavailable.is_none());
    take_lines(parts, change, ran, replayed);
}

/// The share of changed executable lines that tests or the replay ran; `ran` counts lines of code that did, where that is known.
fn take_lines(parts: &mut Parts, change: &ChangeEvidence, ran: Option<u32>, replayed: &Replayed) {
    let lines = &change.changed_lines;
    if lines.total == 0 {
        // What only takes lines away, or was not measured, is known by what else ran, and by nothing else.
        let is_observed = ran.is_some_and(|lines| lines > 0) || !replayed.lines.is_empty();
        parts.executed = if is_observed { 1.0 } else { 0.0 };
        return;
    }
    let number = |place: &String| place.rsplit(':').next()?.parse().ok();
    let by_replay = lines
        .missing
        .iter()
        .filter_map(number)
        .filter(|line| replayed.lines.contains(line))
        .count();
    let ran = lines.covered.saturating_add(u32::try_from(by_replay).unwrap_or(u32::MAX));
    parts.executed = f64::from(ran.min(lines.total)) / f64::from(lines.total);
}
