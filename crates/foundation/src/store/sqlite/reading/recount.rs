//! Holds the sums of statistics against the rows they sum up.
//!
//! For the owner's check of a home; a difference means a bug or a change from outside, and statistics are then not to
//! be believed.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::rows::one;

/// Names of sums over all time, each with the count of the rows themselves.
const COUNTS: &[(&str, &str)] = &[
    ("proposals", "SELECT count(*) FROM proposals"),
    ("pending", "SELECT count(*) FROM proposals WHERE status = 'pending'"),
    ("tested", "SELECT count(*) FROM proposals WHERE status = 'tested'"),
    ("approved", "SELECT count(*) FROM proposals WHERE status = 'approved'"),
    ("rejected", "SELECT count(*) FROM proposals WHERE status = 'rejected'"),
    ("executions", "SELECT count(*) FROM executions"),
    ("passed", "SELECT count(*) FROM executions WHERE verdict = 'passed'"),
    ("failed", "SELECT count(*) FROM executions WHERE verdict = 'failed'"),
    ("covered_executions", "SELECT count(coverage_bp) FROM executions"),
    ("coverage_bp_sum", "SELECT ifnull(sum(coverage_bp), 0) FROM executions"),
    ("calls", "SELECT count(*) FROM calls WHERE provider <> 'library'"),
    ("input_tokens", "SELECT ifnull(sum(input_tokens), 0) FROM calls WHERE provider <> 'library'"),
    (
        "output_tokens",
        "SELECT ifnull(sum(output_tokens), 0) FROM calls WHERE provider <> 'library'",
    ),
    (
        "cost_microusd",
        "SELECT ifnull(sum(cost_microusd), 0) FROM calls WHERE provider <> 'library'",
    ),
];

/// Sums that are not what the rows say, in words; none when all are right.
pub(crate) fn differences(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for (name, counted) in COUNTS {
        let sum = |day: &str| {
            format!(
                "SELECT ifnull(sum({name}), 0) FROM rollups WHERE dimension = 'all' AND day {day} ''"
            )
        };
        let counted = value(connection, counted)?;
        let (total, by_day) = (value(connection, &sum("="))?, value(connection, &sum("<>"))?);
        if (total, by_day) != (counted, counted) {
            found.push(format!("{name}: {counted} counted, {total} kept, {by_day} over all days"));
        }
    }
    Ok(found)
}

fn value(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    Ok(one(connection, sql, [], |row| Ok(row.get(0)?))?.unwrap_or_default())
}
