//! Breaks lines between words where they are wider than the terminal.
//!
//! It works on text that is escaped and painted already, so it steps over our own colours and begins them anew after a break. A word
//! is broken only where no line could hold it, and a digest not even there: it is made to be copied. Lines of source keep their
//! indentation.

use unicode_width::UnicodeWidthChar as _;

use crate::surfaces::render::ink::columns;

/// Narrower lines could not hold the widest symbol.
const LEAST: usize = 2;
/// What ends every colour.
const RESET: &str = "\u{1b}[0m";
/// Begins what is carried on from a line of source.
const GOES_ON: &str = "↪ ";
/// Longer words of hexadecimal digits are digests.
const LEAST_DIGITS: usize = 40;

/// Breaks every line of a painted text; what is carried on begins with `hang`.
pub fn wrap(text: &str, width: Option<usize>, hang: &str) -> String {
    let Some(width) = width.map(|width| width.max(LEAST)) else { return text.to_owned() };
    // A hang that leaves no room is worth less than the words.
    let hang = if columns(hang) * 2 > width { "" } else { hang };
    let lines = text.split('\n').map(|line| wrap_line(line, width, hang));
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks every line of painted source; what is carried on stands where its line begins, behind a sign.
///
/// A line begins behind so many signs, which a diff puts before it, and its blanks.
pub fn wrap_source(text: &str, width: Option<usize>, signs: usize) -> String {
    let Some(width) = width.map(|width| width.max(LEAST)) else { return text.to_owned() };
    let lines = text.split('\n').map(|line| wrap_source_line(line, width, signs));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize, hang: &str) -> String {
    if painted_columns(line) <= width {
        return line.to_owned();
    }
    let mut drawn = Drawn::new(width, hang, Kind::Prose);
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (indent, words) = line.split_at(indent);
    drawn.push(indent.get(..indent.len().min(width / 2)).unwrap_or_default());
    drawn.words(words)
}

fn wrap_source_line(line: &str, width: usize, signs: usize) -> String {
    if painted_columns(line) <= width {
        return line.to_owned();
    }
    let (lead, words) = line.split_at(lead(line, signs));
    // Deep indentation must leave room for the words.
    let most = width.saturating_sub(columns(GOES_ON)) / 2;
    let hang = format!("{}{GOES_ON}", " ".repeat(painted_columns(lead).min(most)));
    let mut drawn = Drawn::new(width, &hang, Kind::Source);
    for (piece, wide) in pieces(lead) {
        if wide == 0 || drawn.column + wide + LEAST <= width {
            drawn.push(piece);
        }
    }
    drawn.words(words)
}

/// Measures in bytes what stands before the first word of a line of source: signs, blanks, and their colours.
fn lead(line: &str, signs: usize) -> usize {
    let mut seen = 0;
    let is_lead = |piece: &&str| {
        let is_blank = seen < signs || matches!(*piece, " " | "\t");
        seen += usize::from(!piece.starts_with('\u{1b}'));
        piece.starts_with('\u{1b}') || is_blank
    };
    pieces(line).map(|(piece, _)| piece).take_while(is_lead).map(str::len).sum()
}

/// Tells what a line is, which decides where it may break.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words, each of which stands anywhere.
    Prose,
    /// Source, whose first word stands where it is indented.
    Source,
}

/// A line while its words are laid out.
struct Drawn<'a> {
    text: String,
    column: usize,
    width: usize,
    hang: &'a str,
    /// The colour that is on at the end of the text.
    colour: String,
    kind: Kind,
}

impl<'a> Drawn<'a> {
    const fn new(width: usize, hang: &'a str, kind: Kind) -> Self {
        Self { text: String::new(), column: 0, width, hang, colour: String::new(), kind }
    }

    /// Lays out what stands behind the indentation, and returns all of it.
    fn words(mut self, words: &str) -> String {
        let mut is_first = true;
        for piece in words.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            if word.is_empty() {
                self.space();
                continue;
            }
            self.word(word, is_first);
            is_first = false;
            if word.len() < piece.len() {
                self.space();
            }
        }
        self.text.trim_end_matches(' ').to_owned()
    }

    fn word(&mut self, word: &str, is_first: bool) {
        let wide = painted_columns(word);
        if self.column + wide <= self.width {
            self.push(word);
            return;
        }
        let hang = columns(self.hang);
        if self.kind == Kind::Source && is_first {
            // No blank before it is a place to break.
            self.in_pieces(word);
        } else if !is_first && hang + wide <= self.width {
            self.go_on(self.hang.len());
            self.push(word);
        } else if self.kind == Kind::Prose && (wide <= self.width || is_digest(word)) {
            // A word that fits a whole line, but not beside the hang, has it alone.
            self.alone(word, wide);
        } else {
            self.broken(word);
        }
    }

    /// Gives a word a line of its own, without the blanks before it where it fits then.
    fn alone(&mut self, word: &str, wide: usize) {
        if !self.text.trim().is_empty() {
            self.go_on(0);
        } else if wide <= self.width {
            self.text.clear();
            self.column = 0;
        }
        self.push(word);
    }

    /// Writes a word that no line can hold.
    fn broken(&mut self, word: &str) {
        // It begins a line, so that as few of its pieces as possible stand apart.
        if !self.text.trim().is_empty() {
            self.go_on(self.hang.len());
        }
        self.in_pieces(word);
    }

    fn in_pieces(&mut self, word: &str) {
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

/// Tells whether a word is a digest, behind the name of its kind or alone.
fn is_digest(word: &str) -> bool {
    let text: String =
        pieces(word).map(|(piece, _)| piece).filter(|piece| !piece.starts_with('\u{1b}')).collect();
    let text = text.trim_matches(['(', ')']);
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    digits.len() >= LEAST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
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
    fn source_that_goes_on_stands_where_its_line_begins() {
        let wrapped = |text: &str, signs| wrap_source(text, Some(16), signs);

        assert_eq!(wrapped("    return one + two", 0), "    return one +\n    ↪ two");
        assert_eq!(
            wrapped("        sys.stderr.write(1)", 0),
            "        sys.stde\n       ↪ rr.writ\n       ↪ e(1)"
        );
        assert_eq!(wrapped("+    write('a', 'b')", 1), "+    write('a',\n     ↪ 'b')");
        assert_eq!(wrapped("                deep", 0), "              de\n       ↪ ep");
    }

    #[test]
    fn coloured_source_is_indented_too() {
        let painted = Ink::Colour.paint("+    write('a', 'b')", Some(Hue::Green));

        assert_eq!(
            wrap_source(&painted, Some(16), 1),
            "\u{1b}[32m+    write('a',\u{1b}[0m\n     ↪ \u{1b}[32m'b')\u{1b}[0m"
        );
    }

    #[test]
    fn a_digest_is_never_broken() {
        let digest = "0123456789abcdef".repeat(4);
        let wrapped = |text: &str| wrap(text, Some(30), "  ");

        assert_eq!(
            wrapped(&format!("hash sha256:{digest} b")),
            format!("hash\nsha256:{digest}\n  b")
        );
        assert_eq!(wrapped(&format!("  {digest}")), format!("  {digest}"));
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
        fn no_line_of_source_is_wider_and_no_symbol_is_lost(text in "[+ ]?[a-z解 ]{0,80}", width in 8_usize..30) {
            let wrapped = wrap_source(&text, Some(width), 1);
            let symbols = |text: &str| text.chars().filter(|symbol| !symbol.is_whitespace() && *symbol != '↪').collect::<String>();

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
