//! Values that are calculated and not returned.

use super::found::Found;
use super::names::first_line;
use crate::repair::broken::Line;
use crate::repair::tokens::is_keyword;

/// Words that begin a statement which is no expression.
const STATEMENTS: &[&str] = &[
    "return", "if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally",
    "with", "import", "from", "raise", "pass", "break", "continue", "assert", "del", "global",
    "nonlocal", "yield", "print", "async", "@",
];

/// Puts `return` in front of bare expressions, and names at the ends of functions.
pub(in crate::repair) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    let is_assertion = found.broken.complaint.kind == "AssertionError";
    let is_none = message.contains("None");
    if !is_assertion && !is_none {
        return;
    }
    let bodies = bodies(found);
    for body in &bodies {
        bare(found, body);
    }
    for body in bodies.iter().filter(|body| is_none || !returns(body)) {
        at_end(found, body);
    }
    printed(found);
}

/// The lines of each function, the one around the complaint first.
fn bodies<'s>(found: &Found<'_, 's>) -> Vec<Vec<Line<'s>>> {
    let lines = &found.broken.lines;
    let mut bodies: Vec<Vec<Line<'s>>> = Vec::new();
    if found.broken.is_named() && first_line(found).is_some() {
        bodies.push(found.broken.body());
    }
    for header in lines.iter().filter(|line| line.text.trim_start().starts_with("def ")).take(50) {
        let width = header.indent().len();
        let rest = lines.get(header.number..).unwrap_or(&[]).iter();
        let body = rest.take_while(|line| line.is_blank() || line.indent().len() > width).take(300);
        bodies.push(body.copied().collect());
    }
    bodies
}

fn returns(body: &[Line<'_>]) -> bool {
    body.iter().any(|line| {
        let text = line.text.trim_start();
        text.starts_with("return ") || text.starts_with("yield")
    })
}

/// Whether a line is an expression that nothing is done with.
fn is_bare(line: &Line<'_>, before: Option<&Line<'_>>) -> bool {
    let tokens = line.tokens();
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return false };
    let goes_on =
        before.is_some_and(|before| before.text.trim_end().ends_with([',', '(', '[', '{', '\\']));
    let is_text = tokens.len() == 1 && first.text.starts_with(['"', '\'']);
    let is_assignment = tokens.iter().any(|token| {
        token.text.ends_with('=')
            && !matches!(token.text, "==" | "!=" | "<=" | ">=")
            && token.text.len() < 4
    });
    let is_keyword_argument = line.text.contains('(');
    let changes = [
        "append(", "extend(", "add(", "sort(", "insert(", "update(", "remove(", "pop(", "reverse(",
        "heapify(",
    ]
    .iter()
    .any(|word| line.text.contains(&format!(".{word}")) && !line.text.contains(' '));
    !STATEMENTS.contains(&first.text)
        && !goes_on
        && !is_text
        && last.text != ":"
        && !changes
        && (!is_assignment
            || (is_keyword_argument
                && tokens.get(1).is_some_and(|next| matches!(next.text, "(" | "."))))
        && !line.text.trim_start().starts_with([')', ']', '}'])
}

/// `return` in front of the last bare expression, then of those before.
fn bare(found: &mut Found<'_, '_>, body: &[Line<'_>]) {
    for (at, line) in body.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|at| body.get(at));
        if is_bare(line, before) && !line.is_blank() {
            let start = line.start + line.indent().len();
            found.put("missing_return", (start, start), "return ", "returns the value");
        }
    }
}

/// `return name` behind the last line, for each name of the function that is set, the last one first.
fn at_end(found: &mut Found<'_, '_>, body: &[Line<'_>]) {
    let used: Vec<&Line<'_>> = body.iter().filter(|line| !line.is_blank()).collect();
    let (Some(first), Some(last)) = (used.first(), used.last()) else { return };
    let indent = used
        .iter()
        .map(|line| line.indent())
        .min_by_key(|indent| indent.len())
        .unwrap_or(first.indent());
    if last.text.trim_start().starts_with("return") && last.indent() == indent {
        return;
    }
    let mut names: Vec<&str> = Vec::new();
    for line in &used {
        let tokens = line.tokens();
        match tokens[..] {
            [name, sign, ..] if name.is_name() && sign.text.ends_with('=') && sign.text != "==" => {
                names.push(name.text);
            }
            [name, dot, ..] if name.is_name() && dot.text == "." && !is_keyword(name.text) => {
                names.push(name.text);
            }
            _ => {}
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    names.retain(|name| {
        let is_new = !seen.contains(name);
        seen.push(name);
        is_new
    });
    // What is set first is mostly what is gathered.
    for name in names {
        let at = last.end();
        let text = format!("\n{indent}return {name}");
        found.put("missing_return", (at, at), &text, &format!("returns `{name}` at the end"));
    }
    for value in ["True", "False"] {
        let at = last.end();
        let text = format!("\n{indent}return {value}");
        found.put("missing_return", (at, at), &text, &format!("returns `{value}` at the end"));
    }
}

/// `return` for `print`.
fn printed(found: &mut Found<'_, '_>) {
    let lines: Vec<Line<'_>> = found
        .broken
        .lines
        .iter()
        .filter(|line| line.text.trim_start().starts_with("print("))
        .copied()
        .take(20)
        .collect();
    for line in lines.iter().rev() {
        let start = line.start + line.indent().len();
        found.put(
            "missing_return",
            (start, start + "print".len()),
            "return ",
            "returns instead of printing",
        );
    }
}
