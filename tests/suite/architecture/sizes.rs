//! How large files and functions may be.

use super::tree::Tree;

/// Lines of a file, its tests included.
const MAX_FILE_LINES: usize = 400;
/// Lines of a function, signature to closing brace.
const MAX_FUNCTION_LINES: usize = 60;

/// Files and functions over their size, one line each; data tables of one item may be long.
///
/// Functions are told by their indentation, which the formatter guarantees.
pub(super) fn oversized(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > MAX_FILE_LINES && !is_table(&lines) {
            found.push(format!("{path}: {} lines", lines.len()));
        }
        for (index, line) in lines.iter().enumerate() {
            let Some(name) = function_name(line) else { continue };
            let indent = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            let bodyless = format!("{})", " ".repeat(indent));
            let goes_on = |line: &&&str| {
                **line != end && !(line.starts_with(&bodyless) && line.ends_with(';'))
            };
            let length = lines[index..].iter().take_while(goes_on).count() + 1;
            if length > MAX_FUNCTION_LINES {
                found.push(format!("{path}: {name} has {length} lines"));
            }
        }
    }
    found
}

/// Whether most of a file is one constant: a list of names is not hard to read for being long.
fn is_table(lines: &[&str]) -> bool {
    let is_entry = |line: &&&str| line.starts_with("    \"") && line.ends_with("\",");
    lines.iter().filter(is_entry).count() * 2 > lines.len()
}

/// The name of the function whose body starts with this line or one soon after it.
fn function_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.ends_with(';') || line.ends_with('}') || line.starts_with("//") || line.starts_with('"')
    {
        return None;
    }
    let (before, after) = line.split_once("fn ")?;
    let words = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe", "extern", "\"C\""];
    before.split_whitespace().all(|word| words.contains(&word)).then_some(())?;
    after.split(['(', '<']).next()
}
