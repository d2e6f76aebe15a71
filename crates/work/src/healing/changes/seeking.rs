//! Looks for a patch among small edits of what a change brought.
//!
//! The lines of a change are few and the likeliest to be wrong, so each edit of them is tried by the failing tests themselves. The
//! search edits added lines alone; a fix that a complaint suggests, such as an import, may lie anywhere in a touched code file.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::contract::error::CommandError;
use crate::contract::page::counted;
use crate::diagnosis::diagnosis::Failure;
use crate::drafting::changing;
use crate::executing::changes::lines;
use crate::executing::changes::trying::Trying;
use crate::healing::acts;
use crate::healing::search::bench::Span;
use crate::healing::search::found::{Found, Patched, Sought};
use crate::healing::work::{Tested, Work};
use crate::healing::workshop::TOOLS;
use record::domain::changeset::Touched;
use record::domain::evidence::TestOutcome;
use record::domain::flips::{Outcomes, RunEnd, Seen, file_of, function_of};
use record::domain::healing::Strategy;
use record::domain::patch::{Edit, Patch};
use record::domain::probe::Complaint;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use repair::mutants::place;
use repair::mutate::{Breadth, mutations};
use repair::suggestion::Suggestion;
use sandbox::error::SandboxError;

/// Most edits that are tried, and the time of all of them.
const MAX_TRIED: usize = 80;
const TIME: Duration = Duration::from_mins(2);
/// Time of one run.
const RUN_MS: u64 = 30_000;
/// Most complaints that fixes are suggested for.
const MAX_COMPLAINTS: usize = 3;

const fn is_red(outcome: TestOutcome) -> bool {
    matches!(outcome, TestOutcome::Failed | TestOutcome::Error)
}

/// A patch on its way.
struct Candidate {
    suggestion: Suggestion,
    source: Source,
}

/// Looks for a patch of a change; what is told of it is a hint, as with every search.
pub async fn seek(
    work: &mut Work<'_>,
    strategy: Strategy,
    parent: &Tested,
) -> Result<Option<Sought>, CommandError> {
    let invocation = work.invocation;
    let proposal = acts::proposal(invocation, &work.healing.proposal).await?;
    let Some(ground) = changing::ground(invocation, &proposal, &parent.revision).await? else {
        return Ok(None);
    };
    let Some(trying) = Trying::of(invocation, &parent.revision, &ground, RUN_MS).await? else {
        return Ok(None);
    };
    if parent.diagnosis.to_turn.is_empty() {
        work.note("no test of the change fails that a repair could turn green");
        return Ok(Some(Sought::default()));
    }
    let mut sought = Sought::default();
    let candidates = candidates(&trying, strategy, parent);
    if strategy == Strategy::Search {
        let lines = lines::added(trying.code()).values().map(BTreeSet::len).sum::<usize>();
        work.note(format!(
            "the search edits only what the change adds: {}",
            counted(lines, "line")
        ));
    }
    match first_passing(work, &trying, parent, candidates, &mut sought).await {
        Ok(found) => Ok(Some(Sought { found, ..sought })),
        Err(SandboxError::Cancelled) => Err(SandboxError::Cancelled.into()),
        Err(error) => {
            work.note(format!("no candidates could be tried: {error}"));
            Ok(None)
        }
    }
}

/// Lists the edits that may be tried, the likeliest first; a run is too dear for one that would be refused as far-fetched.
fn candidates(trying: &Trying<'_>, strategy: Strategy, parent: &Tested) -> Vec<Candidate> {
    let source = &parent.revision.source;
    // What is code and what is a test is as the repository has it, not as the paths alone say.
    let code: Vec<&Touched> = trying.code().filter(|one| lines::is_python(one)).collect();
    let files = source.files().iter().filter(|file| code.iter().any(|one| one.path == file.path));
    let Ok(code_alone) = Source::of_tree(files.cloned().collect()) else { return Vec::new() };
    let added = lines::added(code.iter().copied());
    let complaints: Vec<Complaint> =
        parent.diagnosis.failures.iter().take(MAX_COMPLAINTS).map(complaint).collect();
    let suggestions = match strategy {
        Strategy::Mechanical => complaints
            .iter()
            .flat_map(|complaint| (TOOLS.suggest)(&code_alone, complaint, None))
            .collect(),
        Strategy::Search => on_added(&code_alone, &added, &parent.diagnosis.suspects),
        Strategy::Model => Vec::new(),
    };
    let mut made: Vec<Candidate> = Vec::new();
    for suggestion in suggestions {
        let patch: &Patch = &suggestion.patch;
        let Ok(source) = patch.apply(source) else { continue };
        if (TOOLS.far_fetched)(&code_alone, patch, &complaints).is_none()
            && !made.iter().any(|known| known.source == source)
        {
            made.push(Candidate { suggestion, source });
        }
    }
    made.truncate(MAX_TRIED);
    made
}

/// Small edits that touch nothing but added lines, line by line in turn; suspicious lines first.
fn on_added(
    source: &Source,
    added: &BTreeMap<String, BTreeSet<u32>>,
    suspects: &[String],
) -> Vec<Suggestion> {
    let line_of = |edit: &Edit| place(source, std::slice::from_ref(edit));
    let is_added = |edit: &Edit| {
        line_of(edit).is_some_and(|place| {
            added.get(place.path.as_str()).is_some_and(|lines| lines.contains(&place.line))
        })
    };
    let mut found = mutations(source, None, Breadth::Wide);
    found.retain(|one| one.patch.edits.iter().all(is_added));
    // The best of each line comes before the second of any, so that no line takes the tries of all others.
    let mut turns: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, usize, Suggestion)> = Vec::with_capacity(found.len());
    for one in found {
        let place = one.patch.edits.first().and_then(line_of);
        let name = place.map(|place| format!("{}:{}", place.path, place.line));
        let suspicion = suspects.iter().position(|suspect| Some(suspect) == name.as_ref());
        let turn = turns.entry(name).or_default();
        ranked.push((*turn, suspicion.unwrap_or(usize::MAX), one));
        *turn += 1;
    }
    ranked.sort_by_key(|(turn, suspicion, _)| (*turn, *suspicion));
    ranked.into_iter().map(|(_, _, one)| one).collect()
}

fn complaint(failure: &Failure) -> Complaint {
    let (kind, message) =
        failure.message.split_once(": ").unwrap_or((failure.message.as_str(), ""));
    let place = failure.place.as_ref();
    Complaint {
        kind: kind.to_owned(),
        message: message.to_owned(),
        place: place.and_then(|(path, line)| Some((path.parse::<SourcePath>().ok()?, *line))),
        column: None,
    }
}

/// Tries one after the other: first on the failing tests, and what passes them on all tests of their files.
async fn first_passing(
    work: &Work<'_>,
    trying: &Trying<'_>,
    parent: &Tested,
    candidates: Vec<Candidate>,
    sought: &mut Sought,
) -> Result<Option<Found>, SandboxError> {
    let time = Span::of(TIME.min(work.left() / 2));
    let all = candidates.len();
    let files: BTreeSet<&str> = parent.diagnosis.to_turn.iter().map(|id| file_of(id)).collect();
    let files: Vec<String> = files.into_iter().map(str::to_owned).collect();
    let run = work.course.runs.iter().rev().find(|run| run.revision == parent.revision.number);
    let passing = run.map(|run| &run.passing);
    for (number, Candidate { suggestion, source }) in (1_u64..).zip(candidates) {
        if time.left().is_none() {
            break;
        }
        work.invocation.stage(format!("candidate {number} of {all}"));
        sought.candidates = number;
        let changed = changed(&parent.revision.source, &source);
        let chosen = parent.diagnosis.to_turn.clone();
        let seen = trying.outcomes(format!("candidate {number}"), &changed, chosen).await?;
        if !passes(&seen, &parent.diagnosis.to_turn) {
            continue;
        }
        let name = format!("candidate {number}, its files");
        let seen = trying.outcomes(name, &changed, files.clone()).await?;
        if !passes(&seen, &parent.diagnosis.to_turn)
            || passing.is_some_and(|before| loses(&seen, before))
        {
            continue;
        }
        let patched = Patched {
            source,
            operator: suggestion.operator.to_owned(),
            explanation: suggestion.told(&parent.revision.source),
        };
        return Ok(Some(Found {
            rank: Some(number),
            first_rank: Some(number),
            ..Found::alone(patched)
        }));
    }
    Ok(None)
}

fn changed(before: &Source, after: &Source) -> Vec<SourceFile> {
    let is_new = |file: &&SourceFile| !before.files().contains(file);
    after.files().iter().filter(is_new).cloned().collect()
}

/// Tells whether a run came to its end with every wanted test there and green.
fn passes(seen: &Outcomes, wanted: &[String]) -> bool {
    let is_green = |name: &String| {
        let is_of = |one: &&Seen| {
            function_of(&one.id) == name.as_str() || file_of(&one.id) == name.as_str()
        };
        let mut of = seen.tests.iter().filter(is_of).peekable();
        of.peek().is_some() && !of.any(|one| is_red(one.outcome))
    };
    seen.end == RunEnd::Completed && wanted.iter().all(is_green)
}

/// Tells whether a test is red that passed before the patch.
fn loses(seen: &Outcomes, before: &BTreeSet<String>) -> bool {
    seen.tests.iter().any(|one| is_red(one.outcome) && before.contains(&one.id))
}
