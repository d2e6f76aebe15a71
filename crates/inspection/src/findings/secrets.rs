//! Secrets that somebody wrote into a file.
//!
//! Any text file is looked at for keys of a known form, sources for strings whose name says that they are secret. A finding never
//! repeats the secret.

use tree_sitter::Node;

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::python::string_content;
use crate::tree::{field, line_of, parsed, text_of, walk};
use record::domain::role::Role;
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
    found.extend(named(file));
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

/// Nodes that give a name a value, with the fields of both.
const GIVING: [(&str, &str, &str); 16] = [
    ("assignment", "left", "right"),
    ("keyword_argument", "name", "value"),
    ("default_parameter", "name", "value"),
    ("typed_default_parameter", "name", "value"),
    ("pair", "key", "value"),
    ("variable_declarator", "name", "value"),
    ("assignment_expression", "left", "right"),
    ("public_field_definition", "name", "value"),
    ("short_var_declaration", "left", "right"),
    ("assignment_statement", "left", "right"),
    ("const_spec", "name", "value"),
    ("var_spec", "name", "value"),
    ("keyed_element", "key", "value"),
    ("let_declaration", "pattern", "value"),
    ("const_item", "name", "value"),
    ("static_item", "name", "value"),
];
/// Nodes that are a text.
const TEXTS: [&str; 5] = [
    "string",
    "template_string",
    "interpreted_string_literal",
    "raw_string_literal",
    "string_literal",
];

/// Strings that a name says are secret.
fn named(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some((_, tree)) = parsed(&file.path, &file.text) else { return found };
    // Tests make theirs up, mostly.
    let severity = if file.role == Role::Test { Severity::Low } else { Severity::High };
    walk(tree.root_node(), |node| {
        if is_secret(&file.text, node).unwrap_or(false) {
            let message = "a string whose name says that it is secret";
            found.push(Finding { severity, ..told(file, line_of(node), message) });
        }
        true
    });
    found
}

/// Whether a node gives a telling name a string that looks like chance.
fn is_secret(text: &str, node: Node<'_>) -> Option<bool> {
    let (_, name, value) = GIVING.iter().find(|(kind, ..)| *kind == node.kind())?;
    let name = field(text, node, name)?;
    let value =
        node.child_by_field_name(value).map(only).filter(|it| TEXTS.contains(&it.kind()))?;
    let content = string_content(text_of(text, value)).trim_matches('`');
    Some(is_telling(name.trim_matches(['"', '\''])) && is_chance(content))
}

/// What a list of one holds.
fn only(node: Node<'_>) -> Node<'_> {
    let is_list = ["expression_list", "literal_element"].contains(&node.kind());
    node.named_child(0).filter(|_| is_list && node.named_child_count() == 1).unwrap_or(node)
}
