//! A file that fails, together with the complaint about it.
//!
//! Fixes look at lines and tokens, because the file often does not parse. Every search is bounded by lines or bytes: files come
//! from models and may be large or hostile.

use super::tokens::{Token, tokens};
use record::domain::probe::{Complaint, Traced};
use record::domain::source_path::SourcePath;

/// Lines around the place of a complaint that are looked at, on either side.
const LINES_AROUND: usize = 150;
/// Most places at which a name is looked at.
const MAX_OCCURRENCES: usize = 200;
/// Longest line that is looked at, in bytes.
const MAX_LINE_BYTES: usize = 2_000;

/// A code file and the complaint about it.
pub(super) struct Broken<'s> {
    /// The file.
    pub(super) path: &'s SourcePath,
    /// Its text.
    pub(super) text: &'s str,
    /// What is wrong.
    pub(super) complaint: &'s Complaint,
    /// What is known of the types of variables.
    pub(super) traced: Option<&'s Traced>,
    /// The line of the complaint, from 1; the last one where it has none here.
    pub(super) line: usize,
    /// Lines of the text, without their ends.
    pub(super) lines: Vec<Line<'s>>,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'s> {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its first byte in the file.
    pub(super) start: usize,
    /// Its text without its end.
    pub(super) text: &'s str,
}

impl<'s> Line<'s> {
    /// The byte behind its text.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Its indentation.
    pub(super) fn indent(&self) -> &'s str {
        let width = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        self.text.get(..width).unwrap_or("")
    }

    /// Tells whether there is nothing on it but a comment.
    pub(super) fn is_blank(&self) -> bool {
        let text = self.text.trim();
        text.is_empty() || text.starts_with('#')
    }

    /// Tells whether a function begins with it.
    pub(super) fn is_header(&self) -> bool {
        ["def ", "async def "].iter().any(|word| self.text.trim_start().starts_with(word))
    }

    /// Splits it into tokens.
    pub(super) fn tokens(&self) -> Vec<Token<'s>> {
        if self.text.len() > MAX_LINE_BYTES { Vec::new() } else { tokens(self.text) }
    }
}

impl<'s> Broken<'s> {
    /// The file as a complaint sees it.
    pub(super) fn new(
        path: &'s SourcePath,
        text: &'s str,
        complaint: &'s Complaint,
        traced: Option<&'s Traced>,
    ) -> Self {
        let mut start = 0;
        let mut lines = Vec::new();
        for (at, whole) in text.split_inclusive('\n').enumerate() {
            let inner = whole.strip_suffix('\n').unwrap_or(whole);
            let inner = inner.strip_suffix('\r').unwrap_or(inner);
            lines.push(Line { number: at + 1, start, text: inner });
            start += whole.len();
        }
        let told = complaint.place.as_ref().filter(|(place, _)| place == path);
        let told = told.and_then(|(_, line)| usize::try_from(*line).ok());
        let line = told.unwrap_or(lines.len()).clamp(1, lines.len().max(1));
        Self { path, text, complaint, traced, line, lines }
    }

    /// Tells whether the complaint names a line of this file.
    pub(super) fn is_named(&self) -> bool {
        self.complaint.place.as_ref().is_some_and(|(place, _)| place == self.path)
    }

    /// A line by its number, from 1.
    pub(super) fn line(&self, number: usize) -> Option<Line<'s>> {
        self.lines.get(number.checked_sub(1)?).copied()
    }

    /// The line of the complaint.
    pub(super) fn here(&self) -> Option<Line<'s>> {
        self.line(self.line)
    }

    /// The last line before the complaint that holds code.
    pub(super) fn before(&self) -> Option<Line<'s>> {
        self.lines
            .get(..self.line.checked_sub(1)?)?
            .iter()
            .rev()
            .find(|line| !line.is_blank())
            .copied()
    }

    /// The line of the complaint, then those before and after it, nearest first.
    pub(super) fn nearest(&self, most: usize) -> Vec<Line<'s>> {
        let mut found: Vec<Line<'s>> = self.here().into_iter().collect();
        for distance in 1..=most {
            found.extend(self.line.checked_sub(distance).and_then(|number| self.line(number)));
            found.extend(self.line(self.line + distance));
        }
        found
    }

    /// Lines around the complaint in the order of the file: where names are looked for.
    pub(super) fn around(&self) -> &[Line<'s>] {
        let first = self.line.saturating_sub(LINES_AROUND);
        let last = (self.line + LINES_AROUND).min(self.lines.len());
        self.lines.get(first..last).unwrap_or(&[])
    }

    /// The byte of the complaint's column in its line, where it has one.
    pub(super) fn column(&self) -> Option<usize> {
        let column = usize::try_from(self.complaint.column?).ok()?.checked_sub(1)?;
        let line = self.here()?;
        Some(line.text.char_indices().nth(column).map_or(line.text.len(), |(at, _)| at))
    }

    /// The header of the function around the complaint.
    pub(super) fn function(&self) -> Option<Line<'s>> {
        let here = self.here()?;
        if here.is_header() { Some(here) } else { self.outside(here) }
    }

    /// The header of the function around a line, its own header aside.
    pub(super) fn outside(&self, inner: Line<'_>) -> Option<Line<'s>> {
        let mut width = if inner.is_blank() { usize::MAX } else { inner.indent().len() };
        let before = self.lines.get(..inner.number.checked_sub(1)?)?;
        for line in before.iter().rev().take(LINES_AROUND * 4) {
            if line.is_header() && line.indent().len() < width {
                return Some(*line);
            }
            if !line.is_blank() && line.indent().len() < width {
                width = line.indent().len();
            }
        }
        None
    }

    /// Lines of the function around the complaint behind its header, or those around the complaint.
    pub(super) fn body(&self) -> Vec<Line<'s>> {
        self.function().map_or_else(|| self.around().to_vec(), |header| self.below(header))
    }

    /// The lines that stand deeper than the header before them.
    pub(super) fn below(&self, header: Line<'_>) -> Vec<Line<'s>> {
        let width = header.indent().len();
        let rest = self.lines.get(header.number..).unwrap_or(&[]);
        rest.iter()
            .take(LINES_AROUND * 2)
            .take_while(|line| line.is_blank() || line.indent().len() > width)
            .copied()
            .collect()
    }

    /// Names that stand somewhere around the complaint, each once.
    pub(super) fn names(&self) -> Vec<&'s str> {
        let mut found: Vec<&'s str> = Vec::new();
        for token in self.around().iter().flat_map(Line::tokens).filter(Token::is_name) {
            if !found.contains(&token.text) {
                found.push(token.text);
            }
        }
        found
    }

    /// Finds a name wherever it stands as a word, up to a bound.
    pub(super) fn occurrences(&self, name: &str) -> Vec<(usize, usize)> {
        let lines = self.lines.iter().filter(|line| line.text.contains(name));
        let place = |line: &Line<'s>| {
            let start = line.start;
            let named = line.tokens().into_iter().filter(|token| token.text == name);
            named.map(move |token| (start + token.start, start + token.end)).collect::<Vec<_>>()
        };
        lines.flat_map(place).take(MAX_OCCURRENCES).collect()
    }

    /// Tells whether a trace saw a variable hold values of one type and of no other.
    pub(super) fn is_only(&self, name: &str, kind: &str) -> bool {
        let Some(traced) = self.traced else { return false };
        let number = self.function().and_then(|header| u32::try_from(header.number).ok());
        let variables = number.and_then(|line| traced.types.get(&(self.path.clone(), line)));
        let kinds = variables.and_then(|variables| variables.get(name));
        kinds.is_some_and(|kinds| kinds.len() == 1 && kinds.contains(kind))
    }
}
