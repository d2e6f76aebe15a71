//! Splits a reply into prose and fenced blocks.
//!
//! Fences inside strings of Python and fences of other lengths do not end a block. A block that is never closed makes
//! the reply a truncated one, and nothing is guessed.

use crate::providers::strings::OpenString;

/// Tags that mean Python; a block without a tag counts as well.
const PYTHON_TAGS: &[&str] = &["", "python", "python3", "py", "py3"];
/// Beginnings of lines in an untagged block of shell commands.
const SHELL_STARTS: &[&str] =
    &["$ ", "pip ", "pip3 ", "python ", "python3 ", "pytest", "cd ", "uv "];

/// A stretch of a reply.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Lines outside every block.
    Prose(String),
    /// A closed block.
    Block(Block),
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The info string: the rest of the opening fence's line.
    pub info: String,
    /// The lines inside, each ended.
    pub text: String,
}

impl Block {
    /// The language tag in lower case; empty where there is none.
    pub fn tag(&self) -> String {
        tag_of(&self.info)
    }

    /// Tells whether it can be a Python file.
    pub fn is_python(&self) -> bool {
        let tag = self.tag();
        is_python_tag(&tag) && !(tag.is_empty() && self.is_shell())
    }

    /// Tells whether it defines tests.
    pub fn looks_like_tests(&self) -> bool {
        self.text.lines().map(str::trim_start).any(|line| {
            line.starts_with("def test_")
                || line.starts_with("async def test_")
                || line.starts_with("import pytest")
                || line.starts_with("from pytest")
        })
    }

    fn is_shell(&self) -> bool {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        lines.all(|line| SHELL_STARTS.iter().any(|start| line.starts_with(start)))
    }
}

/// Cuts a reply into prose and blocks, in order; `None` where the last block is not closed.
pub fn pieces(text: &str) -> Option<Vec<Piece>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut pieces = Vec::new();
    let mut prose = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        let Some(fence) = Fence::opening(line) else {
            prose.push_str(line);
            prose.push('\n');
            continue;
        };
        if !prose.trim().is_empty() {
            pieces.push(Piece::Prose(std::mem::take(&mut prose)));
        }
        prose.clear();
        let rest = lines.get(at..).unwrap_or_default();
        let length = fence.length_of_block(rest)?;
        let inside = rest.get(..length).unwrap_or_default();
        pieces.push(Piece::Block(fence.block(inside)));
        at += length + 1;
    }
    if !prose.trim().is_empty() {
        pieces.push(Piece::Prose(prose));
    }
    Some(pieces)
}

/// The effect of a line on the block it stands in.
enum Step {
    /// It ends the block.
    Close,
    /// It is part of a string that goes on for so many lines.
    Skip(usize),
    /// It opens or ends a block quoted inside a string.
    Quote,
    /// It is a line of the block.
    Over,
}

/// An opening fence.
#[derive(Clone, Copy)]
struct Fence<'a> {
    mark: char,
    width: usize,
    indent: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn opening(line: &'a str) -> Option<Self> {
        let body = line.trim_start_matches(' ');
        let mark = body.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = body.trim_start_matches(mark);
        let width = body.len() - info.len();
        let is_inline = mark == '`' && info.contains('`');
        if width < 3 || is_inline {
            return None;
        }
        Some(Self { mark, width, indent: line.len() - body.len(), info: info.trim() })
    }

    /// Tells whether a line is a fence that could end this block, were it not for its info string.
    fn matches(&self, line: &str) -> bool {
        Fence::opening(line)
            .is_some_and(|other| other.mark == self.mark && other.width >= self.width)
    }

    fn closes(&self, line: &str) -> bool {
        self.matches(line) && Fence::opening(line).is_some_and(|other| other.info.is_empty())
    }

    /// Counts the lines before the closing fence.
    fn length_of_block(&self, lines: &[&str]) -> Option<usize> {
        if !is_python_tag(&tag_of(self.info)) {
            return lines.iter().position(|line| self.closes(line));
        }
        let mut string = OpenString::default();
        let mut is_quoting = false;
        let mut quoted_lines = 0;
        for (index, line) in lines.iter().enumerate() {
            let rest = lines.get(index + 1..).unwrap_or_default();
            let is_fence = index >= quoted_lines && self.matches(line);
            let step =
                if is_fence { self.step(line, string, is_quoting, rest) } else { Step::Over };
            match step {
                Step::Close => return Some(index),
                Step::Skip(length) => quoted_lines = index + 1 + length,
                Step::Quote => is_quoting = string.is_open() && !is_quoting,
                Step::Over => {}
            }
            string.read(line);
        }
        // The code never closes its string: the first fence that can close the block does.
        lines.iter().position(|line| self.closes(line))
    }

    /// The effect of a fence inside a block of Python.
    fn step(&self, line: &str, string: OpenString, is_quoting: bool, rest: &[&str]) -> Step {
        match (self.closes(line), string.is_open()) {
            (true, false) => Step::Close,
            (true, true) if !is_quoting => {
                self.length_of_string(string, rest).map_or(Step::Close, Step::Skip)
            }
            _ => Step::Quote,
        }
    }

    /// Counts the lines that the open string goes on, where it ends before the next block begins and the block later.
    fn length_of_string(&self, mut string: OpenString, rest: &[&str]) -> Option<usize> {
        for (index, line) in rest.iter().enumerate() {
            if Fence::opening(line).is_some_and(|other| !other.info.is_empty()) {
                return None;
            }
            string.read(line);
            if !string.is_open() {
                let after = rest.get(index + 1..).unwrap_or_default();
                return after.iter().any(|line| self.closes(line)).then_some(index);
            }
        }
        None
    }

    fn block(&self, lines: &[&str]) -> Block {
        let mut text = String::new();
        for line in lines {
            let indent = line.len() - line.trim_start_matches(' ').len();
            text.push_str(line.get(indent.min(self.indent)..).unwrap_or_default());
            text.push('\n');
        }
        Block { info: self.info.to_owned(), text }
    }
}

fn tag_of(info: &str) -> String {
    let end = info.find(|symbol: char| symbol.is_whitespace() || ":{,=".contains(symbol));
    let tag = info.get(..end.unwrap_or(info.len())).unwrap_or_default();
    let is_name = tag.contains('.') && !tag.starts_with("python3.");
    if is_name || info.get(tag.len()..).unwrap_or_default().starts_with('=') {
        return String::new();
    }
    tag.to_ascii_lowercase()
}

fn is_python_tag(tag: &str) -> bool {
    PYTHON_TAGS.contains(&tag) || tag.starts_with("python3.")
}
