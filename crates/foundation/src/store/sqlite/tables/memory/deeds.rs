//! What our own tables say of changes of a repository, for its memory: executions, decisions, applications.
//!
//! Nothing here is written. Executions are read on from the newest that was looked into, so that a build after few of them reads few.

use rusqlite::Connection;

use crate::store::beside::{DecidedRule, Deed, DeedKind, Executed};
use crate::store::error::StoreError;
use crate::store::sqlite::rows::{count, json, many, parsed};
use record::domain::id::ProposalId;

/// Executions of changes of a repository after one, oldest first.
pub(crate) fn executed(
    connection: &Connection,
    name: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<Executed>, StoreError> {
    let sql = "SELECT e.row, e.id, p.id, e.revision, json_extract(e.evidence, '$.change') \
        FROM revision_bases b CROSS JOIN revisions r ON r.row = b.revision \
        CROSS JOIN proposals p ON p.row = r.proposal \
        CROSS JOIN executions e ON e.proposal = r.proposal AND e.revision = r.number \
        WHERE e.row > ?2 AND b.repository = ?1 \
        AND json_extract(e.evidence, '$.change') IS NOT NULL ORDER BY e.row LIMIT ?3";
    many(connection, sql, (name, after, limit), |row| {
        Ok(Executed {
            row: row.get(0)?,
            execution: parsed(row, 1)?,
            proposal: parsed(row, 2)?,
            revision: row.get(3)?,
            change: json(row, 4)?,
        })
    })
}

/// Decided changes of a repository of which nothing is noted yet, with their newest revision.
pub(crate) fn unlearnt(
    connection: &Connection,
    repository: i64,
    name: &str,
    limit: u32,
) -> Result<Vec<(ProposalId, u32)>, StoreError> {
    let sql = "SELECT p.id, p.head FROM revision_bases b JOIN revisions r ON r.row = b.revision \
        JOIN proposals p ON p.row = r.proposal WHERE b.repository = ?2 AND r.number = p.head \
        AND p.status IN ('approved', 'rejected') AND NOT EXISTS (SELECT 1 FROM memory_mended m \
        WHERE m.repository = ?1 AND m.proposal = p.id) ORDER BY p.row LIMIT ?3";
    many(connection, sql, (repository, name, limit), |row| Ok((parsed(row, 0)?, row.get(1)?)))
}

/// What decided proposals mended, in the order of their newest decisions.
pub(crate) fn decided_rules(
    connection: &Connection,
    name: &str,
) -> Result<Vec<DecidedRule>, StoreError> {
    let sql = "SELECT p.id, p.status = 'approved', (SELECT max(v.seq) FROM reviews v WHERE v.proposal = p.row), \
        m.rule FROM memory_mended m JOIN memory_repositories o ON o.row = m.repository \
        JOIN proposals p ON p.id = m.proposal WHERE o.name = ?1 AND m.rule <> '' \
        AND p.status IN ('approved', 'rejected') \
        AND EXISTS (SELECT 1 FROM reviews v WHERE v.proposal = p.row) ORDER BY 3, m.rule";
    many(connection, sql, [name], |row| {
        Ok(DecidedRule {
            proposal: parsed(row, 0)?,
            is_accepted: row.get(1)?,
            seq: count(row, 2)?,
            rule: row.get(3)?,
        })
    })
}

/// The repositories whose proposals were looked into.
pub(crate) fn learnt(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name FROM memory_repositories o WHERE EXISTS \
        (SELECT 1 FROM memory_mended m WHERE m.repository = o.row AND m.rule <> '') ORDER BY name";
    many(connection, sql, [], |row| Ok(row.get(0)?))
}

/// What was done about a proposal, newest first of each kind.
pub(crate) fn deeds(
    connection: &Connection,
    proposal: &ProposalId,
    limit: u32,
) -> Result<Vec<Deed>, StoreError> {
    let kinds = [
        (
            DeedKind::Evidence,
            "SELECT e.id, e.verdict || ': ' || e.tests_passed || ' of ' || e.tests_executed || ' tests passed' \
            FROM executions e JOIN proposals p ON p.row = e.proposal WHERE p.id = ?1 ORDER BY e.row DESC LIMIT ?2",
        ),
        (
            DeedKind::Review,
            "SELECT v.id, replace(v.decision, '_', ' ') || ' by ' || v.reviewer FROM reviews v \
            JOIN proposals p ON p.row = v.proposal WHERE p.id = ?1 ORDER BY v.seq DESC LIMIT ?2",
        ),
        (
            DeedKind::Application,
            "SELECT a.started_seq || '', iif(a.direction = 'apply', 'written', 'taken out') || ' (' || \
            ifnull(a.outcome, 'not ended') || ')' FROM applications a JOIN proposals p ON p.row = a.proposal \
            WHERE p.id = ?1 ORDER BY a.started_seq DESC LIMIT ?2",
        ),
    ];
    let mut deeds = Vec::new();
    for (kind, sql) in kinds {
        let found = many(connection, sql, (proposal.as_str(), limit), |row| {
            Ok(Deed { kind, name: row.get(0)?, says: row.get(1)? })
        })?;
        deeds.extend(found);
    }
    Ok(deeds)
}
