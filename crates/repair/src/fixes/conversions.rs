//! Values of another type than an operation needs.
//!
//! The message names types, which gives the conversions to try first; each value of the line is then wrapped or unwrapped.

use super::calls;
use super::found::Found;
use super::values::values;
use crate::broken::Line;
use crate::tokens::{Sort, closing, is_keyword};

/// Conversions that are put around values.
const CONVERSIONS: &[&str] =
    &["int", "str", "float", "list", "len", "tuple", "set", "sorted", "abs"];

/// Puts, drops and changes conversions.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let lines = lines(found);
    calls::find(found);
    if found.broken.complaint.message.contains("exceptions must derive") {
        raised(found);
    }
    for line in lines.iter().take(1) {
        combined(found, *line);
    }
    joined(found, &lines);
    for line in lines.iter().take(1) {
        unquoted(found, *line);
    }
    for line in lines.iter().take(1) {
        unwrapped(found, *line);
        wrapped(found, *line);
        called(found, *line);
        integral(found, *line);
    }
    for line in lines.iter().skip(1) {
        unquoted(found, *line);
        unwrapped(found, *line);
    }
    for line in lines.iter().skip(1).take(12) {
        wrapped(found, *line);
    }
}

/// The line of the complaint, then those of its function that set a name on it, then the others of it.
fn lines<'s>(found: &Found<'_, 's>) -> Vec<Line<'s>> {
    let Some(here) = found.broken.here().filter(|_| found.broken.is_named()) else {
        return found.broken.around().to_vec();
    };
    let names: Vec<&str> =
        here.tokens().iter().filter(|token| token.is_name()).map(|token| token.text).collect();
    let sets = |line: &Line<'_>| {
        let tokens = line.tokens();
        matches!(tokens[..], [one, next, ..] if names.contains(&one.text) && next.text.ends_with('='))
            || matches!(tokens[..], [word, one, ..] if word.text == "for" && names.contains(&one.text))
    };
    let mut body = found.broken.body();
    body.retain(|line| line.number != here.number && !line.is_blank());
    body.sort_by_key(|line| (!sets(line), line.number.abs_diff(here.number)));
    [here].into_iter().chain(body).collect()
}

/// The one operator that two values of these types know, where the message names another one.
fn combined(found: &mut Found<'_, '_>, line: Line<'_>) {
    let message = found.broken.complaint.message.as_str();
    let Some((_, told)) = message.split_once("unsupported operand type(s) for ") else { return };
    let Some((operator, types)) = told.split_once(": ") else { return };
    let operator = operator.trim_end_matches('=');
    let types: Vec<&str> = types.split(" and ").map(|name| name.trim_matches('\'')).collect();
    let is_row = |name: &&str| matches!(*name, "str" | "list" | "tuple" | "bytes");
    let is_set = |name: &&str| matches!(*name, "set" | "frozenset" | "dict");
    let other = match types[..] {
        [one, other] if one == other && is_row(&one) => "+",
        [one, other] if is_set(&one) && is_set(&other) => "|",
        [one, other] if is_row(&one) && other == "int" || one == "int" && is_row(&other) => "*",
        _ => return,
    };
    for token in line.tokens() {
        let rest = token.text.strip_prefix(operator);
        if other != operator && rest.is_some_and(|rest| matches!(rest, "" | "=")) {
            let place = (line.start + token.start, line.start + token.start + operator.len());
            let what = format!("combines with `{other}`, not `{operator}`,");
            found.put("operator", place, other, &what);
        }
    }
}

/// Gives the raised value to an exception.
fn raised(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    let tokens = here.tokens();
    let [word, first, ..] = tokens[..] else { return };
    let Some(last) = tokens.last().filter(|_| word.text == "raise") else { return };
    let (start, end) = (here.start + first.start, here.start + last.end);
    let value = here.text.get(first.start..last.end).unwrap_or("");
    for exception in ["ValueError", "TypeError", "Exception", "KeyError", "RuntimeError"] {
        let given = if value.starts_with('(') { value.to_owned() } else { format!("({value})") };
        found.put(
            "exception",
            (start, end),
            &format!("{exception}{given}"),
            &format!("raises a `{exception}` with the value"),
        );
    }
}

/// Numbers in quotes without them.
fn unquoted(found: &mut Found<'_, '_>, line: Line<'_>) {
    for token in line.tokens().into_iter().filter(|token| token.sort == Sort::Text) {
        let inner = token.text.trim_matches(['"', '\'']);
        let is_number = !inner.is_empty()
            && inner.parse::<f64>().is_ok()
            && inner.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
        if is_number {
            let place = (line.start + token.start, line.start + token.end);
            found.put("conversion", place, inner, &format!("writes {inner} as a number"));
        }
    }
}

/// `str(x)` as `x`, and as another conversion.
fn unwrapped(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    for (at, token) in tokens.iter().enumerate() {
        let is_conversion = CONVERSIONS.contains(&token.text)
            || matches!(token.text, "iter" | "map" | "reversed" | "dict");
        let Some(close) = tokens
            .get(at + 1)
            .filter(|open| is_conversion && open.text == "(")
            .and_then(|_| closing(&tokens, at + 1))
        else {
            continue;
        };
        let inner = line.text.get(token.end + 1..close.start).unwrap_or("");
        let place = (line.start + token.start, line.start + close.end);
        if !inner.is_empty() && !inner.contains(',') {
            found.put("conversion", place, inner, &format!("drops `{}(…)`", token.text));
        }
        for other in ["int", "str", "float", "list"].iter().filter(|other| **other != token.text) {
            let place = (line.start + token.start, line.start + token.end);
            found.put(
                "conversion",
                place,
                other,
                &format!("converts with `{other}`, not `{}`,", token.text),
            );
        }
    }
}

/// The conversions that a message asks for, the likeliest first.
fn wanted(message: &str) -> Vec<&'static str> {
    let mut wanted: Vec<&'static str> = Vec::new();
    let mut add = |words: &[&'static str]| wanted.extend(words);
    if message.contains("concatenate str")
        || message.contains("expected str")
        || message.contains("must be str")
    {
        add(&["str"]);
    }
    if message.contains("concatenate list") {
        add(&["list"]);
    }
    if message.contains("concatenate tuple") {
        add(&["tuple"]);
    }
    if message.contains("'str' and 'float'") || message.contains("'float' and 'str'") {
        add(&["float"]);
    }
    if message.contains("interpreted as an integer") {
        add(&["int", "len"]);
    }
    if message.contains("indices must be integers") {
        add(&["int"]);
    }
    if message.contains("unhashable") {
        add(&["tuple", "str"]);
    }
    if message.contains("not subscriptable")
        || message.contains("not iterable")
        || message.contains("no len()")
    {
        add(&["list", "str", "sorted", "range"]);
    }
    if message.contains("supported between")
        && (message.contains("'list'") || message.contains("'range'"))
    {
        add(&["len"]);
    }
    if message.contains("unsupported operand") && message.contains("'list'") {
        add(&["len", "sum", "set"]);
    }
    if message.contains("'set'") {
        add(&["list", "set"]);
    }
    add(&["int", "str", "float", "len", "list"]);
    let mut seen: Vec<&str> = Vec::new();
    wanted.retain(|word| {
        let is_new = !seen.contains(word);
        seen.push(word);
        is_new
    });
    wanted
}

/// A conversion around each value of a line.
fn wrapped(found: &mut Found<'_, '_>, line: Line<'_>) {
    // What is not there is nothing in another form: `str(None)` hides that a value is missing.
    if found.broken.complaint.message.contains("'NoneType'") {
        return;
    }
    let values = values(line);
    for conversion in wanted(&found.broken.complaint.message) {
        for (start, end) in &values {
            let text = line.text.get(*start..*end).unwrap_or("");
            let is_target = line.text.get(*end..).is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.starts_with('=') && !rest.starts_with("==") || rest.starts_with("+=")
            });
            let is_function = line.text.get(*end..).is_some_and(|rest| rest.starts_with('('));
            let is_useless = (conversion == "int" && text.parse::<i64>().is_ok())
                || (conversion == "str" && text.starts_with(['"', '\'']))
                || text.starts_with(&format!("{conversion}("))
                || found.broken.is_only(text, conversion);
            if is_target || is_function || is_useless {
                continue;
            }
            let bare =
                text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
            let inner = if bare.contains(',') { text } else { bare };
            let what = format!("converts `{text}` with `{conversion}`");
            found.put(
                "conversion",
                (line.start + start, line.start + end),
                &format!("{conversion}({inner})"),
                &what,
            );
        }
    }
}

/// `', '.join(xs)` of what is no text.
fn joined(found: &mut Found<'_, '_>, lines: &[Line<'_>]) {
    let message = found.broken.complaint.message.as_str();
    if !message.contains("expected str instance") && !message.contains("join") {
        return;
    }
    for line in lines.iter().take(20) {
        let tokens = line.tokens();
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "join") {
            if let Some(close) = closing(&tokens, at + 1) {
                let inner = line.text.get(token.end + 1..close.start).unwrap_or("");
                let place = (line.start + token.end + 1, line.start + close.start);
                found.put("conversion", place, &as_text(inner), "joins the values as text");
            }
        }
    }
}

/// The values of what is joined, as text.
fn as_text(values: &str) -> String {
    let is_bare = values.contains(" for ") && !values.starts_with('[');
    if is_bare { format!("map(str, ({values}))") } else { format!("map(str, {values})") }
}

/// `x(…)` as `x[…]` and the reverse, `x()` as `x`, `len` as `len(…)`.
fn called(found: &mut Found<'_, '_>, line: Line<'_>) {
    let message = found.broken.complaint.message.as_str();
    let tokens = line.tokens();
    let is_call = message.contains("not callable");
    let is_subscript = message.contains("not subscriptable");
    for (at, open) in tokens.iter().enumerate() {
        let follows = at
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .is_some_and(|before| before.ends_value() && before.end == open.start);
        let Some(close) = closing(&tokens, at).filter(|_| follows && open.sort == Sort::Open)
        else {
            continue;
        };
        let inner = line.text.get(open.end..close.start).unwrap_or("");
        let place = (line.start + open.start, line.start + close.end);
        if is_call && open.text == "(" {
            found.put("call", place, &format!("[{inner}]"), "subscripts instead of calling");
            found.put("call", place, "", "drops the call");
            found.put("call", (place.0, place.0), " * ", "multiplies instead of calling");
        }
        if is_subscript && open.text == "[" {
            found.put("call", place, &format!("({inner})"), "calls instead of subscripting");
            found.put("call", (place.0, place.0), "()", "calls the function first");
            found.put("call", place, "", "drops the subscript");
        }
    }
    let lacks_call = ["method", "function", "builtin"].iter().any(|word| message.contains(word));
    for token in
        tokens.iter().filter(|token| lacks_call && token.is_name() && !is_keyword(token.text))
    {
        let at = line.start + token.end;
        found.put("call", (at, at), "()", &format!("calls `{}`", token.text));
    }
}

/// Divisions without a remainder where a whole number is needed.
fn integral(found: &mut Found<'_, '_>, line: Line<'_>) {
    let message = found.broken.complaint.message.as_str();
    if !message.contains("float") {
        return;
    }
    let body = found.broken.body();
    for line in [line].into_iter().chain(body) {
        for token in line.tokens().into_iter().filter(|token| token.text == "/") {
            let place = (line.start + token.start, line.start + token.end);
            found.put("conversion", place, "//", "divides without a remainder");
        }
    }
}
