//! Guards, filters and conditions put in where none are asked.
//!
//! The conditions come from `conditions.rs`; what a guard answers is what the function returns anyway, or the plain values.

use std::collections::HashSet;

use tree_sitter::Node;

use super::compare::is_condition;
use super::conditions::{Condition, conditions, joined, last_of, variants};
use super::statements::{indent_of, whole_lines};
use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::{Spot, is_docstring, leaves, named, words_of};

/// Most characters of a statement that a condition is put around.
const MAX_GUARDED: usize = 600;
/// Conditions that are joined with others; the rest is only tried where nothing was asked before.
const MAX_JOINED: usize = 60;
/// Most values that guards answer with.
const MAX_ANSWERS: usize = 9;
/// Those of them that are tried elsewhere than at the start and before a return.
const MAX_USUAL_ANSWERS: usize = 4;

/// Puts conditions where none are asked, and asks for more where some are.
pub(super) fn draft_all(scope: &Scope<'_>, drafts: &mut Drafts) {
    let conditions = conditions(scope);
    let answers = answers(scope);
    for spot in &scope.spots {
        match spot.node.kind() {
            "block" => block(spot, &conditions, &answers, (scope, drafts)),
            "list_comprehension"
            | "generator_expression"
            | "set_comprehension"
            | "dictionary_comprehension" => filtered(spot.node, &conditions, scope, drafts),
            "else_clause" if spot.parent.kind() == "if_statement" => {
                narrowed(spot.node, &conditions, scope, drafts);
            }
            _ => {}
        }
        if is_asked(spot) {
            asked(spot.node, &conditions, scope, drafts);
        }
        if drafts.is_full() {
            return;
        }
    }
}

/// Tells whether a node is what a branch, a loop, a filter or a returned test asks.
fn is_asked(spot: &Spot<'_>) -> bool {
    let is_test = matches!(spot.node.kind(), "comparison_operator" | "boolean_operator");
    is_condition(spot) || (spot.parent.kind() == "return_statement" && is_test)
}

fn asked(node: Node<'_>, conditions: &[Condition], scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(node);
    let own = joined(node);
    let is_open = text.contains(" or ");
    let all = if is_open { format!("({text})") } else { text.to_owned() };
    let mut put = |factor: f64, more: &str| {
        drafts.likely("add_condition", factor, node, format!("{all} and {more}"));
        drafts.likely("add_condition", factor, node, format!("{text} or {more}"));
    };
    for one in &own {
        for more in variants(*one, scope) {
            put(3.0, &more);
        }
        for more in last_of(scope.text_of(*one), scope) {
            put(3.0, &more);
        }
        if let Some(more) = other_end(scope.text_of(*one)) {
            put(8.0, &more);
        }
    }
    for (more, factor) in
        conditions.iter().filter(|(more, _)| !text.contains(more.as_str())).take(MAX_JOINED)
    {
        put(*factor, more);
    }
}

/// Puts what is done in every other case under a condition.
fn narrowed(node: Node<'_>, conditions: &[Condition], scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some((before, _)) = scope.text_of(node).split_once(':') else { return };
    let start = node.start_byte();
    for (test, factor) in conditions.iter().take(MAX_JOINED) {
        let stretch = (start, start + before.len(), format!("elif {test}"));
        drafts.many("narrow", *factor, vec![stretch]);
    }
}

/// The other end of a range of characters of which one end is asked for.
fn other_end(asked: &str) -> Option<String> {
    const RANGES: [(&str, &str); 3] = [("0", "9"), ("a", "z"), ("A", "Z")];
    let inner = asked.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let (value, character) = inner.unwrap_or(asked).rsplit_once(' ')?;
    let (value, sign) = value.rsplit_once(' ')?;
    let character = character.trim_matches(['"', '\'']);
    let other = |(first, last): (&str, &str)| match sign {
        "<=" if character == last => Some(format!("{value} >= '{first}'")),
        ">=" if character == first => Some(format!("{value} <= '{last}'")),
        _ => None,
    };
    RANGES.into_iter().find_map(other)
}

/// A comprehension that leaves something out.
fn filtered(node: Node<'_>, conditions: &[Condition], scope: &Scope<'_>, drafts: &mut Drafts) {
    let parts = named(node);
    if parts.iter().any(|part| part.kind() == "if_clause") {
        return;
    }
    let bound: Vec<&str> = parts
        .iter()
        .filter(|part| part.kind() == "for_in_clause")
        .filter_map(|part| part.child_by_field_name("left"))
        .flat_map(|left| scope.text_of(left).split([',', ' ', '(', ')']))
        .filter(|name| !name.is_empty())
        .collect();
    let Some(last) = parts.last() else { return };
    let at = last.end_byte();
    for (test, factor) in conditions {
        if bound.iter().any(|name| names(test, name)) {
            drafts.insert("filter", *factor, at, format!(" if {test}"));
        }
    }
    for name in bound {
        for kind in ["int", "str", "float", "list"] {
            drafts.insert("filter", 0.4, at, format!(" if isinstance({name}, {kind})"));
        }
        for test in ["isalpha()", "isdigit()", "isspace()", "isupper()", "islower()"] {
            drafts.insert("filter", 0.5, at, format!(" if {name}.{test}"));
            drafts.insert("filter", 0.4, at, format!(" if not {name}.{test}"));
        }
        for other in &scope.names {
            for test in [
                format!("{name} % {other} == 0"),
                format!("{other} % {name} == 0"),
                format!("{name}.startswith({other})"),
            ] {
                drafts.insert("filter", 0.5, at, format!(" if {test}"));
            }
        }
    }
}

/// Tells whether a condition is about a name.
fn names(test: &str, name: &str) -> bool {
    words_of(test).any(|word| word == name)
}

/// An answer and how usual it is; 1 for the usual.
pub(super) type Answer = (String, f64);

/// Lists what the function returns anyway, and the plain answers.
pub(super) fn answers(scope: &Scope<'_>) -> Vec<Answer> {
    let mut found: Vec<Answer> = Vec::new();
    let returned = scope.spots.iter().filter(|spot| spot.node.kind() == "return_statement");
    for value in returned.filter_map(|spot| named(spot.node).first().copied()) {
        let text = scope.text_of(value);
        let opposite = match value.kind() {
            "true" => vec!["False"],
            "false" => vec!["True"],
            "string" => strings(scope).into_iter().filter(|other| *other != text).take(3).collect(),
            _ => Vec::new(),
        };
        found.extend([text].into_iter().chain(opposite).map(|text| (text.to_owned(), 1.0)));
    }
    // Who answers True or False elsewhere answers no number, nor the reverse.
    let is_truth = |text: &str| matches!(text, "True" | "False");
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    let truths = found.iter().any(|(text, _)| is_truth(text));
    let numbers = found.iter().any(|(text, _)| is_number(text));
    let usual = |text: &str| {
        let is_strange = (truths && is_number(text)) || (numbers && is_truth(text));
        if is_strange { 0.2 } else { 1.0 }
    };
    let plain = ["None", "False", "True", "0", "[]", "-1", "''", "1"];
    found.extend(plain.map(|text| (text.to_owned(), usual(text))));
    let mut seen = HashSet::new();
    found.retain(|(text, _)| text.len() < 40 && !text.contains('\n') && seen.insert(text.clone()));
    found.truncate(MAX_ANSWERS);
    found
}

fn strings<'t>(scope: &Scope<'t>) -> Vec<&'t str> {
    let strings = scope.spots.iter().filter(|spot| spot.node.kind() == "string");
    let mut found: Vec<&str> = strings.map(|spot| scope.text_of(spot.node)).collect();
    found.dedup();
    found
}

fn block<'t>(
    spot: &Spot<'t>,
    conditions: &[Condition],
    answers: &[Answer],
    (scope, drafts): (&Scope<'t>, &mut Drafts),
) {
    let is_loop = matches!(spot.parent.kind(), "for_statement" | "while_statement");
    let statements: Vec<Node<'t>> = named(spot.node);
    let statements = statements.iter().filter(|statement| !is_docstring(**statement));
    for (place, statement) in statements.enumerate() {
        let step = Step::of(*statement, scope);
        let is_likely = place == 0 || statement.kind() == "return_statement";
        for (test, factor) in conditions {
            step.ask(test, *factor, is_loop, drafts);
            let usual = factor * if is_likely { 1.0 } else { 0.3 };
            let count = if is_likely { MAX_ANSWERS } else { MAX_USUAL_ANSWERS };
            for (answer, likely) in answers.iter().take(count) {
                step.answer(test, usual * likely, &format!("return {answer}"), drafts);
            }
            for (jump, factor) in JUMPS.iter().filter(|_| is_loop) {
                step.answer(test, usual * factor, jump, drafts);
            }
        }
    }
}

/// Ways to leave a loop, and how usual each is.
const JUMPS: &[(&str, f64)] = &[("continue", 1.0), ("break", 0.7)];

/// A statement with its lines.
struct Step<'s> {
    leaves: bool,
    is_plain: bool,
    lines: &'s str,
    indent: &'s str,
    start: usize,
    end: usize,
}

impl<'s> Step<'s> {
    fn of(statement: Node<'s>, scope: &Scope<'s>) -> Self {
        let (start, end) = whole_lines(scope.text, statement);
        Self {
            leaves: leaves(statement),
            is_plain: leaves(statement) || statement.kind() == "expression_statement",
            lines: scope.text.get(start..end).unwrap_or(""),
            indent: indent_of(scope.text, statement),
            start,
            end,
        }
    }

    fn unit(&self) -> &'static str {
        if self.indent.starts_with('\t') { "\t" } else { "    " }
    }

    /// The statement under a condition.
    fn ask(&self, test: &str, factor: f64, is_loop: bool, drafts: &mut Drafts) {
        if !self.is_plain || self.lines.len() > MAX_GUARDED || !self.lines.ends_with('\n') {
            return;
        }
        let factor = factor * if self.leaves && is_loop { 2.0 } else { 1.0 };
        let mut lines = format!("{}if {test}:\n", self.indent);
        for line in self.lines.split_inclusive('\n') {
            lines.push_str(self.unit());
            lines.push_str(line);
        }
        drafts.many("ask", factor, vec![(self.start, self.end, lines)]);
    }

    /// An answer before the statement.
    fn answer(&self, test: &str, factor: f64, what: &str, drafts: &mut Drafts) {
        let (indent, unit) = (self.indent, self.unit());
        let lines = format!("{indent}if {test}:\n{indent}{unit}{what}\n");
        drafts.insert("answer", factor, self.start, lines);
    }
}
