//! What a module does when it is imported, besides defining things.
//!
//! An import that configures logging or opens a file surprises whoever imports it. Definitions, imports, assignments, the guard of a
//! program and what stands under `TYPE_CHECKING` are no effects; calls, loops and deletions at the top are.

use tree_sitter::Node;

use crate::python::parse;
use crate::tree::{line_of, named, one_line, text_of};

/// Longest text of an effect that is told, in characters.
const MAX_SHOWN: usize = 120;

/// Something that happens at import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The line.
    pub line: u32,
    /// The statement, in one line.
    pub text: String,
}

/// The effects of importing a module.
pub fn effects(text: &str) -> Vec<Effect> {
    let mut found = Vec::new();
    let Some(tree) = parse(text) else { return found };
    let mut pending = vec![tree.root_node()];
    while let Some(block) = pending.pop() {
        for node in named(block) {
            match node.kind() {
                "if_statement" if is_guard(text, node) => {}
                "if_statement" | "try_statement" | "block" | "else_clause" | "elif_clause"
                | "except_clause" | "finally_clause" => pending.push(node),
                "expression_statement" if acts(node) => found.push(effect(text, node)),
                "for_statement" | "while_statement" | "with_statement" | "delete_statement"
                | "raise_statement" => found.push(effect(text, node)),
                _ => {}
            }
        }
    }
    found.sort_by_key(|effect| effect.line);
    found
}

/// The effects that the old module has not.
pub fn new_effects(old: &str, new: &str) -> Vec<Effect> {
    let mut known: Vec<String> = effects(old).into_iter().map(|effect| effect.text).collect();
    let is_new = |effect: &Effect| match known.iter().position(|text| *text == effect.text) {
        Some(place) => {
            known.swap_remove(place);
            false
        }
        None => true,
    };
    effects(new).into_iter().filter(is_new).collect()
}

fn effect(text: &str, node: Node<'_>) -> Effect {
    let shown = one_line(text_of(text, node)).chars().take(MAX_SHOWN).collect();
    Effect { line: line_of(node), text: shown }
}

fn is_guard(text: &str, node: Node<'_>) -> bool {
    let condition = node.child_by_field_name("condition").map_or("", |it| text_of(text, it));
    condition.contains("__name__") || condition.ends_with("TYPE_CHECKING")
}

fn acts(statement: Node<'_>) -> bool {
    statement.named_child(0).is_some_and(|node| matches!(node.kind(), "call" | "await"))
}
