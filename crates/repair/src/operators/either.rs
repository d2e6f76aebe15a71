//! Values that hold in one case only: `a` as `a if c else b`.
//!
//! The conditions come from `conditions.rs` and are bounded, since each value is combined with each of them.

use tree_sitter::Node;

use super::conditions::Condition;
use super::operands::is_value;
use crate::drafts::Drafts;
use crate::scope::{INDEXED, NUMBER, Scope};
use crate::tree::{Spot, words_of};

/// Most conditions under which a value may hold.
const MAX_CONDITIONS: usize = 60;
/// Longest value, in bytes.
const MAX_BYTES: usize = 60;

/// A value under a condition, with the plain one in every other case.
pub(super) fn draft(
    spot: &Spot<'_>,
    conditions: &[Condition],
    scope: &Scope<'_>,
    drafts: &mut Drafts,
) {
    if is_rest(spot.node, scope) && spot.parent.kind() != "binary_operator" {
        rests(spot.node, scope, drafts);
    }
    let text = scope.text_of(spot.node);
    let is_list = matches!(spot.node.kind(), "list_comprehension" | "list");
    if !is_whole(spot)
        || !(is_value(spot) || is_list)
        || text.len() > MAX_BYTES
        || text.contains('\n')
    {
        return;
    }
    let others: &[&str] = match spot.node.kind() {
        "integer" => &["0", "1", "2"],
        "list_comprehension" | "list" => &["[]"],
        "identifier" if scope.surely(text, NUMBER) => &["0", "1"],
        "identifier" if scope.surely(text, INDEXED) => &["\"\"", "[]"],
        _ => &["0", "\"\""],
    };
    for (test, factor) in conditions.iter().take(MAX_CONDITIONS) {
        for other in others.iter().filter(|other| **other != text) {
            drafts.likely("either", *factor, spot.node, format!("{text} if {test} else {other}"));
            if spot.node.kind() == "integer" {
                let turned = format!("{other} if {test} else {text}");
                drafts.likely("either", *factor, spot.node, turned);
            }
        }
    }
}

/// Tells whether a value is all that is assigned, added, passed or returned.
fn is_whole(spot: &Spot<'_>) -> bool {
    match spot.parent.kind() {
        "assignment" | "augmented_assignment" => spot.field == "right",
        "argument_list" | "return_statement" => true,
        _ => false,
    }
}

fn is_rest(node: Node<'_>, scope: &Scope<'_>) -> bool {
    let operator = node.child_by_field_name("operator");
    node.kind() == "binary_operator" && operator.is_some_and(|it| scope.text_of(it) == "+")
}

/// `a + b + c` as `a + (b + c if c else "")`, which says nothing of what is not there.
fn rests(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let mut at = node;
    while is_rest(at, scope) {
        let side = |name| at.child_by_field_name(name);
        let (Some(left), Some(right)) = (side("left"), side("right")) else { return };
        let rest = scope.text.get(right.start_byte()..node.end_byte()).unwrap_or("");
        if rest.len() > MAX_BYTES || rest.contains('\n') {
            return;
        }
        let mut tried: Vec<&str> = Vec::new();
        for name in words_of(rest).filter(|word| scope.names.contains(word)) {
            if !tried.contains(&name) {
                let all = format!("({rest} if {name} else \"\")");
                drafts.many("either", 4.0, vec![(right.start_byte(), node.end_byte(), all)]);
                tried.push(name);
            }
        }
        at = left;
    }
}
