//! Syntax trees of texts in any language with a grammar.
//!
//! Texts come from repositories and models: they are bounded before they are parsed, and a tree of a broken text is read as far as it
//! goes. Places are lines from 1, as people count them.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::language::Language;

/// Largest text that is parsed, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Longest time that a text is parsed.
const LONGEST_PARSE: Duration = Duration::from_secs(2);
/// Most nodes below each other that are entered.
const MAX_DEPTH: usize = 400;

/// Parses a text in the language that its path tells; nothing where it has none, or the text is too large or takes too long.
pub fn parsed(path: &str, text: &str) -> Option<(Language, Tree)> {
    let language = Language::of(path.as_bytes())?;
    let is_small = text.len() <= MAX_BYTES;
    let tree = is_small.then(|| tree(&language.grammar(path.as_bytes()), text.as_bytes()))??;
    Some((language, tree))
}

/// Parses a content of any size by a grammar; nothing where that takes too long.
pub fn tree(grammar: &tree_sitter::Language, content: &[u8]) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    let since = Instant::now();
    let mut goes_on = |_: &ParseState| {
        if since.elapsed() < LONGEST_PARSE {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut goes_on);
    let mut read = |at: usize, _| content.get(at..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options))
}

/// The first line of a node, from 1.
pub fn line_of(node: Node<'_>) -> u32 {
    number(node.start_position().row)
}

/// The last line of a node, from 1.
pub fn last_line_of(node: Node<'_>) -> u32 {
    number(node.end_position().row)
}

fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1)
}

/// The text of a node.
pub fn text_of<'t>(text: &'t str, node: Node<'_>) -> &'t str {
    text.get(node.byte_range()).unwrap_or("")
}

/// The text of the field of a node, in one line.
pub fn field(text: &str, node: Node<'_>, name: &str) -> Option<String> {
    node.child_by_field_name(name).map(|found| one_line(text_of(text, found)))
}

/// A text with every stretch of white space as one space.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The named children of a node without comments.
pub fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Visits a node and all below it in reading order; what `enter` refuses is not entered.
pub fn walk<'t>(root: Node<'t>, mut enter: impl FnMut(Node<'t>) -> bool) {
    let mut cursor = root.walk();
    let mut depth = 0_usize;
    loop {
        if enter(cursor.node()) && depth < MAX_DEPTH && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return;
            }
            depth -= 1;
        }
    }
}
