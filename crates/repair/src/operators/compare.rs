//! Comparisons, joined conditions and negations edited.
//!
//! Boundaries are the most common small fault, so an operator's neighbour (`<` and `<=`) comes before anything else.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::{MANY, NUMBER, Scope};
use crate::tree::{Spot, named};

/// Most variables, and most elements, that a comparison is bounded by.
const MAX_BOUNDS: usize = 6;

/// Edits of comparisons, joined conditions and negations.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "comparison_operator" => comparison(spot.node, scope, drafts),
        "boolean_operator" => joined(spot.node, scope, drafts),
        "not_operator" => {
            if let Some(argument) = spot.node.child_by_field_name("argument") {
                drafts.replace("drop_not", spot.node, scope.text_of(argument));
            }
        }
        "if_clause" => filter(spot.node, scope, drafts),
        _ => {}
    }
    if is_condition(spot) {
        condition(spot.node, scope, drafts);
    }
}

/// Tells whether a node decides what happens next.
pub(super) fn is_condition(spot: &Spot<'_>) -> bool {
    let is_ternary = spot.parent.kind() == "conditional_expression"
        && named(spot.parent).get(1).is_some_and(|node| *node == spot.node);
    spot.field == "condition"
        || is_ternary
        || (spot.parent.kind() == "if_clause" && spot.node.is_named())
}

fn comparison(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let mut cursor = node.walk();
    let operators: Vec<Node<'_>> = node.children_by_field_name("operators", &mut cursor).collect();
    let operands = named(node);
    // Texts and what holds others are asked for being the same, and rarely for being larger.
    let is_text = |operand: &Node<'_>| {
        operand.kind() == "string" || scope.surely(scope.text_of(*operand), MANY)
    };
    let is_unordered = operands.iter().any(is_text);
    for operator in &operators {
        let own = scope.text_of(*operator);
        for (text, factor) in related(own) {
            let is_strange =
                is_unordered && matches!(own, "==" | "!=") && text.starts_with(['<', '>']);
            drafts.likely(
                "compare",
                if is_strange { factor * 0.2 } else { *factor },
                *operator,
                *text,
            );
        }
    }
    if let [first, second, third] = operands[..] {
        unbounded(node, [first, second, third], scope, drafts);
    }
    let [left, right] = operands[..] else { return };
    if let Some(sign) = operators.first().filter(|_| !is_unordered) {
        bounded((left, right), scope.text_of(*sign), scope, drafts);
    }
    drafts.swap("swap_operands", scope.text, (left, right));
    for (operator, text) in [("plus_one", " + 1"), ("plus_one", " - 1")] {
        for side in [left, right] {
            if !matches!(side.kind(), "integer" | "string" | "none" | "list" | "tuple") {
                drafts.likely(operator, 0.8, side, format!("{}{text}", scope.text_of(side)));
            }
        }
    }
    for call in ["set", "sorted", "len", "abs"] {
        let (one, other) = (scope.text_of(left), scope.text_of(right));
        let is_plain = !matches!(left.kind(), "integer") && !matches!(right.kind(), "integer");
        if is_plain {
            let stretches = vec![
                (left.start_byte(), left.end_byte(), format!("{call}({one})")),
                (right.start_byte(), right.end_byte(), format!("{call}({other})")),
            ];
            drafts.many("wrap", 1.5, stretches);
        }
    }
}

/// `a < x < y` without one of its bounds.
fn unbounded(node: Node<'_>, operands: [Node<'_>; 3], scope: &Scope<'_>, drafts: &mut Drafts) {
    for pair in operands.windows(2) {
        let [from, to] = pair else { continue };
        let kept = scope.text.get(from.start_byte()..to.end_byte()).unwrap_or("");
        drafts.likely("drop_condition", 0.5, node, kept);
    }
}

/// `x < y` with a bound on the other side too.
fn bounded(
    (left, right): (Node<'_>, Node<'_>),
    sign: &str,
    scope: &Scope<'_>,
    drafts: &mut Drafts,
) {
    let names = scope.names.iter().filter(|name| scope.may_be(name, NUMBER)).take(MAX_BOUNDS);
    let elements = scope.donors.iter().filter(|donor| donor.ends_with(']')).take(MAX_BOUNDS);
    let bounds = scope.numbers.iter().copied().chain(names.copied()).chain(elements.copied());
    let own = [left, right].map(|side| scope.text_of(side));
    let bounds = bounds.filter(|bound| *bound != "0" && !own.contains(bound)).map(|it| (it, 0.5));
    for (bound, factor) in [("0", 3.0)].into_iter().chain(bounds) {
        match sign {
            "<" | "<=" => {
                drafts.insert("bounded", factor, left.start_byte(), format!("{bound} <= "));
                drafts.insert("bounded", factor * 0.5, left.start_byte(), format!("{bound} < "));
            }
            ">" | ">=" => {
                drafts.insert("bounded", factor, right.end_byte(), format!(" >= {bound}"));
                drafts.insert("bounded", factor * 0.5, right.end_byte(), format!(" > {bound}"));
            }
            _ => {}
        }
    }
}

fn related(operator: &str) -> &'static [(&'static str, f64)] {
    match operator {
        "<" => &[("<=", 1.5), (">", 1.5), (">=", 0.8), ("==", 0.4), ("!=", 0.5)],
        "<=" => &[("<", 1.5), (">=", 1.2), (">", 1.0), ("==", 0.4), ("!=", 0.3)],
        ">" => &[(">=", 1.5), ("<", 1.5), ("<=", 0.8), ("==", 0.4), ("!=", 0.5)],
        ">=" => &[(">", 1.5), ("<=", 1.2), ("<", 1.0), ("==", 0.4), ("!=", 0.3)],
        "==" => &[("!=", 2.0), ("<=", 0.6), (">=", 0.6), ("<", 0.5), (">", 0.5), ("in", 0.2)],
        "!=" => &[("==", 2.0), ("<", 0.6), (">", 0.6), ("<=", 0.3), (">=", 0.3)],
        "in" => &[("not in", 2.0), ("==", 0.3)],
        "not in" => &[("in", 2.0), ("!=", 0.3)],
        "is" => &[("is not", 2.0), ("==", 1.0)],
        "is not" => &[("is", 2.0), ("!=", 1.0)],
        "<>" => &[("!=", 2.0)],
        _ => &[],
    }
}

fn joined(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| node.child_by_field_name(name);
    let (Some(left), Some(operator), Some(right)) =
        (field("left"), field("operator"), field("right"))
    else {
        return;
    };
    let other = if scope.text_of(operator) == "and" { "or" } else { "and" };
    drafts.replace("bool_op", operator, other);
    drafts.replace("drop_operand", node, scope.text_of(left));
    drafts.replace("drop_operand", node, scope.text_of(right));
    drafts.swap("swap_operands", scope.text, (left, right));
    for side in [left, right] {
        if !matches!(side.kind(), "comparison_operator" | "not_operator") {
            drafts.likely("negate", 0.5, side, negated(side, scope));
        }
    }
}

fn negated(node: Node<'_>, scope: &Scope<'_>) -> String {
    let text = scope.text_of(node);
    match node.kind() {
        "identifier" | "call" | "attribute" | "subscript" => format!("not {text}"),
        _ => format!("not ({text})"),
    }
}

fn condition(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if node.kind() == "not_operator" {
        return;
    }
    let factor = if node.kind() == "comparison_operator" { 0.3 } else { 1.0 };
    drafts.likely("negate", factor, node, negated(node, scope));
    drafts.likely("drop_condition", 0.3, node, "True");
    drafts.likely("drop_condition", 0.15, node, "False");
}

fn filter(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let before = scope.text.get(..node.start_byte()).unwrap_or("");
    let start = before.trim_end().len();
    drafts.many("drop_condition", 1.0, vec![(start, node.end_byte(), String::new())]);
}
