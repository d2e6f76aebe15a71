//! Syntax trees of Python texts, and what is read from Python alone.
//!
//! A tree of a broken text is read as far as it goes.

use std::collections::BTreeMap;

use tree_sitter::{Node, Tree};

use crate::tree::{last_line_of, line_of, named, parsed, text_of, walk};

/// The path of a text of which nothing but the language is known.
pub(crate) const PYTHON: &str = "a.py";

/// Parses a text; nothing where it is too large.
pub fn parse(text: &str) -> Option<Tree> {
    parsed(PYTHON, text).map(|(_, tree)| tree)
}

/// Tells whether a text is Python without an error.
pub fn is_sound(text: &str) -> bool {
    parse(text).is_some_and(|tree| !tree.root_node().has_error())
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

/// Clauses that are lines of their own within a statement.
const CLAUSES: [&str; 6] = [
    "case_clause",
    "elif_clause",
    "else_clause",
    "except_clause",
    "except_group_clause",
    "finally_clause",
];

/// The first line of the innermost statement or clause that each line belongs to; comments and blank lines belong to none.
///
/// A statement over several lines is counted by coverage at its first line, so a change of another one is found there.
pub fn beginnings(text: &str) -> BTreeMap<u32, u32> {
    let mut found = BTreeMap::new();
    let Some(tree) = parse(text) else { return found };
    walk(tree.root_node(), |node| {
        let kind = node.kind();
        let is_statement = kind.ends_with("_statement")
            || kind.ends_with("_definition")
            || kind == "decorator"
            || CLAUSES.contains(&kind);
        if is_statement {
            found.extend((line_of(node)..=last_line_of(node)).map(|line| (line, line_of(node))));
        }
        true
    });
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim_start().is_empty() || text.trim_start().starts_with('#') {
            found.remove(&line);
        }
    }
    found
}

/// Tells whether two texts say the same to Python: they differ in comments, docstrings and line breaks at most.
pub fn is_same_code(one: &str, other: &str) -> bool {
    one == other || words(one).zip(words(other)).is_some_and(|(one, other)| one == other)
}

/// The words of a text, each with the column at which its statement begins; nothing where it is no Python.
fn words(text: &str) -> Option<Vec<(usize, &str)>> {
    let tree = parse(text).filter(|tree| !tree.root_node().has_error())?;
    let (mut found, mut column) = (Vec::new(), 0);
    walk(tree.root_node(), |node| {
        if node.kind().ends_with("_statement") || node.kind().ends_with("_definition") {
            column = node.start_position().column;
        }
        if node.kind() == "string" || node.child_count() == 0 && node.kind() != "comment" {
            found.push((column, text_of(text, node)));
        }
        !is_docstring(node) && node.kind() != "string"
    });
    Some(found)
}

/// Whether a statement is a text and nothing else, at the top of what it stands in.
fn is_docstring(node: Node<'_>) -> bool {
    let is_text = node.kind() == "expression_statement"
        && node.named_child_count() == 1
        && node.named_child(0).is_some_and(|child| child.kind() == "string");
    is_text && node.prev_named_sibling().is_none_or(|before| before.kind() == "comment")
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

#[cfg(test)]
mod tests {
    use super::is_same_code;

    #[test]
    fn comments_docstrings_and_line_breaks_are_no_other_code() {
        let base =
            "def one(a):\n    \"\"\"Text.\"\"\"\n    if a:\n        a += 1\n    return max(a, 1)\n";
        let same = "def one(a):\n    # Note.\n    if a:\n        a += 1\n\n    return max(\n        a, 1)\n";
        let moved = base.replace("    return", "        return");
        let text = base.replace("max(a, 1)", "\"max(a, 1)\"");

        assert!(is_same_code(base, same));
        assert!(!is_same_code(base, &moved));
        assert!(!is_same_code(base, &text));
        assert!(!is_same_code("def one(:", "def one(:\n#"));
    }
}
