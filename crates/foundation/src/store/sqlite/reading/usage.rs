//! Sizes of the database, and the versions it was made with.
//!
//! Free pages are counted by SQLite; the write-ahead log beside the file counts as part of it.

use std::path::Path;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::StoreUsage;
use crate::store::sqlite::home::header;
use crate::store::sqlite::log::records;

/// Reads sizes and versions of the database at this path.
pub(crate) fn usage(connection: &Connection, path: &Path) -> Result<StoreUsage, StoreError> {
    let pragma = |name: &str| -> Result<i64, StoreError> {
        Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
    };
    let database = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let wal_bytes = header::wal_bytes(path);
    let free_bytes = pragma("freelist_count")?.saturating_mul(pragma("page_size")?);
    Ok(StoreUsage {
        database_bytes: database + wal_bytes,
        wal_bytes,
        free_bytes: u64::try_from(free_bytes).unwrap_or_default(),
        schema: pragma("user_version")?,
        sqlite: rusqlite::version().to_owned(),
        records: records::size(connection)?,
    })
}
