//! Breaks lines between words where they are wider than the terminal.
//!
//! It works on text that is escaped and painted already, so it steps over our own colours and begins them anew after a break. A word
//! is broken only where no line could hold it.

use unicode_width::UnicodeWidthChar as _;

use crate::surfaces::render::ink::columns;

/// Narrower lines could not hold the widest symbol.
const LEAST: usize = 2;
/// What ends every colour.
const RESET: &str = "\u{1b}[0m";

/// Breaks every line of a painted text; what is carried on begins with `hang`.
pub fn wrap(text: &str, width: Option<usize>, hang: &str) -> String {
    let Some(width) = width.map(|width| width.max(LEAST)) else { return text.to_owned() };
    // A hang that leaves no room is worth less than the words.
    let hang = if columns(hang) * 2 > width { "" } else { hang };
    let lines = text.split('\n').map(|line| wrap_line(line, width, hang));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize, hang: &str) -> String {
    if painted_columns(line) <= width {
        return line.to_owned();
    }
    let mut drawn = Drawn { text: String::new(), column: 0, width, hang, colour: String::new() };
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (indent, words) = line.split_at(indent);
    drawn.push(indent.get(..indent.len().min(width / 2)).unwrap_or_default());
    let mut is_first = true;
    for piece in words.split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        if word.is_empty() {
            drawn.space();
            continue;
        }
        drawn.word(word, is_first);
        is_first = false;
        if word.len() < piece.len() {
            drawn.space();
        }
    }
    drawn.text.trim_end_matches(' ').to_owned()
}

/// A line while its words are laid out.
struct Drawn<'a> {
    text: String,
    column: usize,
    width: usize,
    hang: &'a str,
    /// The colour that is on at the end of the text.
    colour: String,
}

impl Drawn<'_> {
    fn word(&mut self, word: &str, is_first: bool) {
        let wide = painted_columns(word);
        if self.column + wide <= self.width {
            self.push(word);
            return;
        }
        let hang = columns(self.hang);
        if !is_first && hang + wide <= self.width {
            self.go_on(self.hang.len());
            self.push(word);
        } else if !is_first && wide <= self.width {
            // A word that fits a whole line, but not beside the hang, has it alone.
            self.go_on(0);
            self.push(word);
        } else if is_first && wide <= self.width {
            self.go_on(0);
            self.push(word);
        } else {
            self.broken(word);
        }
    }

    /// Writes a word that no line can hold.
    fn broken(&mut self, word: &str) {
        // It begins a line, so that as few of its pieces as possible stand apart.
        if !self.text.trim().is_empty() {
            self.go_on(self.hang.len());
        }
        for (piece, wide) in pieces(word) {
            if wide > 0 && self.column + wide > self.width {
                self.go_on(self.hang.len());
            }
            self.push(piece);
        }
    }

    fn space(&mut self) {
        // A blank at the edge would begin the next line.
        if self.column < self.width {
            self.push(" ");
        }
    }

    /// Goes on in a new line, behind so much of the hang.
    fn go_on(&mut self, hang: usize) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        if !self.colour.is_empty() {
            self.text.push_str(RESET);
        }
        self.text.push('\n');
        self.text.push_str(self.hang.get(..hang).unwrap_or_default());
        self.column = columns(self.hang.get(..hang).unwrap_or_default());
        self.text.push_str(&self.colour);
    }

    fn push(&mut self, painted: &str) {
        for (piece, wide) in pieces(painted) {
            if piece == RESET {
                self.colour.clear();
            } else if piece.starts_with('\u{1b}') {
                self.colour.push_str(piece);
            }
            self.text.push_str(piece);
            self.column += wide;
        }
    }
}

/// Counts the columns of painted text.
pub fn painted_columns(text: &str) -> usize {
    pieces(text).map(|(_, wide)| wide).sum()
}

/// Splits painted text into symbols and colours, each with the columns that it takes.
fn pieces(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = match first {
            '\u{1b}' => rest.find('m').map_or(rest.len(), |end| end + 1),
            symbol => symbol.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        let wide = if first == '\u{1b}' { 0 } else { first.width().unwrap_or(0) };
        Some((piece, wide))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::surfaces::render::ink::{Hue, Ink};

    #[test]
    fn lines_break_between_words_and_long_words_only_where_no_line_holds_them() {
        let wrapped = |text: &str| wrap(text, Some(10), "  ");

        assert_eq!(wrapped("one two three four"), "one two\n  three\n  four");
        assert_eq!(wrapped("a 123456789 b"), "a\n123456789\n  b");
        assert_eq!(wrapped("a 123456789012345"), "a\n  12345678\n  9012345");
        assert_eq!(wrapped("    deep in it"), "    deep\n  in it");
    }

    #[test]
    fn a_colour_ends_with_its_line_and_begins_again() {
        let painted = Ink::Colour.paint("one two three", Some(Hue::Red));

        assert_eq!(
            wrap(&painted, Some(8), ""),
            "\u{1b}[31mone two\u{1b}[0m\n\u{1b}[31mthree\u{1b}[0m"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_symbol_is_lost(text in "[a-z解 ]{0,80}", width in 4_usize..30, hang in 0_usize..4) {
            let wrapped = wrap(&text, Some(width), &" ".repeat(hang));
            let symbols = |text: &str| text.chars().filter(|symbol| !symbol.is_whitespace()).collect::<String>();

            prop_assert!(wrapped.lines().all(|line| columns(line.trim_end()) <= width), "{wrapped:?}");
            prop_assert_eq!(symbols(&wrapped), symbols(&text));
        }

        #[test]
        fn a_word_that_fits_a_line_stays_whole(text in "[a-z ]{0,80}", width in 8_usize..30) {
            let wrapped = wrap(&text, Some(width), "  ");
            let whole: Vec<&str> = wrapped.split_whitespace().collect();

            for word in text.split_whitespace().filter(|word| word.len() <= width) {
                prop_assert!(whole.contains(&word), "{word} of {text:?} in {wrapped:?}");
            }
        }
    }
}
