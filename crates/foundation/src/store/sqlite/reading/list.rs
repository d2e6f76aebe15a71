//! Pages of proposals, newest first.
//!
//! A page continues after a row number instead of skipping rows, so the last page costs what the first one does.

use clap::ValueEnum as _;
use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::query::{Counting, Cursor, ListQuery, ListRow, Page};
use crate::store::sqlite::rows::{count, many, moment, one, optional_parsed, parsed};
use crate::store::sqlite::tables::search;
use record::domain::language::Language;
use record::domain::status::Status;

const COLUMNS: &str = "SELECT row, id, status, verdict, request, language, \
    created_at, updated_at, (SELECT v.source FROM provenance v WHERE v.proposal = proposals.row) \
    FROM proposals";

/// One page, as of one moment.
///
/// Rows come in the order of creation, because the time of a change never goes back, so the row number is the order.
pub(crate) fn read(connection: &Connection, query: &ListQuery) -> Result<Page, StoreError> {
    let wanted = query.limit.saturating_add(1);
    let expression = query.search.as_deref().map(search::expression);
    let mut rows = match &expression {
        // A search without a word matches nothing.
        Some(None) => Vec::new(),
        Some(Some(expression)) => {
            let found = search::matching(connection, expression, query, wanted)?;
            fetch(connection, query, &found, wanted)?
        }
        None if has_everything(query) => {
            let sql = format!("{COLUMNS} WHERE row < ?1 ORDER BY row DESC LIMIT ?2");
            many(connection, &sql, (before(query), wanted), decode)?
        }
        None => in_states(connection, query, wanted)?,
    };
    let has_more = rows.len() > usize::try_from(query.limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(|(row, shown)| Cursor { created_at: shown.created_at, row: *row });
    let total = total(connection, query, expression.as_ref())?;
    Ok(Page { rows: rows.into_iter().map(|(_, shown)| shown).collect(), total, next })
}

fn before(query: &ListQuery) -> i64 {
    query.before.map_or(i64::MAX, |cursor| cursor.row)
}

/// Tells whether the filter leaves nothing out, as that for the only language there is.
fn has_everything(query: &ListQuery) -> bool {
    query.status.is_none() && languages(query).len() == Language::value_variants().len()
}

/// The newest proposals of every pair of language and status that fits, merged.
fn in_states(
    connection: &Connection,
    query: &ListQuery,
    wanted: u32,
) -> Result<Vec<(i64, ListRow)>, StoreError> {
    let sql = format!(
        "{COLUMNS} WHERE language = ?1 AND status = ?2 AND row < ?3 ORDER BY row DESC LIMIT ?4"
    );
    let mut rows = Vec::new();
    for language in languages(query) {
        for status in statuses(query) {
            let params = (language.word(), status.word(), before(query), wanted);
            rows.extend(many(connection, &sql, params, decode)?);
        }
    }
    rows.sort_unstable_by_key(|(row, _)| std::cmp::Reverse(*row));
    rows.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
    Ok(rows)
}

fn languages(query: &ListQuery) -> Vec<Language> {
    query.language.map_or_else(|| Language::value_variants().to_vec(), |language| vec![language])
}

fn statuses(query: &ListQuery) -> Vec<Status> {
    query.status.map_or_else(|| Status::ALL.to_vec(), |status| vec![status])
}

fn fetch(
    connection: &Connection,
    query: &ListQuery,
    numbers: &[i64],
    wanted: u32,
) -> Result<Vec<(i64, ListRow)>, StoreError> {
    let sql = format!("{COLUMNS} WHERE row = ?1");
    let mut rows = Vec::new();
    for number in numbers {
        let found = one(connection, &sql, [number], decode)?;
        rows.extend(found.filter(|(_, shown)| fits(query, shown)));
        if rows.len() >= usize::try_from(wanted).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(rows)
}

fn fits(query: &ListQuery, shown: &ListRow) -> bool {
    query.status.is_none_or(|status| status == shown.status)
        && query.language.is_none_or(|language| language == shown.language)
}

fn decode(row: &Row<'_>) -> Result<(i64, ListRow), StoreError> {
    let shown = ListRow {
        id: parsed(row, 1)?,
        status: parsed(row, 2)?,
        verdict: optional_parsed(row, 3)?,
        request: row.get(4)?,
        language: parsed(row, 5)?,
        source: optional_parsed(row, 8)?,
        created_at: moment(row, 6)?,
        updated_at: moment(row, 7)?,
    };
    Ok((row.get(0)?, shown))
}

/// Counts all that match: from the rollups without a search, row by row with one if that is wanted.
fn total(
    connection: &Connection,
    query: &ListQuery,
    expression: Option<&Option<String>>,
) -> Result<Option<u64>, StoreError> {
    match (expression, query.count) {
        (Some(None), _) => Ok(Some(0)),
        (Some(Some(_)), Counting::IfCheap) => Ok(None),
        (Some(Some(expression)), Counting::Always) => {
            search::count_matching(connection, expression, query).map(Some)
        }
        (None, _) => rolled_up(connection, query).map(Some),
    }
}

fn rolled_up(connection: &Connection, query: &ListQuery) -> Result<u64, StoreError> {
    let column = query.status.map_or("proposals", Status::word);
    let (dimension, name) =
        query.language.map_or(("all", ""), |language| ("language", language.word()));
    let sql =
        format!("SELECT {column} FROM rollups WHERE dimension = ?1 AND day = '' AND name = ?2");
    let total = one(connection, &sql, (dimension, name), |row| count(row, 0))?;
    Ok(total.unwrap_or_default())
}
