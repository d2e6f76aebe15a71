//! Words and signs of one line of Python.
//!
//! A tokenizer of its own is needed because fixes work on files that do not parse, and on lines whose strings or brackets are not
//! closed.

/// A sort of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// A string, perhaps without its end.
    Text,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Anything else.
    Sign,
}

/// A stretch of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'l> {
    /// Its first byte in the line.
    pub(super) start: usize,
    /// The byte behind it.
    pub(super) end: usize,
    /// What it is.
    pub(super) sort: Sort,
    /// Its text.
    pub(super) text: &'l str,
}

impl Token<'_> {
    /// Tells whether it is a name.
    pub(super) fn is_name(&self) -> bool {
        self.sort == Sort::Name
    }

    /// Tells whether an expression may end with it.
    pub(super) fn ends_value(&self) -> bool {
        let is_value = matches!(self.text, "None" | "True" | "False");
        !matches!(self.sort, Sort::Open | Sort::Sign) && (is_value || !is_keyword(self.text))
    }

    /// Tells whether an expression may begin with it.
    pub(super) fn begins_value(&self) -> bool {
        let is_prefix = matches!(self.text, "not" | "lambda" | "None" | "True" | "False");
        !matches!(self.sort, Sort::Close | Sort::Sign) && (is_prefix || !is_keyword(self.text))
    }
}

/// The bracket that closes the one at a place of a line.
pub(crate) fn closing<'t>(tokens: &[Token<'t>], open: usize) -> Option<Token<'t>> {
    let mut depth = 0_usize;
    for token in tokens.get(open..)? {
        match token.sort {
            Sort::Open => depth += 1,
            Sort::Close => depth = depth.checked_sub(1)?,
            Sort::Name | Sort::Number | Sort::Text | Sort::Sign => {}
        }
        if depth == 0 {
            return Some(*token);
        }
    }
    None
}

/// Signs of more than one character.
const SIGNS: &[&str] = &[
    "===", "!==", "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "=>", "=<", "<>",
    "->", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", ":=", "**", "//", "<<", ">>", "&&", "||",
    "++", "--", "::",
];

/// The words of the language.
pub(super) const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Tells whether a name is a word of the language.
pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// The tokens of a line up to its comment.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(symbol) = line.get(at..).and_then(|rest| rest.chars().next()) {
        if symbol.is_whitespace() {
            at += symbol.len_utf8();
            continue;
        }
        if symbol == '#' {
            break;
        }
        let rest = line.get(at..).unwrap_or("");
        let (length, sort) = measured(rest, symbol);
        let end = at + length.max(symbol.len_utf8());
        found.push(Token { start: at, end, sort, text: line.get(at..end).unwrap_or("") });
        at = end;
    }
    found
}

fn measured(rest: &str, symbol: char) -> (usize, Sort) {
    match symbol {
        '(' | '[' | '{' => (1, Sort::Open),
        ')' | ']' | '}' => (1, Sort::Close),
        '"' | '\'' => (string(rest, 0), Sort::Text),
        _ if symbol.is_ascii_digit() => {
            let is_part = |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '_' | '.');
            (run(rest, is_part), Sort::Number)
        }
        _ if symbol.is_alphabetic() || symbol == '_' => {
            let length = run(rest, |symbol| symbol.is_alphanumeric() || symbol == '_');
            let prefix = rest.get(..length).unwrap_or("").to_ascii_lowercase();
            let is_prefix =
                matches!(prefix.as_str(), "r" | "b" | "f" | "u" | "rb" | "br" | "fr" | "rf");
            if is_prefix && rest.get(length..).is_some_and(|rest| rest.starts_with(['"', '\''])) {
                (string(rest, length), Sort::Text)
            } else {
                (length, Sort::Name)
            }
        }
        _ => {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            (sign.map_or(symbol.len_utf8(), |sign| sign.len()), Sort::Sign)
        }
    }
}

fn run(rest: &str, is_part: impl Fn(char) -> bool) -> usize {
    rest.find(|symbol: char| !is_part(symbol)).unwrap_or(rest.len())
}

/// The length of a string whose quote stands at a byte; up to the end of the line where it has no end.
fn string(rest: &str, quote_at: usize) -> usize {
    let quoted = rest.get(quote_at..).unwrap_or("");
    let single = quoted.get(..1).unwrap_or("'");
    let triple = quoted.get(..3).filter(|mark| *mark == single.repeat(3));
    let mark = triple.unwrap_or(single);
    let mut at = mark.len();
    while let Some(symbol) = quoted.get(at..).and_then(|rest| rest.chars().next()) {
        if quoted.get(at..).is_some_and(|rest| rest.starts_with(mark)) {
            return quote_at + at + mark.len();
        }
        let skipped = if symbol == '\\' {
            quoted.get(at + 1..).and_then(|rest| rest.chars().next())
        } else {
            None
        };
        at += symbol.len_utf8() + skipped.map_or(0, char::len_utf8);
    }
    rest.len()
}
