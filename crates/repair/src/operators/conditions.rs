//! Conditions that a function could ask, made from its own variables.
//!
//! Other operators put them in as guards, filters and values; how usual each one is decides how many are tried.

use std::collections::HashSet;

use tree_sitter::Node;

use crate::scope::{INDEXED, Kind, MANY, NUMBER, Scope, TEXT};
use crate::tree::{Spot, named};

/// Most conditions of one function.
const MAX_CONDITIONS: usize = 160;
/// Most names that conditions are about.
const MAX_NAMES: usize = 8;
/// Longest name of an index, in bytes.
const MAX_INDEX_BYTES: usize = 3;
/// Most variables that are looked for in attributes.
const MAX_HELD: usize = 12;

/// Most characters that texts are compared with.
const MAX_CHARACTERS: usize = 4;

const HOLDING: &[Kind] = &[Kind::Sequence, Kind::Set, Kind::Mapping];

/// A condition and how usual it is; 1 for the usual.
pub(super) type Condition = (String, f64);

/// Conditions that a function could ask, the most usual ones first.
pub(super) fn conditions(scope: &Scope<'_>) -> Vec<Condition> {
    let mut found: Vec<Condition> = Vec::new();
    let names: Vec<&str> = scope.names.iter().copied().take(MAX_NAMES).collect();
    for donor in scope.donors.iter().filter(|donor| is_test(donor)) {
        found.push(((*donor).to_owned(), 2.0));
        found.extend(met(donor).map(|test| (test, 1.0)));
    }
    for name in &names {
        found.extend(of_one(name, scope));
    }
    for (at, one) in names.iter().enumerate() {
        for other in names.iter().skip(at + 1) {
            found.extend(of_two(one, other, scope));
        }
    }
    found.extend(neighbours(&names, scope));
    found.extend(flags(&names, scope));
    found.extend(both(&names, scope));
    found.extend(parts(&names, scope));
    found.extend(held(&names, scope));
    found.extend(characters(&names, scope));
    let functions = scope.members.functions.iter().map(|function| function.name);
    for function in functions.filter(|function| *function != scope.name) {
        found.extend(names.iter().map(|name| (format!("{function}({name})"), 1.0)));
    }
    let mut seen = HashSet::new();
    found.retain(|(text, _)| seen.insert(text.clone()));
    found.sort_by(|one, other| other.1.total_cmp(&one.1));
    found.truncate(MAX_CONDITIONS);
    found
}

/// Two values that are compared by size, asked for being the same.
fn met(donor: &str) -> Option<String> {
    let signs = [" <= ", " >= ", " < ", " > "];
    let found = signs.iter().find_map(|sign| donor.split_once(sign))?;
    (!signs.iter().any(|sign| found.1.contains(sign)))
        .then(|| format!("{} == {}", found.0, found.1))
}

/// Tells whether an expression can be asked for.
pub(super) fn is_test(text: &str) -> bool {
    [" < ", " > ", " <= ", " >= ", " == ", " != ", " in ", ".is", "with("]
        .iter()
        .any(|word| text.contains(word))
}

fn of_one(name: &str, scope: &Scope<'_>) -> Vec<Condition> {
    let empty = if scope.surely(name, MANY) { 1.2 } else { 0.8 };
    let mut found = vec![(name.to_owned(), empty), (format!("not {name}"), empty)];
    found.push((format!("{name} is not None"), 0.3));
    if scope.may_be(name, NUMBER) {
        let tests = [
            (" == 0", 1.0),
            (" > 0", 1.0),
            (" < 0", 1.0),
            (" != 0", 0.5),
            (" == 1", 0.8),
            (" > 1", 0.5),
            (" % 2 == 0", 0.8),
            (" % 2 == 1", 0.6),
            (" >= 0", 0.4),
            (" < 2", 0.4),
            (" <= 0", 0.4),
        ];
        found.extend(tests.map(|(test, factor)| (format!("{name}{test}"), factor)));
        for number in &scope.numbers {
            let tests = [("==", 0.5), (">", 0.5), ("<", 0.5), (">=", 0.3), ("<=", 0.3)];
            found.extend(tests.map(|(sign, factor)| (format!("{name} {sign} {number}"), factor)));
        }
    }
    if scope.may_be(name, MANY) {
        let tests = [("== 0", 0.4), ("== 1", 0.5), ("> 1", 0.4), ("< 2", 0.3)];
        let factor = if scope.surely(name, MANY) { 1.0 } else { 0.2 };
        found.extend(tests.map(|(test, usual)| (format!("len({name}) {test}"), usual * factor)));
    }
    if scope.surely(name, TEXT) {
        let tests = ["isalpha", "isdigit", "isspace", "isupper", "islower", "isalnum"];
        found.extend(tests.map(|test| (format!("{name}.{test}()"), 0.5)));
    }
    found
}

fn of_two(one: &str, other: &str, scope: &Scope<'_>) -> Vec<Condition> {
    let mut found = Vec::new();
    if scope.alike(one, other) {
        // Lists, sets and mappings are rarely asked which is the larger.
        let ordered =
            if scope.surely(one, HOLDING) || scope.surely(other, HOLDING) { 0.1 } else { 1.0 };
        let tests = [("<", 1.0), (">", 1.0), ("<=", 0.6), (">=", 0.6)];
        let tests = tests.map(|(sign, factor)| (sign, factor * ordered));
        let tests = tests.into_iter().chain([("==", 1.0), ("!=", 1.0)]);
        found.extend(tests.map(|(sign, factor)| (format!("{one} {sign} {other}"), factor)));
    }
    let both = |kinds| scope.may_be(one, kinds) && scope.may_be(other, kinds);
    if both(NUMBER) {
        found.push((format!("{one} % {other} == 0"), 0.8));
        found.push((format!("{other} % {one} == 0"), 0.8));
    }
    if both(INDEXED) && (scope.surely(one, INDEXED) || scope.surely(other, INDEXED)) {
        for sign in ["!=", ">", "<", "=="] {
            found.push((format!("len({one}) {sign} len({other})"), 0.7));
        }
    }
    for (item, many) in [(one, other), (other, one)] {
        if scope.surely(many, MANY) {
            found.push((format!("{item} in {many}"), 0.8));
            found.push((format!("{item} not in {many}"), 0.8));
            if scope.may_be(item, NUMBER) {
                found.push((format!("{item} < len({many})"), 0.6));
                found.push((format!("{item} == len({many})"), 0.5));
                found.extend(at_last(item, many, scope));
            }
        }
        if scope.surely(many, TEXT) && scope.may_be(item, TEXT) {
            found.push((format!("{item}.startswith({many})"), 0.5));
            found.push((format!("{item}.endswith({many})"), 0.4));
        }
    }
    found
}

/// Tells whether an index is that of the last element.
fn at_last(index: &str, many: &str, scope: &Scope<'_>) -> Vec<Condition> {
    if !scope.surely(many, INDEXED) || !scope.surely(index, NUMBER) {
        return Vec::new();
    }
    let test = |(sign, factor)| (format!("{index} {sign} len({many}) - 1"), factor);
    [("<", 0.6), ("==", 0.5)].map(test).to_vec()
}

/// Elements of a sequence compared with each other.
fn neighbours(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    let many = names.iter().filter(|name| scope.surely(name, INDEXED));
    let indices: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| scope.surely(name, NUMBER) && name.len() <= MAX_INDEX_BYTES)
        .collect();
    many.flat_map(|many| elements(many, &indices)).collect()
}

/// Two indices of which neither is at the start.
fn both(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    let is_index = |name: &&&str| scope.running.contains(name) && scope.surely(name, NUMBER);
    let indices: Vec<&&str> = names.iter().filter(is_index).collect();
    let of = |pair: &[&&str]| match pair {
        [one, other] => {
            ["0", "1"].map(|least| format!("{one} > {least} and {other} > {least}")).to_vec()
        }
        _ => Vec::new(),
    };
    indices.windows(2).flat_map(of).map(|test| (test, 0.5)).collect()
}

/// Tells whether a sequence stands in another one at a place.
fn parts(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    let many: Vec<&&str> = names.iter().filter(|name| scope.surely(name, INDEXED)).collect();
    let at = names.iter().filter(|name| scope.running.contains(name) && scope.surely(name, NUMBER));
    let of = |place: &&str| {
        let pairs = many.iter().flat_map(|one| many.iter().map(move |other| (*one, *other)));
        let pairs = pairs.filter(|(one, other)| one != other);
        let test = |(one, other)| format!("{one}[{place}:{place} + len({other})] == {other}");
        pairs.map(|pair| (test(pair), 1.2)).collect::<Vec<_>>()
    };
    at.flat_map(of).take(MAX_HELD).collect()
}

/// The first and the last character of a text compared with one that the function or its tests name.
fn characters(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    let strings = scope.spots.iter().filter(|spot| spot.node.kind() == "string_content");
    let own = strings.map(|spot| scope.text_of(spot.node)).filter(|text| text.chars().count() == 1);
    let given = scope.words.characters.iter().map(String::as_str);
    let mut all: Vec<&str> = own.chain(given).filter(|text| !text.contains(['"', '\\'])).collect();
    let mut seen = HashSet::new();
    all.retain(|text| seen.insert(*text));
    all.truncate(MAX_CHARACTERS);
    let places = [("[0]", 0.4), ("[-1]", 0.4), ("", 0.3)];
    let of = |name: &str| {
        let places = places.iter().map(move |(place, factor)| (format!("{name}{place}"), *factor));
        places.collect::<Vec<_>>()
    };
    let texts = names.iter().filter(|name| scope.surely(name, TEXT)).flat_map(|name| of(name));
    let asked = |(part, factor): (String, f64)| {
        let of_one = |character: &&str| (format!("{part} == \"{character}\""), factor);
        all.iter().map(of_one).collect::<Vec<_>>()
    };
    texts.flat_map(asked).collect()
}

/// Elements of a list of truth values.
fn flags(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    if !["= [False", "= [True"].iter().any(|list| scope.text.contains(list)) {
        return Vec::new();
    }
    let begins = |many: &str, truth: &str| scope.text.contains(&format!("{many} = [{truth}"));
    let is_flags = |many: &&&str| begins(many, "False") || begins(many, "True");
    let indices = names.iter().filter(|name| scope.surely(name, NUMBER));
    let of = |many: &&str| {
        let each = indices.clone();
        let each = each.flat_map(|at| [format!("{many}[{at}]"), format!("not {many}[{at}]")]);
        each.map(|test| (test, 1.2)).collect::<Vec<_>>()
    };
    names.iter().filter(is_flags).flat_map(of).collect()
}

fn elements(many: &str, indices: &[&str]) -> Vec<Condition> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (at, one) in indices.iter().enumerate() {
        pairs.push((format!("{many}[{one}]"), format!("{many}[{one} + 1]")));
        let others = indices.iter().skip(at + 1);
        pairs.extend(others.map(|other| (format!("{many}[{one}]"), format!("{many}[{other}]"))));
    }
    let signs = ["<", ">", "==", "!="];
    let compared =
        |(one, other): &(String, String)| signs.map(|sign| (format!("{one} {sign} {other}"), 0.6));
    pairs.iter().flat_map(compared).collect()
}

/// Tells whether a sequence holds a part of something else.
fn held(names: &[&str], scope: &Scope<'_>) -> Vec<Condition> {
    let attributes = scope.gathering.iter().filter(|name| name.contains('.'));
    let own = attributes.flat_map(|many| names.iter().map(move |name| (*name, *many)));
    let own = own.filter(|(name, many)| !many.starts_with(name)).take(MAX_HELD);
    let own = own.flat_map(|(name, many)| [("in", name, many), ("not in", name, many)]);
    let own = own.map(|(sign, name, many)| (format!("{name} {sign} {many}"), 0.5));
    let many = names.iter().filter(|name| scope.surely(name, MANY));
    let parts = scope.donors.iter().filter(|donor| donor.ends_with([')', ']']) && !is_test(donor));
    let parts: Vec<&&str> = parts.take(MAX_NAMES).collect();
    let of = |many: &&str| {
        let of_part = |part: &&&str| {
            [(format!("{part} in {many}"), 0.5), (format!("{part} not in {many}"), 0.5)]
        };
        parts.iter().flat_map(of_part).collect::<Vec<_>>()
    };
    many.flat_map(of).chain(own).collect()
}

/// A condition with one variable or number in it changed, as the next one of a row often looks.
pub(super) fn variants(node: Node<'_>, scope: &Scope<'_>) -> Vec<String> {
    let text = scope.text_of(node);
    let start = node.start_byte();
    let inside = |spot: &&Spot<'_>| {
        node.start_byte() <= spot.node.start_byte() && spot.node.end_byte() <= node.end_byte()
    };
    let mut found = Vec::new();
    for spot in scope.spots.iter().filter(inside) {
        let own = scope.text_of(spot.node);
        let others: Vec<String> = match spot.node.kind() {
            "identifier" if scope.names.contains(&own) => {
                let alike = |name: &&&str| **name != own && scope.alike(own, name);
                let others = scope.names.iter().filter(alike).map(|name| (*name).to_owned());
                let is_index = spot.parent.kind() == "subscript" && spot.field == "subscript";
                let mirrored = is_index.then(|| format!("-1 - {own}"));
                others.chain(mirrored).collect()
            }
            "integer" if spot.parent.kind() == "subscript" && own == "0" => {
                near(own).into_iter().chain(["-1".to_owned()]).collect()
            }
            "integer" => near(own).into_iter().chain(scope.words.numbers.clone()).collect(),
            _ => continue,
        };
        let (from, to) = (spot.node.start_byte() - start, spot.node.end_byte() - start);
        let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else { continue };
        found.extend(others.iter().map(|other| format!("{before}{other}{after}")));
    }
    found
}

/// The other end of the elements of which an index leaves one end out.
pub(super) fn last_of(test: &str, scope: &Scope<'_>) -> Vec<String> {
    let begins = [(" > 0", " - 1"), (" >= 1", " - 1"), (" >= 0", "")];
    let found = begins.iter().find_map(|(end, less)| Some((test.strip_suffix(end)?, less)));
    let Some((index, less)) = found.filter(|(index, _)| scope.names.contains(index)) else {
        return Vec::new();
    };
    let many = scope.names.iter().filter(|name| scope.surely(name, INDEXED));
    many.map(|many| format!("{index} < len({many}){less}")).collect()
}

fn near(number: &str) -> Vec<String> {
    let Ok(number) = number.parse::<i64>() else { return Vec::new() };
    let steps = [1, -1, 2, -2].into_iter().filter_map(|step| number.checked_add(step));
    steps.filter(|number| *number >= 0).map(|number| number.to_string()).collect()
}

/// The operands of a condition, itself where it is not a joined one.
pub(super) fn joined(node: Node<'_>) -> Vec<Node<'_>> {
    if node.kind() != "boolean_operator" {
        return vec![node];
    }
    named(node).into_iter().flat_map(joined).collect()
}
