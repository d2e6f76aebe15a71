//! Reads a row whose columns may hold any type.
//!
//! SQLite lets any column hold anything, so a number may be text, bytes or missing, and a value may be huge: each is
//! read as what it is, bounded, and judged by whoever needs it.

use std::borrow::Cow;

use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use record::domain::digest::Digest;

/// A value of a column; SQLite lets any column hold anything.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceValue {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text, which need not be UTF-8.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

impl SourceValue {
    pub(super) fn of(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(text.to_vec()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }

    /// Counts its bytes.
    pub const fn len(&self) -> usize {
        match self {
            Self::Null => 0,
            Self::Integer(_) | Self::Real(_) => 8,
            Self::Text(bytes) | Self::Blob(bytes) => bytes.len(),
        }
    }

    /// Tells whether it takes no byte.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same value, with at most so many bytes of it.
    #[must_use]
    pub(super) fn cut(mut self, longest: usize) -> Self {
        if let Self::Text(bytes) | Self::Blob(bytes) = &mut self {
            bytes.truncate(longest);
        }
        self
    }

    /// A name of the type for people.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) | Self::Real(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }

    fn parts(&self) -> (u8, Cow<'_, [u8]>) {
        match self {
            Self::Null => (0, Cow::Borrowed(&[])),
            Self::Integer(number) => (1, Cow::Owned(number.to_be_bytes().to_vec())),
            Self::Real(number) => (2, Cow::Owned(number.to_bits().to_be_bytes().to_vec())),
            Self::Text(bytes) => (3, Cow::Borrowed(bytes)),
            Self::Blob(bytes) => (4, Cow::Borrowed(bytes)),
        }
    }
}

/// One row with the columns that its table has.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    table: &'static str,
    cells: Vec<(&'static str, SourceValue)>,
    digest: Digest,
}

impl SourceRow {
    pub(super) fn new(table: &'static str, cells: Vec<(&'static str, SourceValue)>) -> Self {
        let digest = digest(table, &cells);
        Self { table, cells, digest }
    }

    /// The same row with at most so many bytes of each value; its digest stays that of the whole.
    #[must_use]
    pub(super) fn cut(self, longest: usize) -> Self {
        let cells = self.cells.into_iter().map(|(name, value)| (name, value.cut(longest)));
        Self { cells: cells.collect(), ..self }
    }

    /// The table.
    pub const fn table(&self) -> &'static str {
        self.table
    }

    /// Reads a column; nothing where the table has no such column.
    pub fn get(&self, column: &str) -> &SourceValue {
        let found = self.cells.iter().find(|(name, _)| *name == column);
        found.map_or(&SourceValue::Null, |(_, value)| value)
    }

    /// SHA-256 over the table's name and every column with its type and length, in the order of the schema.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The words of a column: text, or a number as it is written; `None` for nothing and bytes.
    ///
    /// Bytes that are not UTF-8 are replaced.
    pub fn words(&self, column: &str) -> Option<String> {
        match self.get(column) {
            SourceValue::Null | SourceValue::Blob(_) => None,
            SourceValue::Integer(number) => Some(number.to_string()),
            SourceValue::Real(number) => Some(number.to_string()),
            SourceValue::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        }
    }

    /// The number of a column, written as a number.
    pub fn number(&self, column: &str) -> Option<f64> {
        match self.get(column) {
            #[expect(clippy::cast_precision_loss, reason = "counts and scores are small")]
            SourceValue::Integer(number) => Some(*number as f64),
            SourceValue::Real(number) => number.is_finite().then_some(*number),
            SourceValue::Null | SourceValue::Text(_) | SourceValue::Blob(_) => None,
        }
    }

    /// The columns as JSON, texts cut after `longest` bytes; whether any was cut.
    pub fn json(&self, columns: &[&str], longest: usize) -> (Map<String, Value>, bool) {
        let mut is_cut = false;
        let mut object = Map::new();
        for (name, value) in self.cells.iter().filter(|(name, _)| columns.contains(name)) {
            is_cut |= value.len() > longest;
            let value = match value {
                SourceValue::Null => Value::Null,
                SourceValue::Integer(number) => Value::from(*number),
                SourceValue::Real(number) => Value::from(*number),
                SourceValue::Text(bytes) | SourceValue::Blob(bytes) => {
                    let kept = bytes.get(..longest).unwrap_or(bytes);
                    Value::from(String::from_utf8_lossy(kept).into_owned())
                }
            };
            object.insert((*name).to_owned(), value);
        }
        (object, is_cut)
    }
}

fn digest(table: &str, cells: &[(&'static str, SourceValue)]) -> Digest {
    let mut bytes = table.as_bytes().to_vec();
    for (name, value) in cells {
        let (tag, content) = value.parts();
        bytes.push(0);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&[0, tag]);
        bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&content);
    }
    Digest::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_tells_types_columns_and_borders_apart() {
        let digest =
            |cells: &[(&'static str, SourceValue)]| SourceRow::new("t", cells.to_vec()).digest();
        let text = |text: &str| SourceValue::Text(text.into());

        let all = [
            digest(&[("a", text("1")), ("b", text(""))]),
            digest(&[("a", SourceValue::Integer(1)), ("b", text(""))]),
            digest(&[("a", SourceValue::Blob(b"1".to_vec())), ("b", text(""))]),
            digest(&[("a", text("")), ("b", text("1"))]),
            digest(&[("a", text("1")), ("b", SourceValue::Null)]),
        ];

        let distinct: std::collections::BTreeSet<String> = all.iter().map(Digest::hex).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
