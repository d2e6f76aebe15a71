//! Values that are shared or lost by mistake: missing copies and dropped answers.
//!
//! Rows made by `*`, mutable defaults and lists that go on changing after they were handed out are Python's usual traps.

use tree_sitter::Node;

use super::statements::{indent_of, whole_lines};
use crate::drafts::{Drafts, Stretch};
use crate::scope::Scope;
use crate::tree::{Spot, is_docstring, named, words_of};

/// Methods and functions that are called for what they do, not for what they answer.
const DOING: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "heapify",
    "heappush",
    "insert",
    "print",
    "remove",
    "reverse",
    "shuffle",
    "sort",
    "update",
    "write",
];

/// Edits that copy what is shared, and keep what is dropped.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "expression_statement" => kept(spot, scope, drafts),
        "call" => rows(spot.node, scope, drafts),
        "binary_operator" => repeated(spot.node, scope, drafts),
        "default_parameter" | "typed_default_parameter" => {
            let renewed = renewed(spot, scope).into_iter();
            renewed.for_each(|stretches| drafts.many("copy", 3.0, stretches));
        }
        "lambda" => bound(spot.node, scope, drafts),
        _ => {}
    }
    if matches!(spot.parent.kind(), "yield" | "argument_list" | "return_statement") {
        gathered(spot, scope, drafts);
    }
}

/// A call whose answer is dropped, returned or stored where its arguments came from.
fn kept(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(call) = spot.node.named_child(0).filter(|call| call.kind() == "call") else { return };
    let field = |name| call.child_by_field_name(name);
    let (Some(function), Some(arguments)) = (field("function"), field("arguments")) else { return };
    let word = scope.text_of(function.child_by_field_name("attribute").unwrap_or(function));
    if DOING.contains(&word) || spot.node.named_child_count() != 1 || scope.name.is_empty() {
        return;
    }
    let at = call.start_byte();
    drafts.insert("keep", 1.0, at, "return ".to_owned());
    if scope.yields {
        drafts.insert("keep", 1.0, at, "yield from ".to_owned());
    }
    let object = function.child_by_field_name("object");
    for place in named(arguments).into_iter().chain(object) {
        if matches!(place.kind(), "identifier" | "attribute" | "subscript") {
            drafts.insert("keep", 1.0, at, format!("{} = ", scope.text_of(place)));
        }
    }
    for name in &scope.names {
        drafts.insert("keep", 0.4, at, format!("{name} = "));
        drafts.insert("keep", 0.3, at, format!("{name} += "));
    }
}

/// `list(rows)` as a copy of the rows too.
fn rows(call: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| call.child_by_field_name(name);
    let (Some(function), Some(arguments)) = (field("function"), field("arguments")) else { return };
    let given = named(arguments);
    let copied = match (scope.text_of(function), &given[..]) {
        ("list" | "copy" | "copy.copy", [only]) => *only,
        (_, []) => {
            let word = function.child_by_field_name("attribute").map(|word| scope.text_of(word));
            match function.child_by_field_name("object").filter(|_| word == Some("copy")) {
                Some(object) => object,
                None => return,
            }
        }
        _ => return,
    };
    let text = format!("[list(row) for row in {}]", scope.text_of(copied));
    drafts.replace("copy", call, text);
}

/// `[[0] * n] * m` as rows of their own.
fn repeated(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| node.child_by_field_name(name);
    let (Some(list), Some(count), Some(sign)) = (field("left"), field("right"), field("operator"))
    else {
        return;
    };
    if list.kind() != "list" || scope.text_of(sign) != "*" {
        return;
    }
    let [only] = named(list)[..] else { return };
    if matches!(only.kind(), "integer" | "string" | "true" | "false" | "none") {
        return;
    }
    let (each, count) = (scope.text_of(only), scope.text_of(count));
    drafts.likely("copy", 3.0, node, format!("[{each} for _ in range({count})]"));
}

/// A list that goes on changing, handed out as it is.
fn gathered(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    if matches!(spot.node.kind(), "identifier" | "attribute") && scope.gathering.contains(&name) {
        let factor = if spot.parent.kind() == "yield" { 3.0 } else { 1.0 };
        drafts.likely("copy", factor, spot.node, format!("list({name})"));
    }
}

/// A function without parameters that takes variables as they are when it is made.
fn bound(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(body) = node.child_by_field_name("body") else { return };
    if node.child_by_field_name("parameters").is_some() {
        return;
    }
    let text = scope.text_of(body);
    for name in scope.names.iter().filter(|name| words_of(text).any(|word| word == **name)) {
        drafts.likely("copy", 1.0, node, format!("lambda {name}={name}: {text}"));
    }
}

/// A parameter whose default is one list or dictionary for all calls gets a new one in each.
fn renewed(spot: &Spot<'_>, scope: &Scope<'_>) -> Option<Vec<Stretch>> {
    let field = |name| spot.node.child_by_field_name(name);
    let (name, value) = (field("name")?, field("value")?);
    let (name, made) = (scope.text_of(name), scope.text_of(value));
    if !matches!(made, "[]" | "{}" | "set()" | "list()" | "dict()") {
        return None;
    }
    let body = spot.parent.parent()?.child_by_field_name("body")?;
    let first = named(body).into_iter().find(|statement| !is_docstring(*statement))?;
    let (start, _) = whole_lines(scope.text, first);
    let indent = indent_of(scope.text, first);
    let lines = format!("{indent}if {name} is None:\n{indent}    {name} = {made}\n");
    let none = (value.start_byte(), value.end_byte(), "None".to_owned());
    Some(vec![none, (start, start, lines)])
}
