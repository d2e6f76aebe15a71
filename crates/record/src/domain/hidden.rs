//! Characters that a reader cannot see, by their properties in Unicode.
//!
//! Bidirectional controls reorder code, invisible letters make two names look like one, blank letters look like nothing. A list
//! of known tricks is always too short, so the properties decide: control, format, default ignorable, separators and blanks.

use std::collections::BTreeMap;
use std::fmt;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Letters and signs that are drawn as nothing although no property says so.
const BLANKS: [char; 3] = ['\u{2800}', '\u{16FE4}', '\u{1D159}'];
/// Spaces that honest prose holds: the usual one, the one that does not break, and the wide one of East Asian text.
const SPACES: [char; 3] = [' ', '\u{A0}', '\u{3000}'];

/// One character that cannot be seen, with where it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The character.
    pub symbol: char,
    /// The first line that holds it, from 1.
    pub line: usize,
    /// How often the text holds it.
    pub count: usize,
}

impl fmt::Display for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "U+{:04X} in line {}", u32::from(self.symbol), self.line)?;
        match self.count {
            0 | 1 => Ok(()),
            count => write!(formatter, " and {} more", count - 1),
        }
    }
}

/// Tells whether a character is drawn as nothing, or changes how others are drawn.
pub fn is_hidden(symbol: char) -> bool {
    // All of ASCII that is no control can be seen; most text ends here.
    if symbol.is_ascii() {
        return symbol.is_ascii_control() && !matches!(symbol, '\t' | '\n' | '\r');
    }
    let is_acting = match CodePointMapData::<GeneralCategory>::new().get(symbol) {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        GeneralCategory::SpaceSeparator => !SPACES.contains(&symbol),
        _ => BLANKS.contains(&symbol),
    };
    is_acting || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(symbol)
}

/// Lists the hidden characters of a text, each once, in their order in Unicode.
///
/// A carriage return counts where no line feed follows: Python ends a line there, an editor may not.
pub fn hidden(text: &str) -> Vec<Hidden> {
    let mut found: BTreeMap<char, Hidden> = BTreeMap::new();
    let mut symbols = text.chars().peekable();
    let mut line = 1;
    while let Some(symbol) = symbols.next() {
        let is_bare_return = symbol == '\r' && symbols.peek() != Some(&'\n');
        if is_bare_return || is_hidden(symbol) {
            found.entry(symbol).or_insert(Hidden { symbol, line, count: 0 }).count += 1;
        }
        if symbol == '\n' {
            line += 1;
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_as_nothing_is_hidden_and_what_is_drawn_is_not() {
        let unseen = [
            0x00, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x85, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F,
            0x1160, 0x17B4, 0x180B, 0x180E, 0x2000, 0x200A, 0x200B, 0x200D, 0x200F, 0x2028, 0x2029,
            0x202E, 0x202F, 0x2060, 0x2062, 0x2066, 0x206A, 0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0,
            0xFFF9, 0xFFFB, 0x1D159, 0x1D173, 0xE0001, 0xE0041, 0xE0100,
        ];
        let seen = "a\t\n ~é e\u{301}ßñ日本語 コメント、　한국어 Привет עברית العربية हिन्दी ไทย ½²µΩ→█😀👍🏽€\u{A0}";

        let missed: Vec<u32> =
            unseen.into_iter().filter(|code| !is_hidden(char::from_u32(*code).unwrap())).collect();
        let alarms: Vec<char> = seen.chars().filter(|symbol| is_hidden(*symbol)).collect();

        assert_eq!((missed, alarms), (Vec::new(), Vec::new()));
    }

    #[test]
    fn each_hidden_character_is_named_once_with_its_first_line() {
        let text = "def f(a,\r\n b,\u{3164}=0):\r\n  x = 1\r  y\u{3164} = '\u{202E}'\n";

        let words: Vec<String> = hidden(text).iter().map(ToString::to_string).collect();

        assert_eq!(words, ["U+000D in line 3", "U+202E in line 3", "U+3164 in line 2 and 1 more"]);
    }
}
