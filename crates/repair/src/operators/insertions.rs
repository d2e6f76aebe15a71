//! Statements put in: appends, repetitions, and what a loop leaves to do behind it.
//!
//! A forgotten statement leaves no wrong line to edit, so these are made from what the function already has: its lists, its
//! values, and the branches that also have to run after the last turn of a loop.

use tree_sitter::Node;

use super::decisions::answers;
use super::statements::{ends_line, indent_of, indented, whole_lines};
use crate::drafts::Drafts;
use crate::scope::{Kind, NUMBER, Scope};
use crate::tree::{Spot, assigned, is_docstring, leaves, named, with_word, words_of};

/// Most lists that values are appended to.
const MAX_LISTS: usize = 4;
/// Most values that are appended.
const MAX_APPENDED: usize = 12;
/// Most numbers of which two are appended as one.
const MAX_NUMBERS: usize = 4;
/// Most lines of a branch that is repeated behind its loop.
const MAX_FLUSHED_LINES: usize = 5;

/// Edits that put a statement in.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() == "block" {
        let statements = named(spot.node);
        let Some(last) = statements.last() else { return };
        let behind = if leaves(*last) { statements.iter().rev().nth(1) } else { Some(last) };
        if let Some(behind) = behind.filter(|statement| !is_docstring(**statement)) {
            at_end(spot, *behind, scope, drafts);
        }
        if let Some(first) = statements.first().filter(|_| is_loop(spot)) {
            at_start(*first, scope, drafts);
        }
        for statement in statements.iter().filter(|statement| !is_docstring(**statement)) {
            before(*statement, scope, drafts);
        }
    }
    if matches!(spot.node.kind(), "for_statement" | "while_statement") {
        flushed(spot.node, scope, drafts);
    }
    if spot.node.kind() == "if_statement" && spot.node.child_by_field_name("alternative").is_none()
    {
        otherwise(spot.node, scope, drafts);
    }
}

/// Lines behind a statement, on its level.
pub(super) fn behind(statement: Node<'_>, scope: &Scope<'_>, text: &str) -> (usize, String) {
    let (_, end) = whole_lines(scope.text, statement);
    let indent = indent_of(scope.text, statement);
    if ends_line(scope.text, end) {
        (end, format!("{indent}{text}\n"))
    } else {
        (end, format!("\n{indent}{text}"))
    }
}

fn is_loop(spot: &Spot<'_>) -> bool {
    matches!(spot.parent.kind(), "for_statement" | "while_statement")
}

/// Appends to a list that nothing fills, before a loop goes on to what comes next.
fn at_start(first: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let (start, _) = whole_lines(scope.text, first);
    let indent = indent_of(scope.text, first);
    for list in lists(scope).filter(|list| is_unfilled(scope, list)) {
        for text in appended(scope, list) {
            drafts.insert("insert_append", 1.0, start, format!("{indent}{text}\n"));
        }
        for text in calculated(scope, list) {
            drafts.insert("insert_append", 0.3, start, format!("{indent}{text}\n"));
        }
    }
}

fn at_end(spot: &Spot<'_>, last: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let mut put = |operator, factor, text: &str| {
        let (at, text) = behind(last, scope, text);
        drafts.insert(operator, factor, at, text);
    };
    let is_loop = is_loop(spot);
    for name in scope.names.iter().filter(|name| scope.surely(name, &[Kind::Number])) {
        let factor = if spot.parent.kind() == "while_statement" { 2.0 } else { 0.6 };
        for sign in ["+=", "-="] {
            put("insert_step", factor, &format!("{name} {sign} 1"));
        }
    }
    for list in lists(scope) {
        let factor = if is_loop { 1.5 } else { 0.7 };
        // What is popped from has to be filled somewhere.
        let factor = if is_unfilled(scope, list) { 4.0 * factor } else { factor };
        for text in appended(scope, list) {
            put("insert_append", factor, &text);
        }
    }
    let is_whole = spot.parent.kind() == "function_definition";
    for name in &scope.names {
        put("insert_jump", if is_whole { 1.5 } else { 0.3 }, &format!("return {name}"));
    }
    for text in ["break", "continue", "return"].iter().filter(|_| !is_whole) {
        put("insert_jump", 0.5, text);
    }
}

/// The lists of the function.
fn lists<'s>(scope: &'s Scope<'_>) -> impl Iterator<Item = &'s str> {
    let lists = scope.gathering.iter().filter(|name| scope.may_be(name, &[Kind::Sequence]));
    lists.take(MAX_LISTS).copied()
}

/// Tells whether nothing is appended to a list.
fn is_unfilled(scope: &Scope<'_>, list: &str) -> bool {
    !scope.text.contains(&format!("{list}.append("))
}

/// Statements that append a value to a list.
fn appended(scope: &Scope<'_>, list: &str) -> Vec<String> {
    let mut values = Vec::new();
    for other in scope.names.iter().filter(|name| **name != list).take(MAX_APPENDED) {
        values.push((*other).to_owned());
        if scope.surely(other, &[Kind::Sequence]) {
            values.extend([format!("{other}[-1]"), format!("{other}[0]")]);
        }
    }
    let donors = scope.donors.iter().filter(|donor| !donor.contains(list)).take(MAX_APPENDED);
    values.extend(donors.map(|donor| (*donor).to_owned()));
    values.iter().map(|value| format!("{list}.append({value})")).collect()
}

/// Statements that append what two numbers give, for a list that nothing fills.
fn calculated(scope: &Scope<'_>, list: &str) -> Vec<String> {
    let numbers = scope.names.iter().filter(|name| scope.surely(name, NUMBER)).take(MAX_NUMBERS);
    let mut found = Vec::new();
    for one in numbers.clone() {
        for other in numbers.clone().filter(|other| *other != one) {
            for sign in ["+", "-", "*", "//", "%"] {
                found.push(format!("{list}.append({one} {sign} {other})"));
            }
        }
    }
    found
}

/// Statements of the function repeated before, or after, another one.
fn before(statement: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let (start, end) = whole_lines(scope.text, statement);
    let indent = indent_of(scope.text, statement);
    for copied in scope.plain.iter().copied() {
        let text = scope.text_of(copied);
        let factor = if copied.kind() == "if_statement" { 0.4 } else { 1.0 };
        if copied != statement {
            drafts.insert("copy_statement", factor, start, format!("{indent}{text}\n"));
        }
        if !leaves(statement) && ends_line(scope.text, end) {
            drafts.insert("copy_statement", factor, end, format!("{indent}{text}\n"));
        }
    }
}

/// Repeats behind a loop what it does on a condition.
fn flushed(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let range = node.byte_range();
    let is_inside = |spot: &&Spot<'_>| {
        let rows = spot.node.end_position().row - spot.node.start_position().row;
        let is_short = (1..MAX_FLUSHED_LINES).contains(&rows);
        let is_plain = spot.node.child_by_field_name("alternative").is_none();
        let is_asked = spot.node.kind() == "if_statement" && is_short && is_plain;
        is_asked && range.contains(&spot.node.start_byte())
    };
    for asked in scope.spots.iter().filter(is_inside).map(|spot| spot.node) {
        let (start, end) = whole_lines(scope.text, asked);
        let lines = scope.text.get(start..end).unwrap_or("");
        let moved = indented(lines, indent_of(scope.text, asked), indent_of(scope.text, node));
        let (_, behind) = whole_lines(scope.text, node);
        if moved.ends_with('\n') && ends_line(scope.text, behind) {
            if let Some(ended) = ended(node, &moved, scope) {
                drafts.insert("copy_statement", 2.0, behind, ended);
            }
            drafts.insert("copy_statement", 2.0, behind, moved);
        }
    }
}

/// Lines of a loop over indices as they are behind it: the index is where the range ends.
fn ended(node: Node<'_>, lines: &str, scope: &Scope<'_>) -> Option<String> {
    let side = |name| node.child_by_field_name(name).map(|side| scope.text_of(side));
    let (index, range) = (side("left")?, side("right")?);
    let bounds = range.strip_prefix("range(")?.strip_suffix(')')?;
    let ([stop] | [_, stop]) = bounds.split(", ").collect::<Vec<_>>()[..] else { return None };
    let is_named = words_of(lines).any(|word| word == index);
    is_named.then(|| with_word(lines, index, stop))
}

/// Adds what is done where a condition does not hold.
fn otherwise(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(then) = node.child_by_field_name("consequence") else { return };
    let Some(first) = named(then).first().copied() else { return };
    let (outer, inner) = (indent_of(scope.text, node), indent_of(scope.text, first));
    if outer == inner {
        return;
    }
    let (_, end) = whole_lines(scope.text, node);
    let is_ended = ends_line(scope.text, end);
    let mut put = |factor, text: &str| {
        let lines = format!("{outer}else:\n{inner}{text}\n");
        let lines = if is_ended { lines } else { format!("\n{lines}") };
        drafts.insert("insert_else", factor, end, lines);
    };
    for name in scope.names.iter().filter(|name| scope.surely(name, &[Kind::Number])) {
        put(1.0, &format!("{name} += 1"));
        put(0.5, &format!("{name} -= 1"));
        put(0.4, &format!("{name} = 0"));
    }
    let plain = scope.plain.iter().filter(|node| node.kind() == "expression_statement");
    for copied in plain.copied() {
        put(0.3, scope.text_of(copied));
    }
    for line in lists(scope).flat_map(|list| appended(scope, list)) {
        put(0.3, &line);
    }
    if scope.text_of(node).contains("yield") {
        for name in &scope.names {
            put(0.6, &format!("yield {name}"));
        }
    }
    put(0.3, "break");
    put(0.3, "continue");
    for (answer, usual) in answers(scope) {
        put(0.5 * usual, &format!("return {answer}"));
    }
    let Some((target, value)) = assigned(first) else { return };
    let target = scope.text_of(target);
    if value.kind() == "identifier" {
        put(0.5, &format!("{target} = {} + 1", scope.text_of(value)));
        put(0.5, &format!("{target} = {} - 1", scope.text_of(value)));
    }
    for value in scope.names.iter().chain(&["0", "1", "None", "True", "False", "''", "[]"]) {
        put(0.3, &format!("{target} = {value}"));
    }
}
