//! Elements of lists, tuples, dictionaries and comprehensions edited.
//!
//! Displays are short as a rule: in a long one a single element is less likely to be wrong, and none is tried one by one.

use crate::drafts::Drafts;
use crate::scope::{Scope, is_read};
use crate::tree::{Spot, named};

/// Most elements of a display that is edited.
const MAX_DISPLAYED: usize = 40;
/// Elements of one in which a single one is less likely to be wrong.
const MAX_ELEMENTS: usize = 8;

/// Edits of displays and comprehensions.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "list" | "tuple" | "expression_list" | "pattern_list" | "set" => {
            display(spot, scope, drafts);
        }
        "dictionary" => pairs(spot, drafts),
        "pair" => {
            if let [key, value] = named(spot.node)[..] {
                drafts.swap("swap_elements", scope.text, (key, value));
                if let Some(draft) = drafts.found.last_mut() {
                    draft.factor = 0.3;
                }
            }
        }
        "list_comprehension" | "generator_expression" | "set_comprehension" => {
            comprehension(spot, scope, drafts);
        }
        "default_parameter" => {
            if let Some(value) = spot.node.child_by_field_name("value") {
                for text in ["0", "1", "None", "''", "True", "False"] {
                    drafts.replace("default", value, text);
                }
            }
        }
        _ => {}
    }
}

fn display(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let elements = named(spot.node);
    if elements.len() > MAX_DISPLAYED {
        return;
    }
    // What is unpacked is rarely named in the wrong order.
    let is_target = spot.node.kind() == "pattern_list";
    for pair in elements.windows(2) {
        if let [first, second] = pair {
            drafts.swap("swap_elements", scope.text, (*first, *second));
            if is_target && let Some(draft) = drafts.found.last_mut() {
                draft.factor = 0.15;
            }
        }
    }
    let dropped = if elements.len() > MAX_ELEMENTS { 0.2 } else { 0.5 };
    for (at, element) in elements.iter().enumerate().filter(|_| !is_target && elements.len() > 1) {
        let (start, end) = match (elements.get(at + 1), at.checked_sub(1)) {
            (Some(next), _) => (element.start_byte(), next.start_byte()),
            (None, Some(before)) => {
                let before =
                    elements.get(before).map_or(element.start_byte(), tree_sitter::Node::end_byte);
                (before, element.end_byte())
            }
            (None, None) => continue,
        };
        drafts.many("drop_argument", dropped, vec![(start, end, String::new())]);
    }
    if spot.node.kind() == "list" {
        empty(spot, scope, drafts);
    }
}

/// Fills an empty list, or a list of one, with what it may have to hold.
fn empty(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let elements = named(spot.node);
    match elements[..] {
        [] => {
            for text in ["[[]]", "[0]", "[1]", "{}", "set()", "''", "0", "None"] {
                drafts.replace("default", spot.node, text);
            }
            for name in &scope.names {
                drafts.likely("default", 0.7, spot.node, format!("[{name}]"));
            }
        }
        [only] => {
            drafts.likely("drop_argument", 0.5, spot.node, "[]");
            drafts.likely("drop_argument", 0.5, spot.node, scope.text_of(only));
        }
        _ => {}
    }
}

fn pairs(spot: &Spot<'_>, drafts: &mut Drafts) {
    if named(spot.node).is_empty() {
        for text in ["set()", "[]", "None", "0"] {
            drafts.likely("default", 0.5, spot.node, text);
        }
    }
}

/// A comprehension of something else.
fn comprehension(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(body) = spot.node.child_by_field_name("body") else { return };
    let parts = named(spot.node);
    let clause = parts.iter().rev().find(|part| part.kind() == "for_in_clause");
    let Some(clause) = clause else { return };
    let target = clause.child_by_field_name("left");
    let name = target.map(|target| scope.text_of(target)).unwrap_or_default();
    if scope.text_of(body) != name {
        drafts.likely("donor", 1.0, body, name);
    }
    for spot in scope.spots.iter().filter(|other| other.parent == body && is_read(other)).take(4) {
        drafts.likely("donor", 0.5, body, scope.text_of(spot.node));
    }
}
