//! The words of a source: those that it defines, and all that it mentions.
//!
//! This is what files are compared by, not what is claimed about them: a plain scan of bytes that takes every language, broken sources
//! and states of ten years ago alike, and is fast enough to look at hundreds of them while a memory is built.

use std::collections::BTreeSet;

/// Shortest word that says anything.
const SHORTEST: usize = 3;
/// Longest word; a longer one is data.
const LONGEST: usize = 100;
/// Most different words of one source.
const MOST: usize = 20_000;
/// Words after which a name is defined.
const DEFINING: &[&str] = &[
    "def",
    "class",
    "fn",
    "func",
    "function",
    "struct",
    "enum",
    "trait",
    "interface",
    "type",
    "union",
    "macro_rules",
];

/// The words of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceWords {
    /// The names that it defines, sorted.
    pub defined: Vec<String>,
    /// The hashes of all its words, sorted.
    pub mentioned: Vec<u32>,
}

/// Scans a source.
pub fn scan(content: &[u8]) -> SourceWords {
    let (mut defined, mut mentioned) = (BTreeSet::new(), Vec::new());
    let mut is_defining = false;
    for (start, word) in words(content) {
        let is_word = word.len() >= SHORTEST && word.len() <= LONGEST && !is_number(word);
        if is_word {
            mentioned.push(hash(word));
            let is_assigned = is_assigned_at_the_top(content, start, word.len());
            if (is_defining && !is_defining_word(word)) || is_assigned {
                defined.insert(String::from_utf8_lossy(word).into_owned());
            }
        }
        is_defining = is_defining_word(word);
    }
    mentioned.sort_unstable();
    mentioned.dedup();
    mentioned.truncate(MOST);
    SourceWords { defined: defined.into_iter().take(MOST).collect(), mentioned }
}

fn is_defining_word(word: &[u8]) -> bool {
    DEFINING.iter().any(|defining| defining.as_bytes() == word)
}

/// The words of a text with where they begin.
fn words(content: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = content.get(at..)?;
        let start = at + rest.iter().position(|byte| is_part(*byte))?;
        let rest = content.get(start..)?;
        let length = rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
        at = start + length;
        Some((start, rest.get(..length)?))
    })
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_number(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_digit)
}

/// Tells whether a word begins a line and gets a value, as names at the top of a module do.
fn is_assigned_at_the_top(content: &[u8], start: usize, length: usize) -> bool {
    let is_first = start == 0 || content.get(start - 1) == Some(&b'\n');
    if !is_first {
        return false;
    }
    let rest = content.get(start + length..).unwrap_or_default();
    let after: Vec<u8> = rest.iter().copied().skip_while(|byte| *byte == b' ').take(2).collect();
    matches!(after.as_slice(), [b'=', next] if *next != b'=') || after.first() == Some(&b':')
}

/// The hash of a word (FNV-1a): equal words have equal hashes on every machine.
pub fn hash(word: &[u8]) -> u32 {
    word.iter()
        .fold(0x811c_9dc5, |value, byte| (value ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Hashes as bytes.
pub fn packed(hashes: &[u32]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

/// Bytes as hashes.
pub fn unpacked(bytes: &[u8]) -> Vec<u32> {
    let (hashes, _) = bytes.as_chunks::<4>();
    hashes.iter().map(|hash| u32::from_le_bytes(*hash)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_defines_what_follows_a_keyword_or_gets_a_value_at_the_top() {
        let source =
            b"LIMIT = 3\nif x == 1:\n    y = helper(77)\n\nclass Cart:\n    def total(self): ...\n";

        let words = scan(source);

        assert_eq!(words.defined, ["Cart", "LIMIT", "total"]);
        assert!(words.mentioned.contains(&hash(b"helper")));
        assert_eq!(unpacked(&packed(&words.mentioned)), words.mentioned);
    }

    #[test]
    fn any_bytes_can_be_scanned() {
        let words = scan(b"\xff\xfe\x00def \xc3\xa4rger\x01fn\x02class");

        assert_eq!(words.defined, ["ärger"]);
    }
}
