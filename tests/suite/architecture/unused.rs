//! Public items that no product code uses.
//!
//! The wings of the package are public for its tests, so that the compiler cannot see what is dead. A name that stands nowhere in
//! product code but where it is defined is found here; a method with a usual name may escape.

use std::collections::BTreeMap;

use super::tree::{Tree, code_lines};

/// Items that tests and benches alone use, and why they are product code all the same.
const HOOKS: &[(&str, &str)] = &[
    (
        "env_template",
        "the template is written from the declarations, and a test holds the file to it",
    ),
    ("arm", "faults are armed in the process under test, which is the product"),
    ("time_program", "a jail can only be timed where jails are made"),
    ("time_first", "a first answer can only be timed where it arrives"),
    ("replace_box", "a waiting box can only be replaced where it waits"),
];

/// Public items that are used nowhere, one line each.
pub(super) fn unused(tree: &Tree) -> Vec<String> {
    let is_product = |path: &str| !path.ends_with("fakes.rs");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, text) in tree.sources().filter(|(path, _)| is_product(path)) {
        for (_, line) in code_lines(text) {
            for word in line.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_') {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    let mut found = Vec::new();
    for (path, text) in tree.sources().filter(|(path, _)| is_product(path)) {
        for (number, line) in code_lines(text) {
            let Some(name) = defined(line) else { continue };
            let is_hook = HOOKS.iter().any(|(hook, _)| *hook == name);
            if !is_hook && counts.get(name).is_none_or(|count| *count < 2) {
                found.push(format!("{path}:{number}: nothing uses {name}"));
            }
        }
    }
    found
}

/// The name of the public item that a line defines.
fn defined(line: &str) -> Option<&str> {
    let mut words = line.trim_start().split(' ');
    let visibility = words.next()?;
    if visibility != "pub" && !visibility.starts_with("pub(") {
        return None;
    }
    let kinds = ["fn", "struct", "enum", "trait", "type", "static"];
    let mut word = words.next()?;
    while ["const", "async", "unsafe"].contains(&word) {
        word = words.next()?;
    }
    let name = if kinds.contains(&word) { words.next()? } else { return None };
    name.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_').next()
}
