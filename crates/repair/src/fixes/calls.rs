//! Arguments that do not fit a function's header, and values that do not unpack.
//!
//! Either side may be wrong: the call gets an argument more or less, or the header a default or `self`.

use super::brackets::between;
use super::found::Found;
use super::values::values;
use crate::broken::Line;
use crate::tokens::Token;

/// Fixes of headers and calls.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let function = message.split("()").next().unwrap_or("");
    let mut parts = function.rsplit('.');
    let last = parts.next().unwrap_or(function);
    // An object that is made is called by the name of its class.
    let class = parts.next().filter(|_| matches!(last, "__init__" | "__new__"));
    let function = class.unwrap_or(last).to_owned();
    if message.contains("positional argument") {
        itself(found, &function);
    }
    if let Some(lacking) = between(message, "argument: '", "'") {
        defaulted(found, &function, lacking);
        given(found, &function);
    }
    if message.contains("positional argument") && message.contains("given") {
        fewer(found, &function);
        further(found, &function);
    }
    if let Some(keyword) = between(message, "unexpected keyword argument '", "'") {
        without_keyword(found, keyword);
    }
    if is_unpacking(message) {
        unpacked(found);
    }
}

/// The header of a function.
fn header<'s>(found: &Found<'_, 's>, function: &str) -> Option<(Line<'s>, usize, usize)> {
    let start = format!("def {function}(");
    let line = found.broken.lines.iter().find(|line| line.text.contains(&start)).copied()?;
    let open = line.text.find(&start)? + start.len();
    let close = line.text.rfind(')').filter(|close| *close >= open)?;
    Some((line, open, close))
}

/// `self` in a method that lacks it.
fn itself(found: &mut Found<'_, '_>, function: &str) {
    let Some((line, open, close)) = header(found, function) else { return };
    let inner = line.text.get(open..close).unwrap_or("");
    if line.indent().is_empty() || inner.starts_with("self") || inner.starts_with("cls") {
        return;
    }
    let comma = if inner.trim().is_empty() { "" } else { ", " };
    let at = line.start + open;
    found.put("missing_self", (at, at), &format!("self{comma}"), "adds the missing `self`");
    let text = format!("{}@staticmethod\n", line.indent());
    found.put("missing_self", (line.start, line.start), &text, "makes the method a static one");
}

/// A default for a parameter that a call leaves out.
fn defaulted(found: &mut Found<'_, '_>, function: &str, lacking: &str) {
    let Some((line, open, close)) = header(found, function) else { return };
    let tokens = line.tokens();
    let parameter = tokens
        .iter()
        .find(|token| token.text == lacking && token.start >= open && token.end <= close);
    let Some(parameter) = parameter else { return };
    let annotated = line.text.get(parameter.end..close).unwrap_or("");
    let length = annotated.find(',').unwrap_or(annotated.len());
    let at = line.start + parameter.end + length;
    for value in ["None", "0", "[]", "''", "1", "True", "False"] {
        found.put(
            "default",
            (at, at),
            &format!("={value}"),
            &format!("gives `{lacking}` the default `{value}`"),
        );
    }
}

/// Calls of a function outside its header, as stretches of what is between the brackets.
fn calls(found: &Found<'_, '_>, function: &str) -> Vec<(usize, usize)> {
    let text = found.broken.text;
    let mut calls = Vec::new();
    for (start, end) in found.broken.occurrences(function).into_iter().take(20) {
        let is_header = text.get(..start).is_some_and(|before| before.trim_end().ends_with("def"));
        let rest = text.get(end..).unwrap_or("");
        if is_header || !rest.starts_with('(') {
            continue;
        }
        let mut depth = 0_usize;
        for (at, symbol) in rest.char_indices().take(500) {
            depth += usize::from(matches!(symbol, '(' | '[' | '{'));
            depth = depth.saturating_sub(usize::from(matches!(symbol, ')' | ']' | '}')));
            if depth == 0 {
                calls.push((end + 1, end + at));
                break;
            }
        }
    }
    calls
}

/// One argument more: each name around.
fn given(found: &mut Found<'_, '_>, function: &str) {
    let body = found.broken.body();
    let mut names: Vec<&str> = Vec::new();
    for token in body
        .iter()
        .chain(found.broken.function().as_ref())
        .flat_map(Line::tokens)
        .filter(Token::is_name)
    {
        let is_variable = !crate::tokens::is_keyword(token.text) && !names.contains(&token.text);
        if is_variable && !super::known::BUILTINS.contains(&token.text) && token.text != function {
            names.push(token.text);
        }
    }
    names.truncate(20);
    names.extend(["0", "1", "[]", "''", "None"]);
    for (start, end) in calls(found, function) {
        let inner = found.broken.text.get(start..end).unwrap_or("");
        let comma = if inner.trim().is_empty() { "" } else { ", " };
        for name in &names {
            found.put(
                "argument",
                (end, end),
                &format!("{comma}{name}"),
                &format!("gives `{function}` the argument `{name}`"),
            );
        }
        for name in &names {
            found.put(
                "argument",
                (start, start),
                &format!("{name}{comma}"),
                &format!("gives `{function}` the argument `{name}`"),
            );
        }
    }
}

/// One argument fewer.
fn fewer(found: &mut Found<'_, '_>, function: &str) {
    for (start, end) in calls(found, function) {
        let inner = found.broken.text.get(start..end).unwrap_or("");
        if let Some(comma) = inner.rfind(',') {
            found.put(
                "argument",
                (start + comma, end),
                "",
                &format!("gives `{function}` one argument fewer"),
            );
        }
        if let Some(comma) = inner.find(',') {
            let rest = inner.get(comma + 1..).unwrap_or("");
            let blank = rest.len() - rest.trim_start().len();
            found.put(
                "argument",
                (start, start + comma + 1 + blank),
                "",
                &format!("gives `{function}` one argument fewer"),
            );
        } else {
            found.put("argument", (start, end), "", &format!("gives `{function}` no argument"));
            found.put(
                "argument",
                (start, end),
                &format!("[{inner}]"),
                "gives the arguments as a list",
            );
        }
        if inner.contains(',') {
            found.put(
                "argument",
                (start, end),
                &format!("[{inner}]"),
                "gives the arguments as a list",
            );
            found.put(
                "argument",
                (start, end),
                &format!("({inner})"),
                "gives the arguments as a tuple",
            );
        }
    }
}

/// One parameter more.
fn further(found: &mut Found<'_, '_>, function: &str) {
    let Some((line, open, close)) = header(found, function) else { return };
    let inner = line.text.get(open..close).unwrap_or("");
    let comma = if inner.trim().is_empty() { "" } else { ", " };
    let at = line.start + close;
    found.put(
        "argument",
        (at, at),
        &format!("{comma}*args"),
        &format!("lets `{function}` take more arguments"),
    );
}

fn without_keyword(found: &mut Found<'_, '_>, keyword: &str) {
    for line in found.broken.nearest(3) {
        let tokens = line.tokens();
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == keyword) {
            let is_keyword = tokens.get(at + 1).is_some_and(|next| next.text == "=");
            let end = values(line)
                .into_iter()
                .filter(|(start, _)| tokens.get(at + 2).is_some_and(|value| value.start == *start))
                .map(|(_, end)| end)
                .max();
            let (Some(end), true) = (end, is_keyword) else { continue };
            let before = line.text.get(..token.start).unwrap_or("").trim_end();
            let start = before.strip_suffix(',').map_or(token.start, str::len);
            found.put(
                "argument",
                (line.start + start, line.start + end),
                "",
                &format!("drops the argument `{keyword}`"),
            );
            let value = tokens.get(at + 2).map_or(token.end, |value| value.start);
            found.put(
                "argument",
                (line.start + token.start, line.start + value),
                "",
                &format!("gives `{keyword}` by its place"),
            );
        }
    }
}

/// Tells whether a message speaks of a count of values that does not fit.
fn is_unpacking(message: &str) -> bool {
    message.contains("to unpack") || between(message, "cannot unpack", "object").is_some()
}

/// Targets that are too many or too few.
fn unpacked(found: &mut Found<'_, '_>) {
    let Some(line) = found.broken.here() else { return };
    let tokens = line.tokens();
    let end = tokens.iter().position(|token| matches!(token.text, "=" | "in")).unwrap_or(0);
    let targets: Vec<&Token<'_>> = tokens
        .get(..end)
        .unwrap_or(&[])
        .iter()
        .filter(|token| token.is_name() && token.text != "for")
        .collect();
    let (Some(first), Some(last)) = (targets.first(), targets.last()) else { return };
    if let Some(iterated) =
        tokens.get(end + 1).filter(|_| tokens.get(end).is_some_and(|word| word.text == "in"))
    {
        let rest = line.text.trim_end().trim_end_matches(':').len();
        let value = line.text.get(iterated.start..rest).unwrap_or("");
        let place = (line.start + iterated.start, line.start + rest);
        found.put("unpacking", place, &format!("enumerate({value})"), "numbers the values");
        found.put("unpacking", place, &format!("{value}.items()"), "runs through keys and values");
        found.put("unpacking", place, &format!("zip({value}, {value}[1:])"), "runs through pairs");
    }
    let at = line.start + last.start;
    found.put("unpacking", (at, at), "*", &format!("lets `{}` take the rest", last.text));
    found.put(
        "unpacking",
        (line.start + last.end, line.start + last.end),
        ", *_",
        "lets the rest go",
    );
    for name in ["_", "*_"] {
        let at = line.start + first.start;
        found.put("unpacking", (at, at), &format!("{name}, "), "lets the first one go");
    }
    for pair in targets.windows(2) {
        let [one, next] = pair else { continue };
        found.put(
            "unpacking",
            (line.start + one.end, line.start + next.end),
            "",
            &format!("does without `{}`", next.text),
        );
    }
}
