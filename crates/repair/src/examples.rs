//! Tests made from the examples that docstrings and comments give.
//!
//! A description such as `f(1) == 2` says what was wanted, where the owner's tests are silent. It may be wrong, so these tests are a
//! hint for repair and never evidence. Only calls of the file's own functions with plain literals are taken.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::links::dotted;
use super::literals::{is_literal, plain_call};
use super::tree::{is_docstring, named, parse, text_of, walk};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// The file that examples are put into.
pub const PATH: &str = "test_examples_of_docstrings.py";
/// Most examples of one source, and most characters of a call or value.
const MAX_EXAMPLES: usize = 16;
const MAX_TEXT: usize = 1_000;
/// Most lines that a value after a prompt may have.
const MAX_LINES: usize = 8;
/// Signs between a call and its value, longer ones before their own beginnings.
const SIGNS: &[&str] = &[
    "# =>",
    "#=>",
    "==>",
    "-->",
    "===",
    "==",
    "=>",
    "->",
    "➞",
    "→",
    "⇒",
    "=",
    "should return",
    "should be",
    "returns",
    "return",
    "gives",
    "is",
    "#",
];
/// The head of the file: values of iterators count, floats are compared nearly.
pub(super) const HEAD: &str = "\
def _is_same(given, wanted):
    if hasattr(given, '__next__'):
        given = list(given)
    if isinstance(wanted, float) and isinstance(given, (int, float)):
        return abs(given - wanted) <= 1e-6 * max(1.0, abs(wanted))
    return given == wanted
";

/// The examples of a source, as one more test file; `None` where its descriptions give none.
///
/// Read are docstrings, other strings that stand alone, and comments: `>>> f(1)` with the value below it, `f(1) == 2`,
/// `f(1) => 2`, `f(1) returns 2`. Calls are only those of functions of the file, with plain values, perhaps inside a builtin
/// such as `list`; values are literals. A description may be wrong: what it says is a hint, not a test of its owner.
pub fn examples(source: &Source) -> Option<SourceFile> {
    let tests: String = source.of_role(Role::Test).map(|file| dense(&file.text())).collect();
    let mut text = String::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for file in source.of_role(Role::Code) {
        let Some(module) = dotted(&file.path) else { continue };
        for example in of_file(&file.text()) {
            let call = dense(&example.call);
            if tests.contains(&call) || seen.len() >= MAX_EXAMPLES || !seen.insert(call) {
                continue;
            }
            text.push_str(&example.test(seen.len(), &module));
        }
    }
    let path: SourcePath = PATH.parse().ok()?;
    let is_free = source.files().iter().all(|file| file.path != path);
    (is_free && !text.is_empty()).then(|| SourceFile {
        path,
        role: Role::Test,
        content: format!("{HEAD}{text}").into_bytes(),
    })
}

/// A call and what it gives, as source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) call: String,
    pub(super) value: String,
    /// The functions that it calls.
    functions: BTreeSet<String>,
}

impl Example {
    fn test(&self, number: usize, module: &str) -> String {
        let Self { call, value, functions } = self;
        let names: Vec<&str> = functions.iter().map(String::as_str).collect();
        let names = names.join(", ");
        format!(
            "def test_example_{number}():\n    from {module} import {names}\n    assert _is_same({call}, {value})\n"
        )
    }
}

/// A text without blanks, its quotes alike.
fn dense(text: &str) -> String {
    let symbols = text.chars().filter(|symbol| !symbol.is_whitespace());
    symbols.map(|symbol| if symbol == '"' { '\'' } else { symbol }).collect()
}

pub(super) fn of_file(text: &str) -> Vec<Example> {
    let Some(tree) = parse(text) else { return Vec::new() };
    let root = tree.root_node();
    let outer = named(root).into_iter().map(undecorated);
    let known: Vec<&str> = outer
        .filter(|node| node.kind() == "function_definition")
        .filter_map(|node| Some(text_of(text, node.child_by_field_name("name")?)))
        .collect();
    descriptions(text, root)
        .into_iter()
        .flat_map(|description| of_description(description, &known))
        .collect()
}

fn undecorated(node: Node<'_>) -> Node<'_> {
    let definition = node.child_by_field_name("definition");
    definition.filter(|_| node.kind() == "decorated_definition").unwrap_or(node)
}

/// Strings that stand alone, and comments.
fn descriptions<'t>(text: &'t str, root: Node<'_>) -> Vec<&'t str> {
    let mut found = Vec::new();
    walk(root, (), |cursor, ()| {
        let node = cursor.node();
        let is_description = is_docstring(node) || node.kind() == "comment";
        found.extend(is_description.then(|| text_of(text, node)));
        (!is_description).then_some(())
    });
    found
}

fn of_description(text: &str, known: &[&str]) -> Vec<Example> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if let Some(prompted) = line.strip_prefix(">>>") {
            let below = lines.get(place + 1..).unwrap_or_default();
            found.extend(after_prompt(prompted.trim(), below, known));
        } else {
            found.extend(within(line, known));
        }
    }
    found
}

/// Reads the example behind a prompt, with the value below it.
fn after_prompt(line: &str, below: &[&str], known: &[&str]) -> Option<Example> {
    let plain = line.split_once(" #").map_or(line, |(plain, _)| plain).trim_end();
    let Some(functions) = plain_call(plain, known) else {
        return within(line, known).into_iter().next();
    };
    let mut value = String::new();
    let is_value = |line: &&&str| !line.is_empty() && !line.starts_with(">>>");
    for more in below.iter().take(MAX_LINES).take_while(is_value) {
        value.push_str(if value.is_empty() { "" } else { " " });
        value.push_str(more);
        if is_literal(&value) {
            return example(plain, &value, functions);
        }
    }
    within(line, known).into_iter().next()
}

/// Calls within a line that are followed by a sign and a value.
fn within(line: &str, known: &[&str]) -> Vec<Example> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, open)) = next_call(line, from, known) {
        from = open + 1;
        let Some(end) = closing(line, open) else { continue };
        let (Some(call), Some(rest)) = (line.get(start..end), line.get(end..)) else { continue };
        let (Some(functions), Some(value)) = (plain_call(call, known), told_value(rest)) else {
            continue;
        };
        found.extend(example(call, value, functions));
        from = end;
    }
    found
}

/// The value that a text tells after a sign.
fn told_value(text: &str) -> Option<&str> {
    let text = text.trim_start().trim_start_matches('`').trim_start();
    let rest = SIGNS.iter().find_map(|sign| text.strip_prefix(sign))?;
    leading_literal(rest.trim_start())
}

fn example(call: &str, value: &str, functions: BTreeSet<String>) -> Option<Example> {
    let is_short = call.len() <= MAX_TEXT && value.len() <= MAX_TEXT;
    is_short.then(|| Example { call: call.to_owned(), value: value.to_owned(), functions })
}

/// Finds where the next known name with a bracket behind it begins, and its bracket.
fn next_call(line: &str, from: usize, known: &[&str]) -> Option<(usize, usize)> {
    let mut opens = line.match_indices('(').map(|(open, _)| open).filter(|open| *open >= from);
    opens.find_map(|open| {
        let before = line.get(..open)?;
        let is_part = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
        let name = before.rsplit(|symbol: char| !is_part(symbol)).next()?;
        let start = open - name.len();
        let is_method = before.get(..start)?.ends_with('.');
        (known.contains(&name) && !is_method).then_some((start, open))
    })
}

/// The place behind the bracket or quote that closes the one at a place.
fn closing(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, symbol) in text.char_indices().filter(|(at, _)| *at >= open) {
        match (quote, symbol) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), _) if symbol == mark => quote = None,
            (None, '\'' | '"') => quote = Some(symbol),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.checked_sub(1)?,
            (Some(_) | None, _) => {}
        }
        if depth == 0 && quote.is_none() {
            return Some(at + symbol.len_utf8());
        }
    }
    None
}

/// The literal that a text begins with, where what follows cannot belong to it.
fn leading_literal(text: &str) -> Option<&str> {
    let is_part =
        |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '.' | '-' | '_' | '+');
    let is_open = text.starts_with(['(', '[', '{', '\'', '"']);
    let end = if is_open {
        closing(text, 0)?
    } else {
        text.find(|symbol| !is_part(symbol)).unwrap_or(text.len())
    };
    let (value, rest) = text.split_at_checked(end)?;
    let value = value.strip_suffix('.').filter(|_| !is_open).unwrap_or(value);
    // A bracket behind a blank is a remark; any other sign goes on with the value.
    let next = rest.trim_start();
    let goes_on = next.starts_with(['+', '-', '*', '/', '%', '<', '>', '=', '&', '|', '^'])
        || rest.starts_with(['(', '[']);
    (is_literal(value) && !goes_on).then_some(value)
}
