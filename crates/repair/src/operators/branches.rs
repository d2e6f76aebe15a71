//! Branches and loops with other keywords, and with exchanged conditions or blocks.
//!
//! An `if` may have to be a loop and the reverse, and the two halves of a branch may stand in each other's place.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::{Spot, named};

/// Edits of branches and loops.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "if_statement" => branch(spot.node, scope, drafts),
        "while_statement" | "elif_clause" => keyword(spot.node, "if", drafts),
        "conditional_expression" => ternary(spot.node, scope, drafts),
        _ => {}
    }
}

/// The first word of a statement gives way to another one.
fn keyword(node: Node<'_>, word: &str, drafts: &mut Drafts) {
    if let Some(first) = node.child(0) {
        drafts.likely("loop", 0.5, first, word);
    }
}

fn branch(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let mut cursor = node.walk();
    let others: Vec<Node<'_>> = node.children_by_field_name("alternative", &mut cursor).collect();
    let then = node.child_by_field_name("consequence");
    let only = if let [other] = others[..] { other.child_by_field_name("body") } else { None };
    if let (Some(body), Some(then)) = (only, then) {
        drafts.swap("swap_branches", scope.text, (then, body));
    }
    if others.is_empty() {
        keyword(node, "while", drafts);
    }
    let second = others.first().and_then(|other| other.child_by_field_name("condition"));
    if let (Some(condition), Some(second)) = (node.child_by_field_name("condition"), second) {
        drafts.swap("swap_branches", scope.text, (condition, second));
    }
}

fn ternary(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let [then, _, other] = named(node)[..] else { return };
    drafts.swap("swap_branches", scope.text, (then, other));
    drafts.replace("drop_condition", node, scope.text_of(then));
    drafts.replace("drop_condition", node, scope.text_of(other));
}
