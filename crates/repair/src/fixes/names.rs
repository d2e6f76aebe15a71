//! Names that mean nothing where they stand.
//!
//! Tried in turn: an import, a near name in scope, `self.`, quotes, `global`, and a first value. The order is how often each is
//! the answer.

use super::aliases::{member_alias, module_alias, rarer};
use super::brackets::between;
use super::first_values::{first_value, made_value};
use super::found::Found;
use super::functions::{first_line, parameters};
use super::imports::{add, missing};
use super::known::{BUILTINS, MEMBERS, MODULES, words};
use super::near::nearest;
use crate::packages::import_of;
use crate::tokens::{Sort, is_keyword};

/// Imports, corrects, quotes or sets a name.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let name = between(message, "name '", "'").or_else(|| between(message, "variable '", "'"));
    let Some(name) = name.filter(|name| !name.is_empty()) else { return };
    let is_unbound = found.broken.complaint.kind == "UnboundLocalError";
    if let Some(line) = import_of(name).filter(|_| !is_unbound) {
        // Nothing else can be what the name of a package means.
        return add(found, line);
    }
    if is_unbound {
        outer(found, name);
    } else {
        missing(found, name);
        foreign(found, name);
    }
    let is_set = is_set(found, name);
    if is_unbound || is_set {
        first_value(found, name);
    }
    let (slips, others) = near(found, name);
    misspelt(found, name, &slips);
    if !is_set && !is_unbound {
        module_alias(found, name);
        own(found, name);
        first_value(found, name);
    }
    misspelt(found, name, &others);
    if !is_set && !is_unbound {
        rarer(found, name);
        member_alias(found, name);
        quoted(found, name);
        members(found, name);
    }
    moved_up(found, name);
    made_value(found, name);
}

/// Tells whether the function gives the name a value somewhere.
fn is_set(found: &Found<'_, '_>, name: &str) -> bool {
    found.broken.body().iter().any(|line| {
        line.tokens().windows(2).any(|pair| {
            matches!(pair, [one, next] if one.text == name && next.sort == Sort::Sign
                && next.text.ends_with('=') && !matches!(next.text, "==" | "<=" | ">=" | "!="))
        })
    })
}

/// Words of other languages.
fn foreign(found: &mut Found<'_, '_>, name: &str) {
    let new = match name {
        "null" | "nil" | "undefined" | "NULL" => "None",
        "true" => "True",
        "false" => "False",
        "unicode" | "basestring" | "string" => "str",
        "xrange" => "range",
        "raw_input" => "input",
        "long" => "int",
        "unichr" => "chr",
        "Math" => "math",
        "this" => "self",
        "length" | "size" => "len",
        "println" | "printf" | "echo" => "print",
        "Infinity" => "float('inf')",
        "NaN" => "float('nan')",
        _ => return,
    };
    everywhere(found, name, new, "foreign");
}

/// The name at the place of the complaint, then everywhere, as another one.
fn everywhere(found: &mut Found<'_, '_>, name: &str, new: &str, operator: &'static str) {
    let what = format!("writes `{new}` for `{name}`");
    let places = found.broken.occurrences(name);
    let here = found.broken.here();
    let on_line =
        |start: &usize| here.is_some_and(|line| (line.start..=line.end()).contains(start));
    let is_named = found.broken.is_named();
    let all: Vec<_> = places.iter().map(|(start, end)| (*start, *end, new.to_owned())).collect();
    let near: Vec<_> =
        all.iter().filter(|(start, _, _)| is_named && on_line(start)).cloned().collect();
    found.all(operator, &near, &what);
    for stretch in &near {
        found.all(operator, std::slice::from_ref(stretch), &what);
    }
    found.all(operator, &all, &what);
}

/// A word of the language on the line of the complaint as a name that is one slip away: `in` as `int` or `min`.
pub(super) fn slipped(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    for token in here.tokens().into_iter().filter(|token| is_keyword(token.text)) {
        let place = (here.start + token.start, here.start + token.end);
        for new in near(found, token.text).0 {
            found.put("misspelt", place, new, &format!("writes `{new}` for `{}`", token.text));
        }
    }
}

/// The nearest of the names in scope, then of what Python always has, then of what its library has: those one slip away, and others.
fn near<'s>(found: &Found<'_, 's>, name: &str) -> (Vec<&'s str>, Vec<&'s str>) {
    let mut scope: Vec<&str> = Vec::new();
    for line in found.broken.body().iter().chain(found.broken.function().as_ref()) {
        scope.extend(
            line.tokens()
                .iter()
                .filter(|token| token.is_name() && !is_keyword(token.text))
                .map(|token| token.text),
        );
    }
    scope.extend(found.broken.names().into_iter().filter(|name| !is_keyword(name)));
    let mut seen: Vec<&str> = Vec::new();
    scope.retain(|name| {
        let is_new = !seen.contains(name);
        seen.push(name);
        is_new
    });
    let library: Vec<&str> = MEMBERS.iter().flat_map(|(_, members)| words(members)).collect();
    let pools = [&scope[..], BUILTINS, MODULES, &library[..]];
    let mut near: Vec<&str> = Vec::new();
    for new in pools.into_iter().flat_map(|pool| nearest(name, pool)) {
        if !near.contains(&new) {
            near.push(new);
        }
    }
    near.into_iter().partition(|new| strsim::osa_distance(name, new) == 1)
}

/// Each of the names for this one.
fn misspelt(found: &mut Found<'_, '_>, name: &str, names: &[&str]) {
    for new in names {
        everywhere(found, name, new, "misspelt");
    }
}

/// `self.name` where there is a method around.
fn own(found: &mut Found<'_, '_>, name: &str) {
    let text = found.broken.text;
    if text.contains(&format!("self.{name}")) || text.contains(&format!("def {name}(self")) {
        everywhere(found, name, &format!("self.{name}"), "own");
    }
}

/// The name in quotes: a string without them.
fn quoted(found: &mut Found<'_, '_>, name: &str) {
    let Some(here) = found.broken.here().filter(|_| found.broken.is_named()) else { return };
    for token in here.tokens().into_iter().filter(|token| token.text == name) {
        let place = (here.start + token.start, here.start + token.end);
        found.put("quote", place, &format!("'{name}'"), &format!("puts `{name}` in quotes"));
    }
}

/// Other names that are in scope, where nothing is near.
fn members(found: &mut Found<'_, '_>, name: &str) {
    if is_module(found, name) {
        return;
    }
    let header = found.broken.function();
    let parameters: Vec<&str> = header.map(parameters).unwrap_or_default();
    for new in parameters.into_iter().filter(|new| *new != name) {
        everywhere(found, name, new, "misspelt");
    }
}

/// Tells whether all that is done with a name is to take attributes of it, as one does with modules.
fn is_module(found: &Found<'_, '_>, name: &str) -> bool {
    let text = found.broken.text;
    let places = found.broken.occurrences(name);
    let takes =
        |(_, end): &(usize, usize)| text.get(*end..).is_some_and(|rest| rest.starts_with('.'));
    !places.is_empty() && places.iter().all(takes)
}

/// `global` or `nonlocal` for a name that an outer place gives a value.
fn outer(found: &mut Found<'_, '_>, name: &str) {
    let Some(first) = first_line(found) else { return };
    let is_global = found.broken.lines.iter().any(|line| {
        line.text.starts_with(name) && line.tokens().get(1).is_some_and(|next| next.text == "=")
    });
    let word = if is_global { "global" } else { "nonlocal" };
    let is_inner = found.broken.function().is_some_and(|header| !header.indent().is_empty());
    if is_global || is_inner {
        let text = format!("{}{word} {name}\n", first.indent());
        found.put(
            "outer_name",
            (first.start, first.start),
            &text,
            &format!("uses the outer `{name}`"),
        );
    }
}

/// The line that defines the name, moved before the one that uses it.
fn moved_up(found: &mut Found<'_, '_>, name: &str) {
    let Some(here) = found.broken.here().filter(|_| found.broken.is_named()) else { return };
    let later = found.broken.body().into_iter().find(|line| {
        let tokens = line.tokens();
        line.number > here.number
            && line.indent() == here.indent()
            && matches!(tokens[..], [one, sign, ..] if one.text == name && sign.text == "=")
    });
    let Some(later) = later else { return };
    let end =
        found.broken.line(later.number + 1).map_or(found.broken.text.len(), |next| next.start);
    let stretches =
        [(here.start, here.start, format!("{}\n", later.text)), (later.start, end, String::new())];
    found.all("moved_up", &stretches, &format!("sets `{name}` before it is used"));
}
