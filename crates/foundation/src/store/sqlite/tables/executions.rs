//! Executions and their evidence as rows.
//!
//! The evidence is stored whole as JSON, and what lists and statistics ask for once more in columns of its own. Long
//! outputs become blobs, of which the evidence keeps the beginning.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::query::{Resolved, TimesQuery};
use crate::store::sqlite::rows::{
    count, digest, execute, int, json, many, moment, one, optional_digest, parsed, to_json,
};
use crate::store::sqlite::tables::proposals::{range, resolved, state};
use crate::store::sqlite::tables::revisions::author_name;
use crate::store::sqlite::tables::rollups::Counts;
use crate::store::sqlite::tables::unit::Unit;
use crate::store::sqlite::tables::{blobs, proposals};
use record::domain::digest::Digest;
use record::domain::evidence::Evidence;
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, IdPattern, ProposalId};
use record::domain::language::Language;
use record::domain::proposal::Latest;
use record::domain::revision::Authorship;
use record::domain::timings::StoredTimings;
use record::domain::verdict::Verdict;

/// Adds an execution; one of the newest revision becomes the latest of its proposal.
pub(crate) fn insert(
    unit: &mut Unit<'_>,
    execution: &Execution,
    authorship: &Authorship,
    language: Language,
) -> Result<(), StoreError> {
    let state = state(unit.connection, &execution.proposal)?;
    let model = author_name(authorship);
    insert_row(unit.connection, state.row, execution, model, language)?;
    let sql = "UPDATE proposals SET latest_execution = ?3, verdict = ?4 \
        WHERE row = ?1 AND head = ?2";
    let word = execution.verdict.word.word();
    let latest = (state.row, execution.revision, execution.id.as_str(), word);
    execute(unit.connection, sql, latest)?;
    unit.touched.insert(state.row);
    let counts = Counts::execution(execution);
    let day = execution.executed_at.day();
    unit.deltas.add("all", &day, "", &counts);
    unit.deltas.add("language", &day, language.word(), &counts);
    unit.deltas.add("model", &day, model, &counts);
    if let Some(class) = error_class(&execution.verdict) {
        unit.deltas.add("error_class", &day, class, &counts);
    }
    Ok(())
}

/// The first reason of a failed verdict.
fn error_class(verdict: &Verdict) -> Option<&'static str> {
    use record::domain::verdict::VerdictWord;
    let reason = verdict.reasons.first().map(|reason| reason.word());
    reason.filter(|_| verdict.word == VerdictWord::Failed)
}

fn insert_row(
    connection: &Connection,
    proposal: i64,
    execution: &Execution,
    model: &str,
    language: Language,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO executions (id, proposal, revision, content_hash, verdict, reasons, \
        executed_at, language, model, tests_executed, tests_passed, tests_failed, coverage_bp, \
        lint_score, lint_tool, lint_critical, total_ms, stdout, stderr, limits, env_names, \
        evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, \
        ?17, ?18, ?19, ?20, ?21, ?22)";
    let mut shortened = execution.evidence.clone();
    let stdout = blobs::shorten(connection, &mut shortened.output.stdout)?;
    let stderr = blobs::shorten(connection, &mut shortened.output.stderr)?;
    let evidence = &execution.evidence;
    let params = rusqlite::params![
        execution.id.as_str(),
        proposal,
        execution.revision,
        execution.content_hash.as_bytes(),
        execution.verdict.word.word(),
        to_json(&execution.verdict.reasons)?,
        execution.executed_at.millis(),
        language.word(),
        model,
        evidence.tests.executed,
        evidence.tests.passed,
        evidence.tests.failed,
        evidence.coverage.as_ref().map(record::domain::evidence::Coverage::basis_points),
        evidence.lint.score,
        evidence.lint.tool,
        evidence.lint.critical,
        int(evidence.timings_ms.total),
        stdout.as_ref().map(Digest::as_bytes),
        stderr.as_ref().map(Digest::as_bytes),
        to_json(&execution.limits)?,
        to_json(&execution.env_names)?,
        to_json(&shortened)?,
    ];
    execute(connection, sql, params)?;
    Ok(())
}

const COLUMNS: &str = "SELECT e.id, p.id, e.revision, e.content_hash, e.verdict, e.reasons, \
    e.executed_at, e.limits, e.env_names, e.evidence, e.stdout, e.stderr \
    FROM executions e JOIN proposals p ON p.row = e.proposal";

/// One execution with its evidence.
pub(crate) fn read(
    connection: &Connection,
    id: &ExecutionId,
) -> Result<Option<Execution>, StoreError> {
    let sql = format!("{COLUMNS} WHERE e.id = ?1");
    one(connection, &sql, [id.as_str()], |row| decode(connection, row))
}

/// The first column that does not follow from the evidence beside it.
pub(crate) fn odd_column(
    connection: &Connection,
    execution: &Execution,
) -> Result<Option<&'static str>, StoreError> {
    let Evidence { tests, coverage, lint, output, .. } = &execution.evidence;
    let coverage = coverage.as_ref().map(record::domain::evidence::Coverage::basis_points);
    let sql = "SELECT tests_executed = ?2 AND tests_passed = ?3 AND tests_failed = ?4, \
        coverage_bp IS ?5, lint_score IS ?6, lint_tool = ?7, lint_critical = ?8, \
        (stdout IS NOT NULL) = ?9, (stderr IS NOT NULL) = ?10 FROM executions WHERE id = ?1";
    let id = execution.id.as_str();
    let counts = (tests.executed, tests.passed, tests.failed);
    // What was taken out is no longer there to be measured.
    let is_long = |text: &str, pruned: bool| pruned || blobs::is_long(text);
    let long = (is_long(&output.stdout, output.pruned), is_long(&output.stderr, output.pruned));
    let params = rusqlite::params![
        id,
        counts.0,
        counts.1,
        counts.2,
        coverage,
        lint.score,
        lint.tool,
        lint.critical,
        long.0,
        long.1
    ];
    let names =
        ["tests", "coverage_bp", "lint_score", "lint_tool", "lint_critical", "stdout", "stderr"];
    let fits = one(connection, sql, params, |row| {
        (0..names.len())
            .map(|column| Ok(row.get::<_, bool>(column)?))
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    let odd = fits.unwrap_or_default().into_iter().position(|fits| !fits);
    let odd = odd.filter(|column| *column < 5 || !output.pruned);
    Ok(odd.and_then(|column| names.get(column).copied()))
}

/// The newest execution of a proposal, of any revision.
pub(crate) fn newest(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Option<Execution>, StoreError> {
    let Some(proposal) = proposals::row_of(connection, id)? else { return Ok(None) };
    let sql = format!("{COLUMNS} WHERE e.proposal = ?1 ORDER BY e.row DESC LIMIT 1");
    one(connection, &sql, [proposal], |row| decode(connection, row))
}

fn decode(connection: &Connection, row: &Row<'_>) -> Result<Execution, StoreError> {
    let mut evidence: Evidence = json(row, 9)?;
    let output = &mut evidence.output;
    for (column, text) in [(10, &mut output.stdout), (11, &mut output.stderr)] {
        let Some(digest) = optional_digest(row, column)? else { continue };
        match blobs::read_text(connection, digest)? {
            Some(whole) => *text = whole,
            None => output.pruned = true,
        }
    }
    Ok(Execution {
        id: parsed(row, 0)?,
        proposal: parsed(row, 1)?,
        revision: row.get(2)?,
        content_hash: digest(row, 3)?,
        executed_at: moment(row, 6)?,
        limits: json(row, 7)?,
        env_names: json(row, 8)?,
        evidence,
        verdict: Verdict { word: parsed(row, 4)?, reasons: json(row, 5)? },
    })
}

/// Reads the timings of executions, newest first.
pub(crate) fn times(
    connection: &Connection,
    query: &TimesQuery,
) -> Result<Vec<StoredTimings>, StoreError> {
    let of = |row: &Row<'_>| Ok(StoredTimings::of(&json(row, 0)?, count(row, 1)?));
    let columns = "SELECT json_extract(evidence, '$.timings_ms'), total_ms FROM executions";
    match query {
        TimesQuery::Execution(id) => {
            many(connection, &format!("{columns} WHERE id = ?1"), [id.as_str()], of)
        }
        TimesQuery::Proposal(id, most) => {
            let Some(proposal) = proposals::row_of(connection, id)? else { return Ok(Vec::new()) };
            let sql = format!("{columns} WHERE proposal = ?1 ORDER BY row DESC LIMIT ?2");
            many(connection, &sql, (proposal, most), of)
        }
        TimesQuery::Home(most) => {
            many(connection, &format!("{columns} ORDER BY row DESC LIMIT ?1"), [most], of)
        }
    }
}

/// Sets the time an execution took in all, which its evidence, sealed before, cannot say.
pub(crate) fn set_total(
    connection: &Connection,
    id: &ExecutionId,
    total_ms: u64,
) -> Result<(), StoreError> {
    let sql = "UPDATE executions SET total_ms = ?2 WHERE id = ?1";
    execute(connection, sql, (id.as_str(), int(total_ms))).map(drop)
}

/// Every verdict on one revision, oldest first.
pub(crate) fn verdicts(
    connection: &Connection,
    id: &ProposalId,
    revision: u32,
) -> Result<Vec<Latest>, StoreError> {
    let Some(proposal) = proposals::row_of(connection, id)? else { return Ok(Vec::new()) };
    let sql = "SELECT id, verdict FROM executions WHERE proposal = ?1 AND revision = ?2 \
        ORDER BY row";
    many(connection, sql, (proposal, revision), |row| {
        Ok(Latest { execution: parsed(row, 0)?, verdict: parsed(row, 1)? })
    })
}

/// The executions that a pattern names.
pub(crate) fn resolve(
    connection: &Connection,
    pattern: &IdPattern,
) -> Result<Resolved<ExecutionId>, StoreError> {
    let ids = match pattern {
        IdPattern::Newest => {
            let sql = "SELECT id FROM executions ORDER BY row DESC LIMIT 1";
            many(connection, sql, [], |row| parsed(row, 0))?
        }
        IdPattern::Prefix(prefix) => {
            let sql = "SELECT id FROM executions WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 10";
            many(connection, sql, range(prefix), |row| parsed(row, 0))?
        }
    };
    Ok(resolved(ids))
}
