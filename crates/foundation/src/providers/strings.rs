//! Follows triple-quoted strings of Python over lines.
//!
//! A fence or a comment inside such a string belongs to the program; this is just enough of the language to tell.

/// The triple-quoted string that is open at the end of the lines read so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenString(Option<char>);

impl OpenString {
    /// Tells whether a string is open.
    pub const fn is_open(self) -> bool {
        self.0.is_some()
    }

    /// Reads one more line.
    pub fn read(&mut self, line: &str) {
        let mut rest = line;
        while !rest.is_empty() {
            rest = match self.0 {
                Some(quote) => self.read_inside(quote, rest),
                None => self.read_outside(rest),
            };
        }
    }

    fn read_inside<'a>(&mut self, quote: char, text: &'a str) -> &'a str {
        let mut symbols = text.char_indices();
        while let Some((at, symbol)) = symbols.next() {
            if symbol == '\\' {
                symbols.next();
                continue;
            }
            let here = text.get(at..).unwrap_or_default();
            if let Some(after) = strip_triple(here, quote) {
                self.0 = None;
                return after;
            }
        }
        ""
    }

    fn read_outside<'a>(&mut self, text: &'a str) -> &'a str {
        let Some(at) = text.find(['#', '"', '\'']) else { return "" };
        let here = text.get(at..).unwrap_or_default();
        let Some(quote) = here.chars().next().filter(|symbol| *symbol != '#') else { return "" };
        if let Some(after) = strip_triple(here, quote) {
            self.0 = Some(quote);
            return after;
        }
        skip_string(here.get(1..).unwrap_or_default(), quote)
    }
}

fn strip_triple(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_prefix(quote)?.strip_prefix(quote)
}

/// Skips a string of one line; the text after it.
fn skip_string(text: &str, quote: char) -> &str {
    let mut symbols = text.char_indices();
    while let Some((at, symbol)) = symbols.next() {
        if symbol == '\\' {
            symbols.next();
        } else if symbol == quote {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}
