//! Brackets that are missing, surplus or of the wrong kind.
//!
//! Python names where it noticed, which is often a line later than the fault, so lines around are tried as well.

use super::found::Found;
use crate::broken::Line;
use crate::tokens::{Sort, Token};

/// Lines behind an opening bracket on which its end may lack.
const LINES_BEHIND: usize = 12;
/// Lines before a closing bracket on which its beginning may lack.
const LINES_BEFORE: usize = 3;

/// Puts in, drops and changes brackets.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    if let Some(open) = between(message, "'", "' was never closed") {
        never_closed(found, open);
    } else if let Some(close) = between(message, "unmatched '", "'") {
        unmatched(found, close);
    } else if message.starts_with("closing parenthesis") {
        mismatched(found);
    }
    anywhere(found);
}

/// The text between two marks.
pub(crate) fn between<'m>(message: &'m str, before: &str, after: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(before)?;
    rest.split_once(after).map(|(inner, _)| inner)
}

fn partner(bracket: &str) -> &'static str {
    match bracket {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        ")" => "(",
        "]" => "[",
        _ => "{",
    }
}

fn never_closed(found: &mut Found<'_, '_>, open: &str) {
    let Some(here) = found.broken.here() else { return };
    let column = found.broken.column().unwrap_or(0);
    close_on(found, here, open, column + 1);
    let at = here.start + column;
    if here.text.get(column..).is_some_and(|rest| rest.starts_with(open)) {
        found.put(
            "bracket",
            (at, at + open.len()),
            "",
            &format!("drops the `{open}` that nothing closes"),
        );
    }
    for number in here.number + 1..=here.number + LINES_BEHIND {
        let Some(line) = found.broken.line(number) else { return };
        close_on(found, line, open, 0);
    }
}

/// The closing bracket at every place of a line behind a column, from its end.
fn close_on(found: &mut Found<'_, '_>, line: Line<'_>, open: &str, column: usize) {
    let close = partner(open);
    let what = format!("adds the missing `{close}`");
    let tokens = line.tokens();
    let is_header = tokens.last().is_some_and(|last| last.text == ":");
    let ends: Vec<usize> =
        tokens.iter().map(|token| token.end).filter(|end| *end >= column).collect();
    let first = usize::from(is_header);
    let order = ends.iter().rev().skip(first).chain(ends.iter().rev().take(first));
    for end in order {
        let at = line.start + end;
        found.put("bracket", (at, at), close, &what);
    }
}

fn unmatched(found: &mut Found<'_, '_>, close: &str) {
    let Some(here) = found.broken.here() else { return };
    let column = found.broken.column().unwrap_or(here.text.len());
    let open = partner(close);
    split_names(found, here, open, column);
    let at = here.start + column;
    if here.text.get(column..).is_some_and(|rest| rest.starts_with(close)) {
        found.put("bracket", (at, at + close.len()), "", &format!("drops the surplus `{close}`"));
    }
    for distance in 0..=LINES_BEFORE {
        let Some(line) =
            here.number.checked_sub(distance).and_then(|number| found.broken.line(number))
        else {
            return;
        };
        let limit = if distance == 0 { column } else { line.text.len() };
        open_on(found, line, open, limit);
        if distance == 0 {
            inside_names(found, here, open, column);
        }
    }
}

/// The opening bracket at every place of a line up to a column, from its end.
fn open_on(found: &mut Found<'_, '_>, line: Line<'_>, open: &str, limit: usize) {
    let what = format!("adds the missing `{open}`");
    for token in line.tokens().into_iter().rev().filter(|token| token.start <= limit) {
        let at = line.start + token.start;
        found.put("bracket", (at, at), open, &what);
        found.put("bracket", (at + token.text.len(), at + token.text.len()), open, &what);
    }
}

/// `lenx)` as `len(x)`: names on a line that are two known names in one.
fn split_names(found: &mut Found<'_, '_>, line: Line<'_>, open: &str, column: usize) {
    let names = found.broken.names();
    let is_known = |word: &str| names.contains(&word) || super::known::BUILTINS.contains(&word);
    let what = format!("adds the missing `{open}`");
    let mut after: Option<Token<'_>> = None;
    for token in line.tokens().into_iter().rev().filter(|token| token.start < column) {
        for (at, _) in token.text.char_indices().skip(1).filter(|_| token.is_name()) {
            let (front, back) = token.text.split_at(at);
            let is_back = is_known(back) || back.chars().all(|symbol| symbol.is_ascii_digit());
            if is_known(front) && is_back {
                let at = line.start + token.start + at;
                found.put("bracket", (at, at), open, &what);
            }
        }
        // `print"x")`, `range5)` and the like: a known function before a value.
        if token.is_name() && is_known(token.text) && after.is_some_and(|next| next.begins_value())
        {
            let at = line.start + token.end;
            found.put("bracket", (at, at), open, &what);
        }
        after = Some(token);
    }
}

/// The opening bracket inside names, where nothing else is left.
fn inside_names(found: &mut Found<'_, '_>, line: Line<'_>, open: &str, column: usize) {
    let what = format!("adds the missing `{open}`");
    for token in
        line.tokens().into_iter().rev().filter(|token| token.start < column && token.is_name())
    {
        for (at, _) in token.text.char_indices().skip(1) {
            let at = line.start + token.start + at;
            found.put("bracket", (at, at), open, &what);
        }
    }
}

/// `(1, 2]`: another end, one end more, one fewer, or another beginning.
fn mismatched(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let Some(here) = found.broken.here() else { return };
    let (Some(column), Some(open)) =
        (found.broken.column(), between(message, "opening parenthesis '", "'"))
    else {
        return;
    };
    let at = here.start + column;
    let close = partner(open);
    let wrong = here.text.get(column..column + 1).unwrap_or("");
    let began: usize = between(&format!("{message} "), "on line ", " ")
        .and_then(|number| number.parse().ok())
        .unwrap_or(here.number);
    for number in (began..=here.number).rev().take(LINES_BEHIND) {
        let Some(line) = found.broken.line(number) else { break };
        let limit = if number == here.number { column } else { line.text.len() };
        for token in line.tokens().into_iter().rev().filter(|token| token.end <= limit) {
            let at = line.start + token.end;
            found.put("bracket", (at, at), close, &format!("adds the missing `{close}`"));
        }
    }
    found.put("bracket", (at, at), close, &format!("adds the missing `{close}`"));
    found.put("bracket", (at, at + 1), close, &format!("closes with `{close}`"));
    found.put("bracket", (at, at + 1), "", &format!("drops the surplus `{wrong}`"));
    unmatched(found, wrong);
}

/// Brackets of the line of the complaint and of the one before, each dropped, each closed, whatever the message says.
fn anywhere(found: &mut Found<'_, '_>) {
    let lines: Vec<Line<'_>> =
        found.broken.here().into_iter().chain(found.broken.before()).collect();
    for line in lines {
        let mut open: Vec<Token<'_>> = Vec::new();
        let mut surplus: Vec<Token<'_>> = Vec::new();
        for token in line.tokens() {
            match token.sort {
                Sort::Open => open.push(token),
                Sort::Close if open.last().is_some_and(|last| partner(last.text) == token.text) => {
                    open.pop();
                }
                Sort::Close => surplus.push(token),
                Sort::Name | Sort::Number | Sort::Text | Sort::Sign => {}
            }
        }
        for token in surplus.iter().chain(&open) {
            let (start, end) = (line.start + token.start, line.start + token.end);
            found.put("bracket", (start, end), "", &format!("drops the surplus `{}`", token.text));
        }
        for close in &surplus {
            open_on(found, line, partner(close.text), close.start);
        }
        for token in open.iter().rev() {
            close_on(found, line, token.text, token.end);
        }
    }
}
