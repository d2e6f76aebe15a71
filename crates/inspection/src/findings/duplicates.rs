//! Code that stands in two places.
//!
//! Files are read as tokens; names count as they are and literals by their kind, so that a copy with other numbers is found and two
//! tables of data are not. Where a stretch of tokens was seen before, it is followed as far as both go.

use std::collections::{BTreeSet, HashMap};

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::tree::{line_of, parsed, text_of, walk};
use record::domain::role::Role;

/// Tokens of the shortest copy.
const WINDOW: usize = 60;
/// Lines of the shortest copy.
const LEAST_LINES: u32 = 6;
/// Different tokens of the shortest copy; less is a table.
const LEAST_DIFFERENT: usize = 14;
/// Most tokens that are looked at.
const MAX_TOKENS: usize = 3_000_000;

/// Nodes that are no code to copy.
const SKIPPED: [&str; 9] = [
    "comment",
    "line_comment",
    "block_comment",
    "import_statement",
    "import_from_statement",
    "future_import_statement",
    "import_declaration",
    "use_declaration",
    "package_clause",
];
/// Nodes that count by their kind alone.
const LITERALS: [&str; 16] = [
    "string",
    "concatenated_string",
    "integer",
    "float",
    "number",
    "template_string",
    "regex",
    "interpreted_string_literal",
    "raw_string_literal",
    "rune_literal",
    "int_literal",
    "float_literal",
    "string_literal",
    "char_literal",
    "integer_literal",
    "boolean_literal",
];

/// A token: what it is, and where.
#[derive(Clone, Copy)]
struct Token {
    code: u64,
    line: u32,
}

/// Copies among the code files, each told at its second place.
pub fn duplicates(files: &[File]) -> Vec<Finding> {
    let is_code = |file: &&File| file.role == Role::Code && file.is_written_here();
    let code: Vec<&File> = files.iter().filter(is_code).collect();
    let mut left = MAX_TOKENS;
    let read = |file: &&File| {
        let tokens = tokens(&file.path, file.parts().0, left);
        left = left.saturating_sub(tokens.len());
        tokens
    };
    let all: Vec<Vec<Token>> = code.iter().map(read).collect();
    let mut seen: HashMap<u64, (usize, usize)> = HashMap::new();
    let mut found = Vec::new();
    for (place, tokens) in all.iter().enumerate() {
        let mut at = 0;
        while let Some(window) = tokens.get(at..at + WINDOW) {
            let first = *seen.entry(hash(window)).or_insert((place, at));
            let length = if first == (place, at) { 0 } else { common(&all, first, (place, at)) };
            match copy(&code, &all, first, (place, at), length) {
                Some(copy) => {
                    found.push(copy);
                    at += length;
                }
                None => at += 1,
            }
        }
    }
    found
}

fn copy(
    code: &[&File],
    all: &[Vec<Token>],
    first: (usize, usize),
    second: (usize, usize),
    length: usize,
) -> Option<Finding> {
    if length < WINDOW {
        return None;
    }
    let span = |(file, at): (usize, usize)| {
        let tokens = all.get(file)?.get(at..at + length)?;
        Some((code.get(file)?, tokens.first()?.line, tokens.last()?.line, tokens))
    };
    let (source, from, to, tokens) = span(first)?;
    let (file, start, end, _) = span(second)?;
    let different = tokens.iter().map(|token| token.code).collect::<BTreeSet<_>>().len();
    let overlaps = source.path == file.path && start <= to && from <= end;
    if end - start + 1 < LEAST_LINES || different < LEAST_DIFFERENT || overlaps {
        return None;
    }
    let lines = end - start + 1;
    let message = format!("lines {start} to {end} stand at {}:{from} too", source.path);
    let reason =
        format!("{lines} lines have to be changed in both places, and one will be forgotten");
    Some(finding(file, start, "duplicate", Severity::Medium, (message, reason)))
}

/// How many tokens two places have in common.
fn common(all: &[Vec<Token>], first: (usize, usize), second: (usize, usize)) -> usize {
    let rest = |(file, at): (usize, usize)| {
        all.get(file).and_then(|tokens| tokens.get(at..)).unwrap_or(&[])
    };
    let limit = if first.0 == second.0 { second.1 - first.1 } else { usize::MAX };
    let pairs = rest(first).iter().zip(rest(second)).take(limit);
    pairs.take_while(|(left, right)| left.code == right.code).count()
}

fn tokens(path: &str, text: &str, most: usize) -> Vec<Token> {
    let mut found = Vec::new();
    let Some((_, tree)) = parsed(path, text) else { return found };
    walk(tree.root_node(), |node| {
        if found.len() >= most {
            return false;
        }
        match node.kind() {
            kind if SKIPPED.contains(&kind) => false,
            kind if LITERALS.contains(&kind) => {
                let is_documentation =
                    node.parent().is_some_and(|parent| parent.kind() == "expression_statement");
                if !is_documentation {
                    found.push(Token { code: code(node.kind()), line: line_of(node) });
                }
                false
            }
            _ if node.child_count() == 0 => {
                found.push(Token { code: code(text_of(text, node)), line: line_of(node) });
                false
            }
            _ => true,
        }
    });
    found
}

/// FNV-1a of a text: quick, and the same everywhere.
fn code(text: &str) -> u64 {
    text.bytes().fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn hash(window: &[Token]) -> u64 {
    window.iter().fold(BASIS, |hash, token| (hash ^ token.code).wrapping_mul(PRIME).rotate_left(5))
}
