//! Regular expressions with one part changed, in files that import `re`.
//!
//! Parts are exchanged within their family (`*` and `+`, `\d` and `\w`), so that most results are still patterns.

use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::Spot;

/// Longest pattern that is changed, in bytes.
const MAX_PATTERN: usize = 80;
/// Parts of patterns that are taken for each other.
const PARTS: &[&[&str]] = &[
    &["+", "*", "?"],
    &["a-z", "A-Z", "a-zA-Z", "0-9"],
    &["\\d", "\\w", "\\s"],
    &["\\D", "\\d"],
    &["\\W", "\\w"],
    &["\\S", "\\s"],
    &["\\b", ""],
];

/// Edits of strings that look like patterns, in files that use them.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() != "string_content" || !scope.members.has_patterns {
        return;
    }
    let text = scope.text_of(spot.node);
    if text.len() > MAX_PATTERN || !text.contains(['\\', '[', '(', '^', '$', '*', '+', '.', '|']) {
        return;
    }
    let mut put = |factor: f64, new: String| drafts.likely("pattern", factor, spot.node, new);
    match text.strip_prefix('^') {
        Some(rest) => put(1.0, rest.to_owned()),
        None => put(1.0, format!("^{text}")),
    }
    match text.strip_suffix('$') {
        Some(rest) => put(1.0, rest.to_owned()),
        None => put(1.5, format!("{text}$")),
    }
    for other in exchanged(text) {
        put(1.0, other);
    }
    for other in counted(text) {
        put(1.0, other);
    }
    for (at, end) in ends(text) {
        let (before, behind) = text.split_at(at + end.len());
        match behind.strip_prefix(['+', '*']) {
            Some(rest) => put(0.7, format!("{before}{rest}")),
            None if behind.starts_with(['?', '{']) => {}
            None => ["+", "*"].iter().for_each(|sign| put(0.7, format!("{before}{sign}{behind}"))),
        }
    }
}

/// The pattern with one of its parts changed for another one of the same family.
fn exchanged(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let parts = PARTS.iter().flat_map(|family| family.iter().map(move |part| (family, part)));
    for (family, part) in parts.filter(|(_, part)| !part.is_empty()) {
        for (at, _) in text.match_indices(part) {
            let (before, behind) = text.split_at(at);
            let behind = behind.get(part.len()..).unwrap_or("");
            let others = family.iter().filter(|other| *other != part);
            found.extend(others.map(|other| format!("{before}{other}{behind}")));
        }
    }
    found
}

/// The pattern with one more or one less of what is counted in braces.
fn counted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_count = false;
    for (at, symbol) in text.char_indices() {
        is_count = symbol == '{' || (is_count && symbol != '}');
        let Some(digit) = symbol.to_digit(10).filter(|_| is_count) else { continue };
        let (before, behind) = text.split_at(at);
        let behind = behind.get(1..).unwrap_or("");
        let near = [digit.checked_sub(1), Some(digit + 1)].into_iter().flatten();
        found.extend(near.map(|near| format!("{before}{near}{behind}")));
    }
    found
}

/// Finds where something ends that can be repeated.
fn ends(text: &str) -> Vec<(usize, &str)> {
    let all = ["]", ")", "\\d", "\\w", "\\s", "."];
    all.iter().flat_map(|end| text.match_indices(end)).collect()
}
