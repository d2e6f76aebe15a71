//! Holds rows against the entries that vouch for them.
//!
//! One function for each kind of row, used by whoever decides and by whoever verifies the whole home, so that both know of the
//! same columns. Each names the table, the row and the column that does not fit. A column without an entry or a digest that
//! covers it is not looked at; `docs/auditing.md` lists those.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::auditing::standing::{Decided, Standing};
use record::audit::canonical::visible;
use record::audit::record::Record;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::id::ProposalId;
use record::domain::proposal::{Proposal, Standing as Challenge};
use record::domain::review::PastReview;
use record::domain::revision::Revision;

/// Finds the first column of a proposal that is not what its entries say.
pub fn proposal(standing: &Standing, row: &Proposal) -> Option<String> {
    let Some(made) = &standing.made else {
        return Some(format!("proposals: {} has no entry", row.id));
    };
    let latest = row.latest.as_ref();
    let latest = latest.map(|latest| (latest.execution.clone(), latest.verdict.word().to_owned()));
    let told = |name: &str, found: &str| made.told.get(name).is_none_or(|told| told == found);
    let request = Digest::of(row.request.as_bytes()).to_string();
    let checks = [
        ("language", told("language", row.language.word())),
        ("module", told("module", &visible(&row.module))),
        ("request", told("request_digest", &request)),
        ("status", standing.fits(row.status)),
        ("standing", standing.is_contested == (row.standing == Challenge::Contested)),
        ("head", standing.head == row.head),
        ("content_hash", standing.revisions.get(&row.head) == Some(&row.content_hash)),
        ("latest_execution or verdict", standing.latest == latest),
        ("created_at", made.at == row.created_at),
        ("updated_at", standing.changed_at == row.updated_at),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    Some(format!("proposals: {}: {column} is not what the entries say", row.id))
}

/// Finds the first decision that is missing, foreign or another one than its entry.
pub fn reviews(id: &ProposalId, standing: &Standing, rows: &[PastReview]) -> Option<String> {
    let mut left: BTreeMap<u64, &Decided> =
        standing.decisions.iter().map(|decided| (decided.seq, decided)).collect();
    for row in rows {
        let Some(decided) = left.remove(&row.seq) else {
            return Some(format!("reviews: {id}: {} has no entry", row.id));
        };
        if let Some(column) = review(decided, row) {
            return Some(format!(
                "reviews: {id}: {}: {column} is not what entry {} says",
                row.id, row.seq
            ));
        }
    }
    let missing = left.into_keys().next();
    missing.map(|seq| format!("reviews: {id}: the row of entry {seq} is missing"))
}

fn review(decided: &Decided, row: &PastReview) -> Option<&'static str> {
    let told = |name: &str| decided.told.get(name).map(String::as_str);
    let text = |text: &str| Some(visible(text)).filter(|text| !text.is_empty());
    let expires_at = row.expires_at.map(|moment| moment.to_string());
    let reason = row.reason.as_deref().map(visible);
    let checks = [
        ("id", told("review") == Some(row.id.as_str())),
        ("revision", decided.revision.0 == row.revision),
        ("decision", decided.decision == row.decision),
        ("reviewer", decided.reviewer == visible(&row.reviewer)),
        ("reason", told("reason") == reason.as_deref()),
        ("comment", told("comment") == text(&row.comment).as_deref()),
        ("signer", decided.signer == row.signer),
        ("expires_at", told("expires_at") == expires_at.as_deref()),
        ("reviewed_at", decided.at == row.reviewed_at),
        ("ended_seq", has_ended(decided, row.ended)),
    ];
    checks.into_iter().find(|(_, fits)| !fits).map(|(column, _)| column)
}

/// Tells whether the entry that made an approval void is the one that its row names.
fn has_ended(decided: &Decided, found: Option<u64>) -> bool {
    match (decided.ended, found) {
        (None, None) => true,
        // Rows from before approvals had an end of their own name their own entry.
        (Some(_), Some(found)) if found == decided.seq => true,
        (Some(ended), Some(found)) if ended.is_sweep => (decided.seq..=ended.seq).contains(&found),
        (Some(ended), Some(found)) => found == ended.seq,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Finds the first thing in an execution that is not what the entry of its verdict says.
pub fn execution(record: &Record, row: &Execution) -> Option<String> {
    let told = |name: &str| record.data.get(name);
    let is_text = |name: &str, found: &str| told(name).is_none_or(|told| told == found);
    let evidence = &row.evidence;
    let reasons: Vec<&str> = row.verdict.reasons.iter().map(|reason| reason.word()).collect();
    // Without its output the digest cannot be computed; that it went is on record elsewhere.
    let is_same = || is_text("evidence_digest", &evidence.digest().to_string());
    let environment = evidence.environment.digest().to_string();
    let subject = &record.subject;
    let checks = [
        ("proposal", subject.proposal.as_ref() == Some(&row.proposal)),
        ("revision", subject.revision == Some(row.revision)),
        ("content_hash", subject.revision_digest == Some(row.content_hash)),
        ("verdict", is_text("verdict", row.verdict.word.word())),
        ("reasons", told("reasons").is_none_or(|told| *told == Value::from(reasons))),
        ("executed_at", row.executed_at <= record.ts),
        ("evidence", evidence.output.pruned || is_same()),
        ("evidence", is_text("environment_digest", &environment)),
        ("evidence", is_text("integrity", evidence.integrity.state.word())),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    Some(format!("executions: {}: {column} is not what entry {} says", row.id, record.seq))
}

/// Finds out whether the stored files of a revision are those of its entry.
pub fn revision(standing: &Standing, row: &Revision) -> Option<String> {
    let found = row.source.content_hash();
    let is_same = standing.revisions.get(&row.number) == Some(&found) && row.content_hash == found;
    let name = format!("revision {} of {}", row.number, row.proposal);
    (!is_same).then(|| format!("revision_files: {name}: the files are not what the entries say"))
}
