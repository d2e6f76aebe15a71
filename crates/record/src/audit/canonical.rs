//! Canonical JSON (RFC 8785), narrowed until every serialiser writes it alike.
//!
//! Records are hashed, so two programs must never spell one value in two ways. Floats, null, unusual keys and U+007F are refused
//! instead of being handled, because implementations of RFC 8785 are known to differ there.

use serde::Serialize;
use serde_json::{Map, Number, Value};
use thiserror::Error;

/// The largest integer every JSON reader keeps exactly: 2^53 - 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The longest text in `data`; longer content enters by digest.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// Deepest nesting of objects and arrays.
const MAX_DEPTH: usize = 8;

/// U+007F, which serialisers escape differently.
const DELETE: char = '\u{7f}';

/// The visible form of U+007F.
const VISIBLE_DELETE: &str = "\u{2421}";

/// A value outside the restricted form of RFC 8785.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CanonicalError {
    /// Floats have no single spelling.
    #[error("{number} is not an integer: write it in a smaller unit")]
    Float {
        /// The number as JSON text.
        number: String,
    },
    /// A reader in a language with doubles would change it.
    #[error("the integer {number} lies beyond 2^53 - 1")]
    Integer {
        /// The number as JSON text.
        number: String,
    },
    /// Absent values are left out.
    #[error("a value is null: leave it out")]
    Null,
    /// Keys sort alike everywhere only within a small alphabet.
    #[error("the key {key:?} is not of the form [a-z][a-z0-9_]*")]
    Key {
        /// The key as found.
        key: String,
    },
    /// Long content belongs in a blob, with its digest here.
    #[error("the text of {key:?} has {chars} characters, more than {MAX_TEXT_CHARS}: use a digest")]
    TextTooLong {
        /// The nearest key around the text.
        key: String,
        /// Its length in characters.
        chars: usize,
    },
    /// Deeper nesting than any kind of record needs.
    #[error("objects and arrays nest deeper than {MAX_DEPTH}")]
    Depth,
    /// U+007F must enter as U+2421.
    #[error("the text holds U+007F, which must be written as U+2421")]
    Delete,
    /// The serialiser refused the value.
    #[error("no canonical form: {reason}")]
    Unserialisable {
        /// What the serialiser said.
        reason: String,
    },
}

/// The RFC 8785 bytes of a value; refuses U+007F, the one character common serialisers disagree about.
pub fn canonical_bytes(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    let bytes = serde_json_canonicalizer::to_vec(value)
        .map_err(|error| CanonicalError::Unserialisable { reason: error.to_string() })?;
    if has_delete(&bytes) {
        return Err(CanonicalError::Delete);
    }
    Ok(bytes)
}

/// Tells whether U+007F occurs; in UTF-8 that byte means nothing else.
pub(super) fn has_delete(bytes: &[u8]) -> bool {
    bytes.contains(&0x7f)
}

/// Checks that an object holds only what every serialiser writes alike.
pub fn restrict(object: &Map<String, Value>) -> Result<(), CanonicalError> {
    restrict_object(object, 1)
}

/// The text with U+007F replaced by its visible form.
pub fn visible(text: &str) -> String {
    text.replace(DELETE, VISIBLE_DELETE)
}

/// The value with U+007F in every text replaced by its visible form.
fn visible_value(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains(DELETE) => Value::String(visible(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(visible_value).collect()),
        Value::Object(object) => Value::Object(visible_object(object)),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// The object with U+007F in every text replaced by its visible form.
pub fn visible_object(object: Map<String, Value>) -> Map<String, Value> {
    object.into_iter().map(|(key, value)| (key, visible_value(value))).collect()
}

fn restrict_object(object: &Map<String, Value>, depth: usize) -> Result<(), CanonicalError> {
    if depth > MAX_DEPTH {
        return Err(CanonicalError::Depth);
    }
    object.iter().try_for_each(|(key, value)| {
        check_key(key)?;
        restrict_value(key, value, depth)
    })
}

fn restrict_value(key: &str, value: &Value, depth: usize) -> Result<(), CanonicalError> {
    match value {
        Value::Null => Err(CanonicalError::Null),
        Value::Bool(_) => Ok(()),
        Value::Number(number) => check_number(number),
        Value::String(text) => check_text(key, text),
        Value::Object(object) => restrict_object(object, depth + 1),
        Value::Array(_) if depth >= MAX_DEPTH => Err(CanonicalError::Depth),
        Value::Array(items) => {
            items.iter().try_for_each(|item| restrict_value(key, item, depth + 1))
        }
    }
}

fn check_key(key: &str) -> Result<(), CanonicalError> {
    let starts_well = key.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let is_plain = key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if starts_well && is_plain {
        return Ok(());
    }
    Err(CanonicalError::Key { key: key.to_owned() })
}

fn check_number(number: &Number) -> Result<(), CanonicalError> {
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match magnitude {
        Some(magnitude) if magnitude <= MAX_INTEGER => Ok(()),
        Some(_) => Err(CanonicalError::Integer { number: number.to_string() }),
        None => Err(CanonicalError::Float { number: number.to_string() }),
    }
}

/// Checks that a text is short enough to stand in a record.
pub(super) fn check_text(key: &str, text: &str) -> Result<(), CanonicalError> {
    // The length in bytes bounds the length in characters, so short text is not counted.
    if text.len() <= MAX_TEXT_CHARS {
        return Ok(());
    }
    let chars = text.chars().count();
    if chars <= MAX_TEXT_CHARS {
        return Ok(());
    }
    Err(CanonicalError::TextTooLong { key: key.to_owned(), chars })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(value: Value) -> Result<(), CanonicalError> {
        restrict(&Map::from_iter([("key".to_owned(), value)]))
    }

    #[test]
    fn what_serialisers_write_differently_is_refused() {
        let float = |number: &str| Err(CanonicalError::Float { number: number.to_owned() });

        assert_eq!(checked(json!(1.5)), float("1.5"));
        assert_eq!(checked(json!(1.0)), float("1.0"));
        assert_eq!(checked(json!([null])), Err(CanonicalError::Null));
        assert_eq!(checked(json!({"Bad": 1})), Err(CanonicalError::Key { key: "Bad".to_owned() }));
        assert_eq!(checked(json!({"": 1})), Err(CanonicalError::Key { key: String::new() }));
        assert_eq!(checked(json!(MAX_INTEGER)), Ok(()));
        assert_eq!(
            checked(json!(-9_007_199_254_740_992_i64)),
            Err(CanonicalError::Integer { number: "-9007199254740992".to_owned() })
        );
    }

    #[test]
    fn long_text_names_its_key_and_deep_values_end() {
        let deep = (0..MAX_DEPTH).fold(json!(1), |value, _| json!([value]));
        let deep_object = (0..MAX_DEPTH).fold(json!(1), |value, _| json!({ "a": value }));

        assert_eq!(checked(json!("é".repeat(MAX_TEXT_CHARS))), Ok(()));
        assert_eq!(
            checked(json!("é".repeat(MAX_TEXT_CHARS + 1))),
            Err(CanonicalError::TextTooLong { key: "key".to_owned(), chars: MAX_TEXT_CHARS + 1 })
        );
        assert_eq!(checked(deep), Err(CanonicalError::Depth));
        assert_eq!(checked(deep_object), Err(CanonicalError::Depth));
    }

    #[test]
    fn canonical_text_keeps_no_delete_character() {
        assert_eq!(canonical_bytes(&"a\u{7f}"), Err(CanonicalError::Delete));
        assert_eq!(visible_value(json!({"a": ["\u{7f}"]})), json!({"a": ["␡"]}));
        assert_eq!(
            canonical_bytes(&json!({"b": 1, "a": "\u{1}\n\"é"})),
            Ok("{\"a\":\"\\u0001\\n\\\"é\",\"b\":1}".as_bytes().to_vec())
        );
    }
}
