//! Makes files of a reply: code, tests, explanation, further files.
//!
//! Labels decide where there are any, else the content does. Nothing is repaired: a reply without code, or one that
//! breaks off, is an error that names what is missing.

use std::fmt::Write as _;

use thiserror::Error;

use crate::providers::blocks::{Block, Piece, pieces};
use crate::providers::edit_blocks::{EditError, Edits, is_opening};
use crate::providers::labels::{Kind, is_label, kind_of, path_of_kind, role_of};
use crate::providers::restated::without_restated;
use crate::providers::sections::cut;
use crate::providers::withheld::gives_back;
use record::domain::role::Role;
use record::domain::source::MAX_REPLY_FILES;
use record::domain::source_path::SourcePath;

/// Largest reply that is read, in bytes.
pub const MAX_REPLY_BYTES: usize = 2 << 20;
/// Marks that reasoning models put around their thoughts.
const THOUGHTS: (&str, &str) = ("<think>", "</think>");

/// A reason why a reply cannot become a proposal.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExtractError {
    /// No code block.
    #[error("it holds no code")]
    NoCode,
    /// No test block.
    #[error("it holds no tests")]
    NoTests,
    /// The last block is not closed.
    #[error("its last code block is not closed")]
    Truncated,
    /// It gives back what was left out of the prompt.
    #[error(
        "it gives back a line that was left out for the secret in it; edits leave such a line as it is"
    )]
    Withheld,
    /// A block of edits that names no file.
    #[error("a block of edits does not say which file it is for")]
    Nameless,
    /// It names a file that can lie in no repository.
    #[error("it names a file that can lie in no repository: {0:?}")]
    Path(String),
    /// Its edits cannot be applied.
    #[error(transparent)]
    Edits(#[from] EditError),
    /// It is larger than any reply may be.
    #[error("it has {0} bytes or more, and a reply may have {MAX_REPLY_BYTES}")]
    TooLarge(usize),
}

/// The files of a reply and the prose around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// The code.
    pub code: String,
    /// The tests.
    pub tests: String,
    /// The prose before the first block, or else after it.
    pub explanation: String,
    /// Further files that the reply names by path.
    pub support: Vec<(SourcePath, String)>,
    /// The reply's own name for the code, where it names it.
    pub code_path: Option<SourcePath>,
    /// The reply's own name for the tests, where it names them.
    pub tests_path: Option<SourcePath>,
}

impl Extracted {
    /// Holds one file of code and nothing beside it.
    pub const fn of_code(code: String) -> Self {
        Self {
            code,
            tests: String::new(),
            explanation: String::new(),
            support: Vec::new(),
            code_path: None,
            tests_path: None,
        }
    }

    /// Tells whether the reply holds more code or more tests than one file of each: such files keep their names.
    pub fn is_several(&self) -> bool {
        self.support.iter().any(|(path, _)| role_of(path) != Role::Support)
    }

    /// The labelled form that [`extract`] reads back unchanged.
    pub fn to_reply(&self) -> String {
        let mut reply = String::new();
        if !self.explanation.is_empty() {
            reply.push_str(&self.explanation);
            reply.push_str("\n\n");
        }
        push_block(&mut reply, "Code:", &info("python", self.code_path.as_ref()), &self.code);
        if !self.tests.is_empty() {
            push_block(
                &mut reply,
                "Tests:",
                &info("python", self.tests_path.as_ref()),
                &self.tests,
            );
        }
        for (path, text) in &self.support {
            push_block(&mut reply, "File:", &info("text", Some(path)), text);
        }
        reply
    }
}

/// Reads the code, the tests, the explanation and the named files of a reply.
pub fn extract(reply: &str) -> Result<Extracted, ExtractError> {
    read(reply, Wanted::Both)
}

/// The same for a reply that was asked for code alone; tests are read where it holds some.
pub fn extract_code(reply: &str) -> Result<Extracted, ExtractError> {
    read(reply, Wanted::Code)
}

/// The same for whoever has the tests: where a reply gives code alone, they stay as they are.
pub fn extract_keeping(reply: &str, tests: &str) -> Result<Extracted, ExtractError> {
    match extract(reply) {
        Err(ExtractError::NoTests) if !tests.is_empty() => {
            Ok(Extracted { tests: tests.to_owned(), ..extract_code(reply)? })
        }
        read => read,
    }
}

/// Reads a reply that may hold edits of a file of code and one of tests instead of both; `None` where it holds none.
pub fn extract_edits(
    reply: &str,
    code: &str,
    tests: &str,
) -> Option<Result<Extracted, ExtractError>> {
    if reply.len() > MAX_REPLY_BYTES {
        return Some(Err(ExtractError::TooLarge(reply.len())));
    }
    let reply = reply.replace("\r\n", "\n");
    let reply = match without_thoughts(&reply) {
        Ok(reply) => reply,
        Err(error) => return Some(Err(error)),
    };
    let edited = |edits: Edits| {
        let mut both = [code.to_owned(), tests.to_owned()];
        edits.apply(&mut both)?;
        let [code, tests] = both;
        if gives_back(&code) || gives_back(&tests) {
            return Err(ExtractError::Withheld);
        }
        Ok(Extracted { tests, explanation: edits.explanation, ..Extracted::of_code(code) })
    };
    Some(Edits::read(reply)?.map_err(ExtractError::from).and_then(edited))
}

/// The parts that a reply must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Code and tests.
    Both,
    /// Code; tests only where it has them.
    Code,
}

fn read(reply: &str, wanted: Wanted) -> Result<Extracted, ExtractError> {
    if reply.len() > MAX_REPLY_BYTES {
        return Err(ExtractError::TooLarge(reply.len()));
    }
    let text = reply.replace("\r\n", "\n");
    let (pieces, left_out) = cut(pieces(without_thoughts(&text)?).ok_or(ExtractError::Truncated)?);
    let blocks = without_restated(kinds(&pieces));
    let (code, tests) = code_and_tests(&blocks, wanted);
    let code = code.ok_or(ExtractError::NoCode)?;
    if blocks.iter().any(|(_, block)| gives_back(&block.text)) {
        return Err(ExtractError::Withheld);
    }
    // Edits of something else are no file, whatever stands around them.
    if code.text.lines().any(is_opening) {
        return Err(EditError::Open.into());
    }
    let path = |wanted: &Block| {
        let found = blocks.iter().find(|(_, block)| std::ptr::eq(*block, wanted));
        found.and_then(|(kind, _)| path_of_kind(kind).cloned())
    };
    let extracted = Extracted {
        code: code.text.clone(),
        tests: tests.map(|tests| tests.text.clone()).unwrap_or_default(),
        explanation: with_remarks(explanation(&pieces), &left_out),
        support: support(&blocks, code, tests),
        code_path: path(code),
        tests_path: tests.and_then(path),
    };
    // Several files without tests are a program, which can be run.
    match wanted {
        Wanted::Both if tests.is_none() && !has_more_code(&extracted) => Err(ExtractError::NoTests),
        Wanted::Both | Wanted::Code => Ok(extracted),
    }
}

fn has_more_code(extracted: &Extracted) -> bool {
    extracted.support.iter().any(|(path, _)| role_of(path) == Role::Code)
}

/// Reads a reply that holds one program and nothing else of interest.
///
/// A reply without any fence is taken as the program itself if its first line could begin one.
pub fn extract_script(reply: &str) -> Result<Extracted, ExtractError> {
    match extract_code(reply) {
        Err(ExtractError::NoCode) => {
            let text = reply.replace("\r\n", "\n");
            let program = without_thoughts(&text)?.trim_start();
            let is_one = !program.contains("```") && begins_a_program(program);
            is_one.then(|| Extracted::of_code(program.to_owned())).ok_or(ExtractError::NoCode)
        }
        read => read,
    }
}

/// Tells whether text begins as programs do and prose does not.
fn begins_a_program(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let starts =
        ["import ", "from ", "def ", "class ", "#!", "\"\"\"", "print(", "@", "async def "];
    starts.iter().any(|start| line.starts_with(start))
        || line.split_once(" = ").is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|symbol| symbol.is_alphanumeric() || symbol == '_')
        })
}

/// Cuts the thoughts of a reasoning model off the beginning of its reply; some servers leave out the mark that opens them.
pub fn without_thoughts(text: &str) -> Result<&str, ExtractError> {
    let Some(thoughts) = text.trim_start().strip_prefix(THOUGHTS.0) else {
        let end = format!("\n{}\n", THOUGHTS.1);
        // In an open block it is a line of a file.
        let is_thought = |before: &str| !before.contains(THOUGHTS.0) && pieces(before).is_some();
        let cut = text.split_once(&end).filter(|(before, _)| is_thought(before));
        return Ok(cut.map_or(text, |(_, reply)| reply));
    };
    let (_, reply) = thoughts.split_once(THOUGHTS.1).ok_or(ExtractError::Truncated)?;
    without_thoughts(reply)
}

fn kinds(pieces: &[Piece]) -> Vec<(Kind, &Block)> {
    let mut prose = "";
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Prose(text) => prose = text,
            Piece::Block(block) => {
                if !block.text.trim().is_empty() {
                    found.push((kind_of(block, prose), block));
                }
                prose = "";
            }
        }
    }
    found
}

fn code_and_tests<'a>(
    blocks: &[(Kind, &'a Block)],
    wanted: Wanted,
) -> (Option<&'a Block>, Option<&'a Block>) {
    let first = |wanted: &dyn Fn(&Kind) -> bool| {
        blocks.iter().find(|(kind, _)| wanted(kind)).map(|(_, block)| *block)
    };
    let labelled_code = first(&|kind| matches!(kind, Kind::Code(_)));
    let labelled_tests = first(&|kind| matches!(kind, Kind::Test(_)));
    let mut plain = blocks.iter().filter(|(kind, _)| matches!(kind, Kind::Plain));
    let looks_tested = |block: &Block| block.looks_like_tests();
    match (labelled_code, labelled_tests) {
        (Some(code), Some(tests)) => (Some(code), Some(tests)),
        (Some(code), None) => {
            let tests = plain.clone().find(|(_, block)| looks_tested(block));
            let named = blocks.iter().filter(|(kind, _)| matches!(kind, Kind::Code(Some(_))));
            // Where files are named, or tests were not asked for, a block without a name is none.
            let is_other = named.count() < 2 && wanted == Wanted::Both;
            let other = if is_other { plain.next() } else { None };
            (Some(code), tests.or(other).map(|(_, block)| *block))
        }
        (None, Some(tests)) => {
            let code = plain.clone().find(|(_, block)| !looks_tested(block));
            (code.or_else(|| plain.next()).map(|(_, block)| *block), Some(tests))
        }
        (None, None) => {
            let (code, tests) = by_content(&plain.map(|(_, block)| *block).collect::<Vec<_>>());
            (code, tests.filter(|tests| wanted == Wanted::Both || looks_tested(tests)))
        }
    }
}

/// Unlabelled blocks: the first that looks like tests is the tests, the first other one the code; else in order.
fn by_content<'a>(blocks: &[&'a Block]) -> (Option<&'a Block>, Option<&'a Block>) {
    let tests = blocks.iter().position(|block| block.looks_like_tests());
    let code = blocks.iter().position(|block| !block.looks_like_tests());
    let at = |index: usize| blocks.get(index).copied();
    match (code, tests) {
        (Some(code), Some(tests)) => (at(code), at(tests)),
        (None, Some(_)) if blocks.len() == 1 => (None, at(0)),
        _ => (at(0), at(1)),
    }
}

fn support(
    blocks: &[(Kind, &Block)],
    code: &Block,
    tests: Option<&Block>,
) -> Vec<(SourcePath, String)> {
    let mut files: Vec<(SourcePath, String)> = Vec::new();
    let is_chosen = |block: &Block| {
        std::ptr::eq(block, code) || tests.is_some_and(|tests| std::ptr::eq(block, tests))
    };
    let chosen = blocks.iter().filter(|(_, block)| is_chosen(block));
    let chosen: Vec<&SourcePath> = chosen.filter_map(|(kind, _)| path_of_kind(kind)).collect();
    for (kind, block) in blocks {
        let Some(path) = path_of_kind(kind) else { continue };
        let is_used = is_chosen(block);
        let is_known = chosen.contains(&path) || files.iter().any(|(known, _)| known == path);
        if !is_used && !is_known && files.len() + 2 < MAX_REPLY_FILES {
            files.push((path.clone(), block.text.clone()));
        }
    }
    files
}

fn explanation(pieces: &[Piece]) -> String {
    let mut proses = pieces.iter().filter_map(|piece| match piece {
        Piece::Prose(text) => Some(without_labels(text)),
        Piece::Block(_) => None,
    });
    let starts_with_prose = matches!(pieces.first(), Some(Piece::Prose(_)));
    let before = if starts_with_prose { proses.next().unwrap_or_default() } else { String::new() };
    if !before.is_empty() {
        return before;
    }
    proses.rfind(|prose| !prose.is_empty()).unwrap_or_default()
}

fn with_remarks(explanation: String, remarks: &[String]) -> String {
    if remarks.is_empty() {
        return explanation;
    }
    [explanation, remarks.join("\n")].join("\n\n").trim().to_owned()
}

fn without_labels(prose: &str) -> String {
    // A mark that closes thoughts would make thoughts of what stands before it.
    let is_said = |line: &&str| !is_label(line) && *line != THOUGHTS.1;
    let lines: Vec<&str> = prose.lines().filter(is_said).collect();
    let mut text = lines.join("\n");
    while let Some(rest) = text.trim_start().strip_prefix(THOUGHTS.0) {
        text = rest.to_owned();
    }
    text.trim().to_owned()
}

fn info(tag: &str, path: Option<&SourcePath>) -> String {
    path.map_or_else(|| tag.to_owned(), |path| format!("{tag} title=\"{path}\""))
}

fn push_block(reply: &mut String, label: &str, info: &str, text: &str) {
    let longest = text.split(|symbol| symbol != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    // Writing to a `String` cannot fail.
    write!(reply, "{label}\n\n{fence}{info}\n{text}{end}{fence}\n\n").ok();
}
