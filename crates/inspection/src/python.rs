//! Syntax trees of Python texts, and the few ways in which they are read.
//!
//! Texts come from repositories and models: they are bounded before they are parsed, and a tree of a broken text is read as far as it
//! goes. Places are lines from 1, as people count them.

use tree_sitter::{Node, Parser, Tree};

/// Largest text that is parsed, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Most nodes below each other that are entered.
const MAX_DEPTH: usize = 400;

/// Parses a text; nothing where it is too large.
pub fn parse(text: &str) -> Option<Tree> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// Tells whether a text is Python without an error.
pub fn is_sound(text: &str) -> bool {
    parse(text).is_some_and(|tree| !tree.root_node().has_error())
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

/// The statements of a module or block, those inside of `if`, `try` and `with` among them.
pub fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut pending = vec![block];
    while let Some(node) = pending.pop() {
        for child in named(node).into_iter().rev() {
            match child.kind() {
                "if_statement" | "try_statement" | "with_statement" | "block" | "else_clause"
                | "elif_clause" | "except_clause" | "finally_clause" => pending.push(child),
                _ => found.push(child),
            }
        }
    }
    found.sort_by_key(Node::start_byte);
    found
}

/// A definition without its decorators, and the decorators.
pub fn undecorated<'t>(node: Node<'t>, text: &str) -> (Node<'t>, Vec<String>) {
    if node.kind() != "decorated_definition" {
        return (node, Vec::new());
    }
    let decorators = named(node).into_iter().filter(|child| child.kind() == "decorator");
    let names = decorators.map(|child| {
        let name = text_of(text, child).trim_start_matches('@');
        name.split('(').next().unwrap_or(name).trim().to_owned()
    });
    (node.child_by_field_name("definition").unwrap_or(node), names.collect())
}

/// What a string literal says, without prefix and quotes; escapes stay as they are written.
pub fn string_content(text: &str) -> &str {
    let start = text.find(['"', '\'']).unwrap_or(0);
    let quoted = text.get(start..).unwrap_or("");
    for mark in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(inner) = quoted.strip_prefix(mark) {
            return inner.strip_suffix(mark).unwrap_or(inner);
        }
    }
    quoted
}
