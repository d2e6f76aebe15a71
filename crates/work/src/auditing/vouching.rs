//! Holds rows against the entries that vouch for them.
//!
//! One function for each kind of row, used by whoever decides and by whoever verifies the whole home, so that both know of the
//! same columns. Each names the table, the row and the column that does not fit. A column without an entry or a digest that
//! covers it is not looked at; `docs/auditing.md` lists those.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::auditing::standing::{Decided, Standing};
use crate::contract::acts::model_name;
use crate::contract::row_digest::{execution_rest, revision_rest};
use foundation::store::rows::{Bound, Cell};
use record::audit::canonical::visible;
use record::audit::record::Record;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::history::{HistoryItem, Provenance};
use record::domain::id::ProposalId;
use record::domain::proposal::{Proposal, Standing as Challenge};
use record::domain::review::PastReview;
use record::domain::revision::Revision;

/// A row that the record does not vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The entry, where there is one.
    pub seq: Option<u64>,
    /// Table, row and column in words.
    pub problem: String,
}

impl Misfit {
    const fn nowhere(problem: String) -> Self {
        Self { seq: None, problem }
    }

    const fn at(seq: u64, problem: String) -> Self {
        Self { seq: Some(seq), problem }
    }
}

/// Finds the first column of a proposal that is not what its entries say.
pub fn proposal(standing: &Standing, row: &Proposal) -> Option<Misfit> {
    let Some(made) = &standing.made else {
        return Some(Misfit::nowhere(format!("proposals: {} has no entry", row.id)));
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
        (
            "content_hash",
            standing.revisions.get(&row.head).is_some_and(|(_, hash)| *hash == row.content_hash),
        ),
        ("latest_execution or verdict", standing.latest == latest),
        ("created_at", made.at == row.created_at),
        ("updated_at", standing.changed_at == row.updated_at),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    Some(Misfit::nowhere(format!("proposals: {}: {column} is not what the entries say", row.id)))
}

/// Finds the first decision that is missing, foreign or another one than its entry.
pub fn reviews(id: &ProposalId, standing: &Standing, rows: &[PastReview]) -> Option<Misfit> {
    let mut left: BTreeMap<u64, &Decided> =
        standing.decisions.iter().map(|decided| (decided.seq, decided)).collect();
    for row in rows {
        let Some(decided) = left.remove(&row.seq) else {
            return Some(Misfit::nowhere(format!(
                "reviews: {}, a decision on {id}, has no entry",
                row.id
            )));
        };
        if let Some(column) = review(decided, row) {
            let problem = format!(
                "reviews: {}, a decision on {id}: {column} is not what its entry says",
                row.id
            );
            return Some(Misfit::at(row.seq, problem));
        }
    }
    let seq = left.into_keys().next()?;
    Some(Misfit::at(seq, format!("reviews: the decision on {id} is recorded, but not stored")))
}

/// Finds the first decision that is bound to other things than its entry says; the rows are in the order of the entries.
pub fn bound(id: &ProposalId, standing: &Standing, rows: &[Bound]) -> Option<Misfit> {
    let is_bound = |decided: &Decided, row: &Bound| {
        let shown = row.shown.map(|digest| digest.to_string());
        decided.revision.1.is_none_or(|hash| hash == row.content_hash)
            && decided.execution == row.execution
            && decided.told.get("shown_digest") == shown.as_ref()
    };
    let mut pairs = standing.decisions.iter().zip(rows);
    let (decided, _) = pairs.find(|(decided, row)| !is_bound(decided, row))?;
    let problem =
        format!("reviews: a decision on {id} is bound to other things than its entry says");
    Some(Misfit::at(decided.seq, problem))
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
pub fn execution(record: &Record, row: &Execution) -> Option<Misfit> {
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
        ("limits or env_names", is_text("row_digest", &execution_rest(row).to_string())),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    let problem = format!("executions: {}: {column} is not what its entry says", row.id);
    Some(Misfit::at(record.seq, problem))
}

/// Finds out whether the stored files of a revision are those of its entry.
pub fn revision(standing: &Standing, row: &Revision) -> Option<Misfit> {
    let found = row.source.content_hash();
    let recorded = standing.revisions.get(&row.number);
    let is_same = recorded.is_some_and(|(_, hash)| *hash == found) && row.content_hash == found;
    if is_same {
        return None;
    }
    let name = format!("revision {} of {}", row.number, row.proposal);
    let problem = format!("revision_files: {name}: the files are not what the entries say");
    Some(Misfit { seq: recorded.map(|(seq, _)| *seq), problem })
}

/// Finds the first column of a revision that is not what its entry says.
pub fn revision_row(record: &Record, row: &Revision) -> Option<Misfit> {
    let told = |name: &str| record.data.get(name);
    let explanation = Digest::of(row.explanation.as_bytes()).to_string();
    let explanation = (!row.explanation.is_empty()).then_some(Value::from(explanation));
    let rest = revision_rest(row).to_string();
    let repository = row.source.change().map(|change| change.repository.as_str());
    let checks = [
        ("repository", told("repository").and_then(Value::as_str) == repository),
        ("parent", told("parent").and_then(Value::as_u64) == row.parent.map(u64::from)),
        ("origin", told("origin").is_none_or(|told| *told == *row.authorship.origin.word())),
        ("explanation", told("explanation_digest") == explanation.as_ref()),
        ("created_at", row.created_at <= record.ts),
        (
            "provider, model, settings, usage, feedback or created_at",
            told("row_digest").is_none_or(|told| *told == *rest),
        ),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    let name = format!("revision {} of {}", row.number, row.proposal);
    Some(Misfit::at(record.seq, format!("revisions: {name}: {column} is not what its entry says")))
}

/// Finds out whether the source of an imported proposal, and what it claims, are those that came over.
pub fn history(
    id: &ProposalId,
    record: Option<&Record>,
    provenance: Option<&Provenance>,
    history: &[HistoryItem],
) -> Option<Misfit> {
    match (record, provenance) {
        (None, None) if history.is_empty() => None,
        (None, _) => Some(Misfit::nowhere(format!("provenance or history: {id} was not imported"))),
        (Some(record), provenance) => {
            let stored = provenance.map(|provenance| provenance.digest_with(history).to_string());
            let recorded = record.data.get("history_digest").and_then(Value::as_str);
            let is_same = recorded.is_some() && recorded == stored.as_deref();
            let problem = format!(
                "provenance or history: the stored history of {id} is not the recorded one"
            );
            if is_same { None } else { Some(Misfit::at(record.seq, problem)) }
        }
    }
}

/// Finds out whether a row of `calls` is what the entry of the call says.
pub fn call(record: &Record, row: Option<&[Cell]>) -> Option<String> {
    let Some([_, provider, model, input, output, cost, latency, at]) = row else {
        return Some("calls: the row of this call is missing".to_owned());
    };
    let told = |name: &str| record.data.get(name);
    // What the entry does not tell is unknown, and a row cannot know it either.
    let count = |name: &str, cell: &Cell| match told(name) {
        Some(told) => told.as_u64() == cell.count(),
        None => *cell == Cell::Null,
    };
    let name = visible(&model_name(model.text()));
    let checks = [
        (
            "provider",
            told("provider").and_then(Value::as_str) == provider.text().map(visible).as_deref(),
        ),
        ("model", told("model").is_none_or(|told| *told == *name)),
        ("input_tokens", count("input_tokens", input)),
        ("output_tokens", count("output_tokens", output)),
        ("cost_microusd", count("cost_microusd", cost)),
        (
            "latency_ms",
            told("latency_ms")
                .is_none_or(|told| told.as_u64() == Some(latency.count().unwrap_or(0))),
        ),
        ("called_at", *at == Cell::Integer(record.ts.millis())),
    ];
    let (column, _) = checks.into_iter().find(|(_, fits)| !fits)?;
    Some(format!("calls: {column} of this call is not what its entry says"))
}
