//! Sums, products, divisions, and what accumulates in them.
//!
//! Operands and operators are exchanged, left out and regrouped; chains are bounded, because their edits grow with the square.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::{NUMBER, Scope};
use crate::tree::Spot;

/// Longest chain of operands that is looked at.
const MAX_CHAIN: usize = 12;

/// Most numbers between which something lies.
const MAX_NUMBERS: usize = 6;

/// Edits of calculations.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "binary_operator" => binary(spot, scope, drafts),
        "unary_operator" => {
            if let Some(argument) = spot.node.child_by_field_name("argument") {
                drafts.replace("drop_operand", spot.node, scope.text_of(argument));
            }
        }
        "augmented_assignment" => augmented(spot.node, scope, drafts),
        "assignment" => assignment(spot.node, scope, drafts),
        _ => {}
    }
}

/// Left operand, operator, right operand.
pub(super) fn parts(node: Node<'_>) -> Option<(Node<'_>, Node<'_>, Node<'_>)> {
    let field = |name| node.child_by_field_name(name);
    Some((field("left")?, field("operator")?, field("right")?))
}

fn binary(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((left, operator, right)) = parts(spot.node) else { return };
    let sign = scope.text_of(operator);
    for (text, factor) in related(sign) {
        drafts.likely("arithmetic", *factor, operator, *text);
    }
    drafts.replace("drop_operand", spot.node, scope.text_of(left));
    drafts.replace("drop_operand", spot.node, scope.text_of(right));
    let is_symmetric = matches!(sign, "*" | "&" | "|") || (sign == "+" && is_number(left, right));
    drafts.swap("swap_operands", scope.text, (left, right));
    if is_symmetric {
        drafts.found.pop();
    }
    otherwise(spot.node, (left, sign, right), scope, drafts);
    regroup(spot.node, scope, drafts);
    if spot.parent.kind() != "binary_operator" {
        chain(spot.node, drafts);
        ends(spot.node, scope, drafts);
    }
}

/// The last element for the last index, a quotient rounded up, and what stays at the end where it began again.
fn otherwise(
    node: Node<'_>,
    (left, sign, right): (Node<'_>, &str, Node<'_>),
    scope: &Scope<'_>,
    drafts: &mut Drafts,
) {
    let (value, other) = (scope.text_of(left), scope.text_of(right));
    let mut put = |operator, factor, text| drafts.likely(operator, factor, node, text);
    match (sign, other) {
        ("-", "1") => {
            let many = counted(left, scope).into_iter();
            many.for_each(|many| put("element", 1.0, format!("{many}[-1]")));
        }
        ("+", "1") => {
            let divided = divided(left, scope).into_iter();
            divided.for_each(|(value, by)| put("arithmetic", 0.3, format!("-(-{value} // {by})")));
        }
        ("//", _) => put("arithmetic", 0.3, format!("-(-{value} // {other})")),
        ("%", _) => put("bound", 0.1, format!("min({value}, {other} - 1)")),
        _ => {}
    }
}

/// Gives the dividend and the divisor.
fn divided<'t>(node: Node<'_>, scope: &Scope<'t>) -> Option<(&'t str, &'t str)> {
    let (value, operator, divisor) = parts(node)?;
    let is_whole = scope.text_of(operator) == "//";
    is_whole.then(|| (scope.text_of(value), scope.text_of(divisor)))
}

/// Gives the argument of a call of `len`.
fn counted<'t>(call: Node<'_>, scope: &Scope<'t>) -> Option<&'t str> {
    let counted = scope.text_of(call).strip_prefix("len(")?.strip_suffix(')')?;
    (call.kind() == "call" && !counted.contains(',')).then_some(counted)
}

fn is_number(left: Node<'_>, right: Node<'_>) -> bool {
    [left, right].iter().any(|side| matches!(side.kind(), "integer" | "float"))
}

fn related(sign: &str) -> &'static [(&'static str, f64)] {
    match sign {
        "+" => &[("-", 1.5), ("*", 0.8), ("//", 0.3), ("%", 0.3), ("/", 0.3), ("**", 0.2)],
        "-" => &[("+", 1.5), ("%", 0.7), ("*", 0.5), ("//", 0.3), ("/", 0.3)],
        "*" => &[("+", 1.0), ("**", 0.8), ("/", 0.7), ("//", 0.7), ("-", 0.3), ("%", 0.3)],
        "/" => &[("//", 2.0), ("*", 0.8), ("%", 0.7), ("-", 0.3), ("+", 0.2)],
        "//" => &[("/", 1.2), ("%", 1.2), ("*", 0.7), ("-", 0.3)],
        "%" => &[("//", 1.5), ("/", 0.8), ("-", 0.4), ("*", 0.3)],
        "**" => &[("*", 1.5), ("//", 0.2)],
        "&" => &[("|", 1.5), ("^", 1.0)],
        "|" => &[("&", 1.5), ("^", 1.0)],
        "^" => &[("&", 1.5), ("|", 1.0)],
        "<<" => &[(">>", 1.5)],
        ">>" => &[("<<", 1.5)],
        _ => &[],
    }
}

/// `a - b // c` as `a // c - b` and `(a - b) // c`, and the same from the left.
fn regroup(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((left, operator, right)) = parts(node) else { return };
    let text = |node| scope.text_of(node);
    if let Some((middle, inner, last)) = inside(right).and_then(parts) {
        let (first, sign) = (text(left), text(operator));
        let (middle, inner, last) = (text(middle), text(inner), text(last));
        drafts.replace("regroup", node, format!("{first} {inner} {last} {sign} {middle}"));
        drafts.replace("regroup", node, format!("({first} {sign} {middle}) {inner} {last}"));
        drafts.likely("regroup", 0.7, node, format!("{first} {sign} {middle} {inner} {last}"));
    }
    if let Some((first, inner, middle)) = inside(left).and_then(parts) {
        let (first, inner, middle) = (text(first), text(inner), text(middle));
        let (sign, last) = (text(operator), text(right));
        drafts.replace("regroup", node, format!("{first} {inner} ({middle} {sign} {last})"));
        drafts.likely("regroup", 0.7, node, format!("{first} {inner} {middle} {sign} {last}"));
        drafts.likely("regroup", 0.7, node, format!("{first} {sign} {last} {inner} {middle}"));
    }
}

/// A calculation, also one in parentheses.
fn inside(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "binary_operator" => Some(node),
        "parenthesized_expression" => {
            node.named_child(0).filter(|child| child.kind() == "binary_operator")
        }
        _ => None,
    }
}

/// Runs of operands left out of a chain: `x + y + y + x` as `x + y`.
fn chain(node: Node<'_>, drafts: &mut Drafts) {
    let mut ends = Vec::new();
    let mut at = node;
    while let Some((left, _, _)) = parts(at).filter(|_| at.kind() == "binary_operator") {
        ends.push(at.end_byte());
        at = left;
        if ends.len() > MAX_CHAIN {
            return;
        }
    }
    ends.push(at.end_byte());
    ends.reverse();
    for (first, start) in ends.iter().enumerate() {
        for (run, end) in ends.iter().skip(first + 1).enumerate() {
            let factor = if run == 0 { 0.5 } else { 1.0 };
            drafts.many("drop_chain", factor, vec![(*start, *end, String::new())]);
        }
    }
}

/// A value that is no larger than what lies between two numbers.
fn within_difference(value: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(value);
    let numbers = scope.names.iter().filter(|name| scope.surely(name, NUMBER)).take(MAX_NUMBERS);
    for one in numbers.clone() {
        for other in numbers.clone().filter(|other| *other != one) {
            drafts.likely("bound", 0.05, value, format!("min({one} - {other}, {text})"));
        }
    }
}

/// The first and the last operand of a chain of sums in each other's place.
fn ends(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((mut left, _, last)) = parts(node) else { return };
    let mut count = 2;
    while let Some((inner, operator, _)) = parts(left).filter(|_| left.kind() == "binary_operator")
    {
        if scope.text_of(operator) != "+" {
            return;
        }
        left = inner;
        count += 1;
    }
    if count > 2 {
        drafts.swap("swap_operands", scope.text, (left, last));
    }
}

fn augmented(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((left, operator, right)) = parts(node) else { return };
    let sign = scope.text_of(operator).trim_end_matches('=');
    for (text, factor) in related(sign) {
        drafts.likely("augmented", *factor, operator, format!("{text}="));
    }
    drafts.replace("accumulate", operator, "=");
    let (target, value) = (scope.text_of(left), scope.text_of(right));
    if matches!(sign, "+" | "-") {
        drafts.replace("accumulate", node, format!("{target} = {value} {sign} {target}"));
    }
    if inside(right).is_some() {
        drafts.replace("accumulate", node, format!("{target} = ({target} {sign} {value})"));
    }
}

fn assignment(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| node.child_by_field_name(name);
    let (Some(left), Some(right)) = (field("left"), field("right")) else { return };
    let (target, value) = (scope.text_of(left), scope.text_of(right));
    let is_seen = scope.text.get(..node.start_byte()).unwrap_or("").contains(target);
    if !matches!(left.kind(), "identifier" | "subscript" | "attribute")
        || !is_seen
        || right.kind() == "assignment"
    {
        return;
    }
    let is_constant = matches!(right.kind(), "list" | "dictionary" | "none" | "true" | "false");
    for (sign, factor) in [("+", 1.0), ("-", 0.5), ("*", 0.4), ("//", 0.1), ("%", 0.1)] {
        if !is_constant {
            drafts.likely("accumulate", factor, node, format!("{target} {sign}= {value}"));
        }
    }
    if ["int(", "ord("].iter().any(|call| value.starts_with(call)) {
        for base in ["10", "2"] {
            drafts.likely("accumulate", 0.5, right, format!("{target} * {base} + {value}"));
        }
    }
    if matches!(right.kind(), "subscript" | "call") {
        within_difference(right, scope, drafts);
    }
    for call in ["max", "min"].iter().filter(|_| !is_constant) {
        drafts.likely("bound", 3.0, right, format!("{call}({target}, {value})"));
    }
}
