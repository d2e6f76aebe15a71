//! Results and lines like others of the function, with other variables.
//!
//! Functions often treat two things alike; where one of them was forgotten, its line is a variant of the other's.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::conditions::variants;
use crate::drafts::{Drafts, NewLine};
use crate::scope::{Kind, NUMBER, Scope};
use crate::tree::Spot;

/// Most values, and statements, of which others are made.
const MAX_PATTERNS: usize = 6;
/// Longest of them, in bytes.
const MAX_BYTES: usize = 100;
/// Most others of one of them.
const MAX_VARIANTS: usize = 32;
/// Most variables that take each other's place.
const MAX_NAMES: usize = 8;

/// Tells whether a node is what is returned or assigned.
fn is_result(spot: &Spot<'_>) -> bool {
    match spot.parent.kind() {
        "return_statement" => true,
        "assignment" | "augmented_assignment" => spot.field == "right",
        _ => false,
    }
}

/// Results like other ones of the function, or like themselves, with other variables.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if !is_result(spot) {
        return;
    }
    let role = spot.parent.kind();
    let results =
        scope.spots.iter().filter(|other| is_result(other) && other.parent.kind() == role);
    for other in results.map(|other| other.node).take(MAX_PATTERNS) {
        let text = scope.text_of(other);
        if text.len() > MAX_BYTES || text.contains('\n') {
            continue;
        }
        if other == spot.node {
            for stretches in exchanges(other, scope) {
                let own = |(start, end, name): (usize, usize, &str)| (start, end, name.to_owned());
                drafts.many("twin", 2.0, stretches.into_iter().map(own).collect());
            }
            continue;
        }
        for twin in exchanged(other, scope) {
            drafts.likely("twin", 2.0, spot.node, twin);
        }
        for twin in variants(other, scope).into_iter().take(MAX_VARIANTS) {
            drafts.likely("twin", 1.0, spot.node, twin);
        }
    }
}

/// Two variables of a part in each other's place, each exchange as the stretches that it changes.
fn exchanges<'t>(node: Node<'_>, scope: &Scope<'t>) -> Vec<Vec<(usize, usize, &'t str)>> {
    let range = node.byte_range();
    let read: Vec<(usize, usize, &'t str)> = scope
        .spots
        .iter()
        .map(|spot| spot.node)
        .filter(|part| part.kind() == "identifier" && range.contains(&part.start_byte()))
        .map(|part| (part.start_byte(), part.end_byte(), scope.text_of(part)))
        .filter(|(_, _, name)| scope.names.contains(name))
        .collect();
    let names: BTreeSet<&str> = read.iter().map(|(_, _, name)| *name).collect();
    let names: Vec<&str> = names.into_iter().take(MAX_NAMES).collect();
    let mut found = Vec::new();
    for (at, one) in names.iter().enumerate() {
        for other in names.iter().skip(at + 1).filter(|other| scope.alike(one, other)) {
            let exchange = |(start, end, name): &(usize, usize, &'t str)| match *name {
                name if name == *one => Some((*start, *end, *other)),
                name if name == *other => Some((*start, *end, *one)),
                _ => None,
            };
            found.push(read.iter().filter_map(exchange).collect());
        }
    }
    found
}

/// A part with two of its variables in each other's place.
fn exchanged(node: Node<'_>, scope: &Scope<'_>) -> Vec<String> {
    let changed = |stretches: Vec<(usize, usize, &str)>| {
        let mut text = String::new();
        let mut from = node.start_byte();
        for (start, end, name) in stretches {
            text.push_str(scope.text.get(from..start).unwrap_or(""));
            text.push_str(name);
            from = end;
        }
        text + scope.text.get(from..node.end_byte()).unwrap_or("")
    };
    exchanges(node, scope).into_iter().map(changed).collect()
}

/// Lines like others of the function.
pub(super) fn lines(scope: &Scope<'_>) -> Vec<NewLine> {
    let is_short = |node: &Node<'_>| scope.text_of(*node).len() <= MAX_BYTES;
    let plain = scope.plain.iter().filter(|node| node.kind() == "expression_statement");
    let mut found: Vec<(f64, String)> = Vec::new();
    for pattern in plain.copied().filter(is_short).take(MAX_PATTERNS) {
        found.extend(exchanged(pattern, scope).into_iter().map(|twin| (1.0, twin)));
        let others = variants(pattern, scope).into_iter().take(MAX_VARIANTS);
        found.extend(others.map(|twin| (0.5, twin)));
    }
    found.extend(pairs(scope));
    found.into_iter().map(|(factor, twin)| ("twin", factor, twin)).collect()
}

/// Drafts what may be appended to a list that holds pairs.
fn pairs(scope: &Scope<'_>) -> Vec<(f64, String)> {
    let names: Vec<&str> = scope.names.iter().take(MAX_NAMES).copied().collect();
    let mut found = Vec::new();
    for list in scope.gathering.iter().filter(|list| holds_pairs(list, scope)) {
        let lacking = if scope.text.contains(&format!("{list}.append(")) { 0.5 } else { 3.0 };
        let parts = || names.iter().filter(|name| *name != list);
        let both = parts().flat_map(|first| parts().map(move |second| (first, second)));
        for (first, second) in both.filter(|(first, second)| first != second) {
            found.push((lacking, format!("{list}.append(({first}, {second}))")));
            if scope.may_be(second, NUMBER) {
                found.push((lacking, format!("{list}.append(({first}, {second} + 1))")));
            }
        }
    }
    found
}

/// Tells whether a list begins with a pair, or has one appended.
fn holds_pairs(list: &str, scope: &Scope<'_>) -> bool {
    let is_list = scope.may_be(list, &[Kind::Sequence]);
    let begins = [format!("{list} = [("), format!("{list} = deque([("), format!("{list}.append((")];
    is_list && begins.iter().any(|start| scope.text.contains(start.as_str()))
}
