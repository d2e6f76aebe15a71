//! Types of variables, guessed from annotations and plain assignments.
//!
//! A trace knows better where there is one; this is for functions that no test has reached.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::tree::{Spot, named, text_of};

/// Types of the variables of a function from annotations and plain assignments; a guess where no trace knows better.
pub(super) fn infer(
    text: &str,
    root: Node<'_>,
    spots: &[Spot<'_>],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    let parameters = root.child_by_field_name("parameters").map(named).unwrap_or_default();
    for parameter in parameters {
        let Some(hint) = parameter.child_by_field_name("type") else { continue };
        let name = named(parameter).into_iter().find(|child| child.kind() == "identifier");
        if let (Some(name), Some(word)) = (name, annotated(text_of(text, hint))) {
            found.entry(text_of(text, name).to_owned()).or_default().insert(word.to_owned());
        }
    }
    for spot in spots {
        let Some((name, word)) = assigned(text, spot) else { continue };
        match word {
            Some(word) => {
                found.entry(name.to_owned()).or_default().insert(word.to_owned());
            }
            None => {
                unknown.insert(name);
            }
        }
    }
    found.retain(|name, _| !unknown.contains(name.as_str()));
    found
}

fn assigned<'s>(text: &'s str, spot: &Spot<'_>) -> Option<(&'s str, Option<&'static str>)> {
    let (left, right) =
        (spot.node.child_by_field_name("left")?, spot.node.child_by_field_name("right")?);
    if left.kind() != "identifier" {
        return None;
    }
    let word = match spot.node.kind() {
        "assignment" => value(text, right),
        "for_statement" | "for_in_clause" => element(text, right),
        _ => return None,
    };
    Some((text_of(text, left), word))
}

fn value(text: &str, node: Node<'_>) -> Option<&'static str> {
    Some(match node.kind() {
        "integer" => "int",
        "float" => "float",
        "true" | "false" | "comparison_operator" | "not_operator" => "bool",
        "string" => "str",
        "list" | "list_comprehension" => "list",
        "dictionary" | "dictionary_comprehension" => "dict",
        "set" | "set_comprehension" => "set",
        "tuple" => "tuple",
        "none" => "NoneType",
        "call" => return called(text_of(text, node.child_by_field_name("function")?)),
        "binary_operator" => {
            let operator = text_of(text, node.child_by_field_name("operator")?);
            let left = value(text, node.child_by_field_name("left")?);
            let right = value(text, node.child_by_field_name("right")?);
            match operator {
                "-" | "/" | "//" | "**" => "int",
                _ if left == right => return left,
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn element(text: &str, node: Node<'_>) -> Option<&'static str> {
    let function = node.child_by_field_name("function")?;
    (text_of(text, function) == "range").then_some("int")
}

fn called(function: &str) -> Option<&'static str> {
    Some(match function {
        "len" | "int" | "ord" | "round" => "int",
        "float" => "float",
        "str" | "chr" | "bin" | "hex" => "str",
        "list" | "sorted" => "list",
        "set" => "set",
        "dict" | "defaultdict" | "Counter" | "collections.Counter" => "dict",
        "deque" | "Queue" => "deque",
        "tuple" => "tuple",
        _ => return None,
    })
}

fn annotated(hint: &str) -> Option<&'static str> {
    let word = hint.split(['[', ' ']).next().unwrap_or(hint);
    Some(match word.rsplit('.').next().unwrap_or(word) {
        "int" => "int",
        "float" => "float",
        "bool" => "bool",
        "str" => "str",
        "list" | "List" | "Sequence" => "list",
        "dict" | "Dict" | "Mapping" => "dict",
        "set" | "Set" => "set",
        "tuple" | "Tuple" => "tuple",
        _ => return None,
    })
}
