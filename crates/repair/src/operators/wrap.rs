//! Calls and signs put around a value, and bounds put on it.
//!
//! A table says what makes sense on which type and how usual it is, so that few of the many combinations are tried.

use super::calls::keys;
use crate::drafts::Drafts;
use crate::scope::{INDEXED, Kind, MANY, NUMBER, Scope, TEXT, is_read};
use crate::tree::Spot;

/// A wrapping of a value: text before it, after it, its operator, how likely, on what it makes sense.
type Wrapping = (&'static str, &'static str, &'static str, f64, &'static [Kind]);

const ANY: &[Kind] = &[];

/// Most variables that hold a value within bounds.
const MAX_HELD: usize = 4;

const WRAPPINGS: &[Wrapping] = &[
    ("abs(", ")", "wrap", 1.5, NUMBER),
    ("len(", ")", "wrap", 1.0, MANY),
    ("sorted(", ")", "wrap_sort", 1.0, MANY),
    ("sorted(", ", reverse=True)", "wrap_sort", 0.3, MANY),
    ("str(", ")", "wrap", 1.0, NUMBER),
    ("int(", ")", "wrap", 1.0, ANY),
    ("float(", ")", "wrap", 0.3, ANY),
    ("set(", ")", "wrap_set", 1.0, MANY),
    ("list(", ")", "wrap", 0.5, MANY),
    ("list(set(", "))", "wrap_set", 0.6, MANY),
    ("tuple(", ")", "wrap", 0.3, MANY),
    ("list(reversed(", "))", "wrap", 0.4, MANY),
    ("sum(", ")", "wrap", 0.6, MANY),
    ("max(", ")", "wrap", 0.4, MANY),
    ("min(", ")", "wrap", 0.4, MANY),
    ("round(", ")", "wrap", 0.5, NUMBER),
    ("bool(", ")", "wrap", 0.3, ANY),
    ("-", "", "wrap", 0.7, NUMBER),
    ("not ", "", "negate", 0.2, ANY),
    ("[", "]", "wrap", 0.4, ANY),
    ("", "[::-1]", "wrap", 1.0, MANY),
    ("", ".lower()", "wrap", 0.8, TEXT),
    ("", ".upper()", "wrap", 0.4, TEXT),
    ("", ".strip()", "wrap", 0.4, TEXT),
    ("", ".split()", "wrap", 0.3, TEXT),
    ("", ".copy()", "copy", 0.2, MANY),
    ("", ".encode()", "encode", 0.2, TEXT),
    ("", ".encode('ascii')", "encode", 0.1, TEXT),
    ("", " + 1", "plus_one", 1.0, NUMBER),
    ("", " - 1", "plus_one", 1.0, NUMBER),
    ("", " / 2", "scale", 1.0, NUMBER),
    ("", " // 2", "scale", 1.0, NUMBER),
    ("", " * 2", "scale", 1.0, NUMBER),
    ("", " ** 2", "scale", 0.7, NUMBER),
    ("", " % 2", "scale", 0.5, NUMBER),
    ("", " % 10", "scale", 0.5, NUMBER),
    ("math.sqrt(", ")", "scale", 0.2, NUMBER),
    ("chr(", ")", "wrap", 0.8, NUMBER),
    ("ord(", ")", "wrap", 0.8, TEXT),
];

/// Edits that put something around a value.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(usual) = usual(spot, scope) else { return };
    let text = scope.text_of(spot.node);
    if text.contains('\n') && text.len() > 400 {
        return;
    }
    let known = kinds(spot, scope);
    for (before, after, operator, factor, kinds) in WRAPPINGS {
        let fits =
            kinds.is_empty() || known.is_empty() || known.iter().any(|kind| kinds.contains(kind));
        let is_letter = matches!(*before, "chr(" | "ord(") && !scope.has_letters;
        if !fits || is_letter || (before.starts_with("math.") && !scope.has_math) {
            continue;
        }
        let certain = if known.is_empty() { 0.6 } else { 1.0 };
        let wrapped = surrounded(spot, text, (before, after));
        drafts.likely(operator, factor * usual * certain, spot.node, wrapped);
    }
    if spot.node.kind() == "binary_operator" {
        held(spot, scope, usual, drafts);
    }
    for (before, after, factor) in around(spot, scope) {
        let wrapped = surrounded(spot, text, (before, after));
        drafts.likely("wrap", factor * usual, spot.node, wrapped);
    }
    for function in &scope.members.forgotten {
        drafts.likely("wrap", 0.5 * usual, spot.node, format!("{function}({text})"));
    }
    if known.contains(&Kind::Sequence) {
        for key in keys(scope) {
            let wrapped = format!("sorted({text}, key={key})");
            drafts.likely("wrap_sort", 0.2 * usual, spot.node, wrapped);
        }
    }
}

/// A sum or a difference that stays within bounds.
fn held(spot: &Spot<'_>, scope: &Scope<'_>, usual: f64, drafts: &mut Drafts) {
    let sign = spot.node.child_by_field_name("operator").map(|sign| scope.text_of(sign));
    if !matches!(sign, Some("+" | "-")) {
        return;
    }
    let text = scope.text_of(spot.node);
    let mut put = |factor: f64, call: String| {
        drafts.likely("bound", factor * usual, spot.node, call);
    };
    for number in ["0", "1"] {
        put(0.2, format!("max({number}, {text})"));
    }
    for many in scope.names.iter().filter(|name| scope.surely(name, INDEXED)).take(MAX_HELD) {
        put(0.2, format!("min(len({many}), {text})"));
        put(0.1, format!("min(len({many}) - 1, {text})"));
    }
    for number in scope.names.iter().filter(|name| scope.surely(name, NUMBER)).take(MAX_HELD) {
        if !text.contains(number) {
            put(0.1, format!("min({number}, {text})"));
            put(0.1, format!("max({number}, {text})"));
        }
    }
}

/// Chooses wrappings by where the value stands: what several variables run over, what one is set to.
fn around(spot: &Spot<'_>, scope: &Scope<'_>) -> &'static [(&'static str, &'static str, f64)] {
    let left = spot.parent.child_by_field_name("left").map(|left| scope.text_of(left));
    match spot.parent.kind() {
        "for_statement" | "for_in_clause" if left.is_some_and(|left| left.contains(',')) => {
            &[("enumerate(", ")", 0.5), ("zip(", ")", 0.1), ("", ".items()", 0.3)]
        }
        "assignment" if scope.text_of(spot.node).contains(".split(") => {
            &[("[int(part) for part in ", "]", 1.0), ("[part.strip() for part in ", "]", 0.5)]
        }
        "assignment" => &[("[0] * ", "", 0.1), ("[False] * ", "", 0.05), ("[True] * ", "", 0.05)],
        _ => &[],
    }
}

/// Tells how usual it is that something lacks around a value; nothing where none can stand.
fn usual(spot: &Spot<'_>, scope: &Scope<'_>) -> Option<f64> {
    let parent = spot.parent.kind();
    let is_place = match parent {
        "argument_list"
        | "return_statement"
        | "binary_operator"
        | "comparison_operator"
        | "list_comprehension"
        | "generator_expression"
        | "conditional_expression"
        | "tuple"
        | "list"
        | "expression_list"
        | "interpolation"
        | "parenthesized_expression"
        | "boolean_operator" => true,
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            spot.field == "right"
        }
        "pair" | "keyword_argument" => spot.field == "value",
        "subscript" | "attribute" => spot.field != "attribute" && spot.field != "value",
        _ => false,
    };
    let usual = match spot.node.kind() {
        _ if !is_place => return None,
        "identifier" if is_read(spot) => {
            let name = scope.text_of(spot.node);
            if scope.names.contains(&name) { 1.0 } else { return None }
        }
        "call" | "subscript" | "list_comprehension" | "parenthesized_expression" => 0.8,
        "binary_operator" if parent != "binary_operator" => 1.0,
        "attribute" | "generator_expression" | "list" => 0.3,
        _ => return None,
    };
    let is_value = matches!(parent, "return_statement" | "assignment" | "argument_list");
    Some(if is_value { usual } else { usual * 0.7 })
}

fn kinds(spot: &Spot<'_>, scope: &Scope<'_>) -> Vec<Kind> {
    let text = scope.text_of(spot.node);
    match spot.node.kind() {
        "identifier" => [Kind::Number, Kind::Text, Kind::Sequence, Kind::Set, Kind::Mapping]
            .into_iter()
            .filter(|kind| scope.surely(text, &[*kind]))
            .collect(),
        "list_comprehension" | "list" => vec![Kind::Sequence],
        "call" => match text.split('(').next().unwrap_or("") {
            "len" | "int" | "sum" | "abs" | "round" | "ord" => vec![Kind::Number],
            "str" | "chr" | "bin" => vec![Kind::Text],
            "list" | "sorted" | "range" => vec![Kind::Sequence],
            "set" => vec![Kind::Set],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The text with its wrapping, in parentheses where it would fall apart.
fn surrounded(spot: &Spot<'_>, text: &str, (before, after): (&str, &str)) -> String {
    let is_sign = !after.starts_with(')') && !before.ends_with('(') && before != "[";
    let is_compound = matches!(
        spot.node.kind(),
        "binary_operator" | "boolean_operator" | "comparison_operator" | "conditional_expression"
    );
    let inner = if is_sign && is_compound { format!("({text})") } else { text.to_owned() };
    let inner = match spot.node.kind() {
        "generator_expression" => inner.trim_start_matches('(').trim_end_matches(')').to_owned(),
        _ => inner,
    };
    let all = format!("{before}{inner}{after}");
    let is_operand = matches!(spot.parent.kind(), "binary_operator" | "unary_operator");
    let falls_apart = is_operand && is_sign && !after.starts_with(['.', '[']);
    if falls_apart { format!("({all})") } else { all }
}
