//! SHA-256 digests and their two spellings.
//!
//! Records write `sha256:` before the hex digits and commands write bare hex; both parse. Only lower-case digits are taken, because
//! equal digests must be equal text.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

const PREFIX: &str = "sha256:";

/// Digits that people tell digests apart by.
const SHORT_DIGITS: usize = 12;

/// A SHA-256 value (FIPS 180-4). Records write it as `sha256:<64 hex>`, commands as bare hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Digest([u8; 32]);

/// The text was not a digest in either spelling.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("not a SHA-256 digest: expected 64 lower-case hex digits")]
pub struct DigestError;

impl Digest {
    /// Thirty-two zero bytes: the `prev` of the first record of a log.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of the concatenation of `parts`.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Takes thirty-two bytes that already are a digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads sixty-four lower-case hex digits without asking for memory.
    pub fn of_hex(digits: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = half(*pair.first()?)? << 4 | half(*pair.last()?)?;
        }
        Some(Self(bytes))
    }

    /// The raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Sixty-four lower-case hex digits, without the prefix.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Writes the first twelve hex digits, as questions name it to people.
    pub fn short(&self) -> String {
        self.hex().chars().take(SHORT_DIGITS).chain(['…']).collect()
    }
}

/// Lower-case hex of any bytes.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' + half - 10 });
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    text
}

/// The value of a lower-case hex digit.
pub const fn half(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Bytes of lower-case hex text; `None` when a digit is missing or not lower-case hex.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes
        .chunks_exact(2)
        .map(|pair| Some(half(*pair.first()?)? << 4 | half(*pair.get(1)?)?))
        .collect()
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let digits = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = unhex(digits).ok_or(DigestError)?;
        <[u8; 32]>::try_from(bytes).map(Self).map_err(|_| DigestError)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_parse_to_the_same_digest() {
        let digest = Digest::of(b"abc");

        assert_eq!(
            digest.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.hex().parse(), Ok(digest));
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn upper_case_and_short_text_are_refused() {
        assert_eq!("AB".repeat(32).parse::<Digest>(), Err(DigestError));
        assert_eq!("ab".repeat(31).parse::<Digest>(), Err(DigestError));
        assert_eq!("é".repeat(32).parse::<Digest>(), Err(DigestError));
    }
}
