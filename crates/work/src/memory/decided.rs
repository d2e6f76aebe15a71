//! What our own record says of a commit or a path.
//!
//! A trailer of a commit only points at a proposal. That the proposal wrote the commit is proved by the entry of its application, which
//! names the commit; without one the hop says that nothing but the message claims it.

use std::collections::BTreeSet;

use record::domain::application::{Direction, Ending};
use record::domain::changeset::GitId;
use record::domain::id::ProposalId;
use record::domain::review::PastReview;
use record::domain::status::Status;
use record::domain::text::Untrusted;
use record::domain::verdict::VerdictWord;

use crate::memory::error::MemoryError;
use crate::memory::hops::{Hop, HopKind, short};
use foundation::store::memory::Proposed;
use foundation::store::store::Store;

/// Characters that are shown of a request or reason.
const SHOWN: usize = 200;

/// The hops of a proposal that a commit names.
pub async fn of_commit(
    store: &dyn Store,
    named: &str,
    commit: &GitId,
) -> Result<Vec<Hop>, MemoryError> {
    let by_message = format!("the message of {} names it", short(commit));
    let Ok(id) = named.parse::<ProposalId>() else { return Ok(Vec::new()) };
    let Some(proposal) = store.proposal(&id).await? else {
        let says = "this home knows no such proposal".to_owned();
        return Ok(vec![hop(HopKind::Proposal, named, says, by_message)]);
    };
    let applied = store.applications(&id).await?.into_iter().find(|application| {
        let is_whole = application.end.is_some_and(|(_, ending)| ending == Ending::Whole);
        let branch = application.order.branch.as_ref();
        is_whole && branch.is_some_and(|branch| branch.after == *commit)
    });
    let proof = match &applied {
        Some(applied) => format!("entry {} of the record wrote the commit", applied.started),
        None => format!("{by_message}; nothing in the record says that it wrote it"),
    };
    let says = format!("{}: {}", proposal.status.word(), line(&proposal.request));
    let mut hops = vec![hop(HopKind::Proposal, id.as_str(), says, proof)];
    if let Some(applied) = &applied
        && applied.order.direction == Direction::Rollback
    {
        let says = format!(
            "took revision {} out again; no evidence and no approval is about what the commit brings back",
            applied.order.revision
        );
        let proof = format!("entry {} of the record", applied.started);
        hops.push(hop(HopKind::Application, &applied.started.to_string(), says, proof));
        return Ok(hops);
    }
    if let Some(applied) = applied {
        let says = format!("revision {} as a {}", applied.order.revision, applied.order.target());
        let proof = format!("entry {} of the record", applied.started);
        hops.push(hop(HopKind::Application, &applied.started.to_string(), says, proof));
    }
    hops.extend(evidence(store, &id).await?);
    hops.extend(store.reviews(&id).await?.iter().map(review));
    Ok(hops)
}

/// What was observed of the newest revision of a proposal.
async fn evidence(store: &dyn Store, id: &ProposalId) -> Result<Option<Hop>, MemoryError> {
    let Some(execution) = store.newest_execution(id).await? else { return Ok(None) };
    let tests = &execution.evidence.tests;
    let says = format!(
        "{}: {} of {} tests passed, revision {}",
        execution.verdict.word.word(),
        tests.passed,
        tests.executed,
        execution.revision
    );
    let proof = format!("/report-code {id} --execution {}", execution.id);
    let at = Some(execution.executed_at.to_string());
    Ok(Some(Hop { at, ..hop(HopKind::Evidence, execution.id.as_str(), says, proof) }))
}

fn review(review: &PastReview) -> Hop {
    let words = [review.reason.as_deref().unwrap_or_default(), review.comment.as_str()];
    let words: Vec<String> =
        words.iter().filter(|words| !words.is_empty()).map(|words| line(words)).collect();
    let says =
        format!("{} revision {}: {}", review.decision.word(), review.revision, words.join("; "));
    let says = says.trim_end_matches([':', ' ']).to_owned();
    Hop {
        by: Some(line(&review.reviewer)),
        at: Some(review.reviewed_at.to_string()),
        ..hop(
            HopKind::Review,
            review.id.as_str(),
            says,
            format!("entry {} of the record", review.seq),
        )
    }
}

/// The attempts of proposals on a path that came to nothing: rejected ones, those whose evidence is against them, and those that
/// were applied and taken out again.
pub async fn attempts(store: &dyn Store, proposed: Vec<Proposed>) -> Result<Vec<Hop>, MemoryError> {
    let mut hops = Vec::new();
    let mut seen = BTreeSet::new();
    for one in proposed {
        let is_against = one.status == Status::Rejected || one.verdict == Some(VerdictWord::Failed);
        if seen.contains(&one.id) {
            continue;
        }
        let taken_out = taken_out(store, &one.id).await?;
        if !is_against && taken_out.is_none() {
            continue;
        }
        seen.insert(one.id.clone());
        let reviews = store.reviews(&one.id).await?;
        let said = reviews.last().and_then(|review| review.reason.clone()).unwrap_or_default();
        let why = if said.is_empty() {
            line(&one.request)
        } else {
            format!("{}: {}", line(&one.request), line(&said))
        };
        let verdict = one.verdict.map_or("no verdict", VerdictWord::word);
        let word = if taken_out.is_some() { "applied and taken out" } else { one.status.word() };
        let says = format!("{word}, {verdict}: {why}");
        let changes = format!("revision {} of it changes the path", one.revision);
        let proof = match taken_out {
            Some(entry) => format!("{changes}; entry {entry} of the record took it out"),
            None => changes,
        };
        hops.push(hop(HopKind::Proposal, one.id.as_str(), says, proof));
    }
    Ok(hops)
}

/// The entry that took the last application of a proposal out of where it was, where none stands any more.
async fn taken_out(store: &dyn Store, id: &ProposalId) -> Result<Option<u64>, MemoryError> {
    let mut all = store.applications(id).await?;
    all.retain(|one| one.end.is_some_and(|(_, ending)| ending == Ending::Whole));
    let back = |started: u64| all.iter().find(|one| one.order.undoes == Some(started));
    let mut entry = None;
    for one in all.iter().filter(|one| one.order.direction == Direction::Apply) {
        match back(one.started) {
            Some(back) => entry = Some(back.started),
            None => return Ok(None),
        }
    }
    Ok(entry)
}

fn hop(kind: HopKind, name: &str, says: String, proof: String) -> Hop {
    Hop { kind, name: name.to_owned(), by: None, at: None, says, proof }
}

fn line(text: &str) -> String {
    Untrusted(text).line(SHOWN)
}
