//! Colons, commas, equals signs and operators missing between values.
//!
//! The place that Python names is tried first, then neighbouring tokens, because a parser often notices one token late.

use super::found::Found;
use crate::broken::Line;
use crate::tokens::{Sort, Token};

/// Words that begin a block.
const HEADERS: &[&str] = &[
    "if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with",
    "async", "match", "case",
];

/// Puts in what stands between values.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let lines: Vec<Line<'_>> =
        found.broken.here().into_iter().chain(found.broken.before()).collect();
    for line in &lines {
        header(found, *line);
    }
    for line in &lines {
        equals(found, *line);
    }
    let mut gaps = lines;
    let follows = found.broken.line(found.broken.line + 1);
    gaps.extend(follows);
    for line in &gaps {
        between_values(found, *line, ",", "adds the missing comma");
    }
    let opened = found.broken.nearest(4);
    for line in &opened {
        between_values(found, *line, ",", "adds the missing comma");
        line_end(found, *line);
    }
    for line in &gaps {
        colons(found, *line);
        words(found, *line);
        between_values(found, *line, ".", "adds the missing dot");
    }
    for line in gaps.iter().filter(|_| found.broken.complaint.message.contains("literal")) {
        within_numbers(found, *line);
    }
    surplus(found);
}

/// The colon behind the header of a block.
fn header(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    if !HEADERS.contains(&first.text) || last.text == ":" {
        return;
    }
    let at = line.start + last.end;
    let is_wrong = matches!(last.text, ";" | "{" | "::" | "=>" | "->" | "then" | "do" | "." | ",");
    if is_wrong {
        found.put("colon", (line.start + last.start, at), ":", "puts a colon for the wrong sign");
    }
    found.put("colon", (at, at), ":", "adds the missing colon");
    // `else return x` and `if x return y`: the block stands on the same line.
    for token in tokens.iter().skip(1) {
        let begins =
            matches!(token.text, "return" | "print" | "break" | "continue" | "pass" | "raise");
        if begins || (first.text == "else" && token.start > first.end) {
            let before = line.start + token.start;
            found.put("colon", (before, before), ": ", "adds the missing colon");
        }
    }
}

/// `==` for `=` and the reverse.
fn equals(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    let is_condition = tokens.iter().any(|token| {
        matches!(token.text, "if" | "elif" | "while" | "assert" | "return" | "and" | "or" | "not")
    });
    let mut signs: Vec<&Token<'_>> = tokens.iter().filter(|token| token.text == "=").collect();
    if !is_condition {
        signs.reverse();
    }
    for sign in signs {
        let place = (line.start + sign.start, line.start + sign.end);
        found.put("equals", place, "==", "compares instead of assigning");
    }
    for sign in tokens.iter().filter(|token| matches!(token.text, "==" | ":=")) {
        let place = (line.start + sign.start, line.start + sign.end);
        found.put("equals", place, "=", "assigns instead of comparing");
    }
}

/// A sign where one value follows another.
fn between_values(found: &mut Found<'_, '_>, line: Line<'_>, sign: &str, what: &str) {
    for pair in line.tokens().windows(2) {
        let [one, next] = pair else { continue };
        let is_text = one.sort == Sort::Text && next.sort == Sort::Text;
        let is_call = next.sort == Sort::Open && next.text != "{" && one.end == next.start;
        if one.ends_value() && next.begins_value() && !is_call && (!is_text || sign == ",") {
            let at = line.start + one.end;
            found.put("separator", (at, at), sign, what);
        }
    }
}

/// A sign between a number and the name that runs into it, as `1n` for `1, n`.
fn within_numbers(found: &mut Found<'_, '_>, line: Line<'_>) {
    for token in line.tokens().iter().filter(|token| token.sort == Sort::Number) {
        let Some(letter) = token.text.find(|each: char| each.is_alphabetic() || each == '_') else {
            continue;
        };
        let at = line.start + token.start + letter;
        for sign in [", ", " * ", " + ", " - ", " in ", ":"] {
            found.put("separator", (at, at), sign, &format!("adds the missing `{}`", sign.trim()));
        }
    }
}

/// The comma behind the last value of a line inside brackets.
fn line_end(found: &mut Found<'_, '_>, line: Line<'_>) {
    if let Some(last) = line.tokens().last().filter(|last| last.ends_value()) {
        let at = line.start + last.end;
        found.put("separator", (at, at), ",", "adds the missing comma");
    }
}

/// Colons inside a line: of slices, dictionaries and lambdas.
fn colons(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    for pair in tokens.windows(2) {
        let [one, next] = pair else { continue };
        let is_slice = one.text == "[" || next.text == "]";
        if (one.ends_value() && next.begins_value()) || is_slice || next.sort == Sort::Sign {
            let at = line.start + one.end;
            found.put("colon", (at, at), ":", "adds the missing colon");
        }
    }
}

/// Words and signs of calculation where one value follows another.
fn words(found: &mut Found<'_, '_>, line: Line<'_>) {
    let is_loop = line.tokens().iter().any(|token| token.text == "for");
    let first: &[&str] = if is_loop { &[" in"] } else { &[] };
    for word in first
        .iter()
        .chain(&[" +", " and", " or", " in", " ==", " =", " else", " if", " *", " -", " %"])
    {
        between_values(found, line, word, &format!("adds the missing `{}`", word.trim()));
    }
    let tokens = line.tokens();
    let is_header = tokens.last().is_some_and(|last| last.text == ":");
    match tokens[..] {
        [name, open, ..] if name.is_name() && open.text == "(" && is_header => {
            let at = line.start + name.start;
            found.put("separator", (at, at), "def ", "adds the missing `def`");
        }
        _ => {}
    }
}

/// The token at the place of the complaint, and those around it, dropped.
fn surplus(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    let column = found.broken.column().unwrap_or(0);
    let mut tokens = here.tokens();
    tokens.sort_by_key(|token| token.start.abs_diff(column));
    for token in tokens.into_iter().take(12) {
        let place = (here.start + token.start, here.start + token.end);
        found.put("surplus", place, "", &format!("drops the surplus `{}`", token.text));
    }
}
