//! Values that are calculated and not returned, or printed instead.
//!
//! Python says nothing of them: the function answers `None`, and the complaint comes from whoever used the answer.

use std::cmp::Reverse;

use tree_sitter::Node;

use super::found::Found;
use super::functions::first_line;
use crate::broken::Line;
use crate::tokens::is_keyword;
use crate::tree::{functions, is_docstring, parse, spots, text_of};

/// Most functions that are looked into.
const MAX_FUNCTIONS: usize = 50;

/// Methods that change what they are called on and answer nothing.
const CHANGES: &[&str] =
    &["append", "extend", "add", "sort", "insert", "update", "remove", "reverse", "heapify"];

/// Puts `return` in front of bare expressions, and names at the ends of functions.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let is_assertion = found.broken.complaint.kind == "AssertionError";
    let is_none = message.contains("None");
    if !is_assertion && !is_none {
        return;
    }
    let bodies = bodies(found);
    bare(found, is_none);
    for body in bodies.iter().filter(|body| is_none || !returns(body)) {
        at_end(found, body);
    }
    printed(found);
}

/// The lines of each function, the one around the complaint first.
fn bodies<'s>(found: &Found<'_, 's>) -> Vec<Vec<Line<'s>>> {
    let lines = &found.broken.lines;
    let mut bodies: Vec<Vec<Line<'s>>> = Vec::new();
    if found.broken.is_named() && first_line(found).is_some() {
        bodies.push(found.broken.body());
    }
    for header in
        lines.iter().filter(|line| line.text.trim_start().starts_with("def ")).take(MAX_FUNCTIONS)
    {
        let width = header.indent().len();
        let rest = lines.get(header.number..).unwrap_or(&[]).iter();
        let body = rest.take_while(|line| line.is_blank() || line.indent().len() > width).take(300);
        bodies.push(body.copied().collect());
    }
    bodies
}

fn returns(body: &[Line<'_>]) -> bool {
    body.iter().any(|line| {
        let text = line.text.trim_start();
        text.starts_with("return ") || text.starts_with("yield")
    })
}

/// `return` in front of expressions that nothing is done with: the last one first, those around the complaint before the others.
fn bare(found: &mut Found<'_, '_>, is_none: bool) {
    let text = found.broken.text;
    let Some(tree) = parse(text) else { return };
    let mut functions = functions(tree.root_node());
    let line = found.broken.line;
    let is_around = |node: &Node<'_>| {
        (node.start_position().row..=node.end_position().row).contains(&line.saturating_sub(1))
    };
    functions.sort_by_key(|node| Reverse(is_around(node)));
    for function in functions.into_iter().take(MAX_FUNCTIONS) {
        let spots = spots(function);
        let statements = spots.iter().rev().map(|spot| spot.node);
        for statement in statements.filter(|node| is_bare(text, *node, is_none)) {
            let start = statement.start_byte();
            found.put("missing_return", (start, start), "return ", "returns the value");
        }
    }
}

fn is_bare(text: &str, node: Node<'_>, is_none: bool) -> bool {
    let Some(value) = node.named_child(0).filter(|_| node.kind() == "expression_statement") else {
        return false;
    };
    let called = value.child_by_field_name("function");
    let method = called.and_then(|called| called.child_by_field_name("attribute"));
    let is_change = method.is_some_and(|method| CHANGES.contains(&text_of(text, method)));
    let is_print = called.is_some_and(|called| text_of(text, called) == "print");
    let is_statement = matches!(value.kind(), "assignment" | "augmented_assignment" | "yield");
    !is_docstring(node) && !is_statement && !is_print && (is_none || !is_change)
}

/// `return name` behind the last line, for each name of the function that is set, the last one first.
fn at_end(found: &mut Found<'_, '_>, body: &[Line<'_>]) {
    let used: Vec<&Line<'_>> = body.iter().filter(|line| !line.is_blank()).collect();
    let (Some(first), Some(last)) = (used.first(), used.last()) else { return };
    let indent = used
        .iter()
        .map(|line| line.indent())
        .min_by_key(|indent| indent.len())
        .unwrap_or(first.indent());
    if last.text.trim_start().starts_with("return") && last.indent() == indent {
        return;
    }
    let mut names: Vec<&str> = Vec::new();
    for line in &used {
        let tokens = line.tokens();
        match tokens[..] {
            [name, sign, ..] if name.is_name() && sign.text.ends_with('=') && sign.text != "==" => {
                names.push(name.text);
            }
            [name, dot, ..] if name.is_name() && dot.text == "." && !is_keyword(name.text) => {
                names.push(name.text);
            }
            _ => {}
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    names.retain(|name| {
        let is_new = !seen.contains(name);
        seen.push(name);
        is_new
    });
    // What is set first is mostly what is gathered.
    for name in names {
        let at = last.end();
        let text = format!("\n{indent}return {name}");
        found.put("missing_return", (at, at), &text, &format!("returns `{name}` at the end"));
    }
    for value in ["True", "False"] {
        let at = last.end();
        let text = format!("\n{indent}return {value}");
        found.put("missing_return", (at, at), &text, &format!("returns `{value}` at the end"));
    }
}

/// `return` for `print`.
fn printed(found: &mut Found<'_, '_>) {
    let lines: Vec<Line<'_>> = found
        .broken
        .lines
        .iter()
        .filter(|line| line.text.trim_start().starts_with("print("))
        .copied()
        .take(20)
        .collect();
    for line in lines.iter().rev() {
        let start = line.start + line.indent().len();
        found.put(
            "missing_return",
            (start, start + "print".len()),
            "return ",
            "returns instead of printing",
        );
    }
}
