//! Reads the interface of a module from its text.
//!
//! Definitions inside of `if`, `try` and `with` at the top count like those beside them, for one of them will be there. Names that a
//! package's `__init__` takes from its own modules are what it offers.

use std::collections::BTreeSet;

use tree_sitter::Node;

use crate::interface::class::class;
use crate::interface::offer::{Interface, Offer, Value};
use crate::interface::signature::function;
use crate::python::{parse, statements, string_content, undecorated};
use crate::tree::{field, line_of, named, text_of, walk};

/// Reads the interface; nothing where the text is too large to be parsed.
pub fn interface(path: &str, text: &str) -> Option<Interface> {
    let tree = parse(text)?;
    let is_package = path.rsplit('/').next() == Some("__init__.py");
    let mut interface = Interface::default();
    for statement in statements(tree.root_node()) {
        take(&mut interface, text, statement);
    }
    if is_package && interface.exported.is_none() {
        let taken = |(name, offer): (&String, &Offer)| {
            let is_offered = matches!(offer, Offer::Import(_)) || !name.starts_with('_');
            (is_offered && !name.starts_with('_')).then(|| name.clone())
        };
        interface.exported = Some(interface.names.iter().filter_map(taken).collect());
    }
    Some(interface)
}

fn take(interface: &mut Interface, text: &str, statement: Node<'_>) {
    let (node, decorators) = undecorated(statement, text);
    match node.kind() {
        "function_definition" => {
            let Some(name) = field(text, node, "name") else { return };
            interface.names.insert(name, Offer::Function(function(text, node, &decorators)));
        }
        "class_definition" => {
            let Some(name) = field(text, node, "name") else { return };
            interface.names.insert(name, Offer::Class(class(text, node, &decorators)));
        }
        "expression_statement" => assigned(interface, text, node),
        "import_statement" | "import_from_statement" => imported(interface, text, node),
        _ => {}
    }
}

fn assigned(interface: &mut Interface, text: &str, statement: Node<'_>) {
    let Some(node) = statement.named_child(0) else { return };
    let augmented = node.kind() == "augmented_assignment";
    if node.kind() != "assignment" && !augmented {
        return;
    }
    let Some(left) = node.child_by_field_name("left") else { return };
    let right = node.child_by_field_name("right");
    if text_of(text, left) == "__all__" {
        exported(interface, text, right);
        return;
    }
    if augmented {
        return;
    }
    let names: Vec<Node<'_>> = match left.kind() {
        "identifier" => vec![left],
        "pattern_list" | "tuple_pattern" => named(left),
        _ => return,
    };
    let alone = names.len() == 1;
    for name in names.into_iter().filter(|name| name.kind() == "identifier") {
        let line = line_of(node);
        let offer = match right.filter(|_| alone) {
            Some(right) if right.kind() == "identifier" => {
                Offer::Alias(text_of(text, right).to_owned())
            }
            right => Offer::Value(Value { line, kind: right.and_then(|right| kind(text, right)) }),
        };
        interface.names.insert(text_of(text, name).to_owned(), offer);
    }
}

/// The strings of what is put into `__all__`; a list that is computed says nothing.
fn exported(interface: &mut Interface, text: &str, right: Option<Node<'_>>) {
    let Some(right) = right else { return };
    let mut names = BTreeSet::new();
    walk(right, |node| {
        if node.kind() == "string" {
            names.insert(string_content(text_of(text, node)).to_owned());
        }
        true
    });
    if !names.is_empty() {
        interface.exported.get_or_insert_default().extend(names);
    }
}

fn imported(interface: &mut Interface, text: &str, node: Node<'_>) {
    let module = node.child_by_field_name("module_name");
    for child in named(node) {
        if Some(child) == module {
            continue;
        }
        let name = match child.kind() {
            "aliased_import" => field(text, child, "alias"),
            "dotted_name" => text_of(text, child).split('.').next().map(str::to_owned),
            _ => None,
        };
        if let Some(name) = name {
            interface.names.entry(name).or_insert_with(|| Offer::Import(line_of(node)));
        }
    }
}

/// The kind of what an expression gives, where the text tells it.
fn kind(text: &str, node: Node<'_>) -> Option<&'static str> {
    Some(match node.kind() {
        "dictionary" | "dictionary_comprehension" => "dict",
        "list" | "list_comprehension" => "list",
        "tuple" => "tuple",
        "set" | "set_comprehension" => "set",
        "string" | "concatenated_string" => "text",
        "integer" | "float" | "unary_operator" => "number",
        "true" | "false" => "truth value",
        "none" => "None",
        "lambda" => "function",
        "call" => match field(text, node, "function").as_deref() {
            Some("dict" | "OrderedDict" | "defaultdict" | "MappingProxyType") => "dict",
            Some("list") => "list",
            Some("tuple") => "tuple",
            Some("set" | "frozenset") => "set",
            Some("str") => "text",
            Some("int" | "float") => "number",
            Some(name) if name.chars().next().is_some_and(char::is_uppercase) => "object",
            Some(_) | None => return None,
        },
        _ => return None,
    })
}
