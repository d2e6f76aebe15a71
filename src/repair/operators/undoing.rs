//! What is done and has to be undone.

use tree_sitter::Node;

use super::insertions::behind;
use crate::repair::drafts::Drafts;
use crate::repair::scope::Scope;
use crate::repair::tree::{Spot, leaves, named};

/// Values with which something is as it was before.
const BEFORE: [&str; 5] = ["0", "None", "False", "True", "''"];
/// Most statements of a block that are looked at.
const MAX_STATEMENTS: usize = 12;

/// Takes back what a statement of a block did, behind one that follows it.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() != "block" {
        return;
    }
    let statements: Vec<Node<'_>> = named(spot.node).into_iter().take(MAX_STATEMENTS).collect();
    for (place, statement) in statements.iter().enumerate() {
        let undone = undone(*statement, scope);
        let later = statements.iter().skip(place + 1).filter(|later| !leaves(**later));
        for later in later {
            for line in &undone {
                let (at, text) = behind(*later, scope, line);
                drafts.insert("insert_undo", 1.0, at, text);
            }
        }
    }
}

/// Lines that take back what a statement does.
fn undone(statement: Node<'_>, scope: &Scope<'_>) -> Vec<String> {
    let Some(does) = statement.named_child(0) else { return Vec::new() };
    let side = |name| does.child_by_field_name(name);
    match (statement.kind(), does.kind()) {
        ("expression_statement", "assignment") => {
            let element = side("left").filter(|left| left.kind() == "subscript");
            let Some(element) = element.map(|element| scope.text_of(element)) else {
                return Vec::new();
            };
            let taken = format!("del {element}");
            let set = BEFORE.iter().map(|value| format!("{element} = {value}"));
            set.chain([taken]).collect()
        }
        ("expression_statement", "augmented_assignment") => {
            let [Some(left), Some(operator), Some(right)] = ["left", "operator", "right"]
                .map(side)
                .map(|node| node.map(|node| scope.text_of(node)))
            else {
                return Vec::new();
            };
            let back = match operator {
                "+=" => "-=",
                "-=" => "+=",
                _ => return Vec::new(),
            };
            vec![format!("{left} {back} {right}")]
        }
        ("expression_statement", "call") => called(does, scope).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The call that takes back what another one does.
fn called(call: Node<'_>, scope: &Scope<'_>) -> Option<String> {
    let function = call.child_by_field_name("function")?;
    let field = |name| function.child_by_field_name(name).map(|node| scope.text_of(node));
    let given = scope.text_of(call.child_by_field_name("arguments")?);
    let object = field("object")?;
    match field("attribute")? {
        "append" => Some(format!("{object}.pop()")),
        "add" => Some(format!("{object}.remove{given}")),
        "remove" | "discard" => Some(format!("{object}.add{given}")),
        _ => None,
    }
}
