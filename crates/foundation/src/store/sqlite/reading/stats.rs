//! Statistics, answered from the sums alone.
//!
//! No row of a proposal or execution is read, so the answer takes as long in a home of a million proposals.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::query::StatsQuery;
use crate::store::sqlite::rows::{count, many, one};
use record::domain::stats::{Dimension, Stats, StatusCounts, Tally};
use record::domain::time::Timestamp;

/// The sums of the rollups, in the order of [`tally`], after the name.
const SUMS: &str = "sum(proposals), sum(executions), sum(passed), sum(failed), \
    sum(covered_executions), sum(coverage_bp_sum), sum(calls), sum(input_tokens), \
    sum(output_tokens), sum(cost_microusd), sum(unknown_usage_calls)";

/// The same of one row.
const VALUES: &str = "proposals, executions, passed, failed, covered_executions, \
    coverage_bp_sum, calls, input_tokens, output_tokens, cost_microusd, unknown_usage_calls";

/// Reads statistics as of one moment.
pub(crate) fn read(connection: &Connection, query: &StatsQuery) -> Result<Stats, StoreError> {
    let (total, by_status) = match query.since {
        None => read_total(connection)?,
        Some(since) => sum_window(connection, &since.day())?,
    };
    let groups = match (query.by, query.since) {
        (None, _) => BTreeMap::new(),
        (Some(Dimension::Day), since) => {
            let first = since.map_or_else(|| "0".to_owned(), Timestamp::day);
            let sql =
                format!("SELECT day, {VALUES} FROM rollups WHERE dimension = 'all' AND day >= ?1");
            groups(connection, &sql, [first])?
        }
        (Some(dimension), None) => {
            let sql =
                format!("SELECT name, {VALUES} FROM rollups WHERE dimension = ?1 AND day = ''");
            groups(connection, &sql, [word(dimension)])?
        }
        (Some(dimension), Some(since)) => {
            let sql = format!(
                "SELECT name, {SUMS} FROM rollups WHERE dimension = ?1 AND day >= ?2 GROUP BY name"
            );
            groups(connection, &sql, [word(dimension), &since.day()])?
        }
    };
    Ok(Stats { total, by_status, groups })
}

const fn word(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Model => "model",
        Dimension::Language => "language",
        Dimension::ErrorClass => "error_class",
        Dimension::Day => "all",
    }
}

fn read_total(connection: &Connection) -> Result<(Tally, StatusCounts), StoreError> {
    let sql = format!(
        "SELECT '', {VALUES}, pending, tested, approved, rejected FROM rollups \
        WHERE dimension = 'all' AND day = '' AND name = ''"
    );
    Ok(one(connection, &sql, [], whole)?.unwrap_or_default())
}

fn sum_window(
    connection: &Connection,
    first_day: &str,
) -> Result<(Tally, StatusCounts), StoreError> {
    let sql = format!(
        "SELECT '', {SUMS}, sum(pending), sum(tested), sum(approved), sum(rejected) FROM rollups \
        WHERE dimension = 'all' AND day >= ?1 HAVING count(*) > 0"
    );
    Ok(one(connection, &sql, [first_day], whole)?.unwrap_or_default())
}

fn whole(row: &Row<'_>) -> Result<(Tally, StatusCounts), StoreError> {
    let by_status = StatusCounts {
        pending: count(row, 12)?,
        tested: count(row, 13)?,
        approved: count(row, 14)?,
        rejected: count(row, 15)?,
    };
    Ok((tally(row)?, by_status))
}

fn groups(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<BTreeMap<String, Tally>, StoreError> {
    let parts = many(connection, sql, params, |row| Ok((row.get(0)?, tally(row)?)))?;
    // A day on which proposals only moved has a row of zeros, and a sum of nothing is not a part.
    Ok(parts.into_iter().filter(|(_, tally)| *tally != Tally::default()).collect())
}

fn tally(row: &Row<'_>) -> Result<Tally, StoreError> {
    Ok(Tally {
        proposals: count(row, 1)?,
        executions: count(row, 2)?,
        passed: count(row, 3)?,
        failed: count(row, 4)?,
        covered_executions: count(row, 5)?,
        coverage_bp_sum: count(row, 6)?,
        calls: count(row, 7)?,
        input_tokens: count(row, 8)?,
        output_tokens: count(row, 9)?,
        cost_microusd: count(row, 10)?,
        unknown_usage_calls: count(row, 11)?,
    })
}
