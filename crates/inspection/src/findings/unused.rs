//! Definitions that nobody refers to.
//!
//! Only what is not exported counts: a private function, method or class, or one that a module's `__all__` leaves out. A name that
//! stands anywhere else in the files, even in a string, is taken for used, because Python finds things by strings.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::findings::shape::words;
use crate::interface::reading::interface;
use crate::python::{parse, undecorated};
use crate::tree::{field, line_of, walk};
use record::domain::role::Role;

/// Unused definitions of the code files.
pub fn unused(files: &[File]) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in files.iter().flat_map(|file| words(&file.text)) {
        *counts.entry(word).or_default() += 1;
    }
    let code = files.iter().filter(|file| file.role == Role::Code && file.is_python());
    code.flat_map(|file| of_file(file, &counts)).collect()
}

fn of_file(file: &File, counts: &BTreeMap<&str, usize>) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(tree) = parse(&file.text) else { return found };
    let exported = interface(&file.path, &file.text).and_then(|interface| interface.exported);
    walk(tree.root_node(), |node| {
        if !matches!(node.kind(), "function_definition" | "class_definition") {
            return true;
        }
        let Some(name) = field(&file.text, node, "name") else { return true };
        let is_top = node.parent().is_some_and(|parent| parent.kind() == "module");
        let is_hidden = exported.as_ref().is_some_and(|all| is_top && !all.contains(&name));
        let is_private = name.starts_with('_') && !name.starts_with("__");
        let is_once = counts.get(name.as_str()).copied() == Some(1);
        if is_once && (is_private || is_hidden) && !is_decorated(node, &file.text) {
            let message = format!("nothing refers to `{name}`");
            let reason =
                "it is not exported either: it can go, or a call of it was forgotten".to_owned();
            found.push(finding(file, line_of(node), "unused", Severity::Low, (message, reason)));
        }
        true
    });
    found
}

/// A decorator may keep what it is given.
fn is_decorated(node: Node<'_>, text: &str) -> bool {
    node.parent().is_some_and(|parent| !undecorated(parent, text).1.is_empty())
}
