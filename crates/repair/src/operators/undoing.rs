//! Lines that take back what a statement did, behind a call that follows it.
//!
//! Backtracking searches forget this: what was appended, set or added before the recursion must be undone after it.

use tree_sitter::Node;

use super::arithmetic::parts;
use super::insertions::behind;
use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::{Spot, assigned, leaves, named};

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
    let does = statement.named_child(0).filter(|_| statement.kind() == "expression_statement");
    let Some(does) = does else { return Vec::new() };
    if let Some((element, _)) = assigned(statement).filter(|(left, _)| left.kind() == "subscript") {
        let element = scope.text_of(element);
        let set = BEFORE.iter().map(|value| format!("{element} = {value}"));
        return set.chain([format!("del {element}")]).collect();
    }
    let back = match does.kind() {
        "augmented_assignment" => summed(does, scope),
        "call" => called(does, scope),
        _ => None,
    };
    back.into_iter().collect()
}

/// The sum that takes back another one.
fn summed(sum: Node<'_>, scope: &Scope<'_>) -> Option<String> {
    let (left, operator, right) = parts(sum)?;
    let back = match scope.text_of(operator) {
        "+=" => "-=",
        "-=" => "+=",
        _ => return None,
    };
    Some(format!("{} {back} {}", scope.text_of(left), scope.text_of(right)))
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
