//! Syntax trees of Python, walked with each node's surroundings.
//!
//! Files come from models: size, depth and the number of nodes are bounded before an operator sees them.

use tree_sitter::{Node, Parser, Tree, TreeCursor};

/// Largest file of which a tree is made, in bytes; larger ones get no operators.
pub(super) const MAX_PARSED_BYTES: usize = 256 * 1024;
/// Most nodes of one function that operators see.
const MAX_SPOTS: usize = 20_000;

/// The tree of a text; nothing where it is too large.
pub(super) fn parse(text: &str) -> Option<Tree> {
    if text.len() > MAX_PARSED_BYTES {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// A node with what a walk knows about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'t> {
    /// The node.
    pub(super) node: Node<'t>,
    /// The node it is a child of.
    pub(super) parent: Node<'t>,
    /// What it is to its parent: `left`, `condition`.
    pub(super) field: &'t str,
    /// The innermost statement around it, or the statement it is.
    pub(super) statement: Node<'t>,
}

fn is_part(symbol: char) -> bool {
    symbol.is_alphanumeric() || symbol == '_'
}

/// The names, numbers and keywords that a piece of text is made of.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|symbol| !is_part(symbol)).filter(|word| !word.is_empty())
}

/// A piece of text with another one wherever a word stands.
pub(super) fn with_word(text: &str, word: &str, other: &str) -> String {
    let mut found = String::new();
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if !before.is_some_and(is_part) && !after.is_some_and(is_part) {
            found.push_str(text.get(from..at).unwrap_or(""));
            found.push_str(other);
            from = end;
        }
    }
    found + text.get(from..).unwrap_or("")
}

/// The first line of a node, from 1.
pub(super) fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}

/// Visits a node and all below it in reading order.
///
/// `enter` is given the place and what was said of the node around it, and says something of this one for those below it;
/// nothing leaves them out.
pub(super) fn walk<'t, C>(
    root: Node<'t>,
    outermost: C,
    mut enter: impl FnMut(&TreeCursor<'t>, &C) -> Option<C>,
) {
    let mut cursor = root.walk();
    let mut around = vec![outermost];
    while let Some(outer) = around.last() {
        if let Some(inner) = enter(&cursor, outer)
            && cursor.goto_first_child()
        {
            around.push(inner);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            around.pop();
        }
    }
}

/// The nodes below a function or module that are its own code, in reading order.
///
/// Docstrings, comments, imports, annotations and nested functions are left out.
pub(super) fn spots(root: Node<'_>) -> Vec<Spot<'_>> {
    let mut cursor = root.walk();
    let mut found: Vec<Spot<'_>> = Vec::new();
    let (mut ancestors, mut statements) = (vec![root], vec![root]);
    if !cursor.goto_first_child() {
        return found;
    }
    while found.len() < MAX_SPOTS {
        let node = cursor.node();
        let (Some(parent), Some(statement)) =
            (ancestors.last().copied(), statements.last().copied())
        else {
            return found;
        };
        let field = cursor.field_name().unwrap_or("");
        let is_left_out = is_left_out(node, parent, field);
        let statement = if matches!(parent.kind(), "block" | "module") { node } else { statement };
        if !is_left_out {
            found.push(Spot { node, parent, field, statement });
        }
        if !is_left_out && cursor.goto_first_child() {
            ancestors.push(node);
            statements.push(statement);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if ancestors.len() <= 1 || !cursor.goto_parent() {
                return found;
            }
            ancestors.pop();
            statements.pop();
        }
    }
    found
}

/// All function definitions of a tree, in reading order.
pub(super) fn functions(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(root, (), |cursor, ()| {
        found.extend(Some(cursor.node()).filter(|node| node.kind() == "function_definition"));
        Some(())
    });
    found
}

/// The named children of a node without comments.
pub(super) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Tells whether a statement is nothing but a string.
pub(super) fn is_docstring(statement: Node<'_>) -> bool {
    statement.kind() == "expression_statement"
        && statement.named_child(0).is_some_and(|child| child.kind() == "string")
}

/// Both sides of the assignment that a statement is.
pub(super) fn assigned(statement: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let assignment = statement.named_child(0).filter(|child| child.kind() == "assignment")?;
    let side = |name| assignment.child_by_field_name(name);
    Some((side("left")?, side("right")?))
}

/// Tells whether a statement leaves its block.
pub(super) fn leaves(statement: Node<'_>) -> bool {
    matches!(statement.kind(), "return_statement" | "break_statement" | "continue_statement")
}

/// The text of a node.
pub(super) fn text_of<'s>(text: &'s str, node: Node<'_>) -> &'s str {
    text.get(node.byte_range()).unwrap_or("")
}

fn is_left_out(node: Node<'_>, parent: Node<'_>, field: &str) -> bool {
    match node.kind() {
        "comment"
        | "import_statement"
        | "import_from_statement"
        | "future_import_statement"
        | "decorator"
        | "type"
        | "function_definition"
        | "ERROR"
        | "global_statement"
        | "nonlocal_statement" => true,
        "string" => parent.kind() == "expression_statement",
        "identifier" => field == "name" && parent.kind() != "named_expression",
        _ => matches!((parent.kind(), field), ("assignment" | "function_definition", "type")),
    }
}

/// Counts what is wrong in a tree: errors, tokens made up, and statements that only Python 2 has.
pub(super) fn errors(text: &str, root: Node<'_>) -> usize {
    let mut count = 0;
    walk(root, (), |cursor, ()| {
        let node = cursor.node();
        let is_old = matches!(node.kind(), "print_statement" | "exec_statement" | "<>");
        let is_empty = node.kind() == "block" && node.named_child_count() == 0;
        count += usize::from(node.is_error() || node.is_missing() || is_old || is_empty);
        count += usize::from(is_misplaced(text, node));
        Some(())
    });
    count
}

/// Tells whether the grammar takes a node that Python does not.
fn is_misplaced(text: &str, node: Node<'_>) -> bool {
    match node.kind() {
        "assignment" => node.child_by_field_name("left").is_some_and(|left| {
            matches!(left.kind(), "call" | "integer" | "string" | "true" | "false" | "none")
        }),
        "string" => {
            let string = text_of(text, node);
            !string.contains("\"\"\"")
                && !string.contains("'''")
                && string.contains('\n')
                && !string.contains("\\\n")
        }
        _ => false,
    }
}
