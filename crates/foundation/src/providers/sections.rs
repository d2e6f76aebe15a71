//! Cuts a block that holds several files into them.
//!
//! Some models put all files into one block, each under a comment with its name. Every byte of the block ends up in
//! exactly one section, and a section that cannot be a file is reported, not dropped silently.

use std::collections::BTreeSet;
use std::fmt;

use crate::providers::blocks::{Block, Piece};
use crate::providers::labels::{is_plain_file, path_in};
use crate::providers::strings::OpenString;
use record::domain::source::MAX_REPLY_FILES;
use record::domain::source_path::SourcePath;
use record::domain::text::Untrusted;

/// Words that announce the name of a file in a comment.
const ANNOUNCEMENTS: [&str; 3] = ["file:", "filename:", "path:"];
/// Ends of names of files in which a line with `#` is no comment.
const WITHOUT_COMMENTS: [&str; 5] = [".json", ".csv", ".md", ".xml", ".html"];
/// Most files taken from one block: tests may be missing among them, and others come beside.
const MAX_SECTIONS: usize = MAX_REPLY_FILES - 1;
/// Most parts of a reply that are told to be left out one by one.
const MAX_REMARKS: usize = 10;
/// Longest name in a remark, in characters.
const MAX_NAME: usize = 80;

/// Lines of a block from a comment that names their file to the next such comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its fate.
    pub fate: Fate,
    /// The comment, with the blank lines before it.
    pub marker: String,
    /// The lines after it.
    pub text: String,
}

/// The fate of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is this file.
    File(SourcePath),
    /// It is none; the name that it gave itself, and why not.
    Refused(String, Refusal),
}

/// A reason why a section is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its name is no path that a proposal may have.
    Unsafe,
    /// A section before it has the same name.
    Repeated,
    /// There are too many.
    TooMany,
}

impl Section {
    /// The file's text: with the comment, where that is one in such a file.
    pub fn content(&self, path: &SourcePath) -> String {
        if WITHOUT_COMMENTS.iter().any(|ending| path.as_str().ends_with(ending)) {
            return self.text.clone();
        }
        [self.marker.as_str(), &self.text].concat()
    }
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fate::Refused(name, refusal) = &self.fate else { return Ok(()) };
        let why = match refusal {
            Refusal::Unsafe => "its path is none that a proposal may have",
            Refusal::Repeated => "a file before it has the same name",
            Refusal::TooMany => "there are too many files",
        };
        let (name, lines) = (Untrusted(name).line(MAX_NAME), self.text.lines().count());
        write!(formatter, "Left out of a block of several files: {name:?}, {lines} lines; {why}.")
    }
}

/// The pieces with each block of several files cut into them, and remarks on the parts that are none.
pub fn cut(pieces: Vec<Piece>) -> (Vec<Piece>, Vec<String>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for piece in pieces {
        let sections = match &piece {
            Piece::Block(block) if block.is_python() => sections(&block.text),
            Piece::Block(_) | Piece::Prose(_) => None,
        };
        let Some(sections) = sections else {
            found.push(piece);
            continue;
        };
        for section in sections {
            match &section.fate {
                Fate::File(path) => found.push(Piece::Block(Block {
                    info: format!("python title=\"{path}\""),
                    text: section.content(path),
                })),
                Fate::Refused(..) => left_out.push(section),
            }
        }
    }
    (found, remarks(&left_out))
}

fn remarks(left_out: &[Section]) -> Vec<String> {
    let mut remarks: Vec<String> =
        left_out.iter().take(MAX_REMARKS).map(ToString::to_string).collect();
    if let Some(more) = left_out.len().checked_sub(MAX_REMARKS).filter(|more| *more > 0) {
        remarks.push(format!("Left out as well: {more} more."));
    }
    remarks
}

/// The sections of a block, every byte of it in exactly one; `None` where it does not begin with a comment that names a
/// file, or holds no second one.
pub fn sections(text: &str) -> Option<Vec<Section>> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    named_by(first)?;
    let mut sections: Vec<Section> = Vec::new();
    let mut taken = BTreeSet::new();
    let mut string = OpenString::default();
    let mut blank = String::new();
    for line in text.split_inclusive('\n') {
        let name = if string.is_open() { None } else { named_by(line) };
        string.read(line.trim_end_matches('\n'));
        match (name, sections.last_mut()) {
            (Some(name), _) => {
                let fate = fate(name, &mut taken);
                let marker = std::mem::take(&mut blank) + line;
                sections.push(Section { fate, marker, text: String::new() });
            }
            (None, Some(section)) => section.text.push_str(line),
            (None, None) => blank.push_str(line),
        }
    }
    (sections.len() > 1).then_some(sections)
}

fn fate(name: &str, taken: &mut BTreeSet<SourcePath>) -> Fate {
    let refused = |refusal| Fate::Refused(name.to_owned(), refusal);
    match path_in(name) {
        None => refused(Refusal::Unsafe),
        Some(path) if taken.contains(&path) => refused(Refusal::Repeated),
        Some(_) if taken.len() == MAX_SECTIONS => refused(Refusal::TooMany),
        Some(path) => {
            taken.insert(path.clone());
            Fate::File(path)
        }
    }
}

/// The name in a comment that holds nothing else: announced, or a plain file name.
fn named_by(line: &str) -> Option<&str> {
    let comment = line.strip_prefix('#')?;
    // Rulers around a name are none of its words.
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    let mut words = comment.split_whitespace().filter(is_word);
    match (words.next()?, words.next(), words.next()) {
        (name, None, None) => is_plain_file(name).then_some(name),
        (word, Some(name), None) => {
            let is_announced = ANNOUNCEMENTS.contains(&word.to_ascii_lowercase().as_str());
            (is_announced && name.contains(['.', '/', '\\'])).then_some(name)
        }
        (_, _, Some(_)) => None,
    }
}
