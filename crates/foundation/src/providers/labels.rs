//! Tells what the lines around a block call it.
//!
//! An info string, a heading, a bold line or a first comment may name a block; a path decides more than a word, and a
//! word more than the content.

use crate::providers::blocks::Block;
use record::domain::role::Role;
use record::domain::source_path::SourcePath;

/// Longest line that can be a label, in bytes.
const MAX_LABEL_BYTES: usize = 100;
/// Words that announce tests.
const TEST_WORDS: &[&str] = &["test", "tests", "testing", "pytest", "unittest", "unittests"];
/// Words that announce code.
const CODE_WORDS: &[&str] = &["code", "implementation", "solution", "module", "source"];
/// Words that label a part of a reply without saying that it is code or tests.
const OTHER_WORDS: &[&str] = &["explanation", "file", "files", "usage", "example"];
/// Ends of file names that count as paths.
const ENDINGS: &[&str] = &[
    ".py", ".txt", ".json", ".toml", ".csv", ".md", ".ini", ".cfg", ".yaml", ".yml", ".xml",
    ".html", ".rst", ".pyi",
];

/// The kind of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Code, with its path where it is named.
    Code(Option<SourcePath>),
    /// Tests, with their path where it is named.
    Test(Option<SourcePath>),
    /// Another file.
    Support(SourcePath),
    /// Python without a label.
    Plain,
    /// A usage example, shell commands, output: nothing that is kept.
    Aside,
}

/// Finds the path that a kind carries.
pub const fn path_of_kind(kind: &Kind) -> Option<&SourcePath> {
    match kind {
        Kind::Code(path) | Kind::Test(path) => path.as_ref(),
        Kind::Support(path) => Some(path),
        Kind::Plain | Kind::Aside => None,
    }
}

/// Finds the path of a block in its info string or in the prose before it.
pub fn path_of(block: &Block, prose: &str) -> Option<SourcePath> {
    let info_path = block.info.split([' ', '\t', ':', '{', '}', ',', '=']).find_map(path_in);
    let last = prose.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    info_path.or_else(|| path_of_line(label_of(prose))).or_else(|| path_of_line(last))
}

fn label_of(prose: &str) -> &str {
    prose.lines().rev().find(|line| is_label(line)).unwrap_or_default()
}

/// Finds the kind of a block by its info string, the prose before it and its first comment.
pub fn kind_of(block: &Block, prose: &str) -> Kind {
    let (label, path) = (label_of(prose), path_of(block, prose));
    if !block.is_python() {
        return path.map_or(Kind::Aside, Kind::Support);
    }
    if let Some(path) = path {
        return kind_of_path(path);
    }
    let named = comment_path(block);
    match topic_of(label) {
        Some(Topic::Test) => Kind::Test(named.filter(|path| role_of(path) == Role::Test)),
        Some(Topic::Code) => Kind::Code(named.filter(|path| role_of(path) == Role::Code)),
        Some(Topic::Aside) => Kind::Aside,
        None => named.map_or(Kind::Plain, kind_of_path),
    }
}

/// Tells whether a line labels the block after it: a heading, a bold line, a file name, or `Code:`.
pub fn is_label(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() || line.len() > MAX_LABEL_BYTES {
        return false;
    }
    let is_marked = line.starts_with('#')
        || (line.starts_with("**") && line.trim_end_matches(':').ends_with("**"))
        || line.ends_with(':');
    let is_path = line.split_whitespace().count() == 1 && path_in(line).is_some();
    is_path
        || (is_marked
            && (topic_of(line).is_some() || path_of_line(line).is_some() || is_other(line)))
}

enum Topic {
    Code,
    Test,
    Aside,
}

fn topic_of(line: &str) -> Option<Topic> {
    let has = |words: &[&str]| words_of(line).any(|word| words.contains(&word.as_str()));
    match (has(CODE_WORDS), has(TEST_WORDS)) {
        (_, true) if has(&["run", "running"]) => Some(Topic::Aside),
        (true, false) => Some(Topic::Code),
        (false, true) => Some(Topic::Test),
        (true, true) => None,
        (false, false) => has(&["usage", "example"]).then_some(Topic::Aside),
    }
}

fn is_other(line: &str) -> bool {
    words_of(line).any(|word| OTHER_WORDS.contains(&word.as_str()))
}

fn words_of(line: &str) -> impl Iterator<Item = String> {
    line.split(|symbol: char| !symbol.is_alphanumeric()).map(str::to_lowercase)
}

fn kind_of_path(path: SourcePath) -> Kind {
    match role_of(&path) {
        Role::Code => Kind::Code(Some(path)),
        Role::Test => Kind::Test(Some(path)),
        Role::Support => Kind::Support(path),
    }
}

/// Finds the role of a file by its name.
pub fn role_of(path: &SourcePath) -> Role {
    match path.module() {
        Some("conftest" | "__init__") | None => Role::Support,
        Some(module) if module.starts_with("test_") || module.ends_with("_test") => Role::Test,
        Some(_) => Role::Code,
    }
}

fn path_of_line(line: &str) -> Option<SourcePath> {
    line.split_whitespace().find_map(path_in)
}

/// A file name in a word, without the marks that Markdown puts around it.
pub fn path_in(word: &str) -> Option<SourcePath> {
    if is_plain_file(word) { unmarked(word).trim_start_matches("./").parse().ok() } else { None }
}

/// Tells whether a word has the form of a file name, be it one that a proposal may have or not.
pub fn is_plain_file(word: &str) -> bool {
    let name = unmarked(word);
    let is_file = ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending));
    is_file && name.chars().all(|symbol| symbol.is_ascii_alphanumeric() || "._-/".contains(symbol))
}

fn unmarked(word: &str) -> &str {
    word.trim_matches(|symbol: char| "`*\"'():,#[]".contains(symbol))
}

fn comment_path(block: &Block) -> Option<SourcePath> {
    let mut lines = block.text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    let first = if first.starts_with("#!") { lines.next()? } else { first };
    let comment = first.strip_prefix('#')?;
    // Rulers around a name are none of its words.
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric);
    let mut words = comment.split_whitespace().filter(is_word);
    let (one, two, none) = (words.next()?, words.next(), words.next());
    if none.is_some() { None } else { path_in(two.unwrap_or(one)) }
}
