//! Rows into values and values into columns.
//!
//! Statements are prepared once a connection and kept. A column that does not hold what the schema says is reported as
//! damage, never as a bug of the caller.

use std::str::FromStr;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::error::StoreError;
use crate::store::rows::Cell;
use crate::store::sqlite::failure::corrupt;
use record::domain::digest::Digest;
use record::domain::time::Timestamp;

/// The first row of a query.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    decode: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(decode).transpose()
}

/// Every row of a query.
pub(super) fn many<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    decode: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(decode(row)?);
    }
    Ok(values)
}

/// Runs a statement; how many rows it changed.
pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

/// A count as SQLite holds it; ours stay far below 2^63.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count that may be absent.
pub(super) fn optional_int(count: Option<u64>) -> Option<i64> {
    count.map(int)
}

/// A count that is never negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<u64, StoreError> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| corrupt(format!("a count is {value}")))
}

/// A count that may be absent.
pub(super) fn optional_count(row: &Row<'_>, column: usize) -> Result<Option<u64>, StoreError> {
    let value: Option<i64> = row.get(column)?;
    let negative = |_| corrupt("a count is negative");
    value.map(|value| u64::try_from(value).map_err(negative)).transpose()
}

/// A word or id in a column.
pub(super) fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    text.parse().map_err(|_| corrupt(format!("unknown word {text:?} in column {column}")))
}

/// A word or id that may be absent.
pub(super) fn optional_parsed<T: FromStr>(
    row: &Row<'_>,
    column: usize,
) -> Result<Option<T>, StoreError> {
    let Some(text) = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)? else {
        return Ok(None);
    };
    let value = text.parse().map_err(|_| corrupt(format!("unknown word {text:?}")))?;
    Ok(Some(value))
}

/// The thirty-two bytes of a digest.
pub(super) fn digest(row: &Row<'_>, column: usize) -> Result<Digest, StoreError> {
    Ok(Digest::from_bytes(row.get(column)?))
}

/// A digest that may be absent.
pub(super) fn optional_digest(row: &Row<'_>, column: usize) -> Result<Option<Digest>, StoreError> {
    let bytes: Option<[u8; 32]> = row.get(column)?;
    Ok(bytes.map(Digest::from_bytes))
}

/// A moment in milliseconds.
pub(super) fn moment(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_millis(row.get(column)?))
}

/// A moment that may be absent.
pub(super) fn optional_moment(
    row: &Row<'_>,
    column: usize,
) -> Result<Option<Timestamp>, StoreError> {
    let millis: Option<i64> = row.get(column)?;
    Ok(millis.map(Timestamp::from_millis))
}

/// A value stored as JSON text.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))
}

/// A value as JSON text.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// A value as whoever verifies rows sees it.
pub(super) fn cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Integer(value),
        ValueRef::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        ValueRef::Real(value) => return Err(corrupt(format!("a number is {value}"))),
    })
}
