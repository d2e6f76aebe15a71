//! Branches and changes of variables dropped, with everything that belongs to them.
//!
//! A variable goes with all plain statements that name it, because half of them gone would leave a name that is not defined.

use tree_sitter::Node;

use super::statements::whole_lines;
use crate::drafts::{Drafts, Stretch};
use crate::scope::{Scope, is_read};
use crate::tree::{Spot, assigned, named, words_of};

/// Most statements that go with a variable.
const MAX_STATEMENTS: usize = 4;
/// Most places that take a change of a variable over.
const MAX_READS: usize = 6;

/// Edits that drop a branch, or change a variable at one place only.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "else_clause" | "elif_clause" => {
            let (start, end) = whole_lines(scope.text, spot.node);
            drafts.many("drop_branch", 1.0, vec![(start, end, String::new())]);
        }
        "expression_statement" if !is_lonely(spot.node) => inlined(spot.node, scope, drafts),
        _ => {}
    }
}

/// Drops a variable with all that is done with it.
pub(super) fn draft_all(scope: &Scope<'_>, drafts: &mut Drafts) {
    for name in &scope.names {
        if let Some(lines) = all_of(name, scope) {
            drafts.many("drop_variable", 1.0, lines);
        }
    }
}

/// The lines of the plain statements that name a variable; nothing where it is named elsewhere, or in one statement only.
fn all_of(name: &str, scope: &Scope<'_>) -> Option<Vec<Stretch>> {
    let mut statements: Vec<Node<'_>> = Vec::new();
    let is_named =
        |spot: &&Spot<'_>| spot.node.kind() == "identifier" && scope.text_of(spot.node) == name;
    for spot in scope.spots.iter().filter(is_named) {
        if spot.statement.kind() != "expression_statement" {
            return None;
        }
        if !statements.contains(&spot.statement) {
            statements.push(spot.statement);
        }
    }
    let is_some = (2..=MAX_STATEMENTS).contains(&statements.len());
    if !is_some || statements.iter().any(|statement| is_lonely(*statement)) {
        return None;
    }
    let lines = |statement: &Node<'_>| {
        let (start, end) = whole_lines(scope.text, *statement);
        (start, end, String::new())
    };
    Some(statements.iter().map(lines).collect())
}

/// Tells whether nothing else stands in the block of a statement.
fn is_lonely(statement: Node<'_>) -> bool {
    statement.parent().is_none_or(|block| named(block).len() == 1)
}

/// `x = f(x)` dropped, with `f(x)` at one of the places that read `x` after it.
fn inlined(statement: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((left, right)) = assigned(statement) else { return };
    let (name, value) = (scope.text_of(left), scope.text_of(right));
    let is_own = left.kind() == "identifier" && words_of(value).any(|word| word == name);
    if !is_own || value.contains('\n') {
        return;
    }
    let (start, end) = whole_lines(scope.text, statement);
    let is_later = |spot: &&Spot<'_>| {
        let is_behind = spot.node.start_byte() >= end;
        is_behind && is_read(spot) && scope.text_of(spot.node) == name
    };
    for read in scope.spots.iter().filter(is_later).take(MAX_READS) {
        let is_safe = matches!(right.kind(), "call" | "subscript" | "parenthesized_expression");
        let value = if is_safe { value.to_owned() } else { format!("({value})") };
        let place = (read.node.start_byte(), read.node.end_byte(), value);
        drafts.many("inline", 1.0, vec![(start, end, String::new()), place]);
    }
}
