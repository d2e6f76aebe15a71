//! Secrets that somebody wrote into a file.
//!
//! Any text file is looked at for keys of a known form, Python for strings whose name says that they are secret. A finding never
//! repeats the secret.

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::python::{field, line_of, parse, string_content, text_of, walk};
use record::domain::secrets::{is_chance, is_telling, known};

/// Most findings of one file.
const MAX_FOUND: usize = 20;

/// Secrets of a file.
pub fn secrets(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    for (text, number) in file.text.lines().zip(1_u32..) {
        if let Some(whose) = known(text) {
            found.push(told(file, number, &format!("it looks like {whose}")));
        }
    }
    if file.is_python() {
        found.extend(named(file));
    }
    found.sort_by_key(|finding| finding.line);
    found.dedup_by_key(|finding| finding.line);
    found.truncate(MAX_FOUND);
    found
}

fn told(file: &File, line: u32, message: &str) -> Finding {
    let reason =
        "whoever reads the history has it, also after it is removed: replace the secret".to_owned();
    let mut told = finding(file, line, "secret", Severity::High, (message.to_owned(), reason));
    // What is shown must not hold it.
    told.text = String::new();
    told
}

/// Strings that a name says are secret.
fn named(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(tree) = parse(&file.text) else { return found };
    walk(tree.root_node(), |node| {
        let (name, value) = match node.kind() {
            "assignment" => ("left", "right"),
            "keyword_argument" | "default_parameter" | "typed_default_parameter" => {
                ("name", "value")
            }
            "pair" => ("key", "value"),
            _ => return true,
        };
        let name = field(&file.text, node, name).unwrap_or_default();
        let value = node.child_by_field_name(value).filter(|value| value.kind() == "string");
        if let Some(value) = value.filter(|_| is_telling(&name)) {
            let content = string_content(text_of(&file.text, value));
            if is_chance(content) {
                found.push(told(file, line_of(node), "a string whose name says that it is secret"));
            }
        }
        true
    });
    found
}
