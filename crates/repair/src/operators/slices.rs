//! Indices, slices and ranges moved by one, reversed or widened.
//!
//! Off-by-one faults live here, so neighbours of a bound come first.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::{Kind, Scope, is_read};
use crate::tree::{Spot, named};

/// Edits of subscripts, slices and what is run through.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "subscript" => subscript(spot, scope, drafts),
        "slice" => slice(spot.node, scope, drafts),
        "call" => range(spot.node, scope, drafts),
        "identifier" if is_read(spot) => part(spot, scope, drafts),
        _ => {}
    }
    if spot.parent.kind() == "slice" && spot.node.is_named() {
        moved(spot.node, scope, drafts);
    }
}

/// Indices, and calls that also take the element away.
const TAKEN: &[(&str, &str)] = &[("0", "pop(0)"), ("0", "popleft()"), ("-1", "pop()")];

fn subscript(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let node = spot.node;
    let mut cursor = node.walk();
    let indices: Vec<Node<'_>> = node.children_by_field_name("subscript", &mut cursor).collect();
    for index in &indices {
        let all = if index.kind() == "tuple" { named(*index) } else { vec![*index] };
        for index in all.into_iter().filter(|index| index.kind() != "slice") {
            moved(index, scope, drafts);
        }
    }
    if let ([index], Some(value)) = (&indices[..], node.child_by_field_name("value")) {
        if index.kind() == "identifier" {
            drafts.likely("off_by_one", 0.2, *index, format!("-1 - {}", scope.text_of(*index)));
        }
        let (index, text) = (scope.text_of(*index), scope.text_of(value));
        if index == "-1" {
            drafts.likely("element", 0.3, node, format!("len({text}) - 1"));
        }
        if let Some(bounds) = from_start(text, index) {
            drafts.likely("slice", 1.0, node, format!("{text}[{bounds}]"));
        }
        if !index.contains(':') {
            drafts.replace("get_default", node, format!("{text}.get({index}, 0)"));
            drafts.likely("slice", 0.3, node, format!("{text}[{index}:]"));
            drafts.likely("slice", 0.3, node, format!("{text}[:{index}]"));
        }
        if let Some(rest) = all_but_one(text, index) {
            let all =
                if spot.parent.kind() == "binary_operator" { format!("({rest})") } else { rest };
            drafts.replace("bound_of", node, all);
        }
        drafts.likely("slice", 0.5, node, text);
        for taken in TAKEN.iter().filter(|(place, _)| *place == index) {
            drafts.likely("wrap", 0.5, node, format!("{text}.{}", taken.1));
        }
        for call in ["sum", "max", "min", "len", "sorted"] {
            drafts.likely("wrap", 0.5, node, format!("{call}({text})"));
        }
    }
}

/// Bounds that count from the end, counted from the start, where nothing is counted otherwise: `x[-0:]` is all of `x`.
fn from_start(text: &str, bounds: &str) -> Option<String> {
    let (start, stop) = bounds.split_once(':')?;
    let counted = |bound: &str| {
        let back = bound.trim().strip_prefix('-')?;
        back.starts_with(char::is_alphabetic).then(|| format!("len({text}) - {back}"))
    };
    match (counted(start), counted(stop)) {
        (None, None) => None,
        (new, last) => {
            let new = new.unwrap_or_else(|| start.to_owned());
            Some(format!("{new}:{}", last.unwrap_or_else(|| stop.to_owned())))
        }
    }
}

/// Joins what is before and behind an element, where only one of the two was taken.
fn all_but_one(text: &str, bounds: &str) -> Option<String> {
    let (start, stop) = bounds.split_once(':')?;
    let place = match (start.trim(), stop.trim()) {
        ("", stop) => stop,
        (start, "") => start.strip_suffix("+ 1").or_else(|| start.strip_suffix("+1"))?.trim(),
        _ => return None,
    };
    let is_place = !place.is_empty() && !place.contains(':');
    is_place.then(|| format!("{text}[:{place}] + {text}[{place} + 1:]"))
}

/// An index or a bound, one further or one back.
fn moved(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if matches!(node.kind(), "string" | "integer" | "slice" | "comment") {
        return;
    }
    let text = scope.text_of(node);
    for step in [" + 1", " - 1"] {
        drafts.replace("off_by_one", node, format!("{text}{step}"));
    }
    drafts.likely("off_by_one", 0.3, node, format!("-{text}"));
}

fn slice(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(node);
    let colons: Vec<usize> = text.match_indices(':').map(|(at, _)| at).collect();
    let bounds: Vec<&str> = text.split(':').collect();
    if colons.len() + 1 != bounds.len() || named(node).len() > 3 {
        return;
    }
    let (start, stop) = (bounds.first().unwrap_or(&""), bounds.get(1).unwrap_or(&""));
    let pace = bounds.get(2).map_or(String::new(), |pace| format!(":{pace}"));
    let mut put = |operator, text: String| drafts.replace(operator, node, text);
    put("slice", format!("{start}:"));
    put("slice", format!(":{stop}"));
    put("slice", format!("{stop}:{start}{pace}"));
    put("slice", "1:".to_owned());
    for (start, stop) in [("1", *stop), ("0", *stop), (*start, "-1"), (*start, "1")] {
        put("slice", format!("{start}:{stop}{pace}"));
    }
    if pace.is_empty() {
        put("slice", format!("{text}:-1"));
        put("slice", format!("{text}:2"));
    } else {
        put("slice", format!("{start}:{stop}"));
    }
}

/// Edits what `range` covers.
fn range(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let (Some(function), Some(arguments)) =
        (node.child_by_field_name("function"), node.child_by_field_name("arguments"))
    else {
        return;
    };
    if scope.text_of(function) != "range" {
        return;
    }
    let texts: Vec<&str> = named(arguments).into_iter().map(|node| scope.text_of(node)).collect();
    let mut put = |factor, text: String| drafts.likely("range", factor, arguments, text);
    match texts[..] {
        [stop] => {
            put(1.5, format!("({stop} + 1)"));
            put(1.2, format!("(1, {stop})"));
            put(1.0, format!("({stop} - 1)"));
            put(1.0, format!("(1, {stop} + 1)"));
            put(0.8, format!("(2, {stop})"));
            put(0.5, format!("(0, {stop}, 2)"));
            put(0.3, format!("(2, {stop} + 1)"));
            put(0.3, format!("({stop} - 1, -1, -1)"));
            put(0.3, format!("({stop}, 0, -1)"));
            put(0.3, format!("({stop} // 2)"));
        }
        [start, stop] => {
            put(1.2, format!("({start}, {stop} + 1)"));
            put(1.2, format!("({start} + 1, {stop})"));
            put(1.2, format!("({stop})"));
            put(1.0, format!("({start}, {stop} - 1)"));
            put(0.6, format!("({start} + 1, {stop} + 1)"));
            put(0.5, format!("({start} - 1, {stop})"));
            put(0.3, format!("({stop}, {start})"));
            put(0.3, format!("({start}, {stop}, 2)"));
            put(0.2, format!("({stop}, {start}, -1)"));
        }
        [start, stop, pace] => {
            put(1.0, format!("({start}, {stop} + 1, {pace})"));
            put(1.0, format!("({start}, {stop} - 1, {pace})"));
            put(0.7, format!("({start} + 1, {stop}, {pace})"));
            put(0.7, format!("({start} - 1, {stop}, {pace})"));
            put(0.7, format!("({start}, {stop})"));
            put(0.5, format!("({start}, {stop}, -{pace})"));
        }
        _ => {}
    }
}

/// A part of a sequence in place of all of it.
fn part(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    let is_place = matches!(spot.field, "right" | "left")
        || matches!(spot.parent.kind(), "argument_list" | "return_statement" | "for_in_clause");
    if !is_place || !scope.may_be(name, &[Kind::Sequence, Kind::Text]) {
        return;
    }
    let is_loop = matches!(spot.parent.kind(), "for_statement" | "for_in_clause");
    let factor =
        if is_loop || scope.surely(name, &[Kind::Sequence, Kind::Text]) { 1.0 } else { 0.3 };
    for bounds in ["1:", ":-1", "::-1", ":", "0", "-1"] {
        drafts.likely("slice", 0.5 * factor, spot.node, format!("{name}[{bounds}]"));
    }
    let numbers =
        scope.names.iter().filter(|other| **other != name && scope.may_be(other, &[Kind::Number]));
    for number in numbers.filter(|_| is_loop) {
        for bounds in [format!("{number}:"), format!(":{number}")] {
            drafts.likely("slice", 1.8 * factor, spot.node, format!("{name}[{bounds}]"));
        }
    }
}
