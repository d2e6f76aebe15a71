//! First values for names and attributes that have none.
//!
//! How a name is used later tells what it begins as: a list where something is appended, a number where it is added to.

use super::found::Found;
use super::functions::{first_line, first_of};
use super::made_values::{Inputs, calls, containers, copied, made, paired};
use crate::broken::Line;

/// Most lines of a function on which a first value is tried.
const MAX_PLACES: usize = 6;

/// A first value by how the name is used, at the start of the function and before the loops around.
pub(super) fn first_value(found: &mut Found<'_, '_>, name: &str) {
    let Some(first) = first_line(found) else { return };
    let body = found.broken.body();
    let (likely, _) = containers(found, &Inputs::of(found, name));
    let by_use: Vec<String> = values(&body, name).into_iter().map(str::to_owned).collect();
    let places = starts(found, first);
    give(found, name, &places, &likely);
    give(found, name, &places, &by_use);
}

/// A first value that is made of what the function and its file have, before the line that lacks it and at the start.
pub(super) fn made_value(found: &mut Found<'_, '_>, name: &str) {
    let Some(first) = first_line(found) else { return };
    let here = found.broken.here().filter(|here| here.number > first.number && !here.is_blank());
    let late: Vec<Line<'_>> = here.into_iter().chain([first]).collect();
    let inputs = Inputs::of(found, name);
    let (_, containers) = containers(found, &inputs);
    let (likely_calls, calls) = calls(found, &inputs);
    give(found, name, &starts(found, first), &containers);
    give(found, name, &late, &likely_calls);
    give(found, name, &late, &copied(found, name));
    give(found, name, &late, &made(&inputs.parameters));
    give(found, name, late.get(..1).unwrap_or(&[]), &paired(&inputs.parameters));
    give(found, name, &late, &calls);
    give(found, name, &here.into_iter().collect::<Vec<_>>(), &made(&inputs.locals));
}

/// The start of the function, that of the one around it, and the loops before the line that lacks a value.
fn starts<'s>(found: &Found<'_, 's>, first: Line<'s>) -> Vec<Line<'s>> {
    let is_loop = |line: &Line<'_>| {
        let text = line.text.trim_start();
        line.number <= found.broken.line && (text.starts_with("for ") || text.starts_with("while "))
    };
    let outer = found.broken.function().and_then(|inner| found.broken.outside(inner));
    let outer = outer.and_then(|outer| first_of(&found.broken.below(outer)));
    let loops = found.broken.body().into_iter().filter(is_loop);
    [first].into_iter().chain(outer).chain(loops).take(MAX_PLACES).collect()
}

/// Each value at each place.
fn give(found: &mut Found<'_, '_>, name: &str, places: &[Line<'_>], values: &[String]) {
    for value in values {
        for place in places {
            let text = format!("{}{name} = {value}\n", place.indent());
            let what = format!("gives `{name}` the first value `{value}`");
            found.put("first_value", (place.start, place.start), &text, &what);
        }
    }
}

/// A first value for what an object lacks, where its class makes it.
pub(super) fn first_attribute(found: &mut Found<'_, '_>, class: &str, name: &str) {
    let is_class = |line: &&Line<'_>| {
        let rest =
            line.text.trim_start().strip_prefix("class ").and_then(|rest| rest.strip_prefix(class));
        rest.is_some_and(|rest| rest.trim_start().starts_with([':', '(']))
    };
    let Some(header) = found.broken.lines.iter().find(is_class).copied() else { return };
    let body = found.broken.below(header);
    let is_made = |line: &Line<'_>| line.text.trim_start().starts_with("def __init__(");
    let Some(place) = body.iter().position(is_made).and_then(|at| body.get(at + 1)).copied() else {
        return;
    };
    let name = format!("self.{name}");
    for value in values(&body, &name) {
        let text = format!("{}{name} = {value}\n", place.indent());
        let what = format!("gives `{name}` the first value `{value}`");
        found.put("first_attribute", (place.start, place.start), &text, &what);
    }
}

/// First values where nothing tells how a name is used.
const FIRST_VALUES: &[&str] = &[
    "0",
    "[]",
    "''",
    "1",
    "{}",
    "None",
    "set()",
    "False",
    "True",
    "-1",
    "2",
    "float('inf')",
    "float('-inf')",
];

/// First values by how a name is used, the likeliest first.
fn values(body: &[Line<'_>], name: &str) -> Vec<&'static str> {
    let text = body.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
    let has = |pattern: &str| text.contains(&pattern.replace('@', name));
    let mut values: Vec<&'static str> = Vec::new();
    if has("@.append")
        || has("@.extend")
        || has("@.pop()")
        || has("@ += [")
        || has("@.insert")
        || has("@.sort")
    {
        values.push("[]");
    }
    if has("@.append") && has("@[") {
        values.extend(["[0]", "[1]", "[[]]", "[[1]]", "[[0]]", "[0, 1]"]);
    }
    if has("@.add(") {
        values.push("set()");
    }
    if has("@.items")
        || has("@.get(")
        || has("@.keys")
        || has("@.setdefault")
        || (has("@[") && has("] ="))
    {
        values.push("{}");
    }
    let is_text =
        ["@ += '", "@ += \"", "@ + '", "@ += str(", "@ + str(", "@ += chr(", "@ = @ + chr"];
    if is_text.iter().any(|pattern| has(pattern)) {
        values.push("''");
    }
    if has("@ *= ") || has("@ = @ * ") {
        values.push("1");
    }
    if has("@ = True") || has("not @") {
        values.push("False");
    }
    if has("@ = False") {
        values.push("True");
    }
    if has("@ is None") || has("@ is not None") {
        values.push("None");
    }
    let others = FIRST_VALUES.iter().filter(|value| !values.contains(value));
    let others: Vec<&'static str> = others.copied().collect();
    values.extend(others);
    values
}
