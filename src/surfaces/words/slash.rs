//! Reads one slash line: a name, flags, words and free text.
//!
//! It is not a shell: free text runs to the end of the line and is never split, so that a request with quotes, dashes or a
//! dollar sign needs no escaping. Only values of flags and words before the text may be quoted.

use std::collections::BTreeMap;

use crate::surfaces::words::grammar::{Grammar, Sorted, Takes, Wish, Words};
use crate::surfaces::words::suggest;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::CommandError;

/// What some editors put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';
/// Words that leave the session, with the slash or without.
const LEAVING: [&str; 2] = ["quit", "exit"];
/// The command that a question mark stands for.
const HELP: &str = "help";

/// A line that was understood.
pub enum Line {
    /// Nothing: empty, or a comment.
    Nothing,
    /// To leave.
    Quit,
    /// A command, its words sorted.
    Call {
        /// The command.
        entry: &'static Entry,
        /// Its words.
        words: Words,
    },
}

/// A line that cannot be read.
#[derive(Debug)]
pub enum LineError {
    /// A quoted value goes on after the end of the line.
    OpenQuote(char),
    /// It is no command, or not put as one.
    Refused(CommandError),
}

impl From<LineError> for CommandError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::OpenQuote(quote) => {
                Self::usage(format!("a value begins with {quote} and does not end"))
                    .hint(format!("Close it with {quote}, or put `--` before free text."))
            }
            LineError::Refused(error) => error,
        }
    }
}

/// Reads a line: `/name`, flags, positional words, and free text to the end.
pub fn read(line: &str, entries: &'static [Entry]) -> Result<Line, LineError> {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim_start();
    let line = line.trim_end_matches(['\n', '\r']);
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Nothing);
    }
    if is_plain(line) {
        return Err(LineError::Refused(suggest::plain_line(line, entries)));
    }
    let rest = line.strip_prefix('/').unwrap_or(line);
    let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if LEAVING.contains(&name) {
        return Ok(Line::Quit);
    }
    let name = if name == "?" { HELP } else { name };
    let entry = catalogue::find_in(entries, name)
        .ok_or_else(|| LineError::Refused(suggest::unknown(name, entries)))?;
    let grammar = Grammar::of(entry);
    let words = Reader { grammar: &grammar, rest }.words()?;
    Ok(Line::Call { entry, words })
}

/// Tells whether a line is neither a command nor a word that stands for one.
pub fn is_plain(line: &str) -> bool {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim();
    let is_word = LEAVING.contains(&line) || line == HELP || line.starts_with('?');
    !(line.is_empty() || line.starts_with(['/', '#']) || is_word)
}

/// Finds the name and the wish in a line that cannot be read otherwise.
pub fn wished(line: &str, wish: Wish) -> (&str, Wish) {
    let mut words = line.split_whitespace();
    let name = words.next().and_then(|word| word.strip_prefix('/')).unwrap_or_default();
    let is_json = words.take_while(|word| *word != "--").any(|word| word == "--json");
    (name, if is_json { Wish::Json } else { wish })
}

/// Joins lines that a trailing backslash carried on.
pub fn joined(lines: &str) -> String {
    lines.replace("\\\n", "")
}

/// Splits what was pasted into its commands; lines that begin none belong to the command before them.
pub fn split(pasted: &str, entries: &'static [Entry]) -> Vec<String> {
    let pasted = joined(pasted);
    let mut commands: Vec<String> = Vec::new();
    for line in pasted.split('\n') {
        match commands.last_mut() {
            Some(last) if !begins_command(line, entries) && begins_command(last, entries) => {
                last.push('\n');
                last.push_str(line);
            }
            _ if line.trim().is_empty() => {}
            _ => commands.push(line.to_owned()),
        }
    }
    let trimmed = commands.into_iter().map(|command| command.trim_end().to_owned());
    trimmed.collect()
}

fn begins_command(line: &str, entries: &'static [Entry]) -> bool {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim_start();
    let name = line.strip_prefix('/').and_then(|line| line.split_whitespace().next());
    name.is_some_and(|name| LEAVING.contains(&name) || catalogue::find_in(entries, name).is_some())
}

/// Puts the line that an alias stands for in its place; commands keep their names.
pub fn unaliased(
    line: &str,
    aliases: &BTreeMap<String, String>,
    entries: &'static [Entry],
) -> String {
    let typed = line.trim_start_matches(BYTE_ORDER_MARK).trim_start().strip_prefix('/');
    let name = typed.and_then(|typed| typed.split_whitespace().next());
    let meant = name.filter(|name| catalogue::find_in(entries, name).is_none());
    let (Some(typed), Some(name)) = (typed, meant) else { return line.to_owned() };
    let Some(stands_for) = aliases.get(name) else { return line.to_owned() };
    let rest = typed.strip_prefix(name).unwrap_or_default();
    format!("/{}{rest}", stands_for.trim().trim_start_matches('/'))
}

/// Tells whether a line goes on: after a trailing backslash, or within a quoted value.
pub fn goes_on(line: &str, entries: &'static [Entry]) -> bool {
    line.ends_with('\\') || matches!(read(&joined(line), entries), Err(LineError::OpenQuote(_)))
}

struct Reader<'a> {
    grammar: &'a Grammar,
    rest: &'a str,
}

/// Flags that may still come, or not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flags {
    Allowed,
    Ended,
}

impl Reader<'_> {
    fn words(mut self) -> Result<Words, LineError> {
        if self.grammar.is_nested() {
            return self.split_all();
        }
        let mut sorted = Sorted::default();
        let mut flags = Flags::Allowed;
        let before_text = self.grammar.words_before_text().unwrap_or(usize::MAX);
        loop {
            self.rest = self.rest.trim_start();
            let is_text = sorted.positionals.len() >= before_text;
            if self.rest.is_empty() {
                return Ok(sorted.finish(self.grammar));
            } else if flags == Flags::Allowed && self.ends_flags() {
                flags = Flags::Ended;
            } else if flags == Flags::Allowed && self.is_flag(is_text) {
                self.flag(&mut sorted)?;
            } else if is_text {
                sorted.positionals.push(self.rest.to_owned());
                return Ok(sorted.finish(self.grammar));
            } else {
                sorted.positionals.push(self.word()?);
            }
        }
    }

    /// Takes a `--` that stands alone.
    fn ends_flags(&mut self) -> bool {
        let rest = self.rest.strip_prefix("--");
        match rest.filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Tells whether a flag comes next. Where free text may begin, a single dash begins a flag only if there is one.
    fn is_flag(&self, is_text: bool) -> bool {
        let word = self.rest.split(|end: char| end.is_whitespace() || end == '=').next();
        let word = word.unwrap_or_default();
        let is_long = word
            .strip_prefix("--")
            .is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
        is_long
            || word.len() > 1
                && word.starts_with('-')
                && (!is_text || self.grammar.flag(word).is_some())
    }

    fn flag(&mut self, sorted: &mut Sorted) -> Result<(), LineError> {
        let end = self.rest.find(|end: char| end.is_whitespace() || end == '=');
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        if let Some(rest) = rest.strip_prefix('=') {
            self.rest = rest;
            let value = self.word()?;
            sorted.flag(name, Some(value));
            return Ok(());
        }
        let value = match self.grammar.flag(name) {
            Some(Takes::Value) => self.value()?,
            Some(Takes::Nothing | Takes::Optional) | None => None,
        };
        sorted.flag(name, value);
        Ok(())
    }

    fn value(&mut self) -> Result<Option<String>, LineError> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() { Ok(None) } else { self.word().map(Some) }
    }

    /// Takes one word: up to white space, or in quotes.
    fn word(&mut self) -> Result<String, LineError> {
        if let Some(quote @ ('"' | '\'')) = self.rest.chars().next() {
            return self.quoted(quote);
        }
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(word.to_owned())
    }

    /// Takes a word in quotes; within double quotes a backslash keeps a quote or a backslash.
    fn quoted(&mut self, quote: char) -> Result<String, LineError> {
        let mut word = String::new();
        let mut symbols = self.rest.char_indices().skip(1).peekable();
        while let Some((place, symbol)) = symbols.next() {
            if symbol == quote {
                self.rest = self.rest.get(place + 1..).unwrap_or_default();
                return Ok(word);
            }
            let escaped = match (quote, symbol, symbols.peek()) {
                ('"', '\\', Some((_, kept @ ('"' | '\\')))) => Some(*kept),
                _ => None,
            };
            word.push(escaped.unwrap_or(symbol));
            if escaped.is_some() {
                symbols.next();
            }
        }
        Err(LineError::OpenQuote(quote))
    }

    /// Splits the whole line into words, for a command with commands of its own.
    fn split_all(mut self) -> Result<Words, LineError> {
        let mut words = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() {
                return Ok(self.grammar.sort(&words));
            }
            words.push(self.word()?);
        }
    }
}
