//! Tests whether a text is a plain value and can run no code.
//!
//! Values from docstrings, traces and tests are put into generated tests. Anything but a literal, or a known call of literals, is
//! refused there, because it would run outside what its author wrote.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::tree::{errors, named, parse, text_of};

/// Deepest nesting of a value.
const MAX_DEPTH: usize = 20;
/// Builtins that only look at a value.
const LOOKING: &[&str] =
    &["list", "tuple", "set", "sorted", "len", "round", "str", "sum", "dict", "max", "min", "next"];

/// Tells whether a text is one literal and nothing more: no name, no call, no operator but a sign.
pub fn is_literal(text: &str) -> bool {
    alone(text, |node| literal(node, 0).then_some(())).is_some()
}

/// The function that a text calls, where all arguments are literals and it is nothing but that call.
pub fn literal_call(text: &str) -> Option<String> {
    alone(text, |node| {
        let function = node.child_by_field_name("function")?;
        let arguments = node.child_by_field_name("arguments")?;
        let is_plain = node.kind() == "call"
            && function.kind() == "identifier"
            && arguments.kind() == "argument_list"
            && named(arguments).into_iter().all(argument);
        is_plain.then(|| text_of(text, function).to_owned())
    })
}

/// The functions that a text calls, where it is a call of known functions with literals, perhaps inside of builtins that
/// only look at a value; `None` where it is anything else.
pub(super) fn plain_call(text: &str, known: &[&str]) -> Option<BTreeSet<String>> {
    let mut called = BTreeSet::new();
    alone(text, |node| calls((text, known), node, &mut called, 0).then_some(()))?;
    (!called.is_empty()).then_some(called)
}

fn calls(
    (text, known): (&str, &[&str]),
    node: Node<'_>,
    called: &mut BTreeSet<String>,
    depth: usize,
) -> bool {
    if node.kind() != "call" {
        return literal(node, depth);
    }
    let parts = (node.child_by_field_name("function"), node.child_by_field_name("arguments"));
    let (Some(function), Some(arguments)) = parts else { return false };
    let name = text_of(text, function);
    let is_known = known.contains(&name);
    if is_known {
        called.insert(name.to_owned());
    }
    let is_plain = function.kind() == "identifier" && arguments.kind() == "argument_list";
    let each = named(arguments).into_iter().map(|argument| match argument.kind() {
        "keyword_argument" => argument.child_by_field_name("value"),
        _ => Some(argument),
    });
    let mut plain =
        each.map(|value| value.is_some_and(|value| calls((text, known), value, called, depth + 1)));
    (is_known || LOOKING.contains(&name)) && is_plain && depth < MAX_DEPTH && plain.all(|is| is)
}

fn argument(node: Node<'_>) -> bool {
    match node.kind() {
        "keyword_argument" => {
            node.child_by_field_name("value").is_some_and(|value| literal(value, 0))
        }
        _ => literal(node, 0),
    }
}

/// Reads the only expression of a one-line text.
fn alone<T>(text: &str, read: impl FnOnce(Node<'_>) -> Option<T>) -> Option<T> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let tree = parse(text)?;
    let root = tree.root_node();
    let [statement] = named(root)[..] else { return None };
    let is_whole = statement.kind() == "expression_statement"
        && statement.byte_range() == (0..text.len())
        && errors(text, root) == 0;
    let [expression] = named(statement)[..] else { return None };
    let is_whole = is_whole && expression.byte_range() == (0..text.len());
    if is_whole { read(expression) } else { None }
}

fn literal(node: Node<'_>, depth: usize) -> bool {
    let inside = |node: Node<'_>| named(node).into_iter().all(|child| literal(child, depth + 1));
    if depth > MAX_DEPTH {
        return false;
    }
    match node.kind() {
        "integer" | "float" | "true" | "false" | "none" => true,
        // An interpolation would run code.
        "string" => named(node).iter().all(|part| part.kind() != "interpolation"),
        "unary_operator" => {
            let argument = node.child_by_field_name("argument");
            argument.is_some_and(|argument| matches!(argument.kind(), "integer" | "float"))
        }
        "list" | "tuple" | "set" | "dictionary" | "pair" => inside(node),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_values_are_literals() {
        let values = ["3", "-2.5", "'a'", "[1, {'x': (True, None)}]", "{1, 2}", "b'x'", "[]"];
        let others = [
            "nan",
            "f()",
            "f'{x}'",
            "1; import os",
            "<Node>",
            "1 + 1",
            "",
            "a\nb",
            "[*x]",
            "~1 or 2",
        ];

        assert_eq!(values.map(is_literal), [true; 7]);
        assert_eq!(others.map(is_literal), [false; 10]);
    }

    #[test]
    fn only_a_call_with_plain_values_is_one() {
        let call = |text: &str| literal_call(text);

        assert_eq!(call("f([3, 3], n=-1)"), Some("f".to_owned()));
        assert_eq!(call("f()"), Some("f".to_owned()));
        let others = ["f(g())", "a.f(1)", "f(1) or g()", "f(*x)", "f(1); g(1)", "f", "f(1) # x"];
        assert_eq!(others.map(call), [const { None }; 7]);
    }
}
