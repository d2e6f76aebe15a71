//! Lines put into blocks that remember, sum up, order or gather.
//!
//! A loop that reads a variable and never sets it is suspicious, so lines that set it come first.

use tree_sitter::Node;

use super::insertions::behind;
use super::statements::{indent_of, whole_lines};
use crate::drafts::{Drafts, NewLine};
use crate::scope::{Kind, MAPPING, NUMBER, SEQUENCE, Scope, begins_as};
use crate::tree::{Spot, is_docstring, leaves, named};

/// Most variables on either side.
const MAX_NAMES: usize = 8;
/// Most statements of a block behind which lines are put.
const MAX_PLACES: usize = 8;

/// Edits that put a line into a block: at its start, and behind each of its statements.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() != "block" {
        return;
    }
    let is_loop = matches!(spot.parent.kind(), "for_statement" | "while_statement");
    let inside = Inside::of(spot.node, is_loop, scope);
    let statements: Vec<Node<'_>> =
        named(spot.node).into_iter().filter(|statement| !is_docstring(*statement)).collect();
    let own = lines(&inside, scope);
    put(&statements, &own, is_loop, (scope, drafts));
}

/// Puts each line before the first statement of a block and behind each that goes on; the end of a loop is the likeliest place.
fn put(
    statements: &[Node<'_>],
    lines: &[NewLine],
    is_loop: bool,
    (scope, drafts): (&Scope<'_>, &mut Drafts),
) {
    let Some(first) = statements.first() else { return };
    let (start, _) = whole_lines(scope.text, *first);
    let indent = indent_of(scope.text, *first);
    for (operator, factor, line) in lines {
        drafts.insert(operator, *factor, start, format!("{indent}{line}\n"));
    }
    let last = statements.iter().rposition(|statement| !leaves(*statement));
    for (place, statement) in statements.iter().enumerate().take(MAX_PLACES) {
        if leaves(*statement) {
            continue;
        }
        let usual = if is_loop && last == Some(place) { 2.0 } else { 1.0 };
        for (operator, factor, line) in lines {
            let (at, text) = behind(*statement, scope, line);
            drafts.insert(operator, factor * usual, at, text);
        }
    }
}

/// The use that a block makes of variables.
struct Inside<'t> {
    is_loop: bool,
    text: &'t str,
    set: Vec<&'t str>,
    named: Vec<&'t str>,
}

impl<'t> Inside<'t> {
    fn of(block: Node<'_>, is_loop: bool, scope: &Scope<'t>) -> Self {
        let range = block.byte_range();
        let is_in = |spot: &&Spot<'_>| {
            range.contains(&spot.node.start_byte()) && spot.node.kind() == "identifier"
        };
        let is_set = |spot: &Spot<'_>| {
            spot.field == "left" || matches!(spot.parent.kind(), "pattern_list" | "tuple_pattern")
        };
        let (mut set, mut named) = (Vec::new(), Vec::new());
        for spot in scope.spots.iter().filter(is_in) {
            let name = scope.text_of(spot.node);
            named.push(name);
            if is_set(spot) {
                set.push(name);
            }
        }
        Self { is_loop, text: scope.text_of(block), set, named }
    }

    /// Tells how likely a block forgot to set a variable: a loop that reads what it never sets is suspicious.
    fn forgets(&self, name: &str) -> f64 {
        match (self.named.contains(&name), self.set.contains(&name)) {
            (true, false) if self.is_loop => 3.0,
            (true, false) => 1.0,
            (false, _) if self.is_loop => 0.7,
            _ => 0.5,
        }
    }
}

fn lines(inside: &Inside<'_>, scope: &Scope<'_>) -> Vec<NewLine> {
    let mut found = Vec::new();
    for name in scope.names.iter().take(MAX_NAMES).filter(|name| **name != "self") {
        remembered(name, inside, scope, &mut found);
        ordered(name, scope, &mut found);
        gathered(name, inside, scope, &mut found);
    }
    found.extend(called(inside, scope));
    found
}

/// `a = b`, `a += b`, and the next one of a chain.
fn remembered(name: &str, inside: &Inside<'_>, scope: &Scope<'_>, found: &mut Vec<NewLine>) {
    let forgets = inside.forgets(name);
    let others = scope.names.iter().take(MAX_NAMES).filter(|other| **other != name);
    for other in others.filter(|other| **other != "self" && scope.alike(name, other)) {
        let known = if inside.named.contains(other) { 1.0 } else { 0.3 };
        let assignment = format!("{name} = {other}");
        if !inside.text.contains(&assignment) {
            found.push(("insert_assignment", forgets * known, assignment));
        }
        if scope.may_be(name, NUMBER) && scope.may_be(other, NUMBER) && inside.is_loop {
            let sure = if scope.surely(name, NUMBER) { 1.0 } else { 0.3 };
            for (sign, usual) in [("+=", 1.0), ("*=", 0.3), ("-=", 0.3)] {
                let sum = format!("{name} {sign} {other}");
                found.push(("insert_sum", known * sure * usual, sum));
            }
        }
    }
    for value in again(name, scope) {
        let assignment = format!("{name} = {value}");
        if !inside.text.contains(&assignment) {
            found.push(("insert_assignment", 0.7 * forgets, assignment));
        }
    }
    let sign = if is_truth(name, scope) { "not " } else { "-" };
    if sign != "-" || scope.surely(name, NUMBER) {
        found.push(("insert_assignment", 0.5, format!("{name} = {sign}{name}")));
    }
    if scope.members.holders.contains(&name) {
        for field in &scope.members.fields {
            found.push(("insert_assignment", forgets, format!("{name} = {name}.{field}")));
        }
    }
}

/// Tells whether a variable begins as a truth value.
fn is_truth(name: &str, scope: &Scope<'_>) -> bool {
    ["True", "False"].iter().any(|value| begins_as(scope.text, name, value))
}

/// A list put in order.
fn ordered(name: &str, scope: &Scope<'_>, found: &mut Vec<NewLine>) {
    if !scope.surely(name, SEQUENCE) {
        return;
    }
    for (call, usual) in [("sort()", 1.0), ("sort(reverse=True)", 0.3), ("reverse()", 0.5)] {
        found.push(("insert_order", usual, format!("{name}.{call}")));
    }
}

/// Values with which a variable begins again.
fn again(name: &str, scope: &Scope<'_>) -> &'static [&'static str] {
    let begins_with =
        |values: &[&str]| values.iter().any(|value| begins_as(scope.text, name, value));
    let is_plain = scope.types.get(name).is_some_and(|types| types.len() == 1);
    if is_truth(name, scope) {
        &["False", "True"]
    } else if scope.surely(name, NUMBER) && is_plain {
        &["0", "1"]
    } else if begins_with(&["[]"]) {
        &["[]"]
    } else if begins_with(&["''", "\"\""]) {
        &["''"]
    } else {
        &[]
    }
}

/// Calls of the file's own functions for what they do.
fn called(inside: &Inside<'_>, scope: &Scope<'_>) -> Vec<NewLine> {
    let mut found = Vec::new();
    for (function, _) in scope.callable.iter().filter(|(_, parameters)| *parameters == 1) {
        for name in scope.names.iter().take(MAX_NAMES).filter(|name| **name != "self") {
            let known = if inside.named.contains(name) { 1.0 } else { 0.3 };
            found.push(("insert_call", known, format!("{function}({name})")));
        }
    }
    found
}

/// Drafts lines that put something into a set or a mapping.
fn gathered(name: &str, inside: &Inside<'_>, scope: &Scope<'_>, found: &mut Vec<NewLine>) {
    let others = || scope.names.iter().take(MAX_NAMES).filter(|other| **other != name);
    let known = |other: &str| if inside.named.contains(&other) { 1.0 } else { 0.3 };
    let adds = format!("{name}.add(");
    if scope.surely(name, &[Kind::Set]) {
        let lacking = if scope.text.contains(&adds) { 1.0 } else { 4.0 };
        for other in others() {
            found.push(("insert_append", lacking * known(other), format!("{adds}{other})")));
        }
    }
    if !scope.surely(name, MAPPING) {
        return;
    }
    let lacking = if scope.text.contains(&format!("{name}[")) { 1.0 } else { 3.0 };
    for key in others() {
        let values = ["0", "1", "[]", "True"].map(str::to_owned).into_iter();
        let counted = format!("{name}.get({key}, 0) + 1");
        let names = others().filter(|value| *value != key).map(|value| (*value).to_owned());
        for value in values.chain([counted]).chain(names) {
            let line = format!("{name}[{key}] = {value}");
            found.push(("insert_item", lacking * known(key), line));
        }
    }
}
