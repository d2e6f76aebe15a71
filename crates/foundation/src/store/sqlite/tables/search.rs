//! Full-text search over requests and explanations.
//!
//! Feeding the index is slow, so commits only queue proposals and the writer feeds the index when it is idle; a search
//! matches the queued ones by an index of their own in memory, and so misses none.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::ListQuery;
use crate::store::sqlite::connection::open_in_memory;
use crate::store::sqlite::rows::{count, execute, int, many, one};
use record::domain::language::Language;
use record::domain::status::Status;

/// Most words of a search that count.
const MOST_WORDS: usize = 32;

/// The text of a proposal that is searched.
const WORDS: &str = "SELECT p.row, p.request, ifnull(r.explanation, '') FROM search_queue q \
    JOIN proposals p ON p.row = q.proposal \
    LEFT JOIN revisions r ON r.proposal = p.row AND r.number = p.head";

/// Notes that the words of a proposal changed.
pub(crate) fn enqueue(connection: &Connection, proposal: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO search_queue (proposal) VALUES (?1) ON CONFLICT DO NOTHING";
    execute(connection, sql, [proposal])?;
    Ok(())
}

/// Takes up to `limit` waiting proposals into the index, inside the open transaction; how many.
pub(crate) fn drain(connection: &Connection, limit: u32) -> Result<u64, StoreError> {
    let sql = format!("{WORDS} ORDER BY q.proposal LIMIT ?1");
    let waiting = many(connection, &sql, [limit], text)?;
    for (proposal, request, explanation) in &waiting {
        let sql = "INSERT OR REPLACE INTO search (rowid, request, explanation) VALUES (?1, ?2, ?3)";
        execute(connection, sql, (proposal, request, explanation))?;
        execute(connection, "DELETE FROM search_queue WHERE proposal = ?1", [proposal])?;
    }
    Ok(u64::try_from(waiting.len()).unwrap_or(u64::MAX))
}

type Text = (i64, String, String);

fn text(row: &rusqlite::Row<'_>) -> Result<Text, StoreError> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

/// The words of a search as an expression in which nothing of the user's is syntax; `None` without a word.
pub(crate) fn expression(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split(|symbol: char| symbol.is_whitespace() || symbol.is_control())
        .filter(|word| word.contains(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Rows that match and are older than `before`, newest first, at most `limit`.
///
/// Proposals that wait for the index are matched by an index of their own in memory, so that the answer is complete
/// and follows the same rules for what a word is.
pub(crate) fn matching(
    connection: &Connection,
    expression: &str,
    query: &ListQuery,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let before = query.before.map_or(i64::MAX, |cursor| cursor.row);
    let mut rows = indexed(connection, expression, query, before, limit)?;
    let fresh = unindexed(connection, expression)?;
    rows.extend(fresh.into_iter().filter(|row| *row < before));
    rows.sort_unstable_by(|left, right| right.cmp(left));
    Ok(rows)
}

/// Counts the proposals that match.
pub(crate) fn count_matching(
    connection: &Connection,
    expression: &str,
    query: &ListQuery,
) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM ({})", select(query, ""));
    let (status, language) = filters(query);
    let params = (expression, i64::MAX, status, language);
    let indexed = one(connection, &sql, params, |row| count(row, 0))?.unwrap_or_default();
    let mut fresh = 0;
    for row in unindexed(connection, expression)? {
        let sql = "SELECT 1 FROM proposals WHERE row = ?1 AND status = ifnull(?2, status) \
            AND language = ifnull(?3, language)";
        fresh += u64::from(one(connection, sql, (row, status, language), |_| Ok(()))?.is_some());
    }
    Ok(indexed + fresh)
}

fn indexed(
    connection: &Connection,
    expression: &str,
    query: &ListQuery,
    before: i64,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let sql = select(query, " ORDER BY search.rowid DESC LIMIT ?5");
    let (status, language) = filters(query);
    let params = (expression, before, status, language, limit);
    many(connection, &sql, params, |row| Ok(row.get(0)?))
}

/// The proposals of a filter are looked up one by one in the order of the index, newest first.
fn select(query: &ListQuery, order: &str) -> String {
    let (join, filter) = if query.status.is_none() && query.language.is_none() {
        ("", "AND ?3 IS NULL AND ?4 IS NULL")
    } else {
        (
            "CROSS JOIN proposals p ON p.row = search.rowid",
            "AND p.status = ifnull(?3, p.status) AND p.language = ifnull(?4, p.language)",
        )
    };
    format!(
        "SELECT search.rowid FROM search {join} WHERE search MATCH ?1 AND search.rowid < ?2 \
        {filter} AND NOT EXISTS (SELECT 1 FROM search_queue q WHERE q.proposal = search.rowid)\
        {order}"
    )
}

fn filters(query: &ListQuery) -> (Option<&'static str>, Option<&'static str>) {
    (query.status.map(Status::word), query.language.map(Language::word))
}

fn unindexed(connection: &Connection, expression: &str) -> Result<Vec<i64>, StoreError> {
    let waiting = many(connection, WORDS, [], text)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let memory = open_in_memory()?;
    memory.execute_batch(
        "CREATE VIRTUAL TABLE search USING fts5 (request, explanation, content = '', \
        tokenize = 'unicode61'); BEGIN",
    )?;
    for words in &waiting {
        let sql = "INSERT INTO search (rowid, request, explanation) VALUES (?1, ?2, ?3)";
        execute(&memory, sql, (words.0, &words.1, &words.2))?;
    }
    let sql = "SELECT rowid FROM search WHERE search MATCH ?1";
    many(&memory, sql, [expression], |row| Ok(row.get(0)?))
}

/// Tells whether more proposals wait than a search should match by itself.
pub(crate) fn is_behind(connection: &Connection, bound: u64) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) > ?1 FROM (SELECT 1 FROM search_queue LIMIT ?1 + 1)";
    Ok(one(connection, sql, [int(bound)], |row| Ok(row.get(0)?))?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_syntax() {
        assert_eq!(expression("csv parser"), Some("\"csv\" \"parser\"".to_owned()));
        assert_eq!(
            expression("a\" OR b* NEAR(c) -d ^e\0f"),
            Some("\"a\"\"\" \"OR\" \"b*\" \"NEAR(c)\" \"-d\" \"^e\" \"f\"".to_owned())
        );
        assert_eq!(expression("** \" ()"), None);
    }
}
