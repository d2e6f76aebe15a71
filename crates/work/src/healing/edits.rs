//! Attempts without a model: mechanical fixes and the search for a patch.
//!
//! `rounds.rs` and `search/` find patches in a sandbox; this file stores what they find as revisions, which are then
//! executed like any other, because a sandbox that tries candidates gives hints and no evidence. Where several files fail,
//! it sets one aside after the other, so that a file that cannot be repaired stops no other.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::diagnosis::files::suspects;
use crate::diagnosis::script;
use crate::executing::dependencies::{self, Install};
use crate::healing::acts::{self, Made};
use crate::healing::changes::seeking;
use crate::healing::lean;
use crate::healing::rounds;
use crate::healing::search::bench::{Bench, USUAL_TIME};
use crate::healing::search::found::{Found, Patched, Sought};
use crate::healing::search::search;
use crate::healing::untried;
use crate::healing::work::{Tested, Work};
use crate::healing::workshop;
use record::domain::healing::{FailureClass, Part, Strategy, Turn, TurnDetail};
use record::domain::limits::Limits;
use record::domain::probe::Traced;
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use repair::links;
use repair::localise::Suspicion;
use sandbox::error::SandboxError;

/// Time for tracing the tests once.
const LOOK: Duration = Duration::from_secs(5);

/// Runs of the suite by which a search may take longer than usual, and its longest time.
const RUNS_MORE: u32 = 4;
const MOST_TIME: Duration = Duration::from_mins(1);

/// Most far-fetched edits that are told of.
const MAX_REFUSED: usize = 3;

/// Most files that are set aside, one after the other.
const MAX_ASIDE: usize = 3;

/// Looks for a patch of a revision, and stores what is found as an attempt.
pub async fn edit(work: &mut Work<'_>, strategy: Strategy, on: u32) -> Result<(), CommandError> {
    // Noted before the search, so that one that fails is not begun again.
    work.course.exhausted.insert((on, strategy));
    let parent = work.tested(on)?;
    work.invocation.stage(format!("{strategy} repair of revision {on}"));
    // An edit that passes without what is missing outside hides it; an import that lacks may still be added.
    let outside = &parent.diagnosis.outside;
    let is_import = parent.diagnosis.class == FailureClass::Name;
    if outside.is_all && !(is_import && strategy == Strategy::Mechanical) {
        work.note(
            "no edit of the code brings what is missing outside: none was tried without a model",
        );
        return Ok(());
    }
    let source = &parent.revision.source;
    // A suite that only runs a script is passed by whatever prints something: the search would find nonsense.
    if strategy == Strategy::Search && script::is_only_run(source) {
        return Ok(());
    }
    let Some(sought) = seek_well(work, strategy, &parent).await? else {
        return Ok(());
    };
    work.candidates += sought.candidates;
    *work.tried.entry(strategy).or_default() += sought.candidates;
    if sought.is_late {
        work.late.insert(strategy);
    }
    for refused in sought.refused.iter().take(MAX_REFUSED) {
        work.note(format!("a far-fetched edit passes the tests and was not taken: {refused}"));
    }
    let is_change = source.change().is_some();
    if strategy == Strategy::Search && sought.candidates == 0 && !is_change {
        let traced = look(work, source, &parent.failing).await?;
        if let Some(why) =
            traced.and_then(|traced| untried::untried(&traced, &parent.diagnosis.failures))
        {
            work.note(why);
        }
    }
    let Some(found) = sought.found else { return Ok(()) };
    if work.is_known(&found.patched.source) {
        return Ok(());
    }
    let (parent, found) = lightened(work, parent, found).await?;
    store(work, strategy, &parent, found, sought.candidates).await
}

/// Leaves earlier repairs of this healing out, as long as nothing fails without them.
async fn lightened(
    work: &mut Work<'_>,
    mut parent: Tested,
    mut found: Found,
) -> Result<(Tested, Found), CommandError> {
    while let Some(before) = work.before_repair(&parent) {
        let without = |patched: &Patched| {
            let (older, between) = (&before.revision.source, &parent.revision.source);
            let source = lean::without_earlier(older, between, &patched.source)?;
            Some(Patched { source, ..patched.clone() })
        };
        let Some(patched) = without(&found.patched) else { break };
        let others = found.others.iter().filter_map(without).collect();
        let lighter = Found { patched, others, ..found.clone() };
        let is_known = work.is_known(&lighter.patched.source);
        if is_known || !is_healed(work, Some(&lighter), &before.failing).await? {
            break;
        }
        work.note(format!("nothing fails without revision {}", parent.revision.number));
        (parent, found) = (before, lighter);
    }
    Ok((parent, found))
}

/// Looks for a patch; where what is found heals not all of several files, for one of the files beside a suspicious one,
/// which is set aside with all that imports it: a file that cannot be repaired stops no other.
async fn seek_well(
    work: &mut Work<'_>,
    strategy: Strategy,
    parent: &Tested,
) -> Result<Option<Sought>, CommandError> {
    let source = &parent.revision.source;
    if source.change().is_some() {
        return seeking::seek(work, strategy, parent).await;
    }
    let failing = &parent.failing;
    let Some(mut sought) = seek(work, strategy, source, parent).await? else { return Ok(None) };
    let suspects = suspects(&parent.files, &Suspicion::default());
    if suspects.len() < 2 || is_healed(work, sought.found.as_ref(), failing).await? {
        return Ok(Some(sought));
    }
    for file in suspects.into_iter().take(MAX_ASIDE) {
        let Some(part) = links::without(source, &BTreeSet::from([file])) else { continue };
        let Some(beside) = seek(work, strategy, &part, parent).await? else { break };
        sought.candidates += beside.candidates;
        sought.is_late |= beside.is_late;
        sought.refused.extend(beside.refused);
        let is_healed = is_healed(work, beside.found.as_ref(), failing).await?;
        let found = beside.found.and_then(|found| placed(source, found));
        if is_healed || sought.found.is_none() {
            sought.found = found;
        }
        if is_healed {
            break;
        }
    }
    Ok(Some(sought))
}

/// Tells whether nothing fails with a patch, as far as a sandbox can tell.
async fn is_healed(
    work: &mut Work<'_>,
    found: Option<&Found>,
    failing: &[String],
) -> Result<bool, CommandError> {
    let Some(found) = found else { return Ok(false) };
    let traced = look(work, &found.patched.source, failing).await?;
    Ok(traced.is_some_and(|traced| {
        let is_fine = |case: &record::domain::probe::Case| case.complaint.is_none();
        traced.complaint.is_none() && !traced.cases.is_empty() && traced.cases.iter().all(is_fine)
    }))
}

/// Puts what was found for a part of the files in its place among all.
fn placed(source: &Source, found: Found) -> Option<Found> {
    let whole = |patched: Patched| {
        links::with(source, &patched.source).map(|source| Patched { source, ..patched })
    };
    Some(Found {
        patched: whole(found.patched)?,
        others: found.others.into_iter().filter_map(whole).collect(),
        // That it passes all tests was said of the part.
        confidence: None,
        ..found
    })
}

async fn seek(
    work: &mut Work<'_>,
    strategy: Strategy,
    source: &Source,
    parent: &Tested,
) -> Result<Option<Sought>, CommandError> {
    let sought = {
        let asked = work.healing.plan.bounds.search_seconds.map(Duration::from_secs);
        let time = asked.unwrap_or_else(|| search_time(parent.took)).min(work.left());
        let failing = parent.failing.clone();
        let mut bench = Bench { time, failing, ..bench(work, source).await? };
        if script::is_only_run(source) {
            bench.tools = workshop::SCRIPT_TOOLS;
        }
        let sought = match strategy {
            Strategy::Mechanical => rounds::mend(&bench, source).await,
            Strategy::Search => search::search(&bench, source).await,
            Strategy::Model => return Ok(None),
        };
        let is_late = bench.is_late.into_inner();
        sought.map(|sought| Sought { is_late, ..sought })
    };
    hinted(work, sought)
}

/// The usual time, and some runs of the suite more: each candidate of a slow one takes longer.
fn search_time(took: Duration) -> Duration {
    (USUAL_TIME + took * RUNS_MORE).min(MOST_TIME)
}

/// Turns a failed sandbox into a note: what it says is a hint, and healing goes on without.
fn hinted<T>(
    work: &mut Work<'_>,
    hint: Result<T, SandboxError>,
) -> Result<Option<T>, CommandError> {
    match hint {
        Ok(hint) => Ok(Some(hint)),
        Err(SandboxError::Cancelled) => Err(SandboxError::Cancelled.into()),
        Err(error) => {
            work.note(format!("no candidates could be tried: {error}"));
            Ok(None)
        }
    }
}

async fn bench<'a>(work: &Work<'a>, source: &Source) -> Result<Bench<'a>, CommandError> {
    let name = work.healing.key.hex().chars().take(12).collect();
    bench_of(work.invocation, source, name).await
}

/// Sets up a bench on this engine's sandbox, under a name, with the packages that a source declares and the owner allowed.
pub async fn bench_of<'a>(
    invocation: &'a Invocation,
    source: &Source,
    name: String,
) -> Result<Bench<'a>, CommandError> {
    let backend = invocation.backend(None)?.as_ref();
    let wanted = dependencies::wanted(source, &invocation.settings, Install::AsSet)?;
    let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
    Ok(Bench {
        backend,
        layer,
        cancel: &invocation.cancel,
        name,
        language: record::domain::language::Language::Python,
        time: USUAL_TIME,
        failing: Vec::new(),
        limits: Limits::default(),
        tools: workshop::TOOLS,
        is_late: AtomicBool::new(false),
    })
}

/// Traces the tests of a source; `None` where no sandbox can tell, and of a change, whose suite runs in its repository alone.
///
/// Those that fail come first.
pub async fn look(
    work: &mut Work<'_>,
    source: &Source,
    failing: &[String],
) -> Result<Option<Traced>, CommandError> {
    if source.change().is_some() {
        return Ok(None);
    }
    let bench = Bench { failing: failing.to_vec(), ..bench(work, source).await? };
    let traced = bench.trace(source, LOOK).await;
    match traced {
        Ok(traced) => Ok(Some(traced)),
        Err(SandboxError::Cancelled) => Err(SandboxError::Cancelled.into()),
        Err(_) => Ok(None),
    }
}

/// Tells whether tests that came with a revision fail on the code before it; `None` where there are none, or nobody can tell.
pub async fn red_before_green(
    work: &mut Work<'_>,
    revision: &Revision,
) -> Result<Option<bool>, CommandError> {
    let Some(parent) = revision.parent else { return Ok(None) };
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let parent = lookup::revision(work.invocation, &proposal, Some(parent)).await?;
    let Some(source) = older_code(&parent.source, &revision.source) else { return Ok(None) };
    let traced = look(work, &source, &[]).await?;
    Ok(traced.map(|traced| {
        traced.complaint.is_some() || traced.cases.iter().any(|case| case.complaint.is_some())
    }))
}

/// Puts the newer tests beside the older code; `None` where the tests are the same.
fn older_code(older: &Source, newer: &Source) -> Option<Source> {
    let tests =
        |source: &Source| -> Vec<SourceFile> { source.of_role(Role::Test).cloned().collect() };
    if newer.change().is_some() || tests(older) == tests(newer) {
        return None;
    }
    let rest = older.files().iter().filter(|file| file.role != Role::Test).cloned();
    Source::new(rest.chain(tests(newer)).collect()).ok()
}

/// Stores a patch as an attempt, and patches that behave differently beside it; the chosen one is the newest.
async fn store(
    work: &mut Work<'_>,
    strategy: Strategy,
    parent: &Tested,
    found: Found,
    candidates: u64,
) -> Result<(), CommandError> {
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let first = proposal.head + 1;
    let mut revisions = Vec::new();
    let mut number = first;
    for other in found.others.iter().rev().filter(|other| !work.is_known(&other.source)) {
        let turn = turn(Part::Plausible, strategy, parent, number, other);
        revisions.push((revision(work, parent, number, other), turn));
        number += 1;
    }
    let chosen = turn(Part::Attempt, strategy, parent, number, &found.patched);
    let chosen = Turn {
        detail: TurnDetail {
            candidates,
            rank: found.rank,
            confidence: found.confidence,
            behaviours: found.behaviours,
            separating: found.separating,
            ..chosen.detail
        },
        ..chosen
    };
    revisions.push((revision(work, parent, number, &found.patched), chosen));
    let made = Made { revisions, call: None, key: format!("heal {strategy} {first}") };
    acts::add(work.invocation, work.healing.key, &proposal, made).await
}

fn revision(work: &Work<'_>, parent: &Tested, number: u32, patched: &Patched) -> Revision {
    let said = patched.explanation.clone();
    work.revision(parent, number, patched.source.clone(), Authorship::repaired(), said)
}

fn turn(part: Part, strategy: Strategy, parent: &Tested, number: u32, patched: &Patched) -> Turn {
    Turn {
        part,
        revision: Some(number),
        strategy,
        detail: TurnDetail {
            operator: Some(patched.operator.clone()),
            explanation: patched.explanation.clone(),
            files: touched(&parent.revision.source, &patched.source),
            ..parent.detail()
        },
    }
}

/// Names the code files that a patch changes, where there are several.
fn touched(before: &Source, after: &Source) -> Vec<String> {
    if before.of_role(Role::Code).count() < 2 {
        return Vec::new();
    }
    links::changed(before, after).map(ToString::to_string).collect()
}
