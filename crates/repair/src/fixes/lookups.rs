//! Keys and indices that are not there, and divisions by zero.
//!
//! Lookups get a default, bounds move by one, and the loops around the line end one earlier.

use super::found::Found;
use crate::broken::Line;
use crate::tokens::{Sort, Token, closing};

/// Lookups with a default, bounds moved by one, divisions guarded.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here().filter(|_| found.broken.is_named()) else { return };
    match found.broken.complaint.kind.as_str() {
        "KeyError" => {
            filled(found, here);
            subscripts(found, here, |object, key| {
                ["0", "None", "[]", "''"]
                    .map(|default| format!("{object}.get({key}, {default})"))
                    .to_vec()
            });
        }
        "IndexError" => {
            subscripts(found, here, |object, key| {
                [-1, 1].map(|by| format!("{object}[{}]", moved(key, by))).to_vec()
            });
            shorter_ranges(found, here);
        }
        _ => divisions(found, here),
    }
}

/// An index one further or one less, written as a person would.
fn moved(index: &str, by: i64) -> String {
    let (less, more) = (" - 1", " + 1");
    let (undone, done) = if by < 0 { (more, less) } else { (less, more) };
    if let Some(number) = index.parse::<i64>().ok().and_then(|index| index.checked_add(by)) {
        return number.to_string();
    }
    index.strip_suffix(undone).map_or_else(|| format!("{index}{done}"), str::to_owned)
}

/// Each `a[b]` of a line as something else.
fn subscripts(found: &mut Found<'_, '_>, line: Line<'_>, with: impl Fn(&str, &str) -> Vec<String>) {
    let tokens = line.tokens();
    for (at, open) in tokens.iter().enumerate().filter(|(_, token)| token.text == "[") {
        let object = at.checked_sub(1).and_then(|at| tokens.get(at));
        let Some(object) = object.filter(|object| object.is_name() && object.end == open.start)
        else {
            continue;
        };
        let Some(close) = closing(&tokens, at) else { continue };
        let inner = line.text.get(open.end..close.start).unwrap_or("");
        let follows = line.text.get(close.end..).unwrap_or("").trim_start();
        let is_target = follows.starts_with('=') && !follows.starts_with("==");
        for text in with(object.text, inner) {
            if !is_target && !inner.contains(':') {
                let what = format!("looks up `{text}`");
                found.put(
                    "lookup",
                    (line.start + object.start, line.start + close.end),
                    &text,
                    &what,
                );
            }
        }
    }
}

/// Items that are added to before they are there: `d[k] += 1` and `d[k].append(x)`.
fn filled(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    for (at, open) in tokens.iter().enumerate().filter(|(_, token)| token.text == "[") {
        let object = at.checked_sub(1).and_then(|at| tokens.get(at));
        let (Some(object), Some(close)) =
            (object.filter(|object| object.end == open.start), closing(&tokens, at))
        else {
            continue;
        };
        let text = |start: usize, end: usize| line.text.get(start..end).unwrap_or("");
        let start = dotted(&tokens, at);
        let (owner, key) = (text(start, object.end), text(open.end, close.start));
        let place = (line.start + start, line.start + close.end);
        let mut behind = tokens.iter().skip_while(|token| token.start < close.end);
        let (sign, next) = (behind.next(), behind.next());
        match (sign.map(|sign| sign.text), next) {
            (Some("+=" | "-=" | "|=" | "*="), Some(value)) => {
                let sign = sign.map_or("+", |sign| sign.text.trim_end_matches('='));
                let rest = text(value.start, line.text.len()).trim_end();
                let end = line.start + value.start + rest.len();
                for default in ["0", "''", "[]", "set()", "1"] {
                    let item =
                        format!("{owner}[{key}] = {owner}.get({key}, {default}) {sign} {rest}");
                    let what = format!("begins the item with `{default}`");
                    found.put("lookup", (place.0, end), &item, &what);
                }
            }
            (Some("."), Some(method)) => {
                let default = match method.text {
                    "append" | "extend" | "insert" => "[]",
                    "add" => "set()",
                    "update" | "setdefault" => "{}",
                    _ => continue,
                };
                let item = format!("{owner}.setdefault({key}, {default})");
                found.put("lookup", place, &item, &format!("begins the item with `{default}`"));
            }
            _ => {}
        }
    }
}

/// Finds where the name before a bracket begins, with the objects that it belongs to.
fn dotted(tokens: &[Token<'_>], open: usize) -> usize {
    let mut at = open.saturating_sub(1);
    while at >= 2
        && tokens.get(at - 1).is_some_and(|dot| dot.text == ".")
        && tokens.get(at - 2).is_some_and(Token::is_name)
    {
        at -= 2;
    }
    tokens.get(at).map_or(0, |token| token.start)
}

/// Ranges of the loops around the line, one shorter.
fn shorter_ranges(found: &mut Found<'_, '_>, here: Line<'_>) {
    let lines: Vec<Line<'_>> = found
        .broken
        .body()
        .into_iter()
        .filter(|line| line.number <= here.number && line.text.contains("range("))
        .collect();
    for line in lines.iter().rev() {
        let tokens = line.tokens();
        for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "range") {
            if let Some(close) = closing(&tokens, at + 1) {
                let at = line.start + close.start;
                found.put("lookup", (at, at), " - 1", "ends the range one earlier");
            }
        }
        if let Some(at) = line.text.find("+ 1)") {
            found.put(
                "lookup",
                (line.start + at, line.start + at + 3),
                "",
                "ends the range one earlier",
            );
        }
    }
}

/// A line that divides, under a condition.
fn divisions(found: &mut Found<'_, '_>, here: Line<'_>) {
    let tokens = here.tokens();
    for (at, _) in
        tokens.iter().enumerate().filter(|(_, token)| matches!(token.text, "/" | "//" | "%"))
    {
        let Some(first) = tokens.get(at + 1) else { continue };
        let end = match (first.sort, tokens.get(at + 2)) {
            (Sort::Open, _) => closing(&tokens, at + 1).map(|close| close.end),
            (Sort::Name, Some(open)) if open.text == "(" => {
                closing(&tokens, at + 2).map(|close| close.end)
            }
            _ => Some(first.end),
        };
        let divisor = end.and_then(|end| here.text.get(first.start..end)).unwrap_or("");
        if divisor.is_empty() {
            continue;
        }
        let indent = here.indent();
        for value in ["0", "0.0", "None"] {
            let text = format!("{indent}if {divisor} == 0:\n{indent}    return {value}\n");
            found.put(
                "guard",
                (here.start, here.start),
                &text,
                "answers before a division by zero",
            );
        }
    }
}
