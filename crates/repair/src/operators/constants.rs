//! Numbers, truth values and strings exchanged for others that are often right.
//!
//! The tables are short: a constant that is off by more than a little can rarely be guessed.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::{INDEXED, Scope};
use crate::tree::{Spot, named};

/// Numbers that are often the right one.
const SMALL: &[&str] = &["0", "1", "2", "-1"];
/// Other numbers that are sometimes the right one.
const FURTHER: &[&str] = &["3", "4", "5", "10", "26", "100", "0.5"];
/// Strings that are often the right one.
const STRINGS: &[&str] = &["", " ", ",", ", ", "\\n"];

/// Longest word in which letters are thought to be mixed up, in characters.
const MAX_SLIPPED: usize = 6;

/// Edits of constants.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    match spot.node.kind() {
        "integer" | "float" => number(spot, scope, drafts),
        "true" | "false" => truth(spot, scope, drafts),
        "none" => {
            for value in ["0", "''", "[]", "False", "True"] {
                drafts.replace("const_none", spot.node, value);
            }
        }
        "string" => string(spot, scope, drafts),
        "string_content" => between(spot, scope, drafts),
        _ => {}
    }
}

/// Turns every truth value of a function round, and the case of all strings of a line.
pub(super) fn draft_all(scope: &Scope<'_>, drafts: &mut Drafts) {
    let truths: Vec<Node<'_>> = scope
        .spots
        .iter()
        .map(|spot| spot.node)
        .filter(|node| matches!(node.kind(), "true" | "false"))
        .collect();
    if truths.len() > 1 {
        let stretches =
            truths.iter().map(|node| (node.start_byte(), node.end_byte(), opposite(*node).into()));
        drafts.many("bool_flip_all", 1.0, stretches.collect());
    }
    let strings: Vec<Node<'_>> = scope
        .spots
        .iter()
        .map(|spot| spot.node)
        .filter(|node| node.kind() == "string_content")
        .collect();
    for line in strings.chunk_by(|one, next| one.start_position().row == next.start_position().row)
    {
        for case in CASES.iter().filter(|_| line.len() > 1) {
            let stretches = line.iter().map(|node| {
                (node.start_byte(), node.end_byte(), in_case(scope.text_of(*node), *case))
            });
            drafts.many("case_all", 1.0, stretches.collect());
        }
    }
}

#[derive(Clone, Copy)]
enum Case {
    Capital,
    Lower,
    Upper,
}

const CASES: &[Case] = &[Case::Capital, Case::Lower, Case::Upper];

fn in_case(text: &str, case: Case) -> String {
    match case {
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
        Case::Capital => {
            let mut symbols = text.chars();
            let first = symbols.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(symbols).collect()
        }
    }
}

fn opposite(node: Node<'_>) -> &'static str {
    if node.kind() == "true" { "False" } else { "True" }
}

fn number(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let is_start = spot.parent.kind() == "assignment" && spot.field == "right";
    let near = if is_start { "const_start" } else { "const_near" };
    let is_negative = spot.parent.kind() == "unary_operator";
    let is_bound = matches!(spot.parent.kind(), "slice" | "subscript");
    for value in SMALL.iter().filter(|value| **value != text) {
        if !(is_negative && value.starts_with('-')) {
            let factor = if is_bound { 0.6 } else { 1.0 };
            drafts.likely(near, factor, spot.node, *value);
        }
    }
    if let Ok(whole) = text.parse::<i64>() {
        let neighbours = [whole.checked_add(1), whole.checked_sub(1)];
        for value in neighbours.into_iter().flatten().filter(|value| *value > 2) {
            drafts.replace("const_near", spot.node, value.to_string());
        }
        let doubled =
            [whole.checked_mul(2), whole.checked_mul(10), Some(whole / 2), Some(whole / 10)];
        for value in doubled.into_iter().flatten().filter(|value| *value > 2) {
            drafts.replace("const_far", spot.node, value.to_string());
        }
        if whole > 0 && !is_negative {
            drafts.likely("const_far", 2.0, spot.node, format!("-{whole}"));
        }
    }
    if is_negative {
        let positive = scope.text_of(spot.node);
        drafts.replace("const_near", spot.parent, positive);
        drafts.replace("const_near", spot.parent, "0");
    }
    for slip in number_slips(text) {
        drafts.likely("const_near", 0.5, spot.node, slip);
    }
    elsewhere(spot, scope, drafts);
    for value in FURTHER.iter().filter(|value| **value != text) {
        drafts.likely("const_far", 0.5, spot.node, *value);
    }
    drafts.likely("const_far", if is_start { 1.0 } else { 0.3 }, spot.node, "float('inf')");
    drafts.likely("const_far", if is_start { 1.0 } else { 0.3 }, spot.node, "float('-inf')");
}

/// A long number with two digits in the other order.
fn number_slips(number: &str) -> Vec<String> {
    let digits = number.as_bytes();
    let is_long = digits.len() > 2 && digits.iter().all(u8::is_ascii_digit);
    let swapped = |at: usize| {
        let mut digits = digits.to_vec();
        digits.swap(at - 1, at);
        String::from_utf8(digits).ok().filter(|other| other != number && !other.starts_with('0'))
    };
    (1..digits.len()).filter(|_| is_long).filter_map(swapped).collect()
}

/// A number that stands elsewhere in the function, or the first element where a search begins.
fn elsewhere(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    for value in scope.numbers.iter().filter(|value| **value != text && !SMALL.contains(value)) {
        drafts.likely("const_near", 0.5, spot.node, *value);
    }
    for value in scope.words.numbers.iter().filter(|value| *value != text) {
        drafts.likely("const_far", 2.0, spot.node, value.as_str());
    }
    let is_start = spot.parent.kind() == "assignment" && spot.field == "right";
    for name in scope.names.iter().filter(|name| is_start && scope.surely(name, INDEXED)) {
        drafts.likely("const_start", 0.1, spot.node, format!("{name}[0]"));
    }
}

fn truth(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    drafts.replace("bool_flip", spot.node, opposite(spot.node));
    drafts.likely("const_none", 0.5, spot.node, "None");
    if spot.parent.kind() == "while_statement" {
        for name in &scope.names {
            drafts.likely("filter", 2.0, spot.node, *name);
            drafts.likely("filter", 0.7, spot.node, format!("not {name}"));
        }
    }
    if spot.parent.kind() != "return_statement" {
        return;
    }
    for name in scope.names.iter().filter(|name| !scope.surely(name, TESTED_OTHERWISE)) {
        for test in [format!("{name} == 0"), format!("not {name}"), format!("bool({name})")] {
            drafts.replace("return_test", spot.node, test);
        }
    }
}

const TESTED_OTHERWISE: &[crate::scope::Kind] = &[crate::scope::Kind::Nothing];

fn string(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let quote = if text.ends_with('"') { '"' } else { '\'' };
    let Some((opening, rest)) = text.split_once(quote) else { return };
    let content = rest.strip_suffix(quote).unwrap_or(rest);
    if content.starts_with(quote) || content.contains('\n') {
        return;
    }
    let mut put = |operator, factor: f64, value: &str| {
        if value != content && !value.contains(quote) {
            drafts.likely(operator, factor, spot.node, format!("{opening}{quote}{value}{quote}"));
        }
    };
    for case in CASES {
        put("case", 1.0, &in_case(content, *case));
    }
    for value in STRINGS {
        put("const_str", if content.len() < 3 { 2.0 } else { 0.3 }, value);
    }
    let factor = if content.chars().count() == 1 { 1.5 } else { 0.3 };
    for value in &scope.words.characters {
        put("const_str", factor, value);
    }
    for value in &scope.words.described {
        put("const_word", if near(content, value) { 3.0 } else { 0.5 }, value);
    }
    if content.chars().count() > 2 {
        put("const_str", 0.5, content.trim());
        put("const_str", 0.3, &format!("{content} "));
    }
    for slip in slips(content) {
        put("const_str", 0.5, &slip);
    }
    if opening.is_empty() && scope.names.contains(&content) {
        drafts.replace("unstring", spot.node, content);
        drafts.replace("unstring", spot.node, format!("{content}.encode()"));
        drafts.likely("unstring", 0.6, spot.node, format!("{content}.encode('ascii')"));
    }
}

/// A short word with two letters in the other order, or without its first or last one.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if !(2..=MAX_SLIPPED).contains(&letters.len()) || word.contains(['\\', '{']) {
        return Vec::new();
    }
    let swapped = (1..letters.len()).map(|at| {
        let mut letters = letters.clone();
        letters.swap(at - 1, at);
        letters
    });
    let shorter = [letters.get(1..), letters.get(..letters.len() - 1)];
    let shorter = shorter.into_iter().flatten().map(<[char]>::to_vec);
    swapped.chain(shorter).map(String::from_iter).collect()
}

/// Edits the text between the values of a formatted string.
fn between(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let is_formatted = named(spot.parent).iter().any(|part| part.kind() == "interpolation");
    let text = scope.text_of(spot.node);
    for value in STRINGS.iter().filter(|value| is_formatted && **value != text) {
        drafts.replace("const_str", spot.node, *value);
    }
}

fn near(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || strsim::levenshtein(one, other) <= 2
}
