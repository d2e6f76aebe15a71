//! Reads many proposals at a glance, and searches their code.
//!
//! What a list shows of a run stands in columns beside the evidence, so that no evidence is decoded; two facts are taken out of it
//! by SQLite itself. The search reads texts and is bounded by how many proposals it looks at.

use async_trait::async_trait;
use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::glance::{CodeMatch, Glance, GlanceStore, RepositoryChange, RunGlance, Written};
use crate::store::sqlite::rows::{many, moment, one, optional_count, optional_parsed, parsed};
use crate::store::sqlite::sqlite_store::SqliteStore;
use crate::store::sqlite::tables::proposals;
use record::audit::record::Record;
use record::domain::application::Direction;
use record::domain::changeset::RepositoryName;
use record::domain::id::ProposalId;
use record::domain::principal::Principal;
use record::domain::role::Role;

/// Longer files are not searched.
const MAX_SEARCHED_BYTES: u32 = 256 << 10;
/// Most characters of a line that is shown.
const MAX_LINE_CHARS: usize = 200;

#[async_trait]
impl GlanceStore for SqliteStore {
    async fn glances(&self, ids: &[ProposalId]) -> Result<Vec<Glance>, StoreError> {
        self.read(|connection| ids.iter().map(|id| glance(connection, id)).collect())
    }

    async fn code_matches(
        &self,
        text: &str,
        among: u32,
        limit: u32,
    ) -> Result<Vec<CodeMatch>, StoreError> {
        let text = text.to_owned();
        self.read_long(move |connection| matches(connection, &text, among, limit)).await
    }

    async fn changes_of(
        &self,
        repository: &RepositoryName,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RepositoryChange>, StoreError> {
        let name = repository.to_string();
        self.read_long(move |connection| changes(connection, &name, before, limit)).await
    }
}

fn changes(
    connection: &Connection,
    name: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<RepositoryChange>, StoreError> {
    let sql = "SELECT p.row, p.id, p.status, p.verdict, substr(p.request, 1, 200), p.created_at, \
        a.started_seq, a.direction, a.outcome \
        FROM (SELECT DISTINCT r.proposal AS row FROM revision_bases b \
            JOIN revisions r ON r.row = b.revision WHERE b.repository = ?1) c \
        JOIN proposals p ON p.row = c.row \
        LEFT JOIN applications a ON a.started_seq = \
            (SELECT max(started_seq) FROM applications WHERE proposal = p.row) \
        WHERE ?2 IS NULL OR p.row < ?2 ORDER BY p.row DESC LIMIT ?3";
    many(connection, sql, (name, before, limit), change)
}

fn change(row: &Row<'_>) -> Result<RepositoryChange, StoreError> {
    let seq = optional_count(row, 6)?;
    let direction: Option<String> = row.get(7)?;
    let end = optional_parsed(row, 8)?;
    let is_rollback = direction.as_deref() == Some(Direction::Rollback.word());
    Ok(RepositoryChange {
        row: row.get(0)?,
        id: parsed(row, 1)?,
        status: parsed(row, 2)?,
        verdict: optional_parsed(row, 3)?,
        request: row.get(4)?,
        created_at: moment(row, 5)?,
        written: seq.map(|seq| Written { seq, is_rollback, end }),
    })
}

fn glance(connection: &Connection, id: &ProposalId) -> Result<Glance, StoreError> {
    let Some(row) = proposals::row_of(connection, id)? else { return Ok(Glance::default()) };
    let first = "SELECT record FROM audit_log WHERE proposal = ?1 ORDER BY seq LIMIT 1";
    let bytes: Option<Vec<u8>> = one(connection, first, [row], |row| Ok(row.get(0)?))?;
    let actor = |bytes: Vec<u8>| Record::parse(&bytes).ok().map(|record| record.actor);
    let author = bytes.and_then(actor);
    let last = "SELECT a.record FROM audit_log a JOIN proposals p ON p.row = a.proposal \
        WHERE p.row = ?1 AND p.head > 1 AND CAST(a.record AS TEXT) LIKE '%\"kind\":\"revision.added\"%' \
        ORDER BY a.seq DESC LIMIT 1";
    let bytes: Option<Vec<u8>> = one(connection, last, [row], |row| Ok(row.get(0)?))?;
    let is_other = |who: &Principal| {
        author.as_ref().is_none_or(|author| (author.kind, &author.id) != (who.kind, &who.id))
    };
    let reviser = bytes.and_then(actor).filter(is_other);
    let newest = "SELECT e.tests_passed, e.tests_executed, e.coverage_bp, \
        json_extract(e.evidence, '$.integrity.state'), \
        ifnull(json_array_length(e.evidence, '$.integrity.findings'), 0) \
        + ifnull(json_array_length(e.evidence, '$.change.survivors'), 0), \
        (SELECT count(*) FROM executions o \
            WHERE o.content_hash = p.content_hash AND o.verdict <> 'passed') \
        FROM proposals p JOIN executions e ON e.id = p.latest_execution WHERE p.row = ?1";
    Ok(Glance { author, reviser, run: one(connection, newest, [row], run)? })
}

fn run(row: &Row<'_>) -> Result<RunGlance, StoreError> {
    let integrity: Option<String> = row.get(3)?;
    let integrity = integrity.map(serde_json::Value::from);
    Ok(RunGlance {
        passed: row.get(0)?,
        executed: row.get(1)?,
        coverage_bp: row.get(2)?,
        integrity: integrity.and_then(|word| serde_json::from_value(word).ok()),
        findings: row.get(4)?,
        not_passed: row.get(5)?,
    })
}

fn matches(
    connection: &Connection,
    text: &str,
    among: u32,
    limit: u32,
) -> Result<Vec<CodeMatch>, StoreError> {
    // The planner would rather read every file there is; a cross join keeps the order in which the tables stand here.
    let sql = "SELECT p.id, substr(p.request, 1, 200), f.path, f.role, f.text \
        FROM (SELECT row, id, head, request FROM proposals ORDER BY row DESC LIMIT ?2) p \
        CROSS JOIN revisions r ON r.proposal = p.row AND r.number = p.head \
        CROSS JOIN revision_files f ON f.revision = r.row \
        WHERE octet_length(f.text) <= ?4 AND instr(f.text, ?1) > 0 LIMIT ?3";
    many(connection, sql, (text, among, limit, MAX_SEARCHED_BYTES), |row| found(row, text))
}

fn found(row: &Row<'_>, text: &str) -> Result<CodeMatch, StoreError> {
    let whole: String = row.get(4)?;
    let at = whole.find(text).unwrap_or_default();
    let line = whole.get(..at).map_or(0, |before| before.matches('\n').count());
    let shown = whole.lines().nth(line).unwrap_or_default();
    Ok(CodeMatch {
        proposal: parsed(row, 0)?,
        request: row.get(1)?,
        path: row.get(2)?,
        role: parsed::<Role>(row, 3)?,
        line: u32::try_from(line + 1).unwrap_or(u32::MAX),
        text: shown.chars().take(MAX_LINE_CHARS).collect(),
    })
}
