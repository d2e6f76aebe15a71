//! Length-prefixed strings, numbers and armour of SSH's formats.
//!
//! Keys, signatures and private key files all consist of these. Input comes from files and exports, so reading never panics and
//! never trusts a length.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const LINE_CHARS: usize = 70;

/// A length of four bytes, then the bytes; ours are all short.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

/// The next string, taken off the front.
pub(super) fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// The next number of four bytes, taken off the front.
pub(super) fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*number))
}

/// The bytes of a positive number as SSH writes it: the sign bit is clear, and there is no zero too many.
pub(super) fn positive(number: &[u8]) -> Option<&[u8]> {
    match number {
        [0, rest @ ..] if rest.first().is_some_and(|first| first & 0x80 != 0) => Some(rest),
        [first, ..] if *first != 0 && first & 0x80 == 0 => Some(number),
        _ => None,
    }
}

/// Base64 in lines of 70 characters, as OpenSSH writes them, each with a line feed.
pub(super) fn lines(blob: &[u8]) -> String {
    let encoded = STANDARD.encode(blob);
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE_CHARS + 1);
    for (position, letter) in encoded.chars().enumerate() {
        if position > 0 && position.is_multiple_of(LINE_CHARS) {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push('\n');
    text
}

/// Decodes the base64 between two lines.
pub(super) fn between(text: &str, begin: &str, end: &str) -> Option<Vec<u8>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let body = text.strip_prefix(begin)?.strip_suffix(end)?;
    STANDARD.decode(body.replace('\n', "")).ok()
}
