//! Whole statements moved, removed, merged or moved across the end of a block.
//!
//! The text of a statement is moved by whole lines with its indentation, because Python's blocks are nothing else.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::{Spot, assigned, is_docstring, leaves, named, words_of};

/// Furthest that a statement is moved, in statements.
const MAX_FURTHER: usize = 4;

/// Edits of whole statements; what is put in is in `insertions`.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() == "block" {
        block(spot, scope, drafts);
    }
}

fn block(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let statements = named(spot.node);
    let is_lonely = statements.len() == 1;
    for statement in &statements {
        if is_docstring(*statement) {
            continue;
        }
        removed(*statement, is_lonely, scope, drafts);
        returned(spot, *statement, scope, drafts);
    }
    for pair in statements.windows(2) {
        let [first, second] = pair else { continue };
        let is_large = second.end_byte() - first.start_byte() > 2_000;
        if is_docstring(*first)
            || first.end_position().row == second.start_position().row
            || is_large
        {
            continue;
        }
        swapped((*first, *second), scope, drafts);
        together((*first, *second), scope, drafts);
        if statements.len() > 2 {
            let (start, _) = whole_lines(scope.text, *first);
            let (_, end) = whole_lines(scope.text, *second);
            drafts.many("remove_statement", 0.2, vec![(start, end, String::new())]);
        }
        moved_in((*first, *second), scope, drafts);
    }
    further(&statements, scope, drafts);
    if let Some(last) = statements.last().filter(|_| !is_lonely) {
        moved_out(spot, *last, scope, drafts);
    }
}

fn removed(statement: Node<'_>, is_lonely: bool, scope: &Scope<'_>, drafts: &mut Drafts) {
    let (operator, factor) = match statement.kind() {
        "break_statement" | "continue_statement" => ("remove_jump", 1.0),
        "return_statement" => ("remove_statement", 0.5),
        "function_definition"
        | "class_definition"
        | "import_statement"
        | "import_from_statement"
        | "pass_statement" => return,
        "expression_statement" => ("remove_statement", 1.0),
        _ => ("remove_statement", 0.4),
    };
    if is_lonely {
        return drafts.likely(operator, factor * 0.7, statement, "pass");
    }
    let (start, end) = whole_lines(scope.text, statement);
    drafts.many(operator, factor, vec![(start, end, String::new())]);
}

/// Returns at once what a branch assigns.
fn returned(block: &Spot<'_>, statement: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let is_branch = matches!(block.parent.kind(), "if_statement" | "elif_clause" | "else_clause");
    let assigned = assigned(statement).filter(|_| is_branch && !scope.name.is_empty());
    if let Some((_, value)) = assigned {
        drafts.replace("return_now", statement, format!("return {}", scope.text_of(value)));
    }
}

/// The bytes of the lines of a statement, with the last line's end.
pub(super) fn whole_lines(text: &str, statement: Node<'_>) -> (usize, usize) {
    let start = statement.start_byte();
    let line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let is_alone = text.get(line..start).is_some_and(|indent| indent.trim().is_empty());
    let after = text.get(statement.end_byte()..).and_then(|rest| rest.find('\n'));
    let end = after.map_or(text.len(), |at| statement.end_byte() + at + 1);
    let rest = text.get(statement.end_byte()..end).unwrap_or("").trim();
    if is_alone && (rest.is_empty() || rest.starts_with('#')) {
        (line, end)
    } else {
        (start, statement.end_byte())
    }
}

fn swapped((first, second): (Node<'_>, Node<'_>), scope: &Scope<'_>, drafts: &mut Drafts) {
    if leaves(first) || leaves(second) {
        return;
    }
    drafts.swap("swap_statements", scope.text, (first, second));
}

/// Statements that go before or behind several others of their block.
fn further(statements: &[Node<'_>], scope: &Scope<'_>, drafts: &mut Drafts) {
    let is_moved = |node: &Node<'_>| node.kind() == "expression_statement" && !is_docstring(*node);
    for (from, moved) in statements.iter().enumerate().filter(|(_, node)| is_moved(node)) {
        let (start, end) = whole_lines(scope.text, *moved);
        let line = scope.text.get(start..end).filter(|line| line.ends_with('\n'));
        let Some(line) = line else { continue };
        let near = from.saturating_sub(MAX_FURTHER)..=from + MAX_FURTHER;
        for (to, other) in near.filter_map(|to| Some((to, statements.get(to)?))) {
            if to.abs_diff(from) < 2 || is_docstring(*other) {
                continue;
            }
            let (before, behind) = whole_lines(scope.text, *other);
            let at = if to < from { before } else { behind };
            if to > from && (leaves(*other) || !ends_line(scope.text, behind)) {
                continue;
            }
            let (gone, put) = ((start, end, String::new()), (at, at, line.to_owned()));
            let stretches = if at <= start { vec![put, gone] } else { vec![gone, put] };
            drafts.many("swap_statements", 0.5, stretches);
        }
    }
}

/// Tells whether a text has a whole line before a place.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with('\n'))
}

/// Two assignments of which the second reads what the first one sets, made at once.
fn together((first, second): (Node<'_>, Node<'_>), scope: &Scope<'_>, drafts: &mut Drafts) {
    let sides = |statement: Node<'_>| {
        let (left, right) = assigned(statement)?;
        Some((scope.text_of(left), scope.text_of(right)))
    };
    let (Some((one, value)), Some((other, next))) = (sides(first), sides(second)) else { return };
    let is_plain = |value: &str| !value.contains([',', '\n']) || value.ends_with([')', ']']);
    if one != other && words_of(next).any(|word| word == one) && is_plain(value) && is_plain(next) {
        let text = format!("{one}, {other} = {value}, {next}");
        drafts.many("together", 1.0, vec![(first.start_byte(), second.end_byte(), text)]);
    }
}

/// Indentation of the line on which a node begins.
pub(super) fn indent_of<'s>(text: &'s str, node: Node<'_>) -> &'s str {
    let line =
        text.get(..node.start_byte()).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(line..).unwrap_or("");
    let width = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest.get(..width).unwrap_or("")
}

/// The text of whole lines with another indentation.
pub(super) fn indented(lines: &str, from: &str, to: &str) -> String {
    let line = |line: &str| match line.strip_prefix(from) {
        Some(rest) => format!("{to}{rest}"),
        None => line.to_owned(),
    };
    lines.split_inclusive('\n').map(line).collect()
}

/// The last statement of a block goes behind the block.
fn moved_out(spot: &Spot<'_>, last: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.parent.kind() == "function_definition" {
        return;
    }
    let (start, end) = whole_lines(scope.text, last);
    let outer = indent_of(scope.text, spot.statement);
    let lines = scope.text.get(start..end).unwrap_or("");
    let moved = indented(lines, indent_of(scope.text, last), outer);
    if moved != lines && is_last_part(spot) {
        drafts.many("move_out", 1.0, vec![(start, end, moved)]);
    }
}

/// Tells whether nothing of the compound statement follows its block.
fn is_last_part(spot: &Spot<'_>) -> bool {
    spot.node.end_byte() >= spot.statement.end_byte()
}

/// A statement goes to the end of the block before it.
fn moved_in((first, second): (Node<'_>, Node<'_>), scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(inner) = last_statement(first) else { return };
    let (start, end) = whole_lines(scope.text, second);
    let lines = scope.text.get(start..end).unwrap_or("");
    let mut at = Some(inner);
    while let Some(statement) = at {
        let moved =
            indented(lines, indent_of(scope.text, second), indent_of(scope.text, statement));
        if moved != lines {
            drafts.many("move_in", 1.0, vec![(start, end, moved)]);
        }
        at = last_statement(statement);
    }
}

/// The last statement of the last block of a compound statement.
fn last_statement(node: Node<'_>) -> Option<Node<'_>> {
    let last = named(node).pop()?;
    match last.kind() {
        "block" => named(last).pop(),
        "else_clause" | "elif_clause" => last_statement(last),
        _ => None,
    }
}
