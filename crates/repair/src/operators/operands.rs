//! Operands added to values: `x` as `x + y`.
//!
//! Numbers, texts and sequences get operands of their own kind, one before and one behind.

use crate::drafts::Drafts;
use crate::scope::{INDEXED, NUMBER, SEQUENCE, Scope, is_read};
use crate::tree::Spot;

/// `x` as `x + y`.
pub(super) fn operand(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let is_name = scope.names.contains(&text);
    if (is_name && !scope.may_be(text, NUMBER)) || text.contains('\n') {
        return sum(spot, scope, drafts);
    }
    let is_compound = spot.node.kind() == "binary_operator";
    if is_compound && text.contains('[') {
        sequences(spot, scope, drafts);
    }
    let own = if is_compound { format!("({text})") } else { text.to_owned() };
    let is_whole =
        matches!(spot.parent.kind(), "return_statement" | "assignment" | "augmented_assignment");
    let factor = if is_whole { 1.0 } else { 0.6 };
    let is_operand =
        matches!(spot.parent.kind(), "binary_operator" | "unary_operator" | "not_operator");
    for (all, usual) in calculations(&own, spot.node.kind() == "integer", scope) {
        let all = if is_operand { format!("({all})") } else { all };
        drafts.likely("operand", factor * usual, spot.node, all);
    }
}

/// Lists calculations with a value, and how usual it is.
fn calculations(own: &str, is_number: bool, scope: &Scope<'_>) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = Vec::new();
    let mut with = |factor: f64, right: &str, signs: &[(&str, f64)]| {
        found.extend(
            signs.iter().map(|(sign, usual)| (format!("{own} {sign} {right}"), factor * usual)),
        );
        if !is_number && scope.names.contains(&right) {
            found.extend(
                REVERSED
                    .iter()
                    .map(|(sign, usual)| (format!("{right} {sign} {own}"), factor * usual)),
            );
        }
    };
    for other in scope.names.iter().filter(|other| scope.may_be(other, NUMBER)) {
        with(if scope.surely(other, NUMBER) { 1.0 } else { 0.5 }, other, WITH_NAMES);
    }
    if is_number {
        return found;
    }
    for number in &scope.numbers {
        with(1.0, number, WITH_NUMBERS);
    }
    for (sign, number) in
        [("*", "3"), ("*", "4"), ("*", "5"), ("%", "10"), ("//", "10"), ("%", "100")]
    {
        with(0.3, number, &[(sign, 1.0)]);
    }
    let crossed = scope.crossed.iter().map(String::as_str);
    let elements = scope.donors.iter().copied().filter(|donor| is_call_or_element(donor));
    for donor in elements.chain(crossed).filter(|donor| *donor != own) {
        with(0.4, donor, &[("+", 1.0), ("-", 1.0), ("*", 1.0)]);
    }
    found
}

const WITH_NAMES: &[(&str, f64)] =
    &[("+", 1.0), ("-", 1.0), ("*", 1.0), ("%", 0.7), ("//", 0.4), ("/", 0.4)];
const WITH_NUMBERS: &[(&str, f64)] = &[("+", 0.5), ("-", 0.5), ("*", 0.7), ("%", 0.7), ("//", 0.5)];
const REVERSED: &[(&str, f64)] = &[("-", 0.4), ("%", 0.6), ("//", 0.2)];

pub(super) fn is_call_or_element(donor: &str) -> bool {
    donor.ends_with([')', ']']) && !donor.contains(" == ")
}

/// Texts and sequences with another one, or one element more, before or behind them.
fn sum(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let is_operand = matches!(spot.parent.kind(), "binary_operator");
    let mut with = |factor: f64, other: &str| {
        for all in [format!("{text} + {other}"), format!("{other} + {text}")] {
            let all = if is_operand { format!("({all})") } else { all };
            drafts.likely("operand", factor, spot.node, all);
        }
    };
    for other in &scope.names {
        if scope.alike(text, other) && scope.surely(other, INDEXED) {
            with(0.5, other);
        }
        if *other != text && scope.surely(text, SEQUENCE) {
            with(0.3, &format!("[{other}]"));
        }
    }
}

/// A sum or a multiple of sequences with a rest of another one, or with a first or last element more.
fn sequences(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let mut with = |factor: f64, all: String| drafts.likely("operand", factor, spot.node, all);
    if text.starts_with('[') {
        for number in ["0", "1"] {
            with(0.6, format!("[{number}] + {text}"));
            with(0.3, format!("{text} + [{number}]"));
        }
    }
    for many in scope.names.iter().filter(|name| scope.surely(name, INDEXED)) {
        for place in scope.names.iter().filter(|name| scope.surely(name, NUMBER)) {
            let rest = format!("{many}[{place}:]");
            if text.contains(" + ") && !text.contains(&rest) {
                with(0.5, format!("{text} + {rest}"));
            }
        }
    }
}

/// Tells whether a node is an expression whose value is used.
pub(super) fn is_value(spot: &Spot<'_>) -> bool {
    let is_sort = match spot.node.kind() {
        "identifier" => is_read(spot),
        "call"
        | "subscript"
        | "integer"
        | "attribute"
        | "binary_operator"
        | "parenthesized_expression" => true,
        _ => false,
    };
    is_sort && is_place(spot)
}

/// Tells whether the value of what stands at a spot is used.
pub(super) fn is_place(spot: &Spot<'_>) -> bool {
    match spot.parent.kind() {
        "argument_list"
        | "return_statement"
        | "binary_operator"
        | "comparison_operator"
        | "list"
        | "tuple"
        | "expression_list"
        | "parenthesized_expression"
        | "boolean_operator"
        | "not_operator"
        | "list_comprehension"
        | "generator_expression"
        | "conditional_expression"
        | "set_comprehension"
        | "unary_operator"
        | "if_clause" => true,
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            spot.field == "right"
        }
        "subscript" => spot.field == "subscript",
        "pair" | "keyword_argument" => spot.field == "value",
        "lambda" => spot.field == "body",
        _ => spot.field == "condition",
    }
}
