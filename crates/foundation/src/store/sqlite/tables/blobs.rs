//! Long texts, compressed, by their digest.
//!
//! Outputs of executions and answers of models leave their rows here when they are long; equal texts are kept once. A
//! text that was pruned keeps its row, so that a reader can tell pruned from lost.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{count, execute, int, one};
use record::domain::digest::Digest;

/// Longer texts leave the evidence.
const LONGEST_INLINE_BYTES: usize = 4 << 10;
/// Length of the beginning that stays readable in the evidence.
const EXCERPT_BYTES: usize = 1 << 10;
/// zstd's default: fast, and output of tests repeats itself.
const LEVEL: i32 = 3;
/// Nothing larger is ever unpacked.
const LARGEST_BLOB_BYTES: usize = 64 << 20;

/// Tells whether a text is too long to stay in its row.
pub(crate) const fn is_long(text: &str) -> bool {
    text.len() > LONGEST_INLINE_BYTES
}

/// Moves a long text into a blob and leaves its beginning; `None` for a short one.
pub(crate) fn shorten(
    connection: &Connection,
    text: &mut String,
) -> Result<Option<Digest>, StoreError> {
    if !is_long(text) {
        return Ok(None);
    }
    let digest = store(connection, text.as_bytes())?;
    text.truncate(text.floor_char_boundary(EXCERPT_BYTES));
    Ok(Some(digest))
}

/// Keeps a content by its digest; one that was pruned is there again.
pub(crate) fn store(connection: &Connection, content: &[u8]) -> Result<Digest, StoreError> {
    let digest = Digest::of(content);
    let data = zstd::bulk::compress(content, LEVEL)
        .map_err(|error: std::io::Error| StoreError::Database(Box::new(error)))?;
    let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let sql = "INSERT INTO blobs (digest, size_bytes, data) VALUES (?1, ?2, ?3) \
        ON CONFLICT (digest) DO UPDATE SET data = excluded.data WHERE length(blobs.data) = 0";
    execute(connection, sql, (digest.as_bytes(), int(size), data))?;
    Ok(digest)
}

/// The text of a blob, held against its name; `None` where it was pruned.
pub(crate) fn read_text(
    connection: &Connection,
    digest: Digest,
) -> Result<Option<String>, StoreError> {
    let Some(bytes) = read_bytes(connection, digest)? else { return Ok(None) };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| corrupt(format!("the blob {digest} is no text")))
}

/// The same for whatever was kept: a replaced file need not be text.
pub(crate) fn read_bytes(
    connection: &Connection,
    digest: Digest,
) -> Result<Option<Vec<u8>>, StoreError> {
    let damaged = || corrupt(format!("the blob {digest} is damaged or missing"));
    let (size, data) = row(connection, digest)?.ok_or_else(damaged)?;
    if data.is_empty() { Ok(None) } else { unpack(digest, size, &data).map(Some) }
}

/// The same where there may be none.
pub(crate) fn read_kept(
    connection: &Connection,
    digest: Digest,
) -> Result<Option<String>, StoreError> {
    match row(connection, digest)? {
        None => Ok(None),
        Some(_) => read_text(connection, digest),
    }
}

fn row(connection: &Connection, digest: Digest) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let sql = "SELECT size_bytes, data FROM blobs WHERE digest = ?1";
    one(connection, sql, [digest.as_bytes()], |row| Ok((count(row, 0)?, row.get(1)?)))
}

fn unpack(digest: Digest, size: u64, data: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = || corrupt(format!("the blob {digest} is damaged or missing"));
    let size = usize::try_from(size).map_err(|_| damaged())?;
    if size > LARGEST_BLOB_BYTES {
        return Err(damaged());
    }
    let content = zstd::bulk::decompress(data, size).map_err(|_| damaged())?;
    if content.len() != size || Digest::of(&content) != digest {
        return Err(damaged());
    }
    Ok(content)
}
