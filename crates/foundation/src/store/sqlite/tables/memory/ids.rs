//! Ids of git objects as bytes.
//!
//! A history has many of them, and half of the digits of a text would say nothing.

use rusqlite::Row;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use record::domain::changeset::GitId;
use record::domain::digest::hex;

/// The bytes of an id.
pub(super) fn bytes(id: &GitId) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'a'..=b'f' => byte - b'a' + 10,
        other => other.wrapping_sub(b'0'),
    };
    let pairs = id.as_str().as_bytes().chunks_exact(2);
    pairs.map(|pair| pair.iter().fold(0, |value, byte| value << 4 | digit(*byte))).collect()
}

/// The bytes of an id that may be absent.
pub(super) fn optional_bytes(id: Option<&GitId>) -> Option<Vec<u8>> {
    id.map(bytes)
}

/// The id in a column.
pub(super) fn id(row: &Row<'_>, column: usize) -> Result<GitId, StoreError> {
    optional_id(row, column)?.ok_or_else(|| corrupt("an id of git is missing"))
}

/// The id in a column that may be empty.
pub(super) fn optional_id(row: &Row<'_>, column: usize) -> Result<Option<GitId>, StoreError> {
    let bytes = row.get_ref(column)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let id = bytes.map(|bytes| hex(bytes).parse());
    id.transpose().map_err(|_| corrupt("an id of git has an odd length"))
}
