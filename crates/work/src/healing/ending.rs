//! Ends a healing: brings the best revision back and records the end.
//!
//! Nothing of the past is changed. Where a later attempt was worse, the best revision is stored and executed once more, so
//! that the newest revision is the one to review, with evidence of its own.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::page::counted;
use crate::healing::acts;
use crate::healing::work::Work;
use record::domain::healing::{End, Part, Stop, Strategy, Turn, TurnDetail};
use record::domain::revision::Authorship;
use record::domain::verdict::VerdictWord;

/// How a search that ran out of time gets more.
const LONGER: &str = " (`--search-seconds` gives it more)";
/// Most files that a note names.
const MAX_FILES: usize = 3;

/// Brings the best revision back where it is not the newest, and records the end.
pub async fn finish(work: &mut Work<'_>, stop: Stop) -> Result<(), CommandError> {
    if stop == Stop::TestsSuspect {
        for doubt in work.course.doubts.clone() {
            work.note(doubt);
        }
    }
    still_failing(work);
    if matches!(stop, Stop::NoProgress | Stop::Attempts | Stop::Time | Stop::Budget) {
        work.note(tried(work));
    }
    restore(work, stop).await?;
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let end = End {
        stop,
        notes: work.notes.clone(),
        candidates: work.candidates,
        red_before_green: work.red_before_green,
        head: proposal.head,
    };
    acts::end(work.invocation, &work.healing, end).await
}

/// Says what was tried and what not.
fn tried(work: &Work<'_>) -> String {
    let strategies = &work.healing.plan.strategies;
    let said = strategies.iter().map(|strategy| {
        let is_late = work.late.contains(strategy);
        match (strategy, work.tried.get(strategy)) {
            (Strategy::Model, _) => format!("{} of a model", counted(work.course.calls, "call")),
            (_, None) => format!("{strategy}: not tried"),
            (_, Some(0)) if is_late => {
                format!("{strategy}: its time was up before an edit could be tried")
            }
            (_, Some(0)) => format!("{strategy}: found no edit that it could try here"),
            (_, Some(count)) if is_late => {
                let more = if *strategy == Strategy::Search { LONGER } else { "" };
                format!("{strategy}: {} until its time was up{more}", counted(*count, "candidate"))
            }
            (_, Some(count)) => format!("{strategy}: {}", counted(*count, "candidate")),
        }
    });
    let mut parts: Vec<String> = said.collect();
    if !strategies.contains(&Strategy::Model) {
        parts.push("a model was not wanted".to_owned());
    }
    format!("tried: {}", parts.join("; "))
}

/// Names the files of several that failing tests of the best revision touch, the most suspicious first.
fn still_failing(work: &mut Work<'_>) {
    let failing = work.course.kept().filter(|best| best.verdict == VerdictWord::Failed);
    let paths: Vec<String> =
        failing.into_iter().flat_map(|best| &best.suspects).map(ToString::to_string).collect();
    if !paths.is_empty() {
        let named = paths.iter().take(MAX_FILES).cloned().collect::<Vec<_>>().join(", ");
        let more = match paths.len().saturating_sub(MAX_FILES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        work.note(format!("failing tests still touch these files: {named}{more}"));
    }
}

/// Stores and executes the best revision once more; nothing of the past is changed.
async fn restore(work: &mut Work<'_>, stop: Stop) -> Result<(), CommandError> {
    let Some(best) = work.course.kept().map(|best| best.revision) else { return Ok(()) };
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let best = work.tested(best)?;
    let is_newest = proposal.content_hash == best.revision.content_hash;
    // Somebody else's newer revision stays the newest.
    let newest_of_ours = work.healing.turns.iter().filter_map(|turn| turn.revision).max();
    if is_newest || proposal.head != newest_of_ours.unwrap_or(work.healing.base) {
        return Ok(());
    }
    let number = proposal.head + 1;
    let said = if best.revision.number == work.healing.base {
        format!("brings back revision {}: no attempt passes more tests", best.revision.number)
    } else {
        format!("brings back revision {}, the best so far", best.revision.number)
    };
    let source = best.revision.source.clone();
    let revision = work.revision(&best, number, source, Authorship::repaired(), said.clone());
    let turn = Turn {
        part: Part::Restored,
        revision: Some(number),
        strategy: Strategy::Mechanical,
        detail: TurnDetail { explanation: said, ..best.detail() },
    };
    let made = acts::Made {
        revisions: vec![(revision.clone(), turn.clone())],
        call: None,
        key: format!("heal restore {number}"),
    };
    acts::add(work.invocation, work.healing.key, &proposal, made).await?;
    work.healing.turns.push(turn);
    if stop == Stop::Cancelled {
        work.note("the newest revision was not executed again");
        return Ok(());
    }
    match work.execute(&revision, "run").await {
        Err(error) if error.kind == ErrorKind::Unavailable => work.note(error.chain()),
        executed => drop(executed?),
    }
    Ok(())
}
