//! What is wrong in a database whatever the record says.
//!
//! Objects of the schema that are not ours, rows that belong to nothing, texts that are not what their name says, and sums that
//! are not those of the rows they sum up. Each is looked for with one statement; the first is named.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::open_in_memory;
use crate::store::sqlite::home::schema::{foreign_object, migrate, runner};
use crate::store::sqlite::rows::{cell, digest, many, one};
use crate::store::sqlite::tables::blobs;

/// Rows that belong to nothing, by table: a statement that names the first.
const LOST: &[(&str, &str)] = &[
    (
        "revisions",
        "SELECT row FROM revisions WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "revision_files",
        "SELECT row FROM revision_files WHERE revision NOT IN (SELECT row FROM revisions) LIMIT 1",
    ),
    (
        "revision_bases",
        "SELECT revision FROM revision_bases WHERE revision NOT IN (SELECT row FROM revisions) LIMIT 1",
    ),
    (
        "revision_sides",
        "SELECT row FROM revision_sides WHERE revision NOT IN (SELECT revision FROM revision_bases) LIMIT 1",
    ),
    (
        "executions",
        "SELECT id FROM executions WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    ("reviews", "SELECT id FROM reviews WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1"),
    ("jobs", "SELECT id FROM jobs WHERE proposal NOT IN (SELECT id FROM proposals) LIMIT 1"),
    (
        "healings",
        "SELECT row FROM healings WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "healing_turns",
        "SELECT row FROM healing_turns WHERE healing NOT IN (SELECT row FROM healings) LIMIT 1",
    ),
    (
        "healing_turns",
        "SELECT t.row FROM healing_turns t JOIN healings h ON h.row = t.healing WHERE t.revision IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.proposal = h.proposal AND r.number = t.revision) LIMIT 1",
    ),
    (
        "applications",
        "SELECT started_seq FROM applications WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "applications",
        "SELECT application FROM application_contents WHERE digest NOT IN (SELECT digest FROM blobs) LIMIT 1",
    ),
    (
        "snippets",
        "SELECT row FROM snippets WHERE concept NOT IN (SELECT row FROM concepts) LIMIT 1",
    ),
    (
        "provenance",
        "SELECT proposal FROM provenance WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "history",
        "SELECT row FROM history WHERE proposal IS NOT NULL AND proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "history",
        "SELECT row FROM history WHERE blob IS NOT NULL AND blob NOT IN (SELECT digest FROM blobs) LIMIT 1",
    ),
    (
        "search_queue",
        "SELECT proposal FROM search_queue WHERE proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
    (
        "chains",
        "SELECT proposal FROM chains WHERE proposal <> 0 AND proposal NOT IN (SELECT row FROM proposals) LIMIT 1",
    ),
];

/// Every event that sums are made of, by day, dimension and name.
const EVENTS: &str = "made AS (
        SELECT date(p.created_at / 1000, 'unixepoch') AS day, p.language AS language, p.status AS status,
            ifnull(r.model, ifnull(r.provider, r.origin)) AS model
        FROM proposals p LEFT JOIN revisions r ON r.proposal = p.row AND r.number = 1
    ), ran AS (
        SELECT date(executed_at / 1000, 'unixepoch') AS day, language, model, verdict = 'passed' AS passed,
            verdict = 'failed' AS failed, coverage_bp IS NOT NULL AS covered, ifnull(coverage_bp, 0) AS coverage,
            json_extract(reasons, '$[0]') AS reason
        FROM executions
    ), asked AS (
        SELECT date(called_at / 1000, 'unixepoch') AS day, language, ifnull(model, provider) AS model,
            ifnull(input_tokens, 0) AS input, ifnull(output_tokens, 0) AS output, ifnull(cost_microusd, 0) AS cost,
            input_tokens IS NULL OR output_tokens IS NULL AS unknown
        FROM calls WHERE provider <> 'library'
    ), events (day, dimension, name, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) AS (
        SELECT day, 'all', '', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, status = 'pending', status = 'tested',
            status = 'approved', status = 'rejected' FROM made
        UNION ALL SELECT day, 'language', language, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, status = 'pending',
            status = 'tested', status = 'approved', status = 'rejected' FROM made
        UNION ALL SELECT day, 'model', model, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM made
            WHERE model IS NOT NULL
        UNION ALL SELECT day, 'all', '', 0, 1, passed, failed, covered, coverage, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM ran
        UNION ALL SELECT day, 'language', language, 0, 1, passed, failed, covered, coverage, 0, 0, 0, 0, 0, 0, 0, 0, 0
            FROM ran
        UNION ALL SELECT day, 'model', model, 0, 1, passed, failed, covered, coverage, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM ran
        UNION ALL SELECT day, 'error_class', reason, 0, 1, passed, failed, covered, coverage, 0, 0, 0, 0, 0, 0, 0, 0, 0
            FROM ran WHERE failed AND reason IS NOT NULL
        UNION ALL SELECT day, 'all', '', 0, 0, 0, 0, 0, 0, 1, input, output, cost, unknown, 0, 0, 0, 0 FROM asked
        UNION ALL SELECT day, 'language', language, 0, 0, 0, 0, 0, 0, 1, input, output, cost, unknown, 0, 0, 0, 0
            FROM asked
        UNION ALL SELECT day, 'model', model, 0, 0, 0, 0, 0, 0, 1, input, output, cost, unknown, 0, 0, 0, 0 FROM asked
    ), sums AS (
        SELECT day, dimension, name, sum(a) a, sum(b) b, sum(c) c, sum(d) d, sum(e) e, sum(f) f, sum(g) g, sum(h) h,
            sum(i) i, sum(j) j, sum(k) k, sum(l) l, sum(m) m, sum(n) n, sum(o) o
        FROM events GROUP BY 1, 2, 3
    ), wanted AS (
        SELECT * FROM sums
        UNION ALL SELECT '', dimension, name, sum(a), sum(b), sum(c), sum(d), sum(e), sum(f), sum(g), sum(h), sum(i),
            sum(j), sum(k), sum(l), sum(m), sum(n), sum(o) FROM sums GROUP BY 2, 3
    ), found AS (
        SELECT day, dimension, name, proposals, executions, passed, failed, covered_executions, coverage_bp_sum, calls,
            input_tokens, output_tokens, cost_microusd, unknown_usage_calls, pending, tested, approved, rejected
        FROM rollups WHERE proposals OR executions OR passed OR failed OR covered_executions OR coverage_bp_sum OR calls
            OR input_tokens OR output_tokens OR cost_microusd OR unknown_usage_calls OR pending OR tested OR approved
            OR rejected
    )";

/// Finds the first of them.
pub(super) fn first(connection: &Connection) -> Result<Option<String>, StoreError> {
    if let Some(name) = foreign_object(connection)? {
        return Ok(Some(format!(
            "sqlite_schema: {name} is missing, changed or not of this program"
        )));
    }
    if migrations(connection)? != migrations(&fresh()?)? {
        let words = "refinery_schema_history: the migrations are not those of this program";
        return Ok(Some(words.to_owned()));
    }
    for (table, sql) in LOST {
        let row = one(connection, sql, [], |row| cell(row.get_ref(0)?))?;
        if let Some(row) = row {
            return Ok(Some(format!("{table}: row {row} belongs to nothing")));
        }
    }
    if let Some(sum) = wrong_sum(connection)? {
        return Ok(Some(sum));
    }
    damaged_text(connection)
}

fn fresh() -> Result<Connection, StoreError> {
    let mut fresh = open_in_memory()?;
    migrate(&mut fresh, runner())?;
    Ok(fresh)
}

type Migration = (i64, String, String);

fn migrations(connection: &Connection) -> Result<Vec<Migration>, StoreError> {
    let sql = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version";
    many(connection, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn wrong_sum(connection: &Connection) -> Result<Option<String>, StoreError> {
    let sql = format!(
        "WITH {EVENTS} SELECT day, dimension, name FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted \
        UNION ALL SELECT * FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found)) LIMIT 1"
    );
    let found = one(connection, &sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(found.map(|(day, dimension, name): (String, String, String)| {
        let day = if day.is_empty() { "all days".to_owned() } else { day };
        format!("rollups: {dimension} {name:?} of {day} is not the sum of its rows")
    }))
}

fn damaged_text(connection: &Connection) -> Result<Option<String>, StoreError> {
    let digests = many(connection, "SELECT digest FROM blobs", [], |row| digest(row, 0))?;
    for digest in digests {
        match blobs::read_bytes(connection, digest) {
            Ok(_) => {}
            Err(StoreError::Corrupt { detail }) => return Ok(Some(format!("blobs: {detail}"))),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
