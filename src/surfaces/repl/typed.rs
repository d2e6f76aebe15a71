//! Splits what is typed so far, as a slash line reads it.
//!
//! A word may stand in quotes, and the one at the cursor may still be open. The value behind `--flag=` is a word of its own, because
//! only it is completed.

/// What is typed up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The words before the one at the cursor, without their quotes.
    pub before: Vec<String>,
    /// The flag whose value stands at the cursor behind an equals sign.
    pub flag: Option<&'a str>,
    /// Byte offset of the word at the cursor, its quote included.
    pub start: usize,
    /// The word at the cursor.
    pub last: Word,
}

/// A word, and the quote it began with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its text without quotes.
    pub text: String,
    /// The quote before it.
    pub quote: Option<char>,
}

/// Splits a line up to the cursor.
pub fn split(line: &str) -> Typed<'_> {
    let mut before = Vec::new();
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start().len();
        let rest = line.get(at..).unwrap_or_default();
        let (flag, value) = flagged(rest);
        let start = at + rest.len() - value.len();
        let (last, end) = word(value);
        let Some(end) = end else { return Typed { before, flag, start, last } };
        let equals = flag.map_or("", |_| "=");
        before.push(format!("{}{equals}{}", flag.unwrap_or_default(), last.text));
        at = start + end;
    }
}

/// Parts `--flag=` from the value behind it.
fn flagged(rest: &str) -> (Option<&str>, &str) {
    let end = rest.find(|end: char| end.is_whitespace() || end == '=');
    let parted = end.filter(|_| rest.starts_with("--")).map(|end| rest.split_at(end));
    match parted.and_then(|(flag, value)| Some((flag, value.strip_prefix('=')?))) {
        Some((flag, value)) => (Some(flag), value),
        None => (None, rest),
    }
}

/// Takes one word and the place behind it; none where the cursor is still in it.
fn word(rest: &str) -> (Word, Option<usize>) {
    let Some(quote @ ('"' | '\'')) = rest.chars().next() else {
        let end = rest.find(char::is_whitespace);
        let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned();
        return (Word { text, quote: None }, end);
    };
    let mut word = Word { text: String::new(), quote: Some(quote) };
    let mut symbols = rest.char_indices().skip(1).peekable();
    while let Some((place, symbol)) = symbols.next() {
        if symbol == quote {
            return (word, Some(place + 1));
        }
        let next = symbols.peek().map(|(_, next)| *next);
        let escaped = next.filter(|next| quote == '"' && symbol == '\\' && is_kept(*next));
        word.text.push(escaped.unwrap_or(symbol));
        if escaped.is_some() {
            symbols.next();
        }
    }
    (word, None)
}

/// Tells whether a backslash within double quotes keeps a character.
const fn is_kept(symbol: char) -> bool {
    matches!(symbol, '"' | '\\')
}

impl Word {
    /// Puts a text in quotes as a slash line reads it back; none where this quote cannot hold it.
    pub fn quoted(text: &str, quote: char) -> Option<String> {
        let mut put = String::from(quote);
        for symbol in text.chars() {
            match (quote, symbol) {
                ('\'', '\'') => return None,
                ('"', kept) if is_kept(kept) => put.extend(['\\', kept]),
                _ => put.push(symbol),
            }
        }
        put.push(quote);
        Some(put)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(line: &str) -> (usize, Option<&str>, String) {
        let typed = split(line);
        (typed.start, typed.flag, typed.last.text)
    }

    #[test]
    fn a_word_in_quotes_is_one_word_and_may_be_open() {
        assert_eq!(split("/a \"b c\" 'd\\").before, ["/a", "b c"]);
        assert_eq!(last("/a \"b c\" 'd\\"), (9, None, "d\\".to_owned()));
        assert_eq!(last("/a \"b \\\"ü"), (3, None, "b \"ü".to_owned()));
        assert_eq!(last("/a --b=\"c d"), (7, Some("--b"), "c d".to_owned()));
        assert_eq!(split("/a --b='c d' e").before, ["/a", "--b=c d"]);
        assert_eq!(last("/a b "), (5, None, String::new()));
    }

    #[test]
    fn what_is_put_in_quotes_is_read_back() {
        for text in ["a b", "say \"hi\" \\ there", "ends\\", "it's"] {
            let put = Word::quoted(text, '"').unwrap();
            assert_eq!(split(&format!("{put} x")).before, [text]);
        }
        assert_eq!(Word::quoted("it's", '\''), None);
    }
}
