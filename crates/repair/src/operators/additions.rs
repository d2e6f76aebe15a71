//! Arguments, bounds, subscripts and methods put into expressions.
//!
//! What is put in comes from the function itself and from how usual each addition is in Python.

use tree_sitter::Node;

use super::operands::{is_call_or_element, is_value, operand};
use crate::drafts::Drafts;
use crate::scope::{INDEXED, Kind, MAPPING, NUMBER, SEQUENCE, Scope, TEXT, is_read};
use crate::tree::{Spot, named};

/// Most arguments of a call that gets one more.
const MAX_ARGUMENTS: usize = 4;
/// Most expressions that are put in as an argument.
const MAX_GIVEN: usize = 16;

/// Most variables that a method asks about.
const MAX_ASKED: usize = 6;

/// Methods without arguments, on what they make sense, how usual.
const METHODS: &[(&str, &[Kind], f64)] = &[
    ("items", MAPPING, 1.5),
    ("values", MAPPING, 1.2),
    ("keys", MAPPING, 0.6),
    ("lower", TEXT, 1.2),
    ("upper", TEXT, 0.7),
    ("strip", TEXT, 0.8),
    ("split", TEXT, 1.0),
    ("isalpha", TEXT, 0.8),
    ("isdigit", TEXT, 0.8),
    ("isalnum", TEXT, 0.6),
    ("isspace", TEXT, 0.4),
    ("isupper", TEXT, 0.5),
    ("islower", TEXT, 0.5),
    ("title", TEXT, 0.2),
    ("capitalize", TEXT, 0.3),
    ("copy", SEQUENCE, 0.3),
    ("start", &[], 0.2),
    ("end", &[], 0.2),
    ("group", &[], 0.3),
    ("hexdigest", &[], 0.3),
];

/// Edits that put something in beside, behind or into an expression.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if is_value(spot) {
        operand(spot, scope, drafts);
    }
    match spot.node.kind() {
        "call" => {
            argument(spot.node, scope, drafts);
            of_all(spot.node, scope, drafts);
        }
        "slice" => bounds(spot.node, scope, drafts),
        "expression_statement" => effect(spot.node, scope, drafts),
        _ => {}
    }
    if is_read(spot) && scope.names.contains(&scope.text_of(spot.node)) {
        element(spot, scope, drafts);
        indexed(spot, scope, drafts);
    }
    if matches!(spot.node.kind(), "identifier" | "call" | "subscript") && is_value(spot) {
        method(spot, scope, drafts);
    }
}

/// Functions that often take one thing more.
const TAKING: &[&str] =
    &["zip", "min", "max", "range", "map", "filter", "append", "extend", "replace", "join", "pow"];
/// Functions that are applied to each element or ask for it.
const APPLIED: &[&str] = &[
    "int",
    "str",
    "float",
    "len",
    "lambda x: x % 2 == 0",
    "lambda x: x % 2 != 0",
    "lambda x: x > 0",
];

/// Arguments that functions often take besides.
pub(super) const USUAL: &[(&str, &str)] = &[
    ("max", "default=0"),
    ("min", "default=0"),
    ("max", "key=len"),
    ("min", "key=len"),
    ("zip_longest", "fillvalue=0"),
    ("zip_longest", "fillvalue=''"),
    ("zip_longest", "fillvalue=' '"),
    ("split", "','"),
    ("split", "' '"),
    ("next", "None"),
    ("get", "[]"),
    ("sum", "[]"),
];

/// One argument more.
fn argument(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| node.child_by_field_name(name);
    let (Some(arguments), Some(function)) = (field("arguments"), field("function")) else { return };
    let given = named(arguments);
    if arguments.kind() != "argument_list" || given.len() > MAX_ARGUMENTS {
        return;
    }
    let texts: Vec<&str> = given.iter().map(|node| scope.text_of(*node)).collect();
    let plain = given.iter().filter(|node| node.kind() != "keyword_argument").count();
    let word = scope.text_of(function.child_by_field_name("attribute").unwrap_or(function));
    let mut put = |factor: f64, at: usize, more: &str| {
        let mut all = texts.clone();
        all.insert(at, more);
        drafts.likely("add_argument", factor, arguments, format!("({})", all.join(", ")));
    };
    let factor = if TAKING.contains(&word) || plain == 0 { 1.5 } else { 0.6 };
    for more in expressions(scope) {
        for at in (0..=plain).rev() {
            put(factor, at, &more);
        }
    }
    for number in ["0", "1", "2", "10", "-1"] {
        put(if matches!(word, "round" | "range") { 2.0 } else { 0.4 }, plain, number);
        if word == "range" {
            put(1.0, 0, number);
        }
    }
    for (_, more) in USUAL.iter().filter(|(function, _)| *function == word) {
        put(1.0, given.len(), more);
    }
    for function in APPLIED.iter().filter(|_| matches!(word, "map" | "filter") && plain == 1) {
        put(1.0, 0, function);
    }
}

/// Asks of all elements what is asked of the first.
fn of_all(call: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(call);
    let first = text.strip_suffix("[0])").and_then(|text| text.split_once('('));
    let Some((function, many)) = first.filter(|(_, many)| scope.names.contains(many)) else {
        return;
    };
    for all in ["max", "min", "sum"] {
        let text = format!("{all}({function}(each) for each in {many})");
        drafts.likely("element", 1.0, call, text);
    }
}

/// Lists what may be passed: variables, lengths, and what is called or indexed elsewhere.
fn expressions(scope: &Scope<'_>) -> Vec<String> {
    let names = scope.names.iter().map(|name| (*name).to_owned());
    let long = scope.names.iter().filter(|name| scope.surely(name, INDEXED));
    let lengths = long.map(|name| format!("len({name})"));
    let donors = scope
        .donors
        .iter()
        .filter(|donor| is_call_or_element(donor))
        .map(|donor| (*donor).to_owned());
    names.chain(lengths).chain(donors).take(MAX_GIVEN).collect()
}

/// Bounds of a slice that has none on one side.
fn bounds(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(node);
    let Some((start, stop)) = text.split_once(':').filter(|(_, stop)| !stop.contains(':')) else {
        return;
    };
    let (start, stop) = (start.trim(), stop.trim());
    for name in scope.names.iter().filter(|name| scope.may_be(name, NUMBER)) {
        let factor = if scope.surely(name, NUMBER) { 1.0 } else { 0.5 };
        let mut put = |text: String| drafts.likely("bound_of", factor, node, text);
        if start.is_empty() {
            put(format!("{name}:{stop}"));
            put(format!("-{name}:{stop}"));
            put(format!("{name} + 1:{stop}"));
        } else {
            put(format!("{start}:{start} + {name}"));
        }
        if stop.is_empty() {
            put(format!("{start}:{name}"));
            put(format!("{start}:-{name}"));
            put(format!("{start}:{name} + 1"));
        } else {
            put(format!("{stop} - {name}:{stop}"));
        }
    }
    for number in ["1", "2"] {
        if start.is_empty() {
            drafts.likely("bound_of", 0.5, node, format!("{number}:{stop}"));
            drafts.likely("bound_of", 0.5, node, format!("-{number}:{stop}"));
        }
        drafts.likely("bound_of", 0.4, node, format!("{text}:{number}"));
        if stop.is_empty() {
            drafts.likely("bound_of", 0.5, node, format!("{start}:-{number}"));
            drafts.likely("bound_of", 0.3, node, format!("{start}:{number}"));
        }
    }
    if start.is_empty() {
        drafts.likely("bound_of", 0.5, node, format!("{text}:-1"));
    }
}

/// A bare name as a statement has no effect: it wants a call.
fn effect(node: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(only) = node.named_child(0) else { return };
    if node.named_child_count() != 1
        || !matches!(only.kind(), "identifier" | "subscript" | "attribute")
    {
        return;
    }
    let text = scope.text_of(only);
    for call in ["sort()", "reverse()", "pop()", "clear()", "sort(reverse=True)"] {
        drafts.likely("effect", 1.0, only, format!("{text}.{call}"));
    }
    let donors = scope.donors.iter().filter(|donor| !donor.contains(text));
    for other in scope.names.iter().filter(|other| **other != text).chain(donors).take(MAX_GIVEN) {
        for call in ["append", "extend", "add", "remove", "update"] {
            drafts.likely("effect", 1.0, only, format!("{text}.{call}({other})"));
        }
    }
    for one in &scope.names {
        for other in scope.names.iter().filter(|other| *other != one && *one != text) {
            for call in ["append(({one}, {other}))", "extend([{one}, {other}])"] {
                let call = call.replace("{one}", one).replace("{other}", other);
                drafts.likely("effect", 0.4, only, format!("{text}.{call}"));
            }
        }
    }
}

/// One element in place of all of them.
fn element(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    let is_indexed = spot.parent.kind() == "subscript" && spot.field == "value";
    if !scope.may_be(name, &[Kind::Sequence, Kind::Text, Kind::Mapping]) || is_indexed {
        return;
    }
    let known =
        if scope.surely(name, &[Kind::Sequence, Kind::Text, Kind::Mapping]) { 1.0 } else { 0.3 };
    let mut put = |factor: f64, index: &str| {
        drafts.likely("element", factor * known, spot.node, format!("{name}[{index}]"));
    };
    for other in scope.names.iter().filter(|other| **other != name) {
        let is_index = scope.may_be(other, NUMBER) || scope.surely(name, MAPPING);
        let factor = if scope.surely(other, NUMBER) { 1.5 } else { 0.5 };
        if is_index {
            put(factor, other);
        }
        if scope.surely(other, NUMBER) {
            put(0.7, &format!("{other} + 1"));
            put(0.7, &format!("{other} - 1"));
        }
    }
    for index in ["0", "1", "-1", "2"] {
        put(0.6, index);
    }
}

/// The element in place of its index.
fn indexed(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    let is_index_already = matches!(spot.parent.kind(), "subscript" | "slice");
    if !scope.surely(name, NUMBER) || is_index_already {
        return;
    }
    let factor = if scope.running.contains(&name) { 1.5 } else { 0.3 };
    for many in scope.names.iter().filter(|many| scope.surely(many, INDEXED)) {
        drafts.likely("element", factor, spot.node, format!("{many}[{name}]"));
    }
}

/// A method called on a value.
fn method(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let is_name = spot.node.kind() == "identifier";
    for (method, kinds, usual) in METHODS {
        let known = match (is_name, kinds.is_empty()) {
            (true, false) if scope.surely(text, kinds) => 1.0,
            (true, false) if !scope.may_be(text, kinds) => continue,
            (true, true)
                if scope.surely(
                    text,
                    &[Kind::Number, Kind::Text, Kind::Sequence, Kind::Set, Kind::Mapping],
                ) =>
            {
                continue;
            }
            _ => 0.5,
        };
        drafts.likely("add_method", usual * known, spot.node, format!("{text}.{method}()"));
    }
    if is_name && scope.surely(text, TEXT) {
        drafts.likely("add_method", 0.5, spot.node, format!("{text}.split(' ')"));
    }
    if is_name {
        asked_of(spot, scope, drafts);
    }
}

/// Methods that ask something of a value about another one, and on what they make sense.
const ASKING: &[(&str, &[Kind])] = &[
    ("count", INDEXED),
    ("index", INDEXED),
    ("get", MAPPING),
    ("find", TEXT),
    ("startswith", TEXT),
    ("endswith", TEXT),
    ("split", TEXT),
    ("join", TEXT),
];

/// A method called on a value with another variable.
fn asked_of(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let others = scope.names.iter().filter(|other| **other != text);
    for other in others.take(MAX_ASKED) {
        for (method, _) in ASKING.iter().filter(|(_, kinds)| scope.surely(text, kinds)) {
            drafts.likely("add_method", 0.1, spot.node, format!("{text}.{method}({other})"));
        }
    }
}
