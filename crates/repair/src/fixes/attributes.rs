//! Attributes and methods that an object does not have.
//!
//! A table maps habits of other languages to what Python has; after that names of the file and of the type that look alike are tried.

use super::brackets::between;
use super::first_values::first_attribute;
use super::found::Found;
use super::known::{MEMBERS, METHODS, words};
use super::near::nearest;
use crate::broken::Line;
use crate::tokens::{Sort, Token, is_keyword};

/// Methods of other languages and types, and what Python's types have; `@` stands for what it is called on, `…` for what it
/// is called with.
const FOREIGN: &[(&str, &str)] = &[
    ("push", "@.append(…)"),
    ("push_back", "@.append(…)"),
    ("add", "@.append(…)"),
    ("append", "@.add(…)"),
    ("length", "len(@)"),
    ("size", "len(@)"),
    ("count", "len(@)"),
    ("len", "len(@)"),
    ("has_key", "(… in @)"),
    ("contains", "(… in @)"),
    ("includes", "(… in @)"),
    ("has", "(… in @)"),
    ("iteritems", "@.items(…)"),
    ("itervalues", "@.values(…)"),
    ("iterkeys", "@.keys(…)"),
    ("toLowerCase", "@.lower(…)"),
    ("toUpperCase", "@.upper(…)"),
    ("to_lower", "@.lower(…)"),
    ("to_upper", "@.upper(…)"),
    ("trim", "@.strip(…)"),
    ("startsWith", "@.startswith(…)"),
    ("endsWith", "@.endswith(…)"),
    ("indexOf", "@.index(…)"),
    ("charAt", "@[…]"),
    ("substring", "@[…]"),
    ("toString", "str(@)"),
    ("to_string", "str(@)"),
    ("sorted", "sorted(@)"),
    ("sort", "sorted(@)"),
    ("reversed", "@[::-1]"),
    ("reverse", "@[::-1]"),
    ("sum", "sum(@)"),
    ("max", "max(@)"),
    ("min", "min(@)"),
    ("isEmpty", "(not @)"),
    ("is_empty", "(not @)"),
    ("empty", "(not @)"),
    ("concat", "(@ + …)"),
    ("addAll", "@.extend(…)"),
    ("shift", "@.pop(0)"),
    ("unshift", "@.insert(0, …)"),
    ("popleft", "@.pop(0)"),
    ("appendleft", "@.insert(0, …)"),
    ("first", "@[0]"),
    ("last", "@[-1]"),
    ("next", "next(@)"),
    ("find", "@.index(…)"),
    ("get", "@[…]"),
    ("join", "…"),
    ("split", "str(@).split(…)"),
    ("isdigit", "str(@).isdigit(…)"),
    ("lower", "str(@).lower(…)"),
    ("upper", "str(@).upper(…)"),
    ("strip", "str(@).strip(…)"),
    ("replace", "str(@).replace(…)"),
    ("items", "dict(@).items(…)"),
    ("extend", "@.update(…)"),
    ("remove", "@.discard(…)"),
    ("insert", "@.add(…)"),
    ("is_integer", "float(@).is_integer(…)"),
    ("union", "set(@).union(…)"),
    ("intersection", "set(@).intersection(…)"),
    ("difference", "set(@).difference(…)"),
    ("copy", "list(@)"),
];

/// Tells whether a name is a method of another language.
pub(crate) fn is_foreign(name: &str) -> bool {
    FOREIGN.iter().any(|(foreign, _)| *foreign == name)
}

/// Corrects what stands behind a dot.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let Some(name) = between(message, "has no attribute '", "'") else { return };
    let owner = between(message, "'", "'").unwrap_or("");
    let owner = if message.starts_with("type object") { "type" } else { owner };
    let lines = lines_with(found, name);
    misspelt(found, owner, name, &lines);
    first_attribute(found, owner, name);
    for line in &lines {
        foreign(found, *line, name);
    }
    if message.starts_with("module '") {
        for line in &lines {
            bare(found, *line, name);
        }
    }
    for line in &lines {
        bare_call(found, *line, name);
    }
}

/// Lines around the complaint on which a name stands behind a dot, nearest first.
fn lines_with<'s>(found: &Found<'_, 's>, name: &str) -> Vec<Line<'s>> {
    let has = |line: &Line<'_>| {
        line.tokens()
            .windows(2)
            .any(|pair| matches!(pair, [dot, next] if dot.text == "." && next.text == name))
    };
    let mut lines: Vec<Line<'s>> = found
        .broken
        .here()
        .into_iter()
        .filter(|line| found.broken.is_named() && has(line))
        .collect();
    if lines.is_empty() {
        lines = found
            .broken
            .lines
            .iter()
            .filter(|line| line.text.contains(name) && has(line))
            .copied()
            .take(10)
            .collect();
    }
    lines
}

fn misspelt(found: &mut Found<'_, '_>, owner: &str, name: &str, lines: &[Line<'_>]) {
    let known = METHODS
        .iter()
        .chain(MEMBERS)
        .find(|(kind, _)| *kind == owner || kind.rsplit('.').next() == Some(owner));
    let mut right: Vec<&str> = known
        .map(|(_, methods)| nearest(name, &words(methods).collect::<Vec<_>>()))
        .unwrap_or_default();
    let behind_dots: Vec<&str> = own_names(found, name);
    right.extend(nearest(name, &behind_dots));
    if known.is_none() {
        let all: Vec<&str> = METHODS.iter().flat_map(|(_, methods)| words(methods)).collect();
        right.extend(nearest(name, &all));
    }
    for line in lines {
        let places: Vec<Token<'_>> =
            line.tokens().into_iter().filter(|token| token.text == name).collect();
        for new in &right {
            let what = format!("calls `{new}`, not `{name}`,");
            let all: Vec<_> = places
                .iter()
                .map(|token| (line.start + token.start, line.start + token.end, (*new).to_owned()))
                .collect();
            found.all("misspelt_attribute", &all, &what);
            for stretch in &all {
                found.all("misspelt_attribute", std::slice::from_ref(stretch), &what);
            }
        }
    }
}

/// Names that stand behind dots or are defined in the file.
fn own_names<'s>(found: &Found<'_, 's>, name: &str) -> Vec<&'s str> {
    let mut names: Vec<&'s str> = Vec::new();
    for line in found.broken.around() {
        for pair in line.tokens().windows(2) {
            let [before, next] = pair else { continue };
            let is_member =
                matches!(before.text, "." | "def") && next.is_name() && next.text != name;
            if is_member && !names.contains(&next.text) {
                names.push(next.text);
            }
        }
    }
    names
}

/// Finds where the value before a dot begins: names, calls and subscripts.
fn object_start(tokens: &[Token<'_>], dot: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut start = None;
    for token in tokens.get(..dot)?.iter().rev() {
        let is_part = match token.sort {
            Sort::Close => {
                depth += 1;
                true
            }
            Sort::Open if depth == 0 => break,
            Sort::Open => {
                depth -= 1;
                true
            }
            _ if depth > 0 => true,
            Sort::Name => {
                !is_keyword(token.text) || matches!(token.text, "None" | "True" | "False")
            }
            Sort::Text | Sort::Number => true,
            Sort::Sign => token.text == ".",
        };
        if !is_part {
            break;
        }
        if depth == 0 {
            start = Some(token.start);
        }
        // A name that follows no dot is the beginning.
        if depth == 0 && token.sort == Sort::Name && !follows_dot(tokens, token) {
            break;
        }
    }
    start
}

fn follows_dot(tokens: &[Token<'_>], token: &Token<'_>) -> bool {
    tokens.iter().any(|other| other.text == "." && other.end == token.start)
}

/// The place behind the bracket that a token opens.
fn call_end(tokens: &[Token<'_>], open: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for token in tokens.get(open..)? {
        match token.sort {
            Sort::Open => depth += 1,
            Sort::Close => depth = depth.checked_sub(1)?,
            Sort::Name | Sort::Number | Sort::Text | Sort::Sign => {}
        }
        if depth == 0 {
            return Some((token.start, token.end));
        }
    }
    None
}

fn foreign(found: &mut Found<'_, '_>, line: Line<'_>, name: &str) {
    let tokens = line.tokens();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == name) {
        let Some(start) = at.checked_sub(1).and_then(|dot| object_start(&tokens, dot)) else {
            continue;
        };
        let object = line.text.get(start..token.start.saturating_sub(1)).unwrap_or("");
        let call = tokens.get(at + 1).filter(|next| next.text == "(").and_then(|open| {
            let (close, end) = call_end(&tokens, at + 1)?;
            Some((line.text.get(open.end..close)?, end))
        });
        let (arguments, end) = call.unwrap_or(("", token.end));
        for (_, new) in FOREIGN.iter().filter(|(foreign, _)| *foreign == name) {
            let text = new.replace('…', arguments).replace('@', object);
            let what = format!("writes `{text}` for `.{name}`");
            found.put("foreign_attribute", (line.start + start, line.start + end), &text, &what);
        }
        if name == "join" {
            let text = format!("{arguments}.join({object})");
            found.put(
                "foreign_attribute",
                (line.start + start, line.start + end),
                &text,
                "joins the other way round",
            );
        }
        if !arguments.is_empty() || call.is_some() {
            let place = (line.start + start, line.start + end);
            found.put("drop_call", place, object, &format!("drops `.{name}(…)`"));
        }
    }
}

/// `math.max(x)` as `max(x)`, or from the module that has it.
fn bare(found: &mut Found<'_, '_>, line: Line<'_>, name: &str) {
    let tokens = line.tokens();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == name) {
        let Some(start) = at.checked_sub(1).and_then(|dot| object_start(&tokens, dot)) else {
            continue;
        };
        let place = (line.start + start, line.start + token.end);
        if super::known::BUILTINS.contains(&name) {
            found.put("bare_name", place, name, &format!("calls `{name}` itself"));
        }
        let object = line.text.get(start..token.start.saturating_sub(1)).unwrap_or("");
        if object == "datetime" {
            found.put(
                "bare_name",
                place,
                &format!("datetime.datetime.{name}"),
                "names the class in its module",
            );
        }
        for (module, _) in
            MEMBERS.iter().filter(|(_, members)| words(members).any(|member| member == name))
        {
            let import = super::imports::place(found.broken);
            let stretches = [
                (import, import, format!("import {module}\n")),
                (place.0, place.1, format!("{module}.{name}")),
            ];
            found.all("bare_name", &stretches, &format!("takes `{name}` from `{module}`, first"));
        }
    }
}

/// The attribute dropped.
fn bare_call(found: &mut Found<'_, '_>, line: Line<'_>, name: &str) {
    for token in line.tokens().into_iter().filter(|token| token.text == name) {
        let place = (line.start + token.start.saturating_sub(1), line.start + token.end);
        found.put("drop_call", place, "", &format!("drops `.{name}`"));
    }
}
