//! Takes another patch than the one that was chosen.
//!
//! Where several patches pass the tests, an owner or an agent says which is meant: by its revision, or by what a call must
//! answer. What is taken becomes the newest revision, executed like every other; the past stays as it is.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::healing::acts::{self, Made};
use crate::healing::ending;
use crate::healing::healed::Healed;
use crate::healing::plan;
use crate::healing::stored::answer;
use crate::healing::work::Work;
use crate::reporting::repaired::{Repaired, repaired};
use record::domain::digest::Digest;
use record::domain::healing::{Part, Plan, Stop, Turn, TurnDetail};
use record::domain::proposal::Proposal;
use record::domain::revision::{Authorship, Revision};
use record::domain::verdict::VerdictWord;

/// Makes a patch that was kept beside the newest revision the newest itself, and executes it.
pub async fn take(
    invocation: &Invocation,
    proposal: &Proposal,
    number: u32,
) -> Result<Healed, CommandError> {
    let key = Digest::of(invocation.caller.idempotency.as_bytes());
    if let Some(known) = invocation.store()?.healing(key).await?
        && known.end.is_some()
    {
        return answer(invocation, &known).await;
    }
    let turn = alternative(invocation, proposal, number).await?;
    let wanted = lookup::revision(invocation, proposal, Some(number)).await?;
    let plan = Plan { strategies: vec![turn.strategy], ..plan::usual(None, None) };
    let healing = acts::start(invocation, proposal, plan, key).await?;
    let mut work = Work::new(invocation, healing);
    let (revision, turn) = taken(invocation, proposal, &wanted, turn);
    let made = Made {
        revisions: vec![(revision.clone(), turn.clone())],
        call: None,
        key: format!("heal take {number}"),
    };
    acts::add(invocation, key, proposal, made).await?;
    let strategy = turn.strategy;
    work.healing.turns.push(turn);
    work.run(revision, Some(strategy)).await?;
    let stop = match work.course.runs.last().map(|run| run.verdict) {
        Some(VerdictWord::Passed) => Stop::Passed,
        Some(VerdictWord::Failed) => Stop::NoProgress,
        Some(VerdictWord::Inconclusive) | None => Stop::Inconclusive,
    };
    work.note(format!("revision {number} was taken"));
    ending::finish(&mut work, stop).await?;
    let ended = invocation.store()?.healing(key).await?;
    answer(invocation, &ended.unwrap_or(work.healing)).await
}

/// Finds the patch of a revision among those that are kept beside others.
async fn alternative(
    invocation: &Invocation,
    proposal: &Proposal,
    number: u32,
) -> Result<Turn, CommandError> {
    let healings = invocation.store()?.healings(&proposal.id).await?;
    let turns = healings.into_iter().flat_map(|healing| healing.turns);
    let is_it = |turn: &Turn| {
        turn.revision == Some(number) && matches!(turn.part, Part::Plausible | Part::Attempt)
    };
    turns.into_iter().find(is_it).ok_or_else(|| {
        let message = format!("revision {number} is no patch of a healing");
        CommandError::new(ErrorKind::State, message)
            .hint(format!("`/refinement-history {}` lists them.", proposal.id))
    })
}

fn taken(
    invocation: &Invocation,
    proposal: &Proposal,
    wanted: &Revision,
    turn: Turn,
) -> (Revision, Turn) {
    let number = proposal.head + 1;
    let said = format!("{} (revision {} was taken)", turn.detail.explanation, wanted.number);
    let revision = Revision {
        proposal: proposal.id.clone(),
        number,
        parent: Some(turn.detail.parent),
        content_hash: wanted.content_hash,
        source: wanted.source.clone(),
        authorship: Authorship::repaired(),
        explanation: said.clone(),
        feedback: wanted.feedback.clone(),
        created_at: invocation.now(),
    };
    let detail = TurnDetail { explanation: said, candidates: 0, ..turn.detail };
    (
        revision,
        Turn { part: Part::Attempt, revision: Some(number), strategy: turn.strategy, detail },
    )
}

/// Finds the revision whose answer to the open question is the one that is expected, as `call == value`.
pub async fn expected(
    invocation: &Invocation,
    proposal: &Proposal,
    typed: &str,
) -> Result<u32, CommandError> {
    let newest = lookup::revision(invocation, proposal, None).await?;
    let open = repaired(invocation.store()?, &newest.proposal, newest.number).await?;
    let open = open.filter(|open| open.separating_input.is_some()).ok_or_else(|| {
        CommandError::new(
            ErrorKind::State,
            "no question is open: no two patches are known to differ",
        )
        .hint("`/auto-refine ID --take N` takes a patch by its revision.")
    })?;
    chosen(&newest, &open, typed).ok_or_else(|| no_answer(&open))
}

fn chosen(newest: &Revision, open: &Repaired, typed: &str) -> Option<u32> {
    let separating = open.separating_input.as_ref()?;
    let (call, value) = typed.split_once("==")?;
    let plain = |text: &str| text.split_whitespace().collect::<String>().replace('"', "'");
    if plain(call) != plain(&separating.call) {
        return None;
    }
    let place = separating.answers.iter().position(|answer| plain(answer) == plain(value))?;
    let Some(behind) = place.checked_sub(1) else { return Some(newest.number) };
    // Those of other behaviours were stored the last first.
    open.alternatives.iter().rev().nth(behind).map(|step| step.revision)
}

fn no_answer(open: &Repaired) -> CommandError {
    let error = CommandError::usage("that is no answer to the open question");
    let Some(separating) = &open.separating_input else { return error };
    let ways: Vec<String> = separating
        .answers
        .iter()
        .map(|answer| format!("--expect '{} == {answer}'", separating.call))
        .collect();
    error.hint(format!("Answer with one of: {}.", ways.join("; ")))
}
