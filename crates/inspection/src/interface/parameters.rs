//! Reads the parameters of a function.
//!
//! The grammar has a node for each form of a parameter; `/` and `*` change how the ones before and behind them are reached.

use tree_sitter::Node;

use crate::interface::offer::{Parameter, Way};
use crate::tree::{field, named, one_line, text_of};

/// Reads a list of parameters.
pub(super) fn parameters(text: &str, list: Node<'_>) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    let mut way = Way::Both;
    for node in named(list) {
        match node.kind() {
            "positional_separator" => {
                for before in &mut found {
                    before.way = Way::Place;
                }
            }
            "keyword_separator" => way = Way::Name,
            _ => {
                let Some(parameter) = parameter(text, node, way) else { continue };
                if parameter.way == Way::Places {
                    way = Way::Name;
                }
                found.push(parameter);
            }
        }
    }
    found
}

fn parameter(text: &str, node: Node<'_>, way: Way) -> Option<Parameter> {
    let written = |node: Node<'_>| one_line(text_of(text, node));
    let (name, annotation, default) = match node.kind() {
        "identifier" | "list_splat_pattern" | "dictionary_splat_pattern" => {
            (written(node), None, None)
        }
        "typed_parameter" => {
            let name = node.named_child(0).map(written)?;
            (name, field(text, node, "type"), None)
        }
        "default_parameter" | "typed_default_parameter" => {
            (field(text, node, "name")?, field(text, node, "type"), field(text, node, "value"))
        }
        _ => return None,
    };
    let way = match name.chars().take_while(|symbol| *symbol == '*').count() {
        0 => way,
        1 => Way::Places,
        _ => Way::Names,
    };
    let name = name.trim_start_matches('*').to_owned();
    Some(Parameter { name, way, default, annotation })
}
