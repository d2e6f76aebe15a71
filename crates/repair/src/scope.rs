//! A function as operators see it: variables, types, expressions and what can be called.
//!
//! It is gathered once for each function. Every list is bounded, because the number of edits grows with the product of them.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::members::Members;
use super::tree::{Spot, text_of};

/// Longest expression that is used elsewhere, in bytes.
const MAX_DONOR_BYTES: usize = 40;
/// Most expressions of one function that are used elsewhere.
const MAX_DONORS: usize = 40;
/// Most elements of tables that are looked at, and most with indices of others.
const MAX_TABLED: usize = 20;
const MAX_CROSSED: usize = 8;
/// Most whole numbers of one function that are tried elsewhere in it.
const MAX_NUMBERS: usize = 4;
/// Most variables of one function that take each other's place.
const MAX_NAMES: usize = 40;
/// Most statements of one function that are repeated elsewhere.
const MAX_PLAIN: usize = 20;

/// Most functions of the file that one of them may call.
const MAX_CALLABLE: usize = 6;

/// A function, or the module around all functions.
pub(super) struct Scope<'t> {
    /// The whole file.
    pub(super) text: &'t str,
    /// The name of the function; empty for the module.
    pub(super) name: &'t str,
    /// Its nodes in reading order.
    pub(super) spots: Vec<Spot<'t>>,
    /// Variables that can be read in it, in the order of their first mention.
    pub(super) names: Vec<&'t str>,
    /// Names of the types that variables hold, as far as they are known.
    pub(super) types: BTreeMap<String, BTreeSet<String>>,
    /// Expressions of it that may serve elsewhere.
    pub(super) donors: Vec<&'t str>,
    /// Elements of tables with the indices of others of the same table: of `t[a][b]` and `t[c][d]` these are `t[a][d]` and `t[c][b]`.
    pub(super) crossed: Vec<String>,
    /// What functions and objects of the file offer.
    pub(super) members: &'t Members<'t>,
    /// Variables that something is appended to or popped from.
    pub(super) gathering: Vec<&'t str>,
    /// Functions of the file that can be called, each as it is called, with its number of arguments.
    pub(super) callable: Vec<(String, usize)>,
    /// Plain statements of one line that may be repeated elsewhere.
    pub(super) plain: Vec<Node<'t>>,
    /// Whole numbers that it names, each once.
    pub(super) numbers: Vec<&'t str>,
    /// Variables that loops and comprehensions run over something with.
    pub(super) running: Vec<&'t str>,
    /// Whether the module `math` is imported.
    pub(super) has_math: bool,
    /// Whether characters and their numbers are made of each other somewhere.
    pub(super) has_letters: bool,
    /// Strings worth a trial: of the docstring, of the file and single characters of the tests' inputs.
    pub(super) words: Words,
}

/// Strings worth a trial.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Words of the docstring that stand in quotes.
    pub(super) described: Vec<String>,
    /// Numbers that the docstring names outside of its examples.
    pub(super) numbers: Vec<String>,
    /// Single characters that tests pass in.
    pub(super) characters: Vec<String>,
}

impl<'t> Scope<'t> {
    /// The text of a node.
    pub(super) fn text_of(&self, node: Node<'_>) -> &'t str {
        text_of(self.text, node)
    }

    /// Tells whether two variables may hold the same kind of value; true where nothing is known.
    pub(super) fn alike(&self, one: &str, other: &str) -> bool {
        match (self.kinds(one), self.kinds(other)) {
            (Some(one), Some(other)) => !one.is_disjoint(&other),
            _ => true,
        }
    }

    /// Tells whether a variable may hold a kind of value; true where nothing is known.
    pub(super) fn may_be(&self, name: &str, kinds: &[Kind]) -> bool {
        self.kinds(name).is_none_or(|known| kinds.iter().any(|kind| known.contains(kind)))
    }

    /// Tells whether a variable is known to hold a kind of value.
    pub(super) fn surely(&self, name: &str, kinds: &[Kind]) -> bool {
        self.kinds(name).is_some_and(|known| kinds.iter().any(|kind| known.contains(kind)))
    }

    fn kinds(&self, name: &str) -> Option<BTreeSet<Kind>> {
        let known = self.types.get(name)?;
        let kinds: BTreeSet<Kind> = known.iter().filter_map(|word| kind_of(word)).collect();
        (!kinds.is_empty() && kinds.len() == known.len()).then_some(kinds)
    }
}

/// A use that a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Number,
    Text,
    Sequence,
    Set,
    Mapping,
    Nothing,
}

/// Kinds that operators ask for.
pub(super) const NUMBER: &[Kind] = &[Kind::Number];
pub(super) const TEXT: &[Kind] = &[Kind::Text];
pub(super) const SEQUENCE: &[Kind] = &[Kind::Sequence];
pub(super) const MAPPING: &[Kind] = &[Kind::Mapping];
pub(super) const INDEXED: &[Kind] = &[Kind::Sequence, Kind::Text];
pub(super) const MANY: &[Kind] = &[Kind::Sequence, Kind::Set, Kind::Mapping, Kind::Text];

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "int" | "float" | "bool" | "complex" | "Fraction" | "Decimal" => Kind::Number,
        "str" | "bytes" => Kind::Text,
        "list" | "tuple" | "deque" | "range" => Kind::Sequence,
        "set" | "frozenset" => Kind::Set,
        "dict" | "defaultdict" | "Counter" | "OrderedDict" => Kind::Mapping,
        "NoneType" => Kind::Nothing,
        _ => return None,
    })
}

/// The variables that a function's nodes and parameters name, in reading order.
pub(super) fn variables<'t>(text: &'t str, root: Node<'t>, spots: &[Spot<'t>]) -> Vec<&'t str> {
    let mut found: Vec<&'t str> = Vec::new();
    let mut add = |name: &'t str| {
        if found.len() < MAX_NAMES && !found.contains(&name) && name != "_" {
            found.push(name);
        }
    };
    let parameters = root.child_by_field_name("parameters");
    for parameter in parameters.map(super::tree::named).unwrap_or_default() {
        if let Some(name) = first_identifier(parameter) {
            add(text_of(text, name));
        }
    }
    for spot in spots.iter().filter(|spot| spot.node.kind() == "identifier") {
        if is_bound(spot) {
            add(text_of(text, spot.node));
        }
    }
    found
}

/// Expressions that may serve elsewhere, each once, in reading order.
pub(super) fn donors<'t>(text: &'t str, spots: &[Spot<'t>]) -> Vec<&'t str> {
    let mut found: Vec<&'t str> = Vec::new();
    let kinds =
        ["call", "subscript", "attribute", "binary_operator", "comparison_operator", "list"];
    for spot in spots.iter().filter(|spot| kinds.contains(&spot.node.kind())) {
        let donor = text_of(text, spot.node);
        let is_function = spot.field == "function";
        if donor.len() <= MAX_DONOR_BYTES
            && !is_function
            && found.len() < MAX_DONORS
            && !donor.contains('\n')
            && !found.contains(&donor)
        {
            found.push(donor);
        }
    }
    found
}

/// The first whole numbers that a function names, each once.
pub(super) fn numbers<'t>(text: &'t str, spots: &[Spot<'t>]) -> Vec<&'t str> {
    let mut found: Vec<&'t str> = Vec::new();
    for spot in spots.iter().filter(|spot| spot.node.kind() == "integer") {
        let number = text_of(text, spot.node);
        if found.len() < MAX_NUMBERS && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// Variables that loops and comprehensions run over something with, one by one.
pub(super) fn running<'t>(text: &'t str, spots: &[Spot<'t>]) -> Vec<&'t str> {
    let is_loop =
        |spot: &&Spot<'_>| matches!(spot.parent.kind(), "for_statement" | "for_in_clause");
    let bound = spots.iter().filter(is_loop).filter(|spot| spot.field == "left");
    let names: BTreeSet<&str> = bound.map(|spot| text_of(text, spot.node)).collect();
    names.into_iter().collect()
}

/// The table, row and column of an element.
fn table<'t>(text: &'t str, element: Node<'_>) -> Option<[&'t str; 3]> {
    let inner = element.child_by_field_name("value")?;
    let [table, row] = ["value", "subscript"].map(|name| inner.child_by_field_name(name));
    let column = element.child_by_field_name("subscript");
    let is_table = inner.kind() == "subscript";
    is_table.then_some([table?, row?, column?].map(|node| text_of(text, node)))
}

/// Elements of tables with indices that others of the same table have, none of which stands there yet.
pub(super) fn crossed(text: &str, spots: &[Spot<'_>]) -> Vec<String> {
    let elements = spots.iter().filter(|spot| spot.node.kind() == "subscript");
    let mut tables: Vec<[&str; 3]> = Vec::new();
    for element in elements.filter_map(|element| table(text, element.node)) {
        if tables.len() < MAX_TABLED && !tables.contains(&element) {
            tables.push(element);
        }
    }
    let mut found: Vec<String> = Vec::new();
    for [table, row, _] in &tables {
        for [_, _, column] in tables.iter().filter(|[other, _, _]| other == table) {
            let all = format!("{table}[{row}][{column}]");
            if !tables.contains(&[*table, *row, *column]) && !found.contains(&all) {
                found.push(all);
            }
        }
    }
    found.truncate(MAX_CROSSED);
    found
}

/// Tells whether a text gives a variable a value, to the end of a line.
pub(super) fn begins_as(text: &str, name: &str, value: &str) -> bool {
    let assignment = format!("{name} = {value}\n");
    text.match_indices(&assignment).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != '.')
    })
}

/// Variables that something is appended to or popped from, or that begin empty.
pub(super) fn gathering<'t>(text: &'t str, spots: &[Spot<'t>], names: &[&'t str]) -> Vec<&'t str> {
    let mut found: Vec<&'t str> =
        names.iter().filter(|name| begins_as(text, name, "[]")).copied().collect();
    for spot in spots.iter().filter(|spot| spot.node.kind() == "attribute") {
        let field = |name| spot.node.child_by_field_name(name).map(|node| text_of(text, node));
        let taken = ["append", "appendleft", "pop", "popleft"];
        let (Some(object), Some(method)) = (field("object"), field("attribute")) else {
            continue;
        };
        if taken.contains(&method) && found.len() < MAX_NAMES && !found.contains(&object) {
            found.push(object);
        }
    }
    found
}

/// Functions that can be called from one of them, that one first, then those that it calls already.
pub(super) fn callable(
    text: &str,
    (name, names): (&str, &[&str]),
    spots: &[Spot<'_>],
    members: &Members<'_>,
) -> Vec<(String, usize)> {
    let is_own = names.first() == Some(&"self");
    let called: BTreeSet<&str> = spots
        .iter()
        .filter(|spot| spot.field == "function")
        .map(|spot| text_of(text, spot.node))
        .collect();
    let mut found: Vec<(u8, String, usize)> = Vec::new();
    for function in &members.functions {
        let is_hidden = name.is_empty() || function.name.starts_with("__");
        if is_hidden || function.is_method && !is_own {
            continue;
        }
        let prefix = if function.is_method { "self." } else { "" };
        let whole = format!("{prefix}{}", function.name);
        let order =
            if function.name == name { 0 } else { 2 - u8::from(called.contains(whole.as_str())) };
        found.push((order, whole, function.parameters));
    }
    found.sort_by_key(|(order, _, _)| *order);
    found.truncate(MAX_CALLABLE);
    found.into_iter().map(|(_, whole, parameters)| (whole, parameters)).collect()
}

/// Plain statements of one line, each once.
pub(super) fn plain<'t>(text: &'t str, spots: &[Spot<'t>]) -> Vec<Node<'t>> {
    let is_plain = |node: Node<'_>| {
        matches!(node.kind(), "expression_statement" | "return_statement")
            && node.named_child(0).is_none_or(|child| child.kind() != "string")
            && node.start_position().row == node.end_position().row
    };
    let mut found: Vec<Node<'t>> = Vec::new();
    for spot in spots.iter().filter(|spot| spot.parent.kind() == "block" && is_plain(spot.node)) {
        let statement = text_of(text, spot.node);
        if found.iter().all(|node| text_of(text, *node) != statement) {
            found.push(spot.node);
        }
        if found.len() == MAX_PLAIN {
            break;
        }
    }
    found
}

fn first_identifier(node: Node<'_>) -> Option<Node<'_>> {
    if node.kind() == "identifier" {
        return Some(node);
    }
    super::tree::named(node).into_iter().find(|child| child.kind() == "identifier")
}

/// Tells whether an identifier stands where a name gets its value.
pub(super) fn is_bound(spot: &Spot<'_>) -> bool {
    match spot.parent.kind() {
        "assignment" | "for_statement" | "for_in_clause" => spot.field == "left",
        "pattern_list" | "tuple_pattern" | "lambda_parameters" | "as_pattern_target" => true,
        "named_expression" => spot.field == "name",
        _ => false,
    }
}

/// Tells whether an identifier stands where a variable is read.
pub(super) fn is_read(spot: &Spot<'_>) -> bool {
    let is_elsewhere = matches!(
        (spot.parent.kind(), spot.field),
        ("attribute", "attribute")
            | ("keyword_argument", "name")
            | ("call", "function")
            | (
                "default_parameter" | "typed_parameter" | "parameters" | "augmented_assignment",
                "left" | "name" | ""
            )
    );
    spot.node.kind() == "identifier" && !is_elsewhere && !is_bound(spot)
}
