//! Variables exchanged for others, and expressions taken from elsewhere in the function.
//!
//! Types, guessed or traced, decide which variables may hold the same kind of value; without them nothing is ruled out.

use tree_sitter::Node;

use crate::drafts::{Drafts, Stretch};
use crate::scope::{Scope, is_bound, is_read};
use crate::tree::Spot;

/// Most variables of a function that take each other's place everywhere, and most places of two.
const MAX_EXCHANGED: usize = 5;
const MAX_READS: usize = 12;

/// Edits that name another variable, or take an expression from elsewhere in the function.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if is_read(spot) {
        return read(spot, scope, drafts);
    }
    let is_target = spot.parent.kind() == "augmented_assignment" && spot.field == "left";
    let is_plain = spot.parent.kind() == "assignment" && is_bound(spot);
    if spot.node.kind() == "identifier" && (is_target || is_plain) {
        let factor = if is_target { 1.0 } else { 0.3 };
        others(spot, scope, |name| drafts.likely("target", factor, spot.node, name));
    }
    let is_operand = matches!(spot.parent.kind(), "binary_operator" | "comparison_operator")
        || matches!(spot.parent.kind(), "argument_list" | "return_statement" | "subscript")
        || matches!(spot.parent.kind(), "list" | "tuple" | "expression_list")
        || (spot.field == "right");
    let is_value =
        matches!(spot.node.kind(), "call" | "subscript" | "binary_operator" | "attribute");
    if is_value && is_operand {
        donors(spot, scope, drafts, 0.6);
        for name in &scope.names {
            drafts.likely("donor", 1.0, spot.node, *name);
        }
    }
    if matches!(spot.node.kind(), "integer" | "string") && is_operand {
        for name in &scope.names {
            drafts.likely("donor", 1.5, spot.node, *name);
        }
        donors(spot, scope, drafts, 1.0);
    }
}

/// Two variables take each other's place wherever they are read.
pub(super) fn draft_all(scope: &Scope<'_>, drafts: &mut Drafts) {
    let reads = |name: &&'_ str| -> Vec<Node<'_>> {
        let reads = scope.spots.iter().filter(|spot| is_read(spot));
        reads.map(|spot| spot.node).filter(|node| scope.text_of(*node) == *name).collect()
    };
    let names = scope.names.iter().take(MAX_EXCHANGED);
    let all: Vec<(&str, Vec<Node<'_>>)> = names.map(|name| (*name, reads(name))).collect();
    for (at, (one, ones)) in all.iter().enumerate() {
        for (other, others) in all.iter().skip(at + 1).filter(|(other, _)| scope.alike(one, other))
        {
            if ones.is_empty() || others.is_empty() || ones.len() + others.len() > MAX_READS {
                continue;
            }
            let ones = ones.iter().map(|node| (node.start_byte(), node.end_byte(), *other));
            let others = others.iter().map(|node| (node.start_byte(), node.end_byte(), *one));
            let mut stretches: Vec<Stretch> = ones
                .chain(others)
                .map(|(start, end, name)| (start, end, name.to_owned()))
                .collect();
            stretches.sort();
            drafts.many("swap_names", 1.0, stretches);
        }
    }
}

fn read(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    if !scope.names.contains(&name) {
        return;
    }
    let is_object = spot.parent.kind() == "attribute";
    let factor = if is_object { 1.5 } else { 1.0 };
    others(spot, scope, |other| drafts.likely("variable", factor, spot.node, other));
    if !is_object {
        donors(spot, scope, drafts, 0.5);
    }
}

/// Variables that may hold the same kind of value as the one at a spot.
fn others(spot: &Spot<'_>, scope: &Scope<'_>, mut with: impl FnMut(&str)) {
    let name = scope.text_of(spot.node);
    let others = scope.names.iter().filter(|other| **other != name && scope.alike(name, other));
    for other in others {
        with(other);
    }
}

fn donors(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts, factor: f64) {
    let text = scope.text_of(spot.node);
    let needs_care = matches!(
        spot.parent.kind(),
        "binary_operator" | "unary_operator" | "comparison_operator" | "not_operator"
    );
    let is_object = matches!(spot.field, "object" | "function")
        || (spot.parent.kind() == "subscript" && spot.field == "value");
    let crossed = scope.crossed.iter().map(String::as_str);
    let donors = scope.donors.iter().copied().chain(crossed);
    for donor in donors.filter(|donor| *donor != text && !is_object) {
        let is_compound = donor.contains(' ') && !donor.ends_with([')', ']']);
        let shown = if is_compound && needs_care { format!("({donor})") } else { donor.to_owned() };
        drafts.likely("donor", factor, spot.node, shown);
    }
}
