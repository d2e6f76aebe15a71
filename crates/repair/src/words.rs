//! Strings and numbers from docstrings and test inputs that may be the right ones.
//!
//! What tests expect is never looked at: an operator that could copy the expected value would pass tests without solving anything.

use tree_sitter::Node;

use super::scope::Words;
use super::tree::{named, parse, text_of, walk, words_of};

/// Most words of a docstring.
const MAX_WORDS: usize = 24;
/// Most numbers of a docstring, and the digits of the longest.
const MAX_NUMBERS: usize = 6;
const MAX_DIGITS: usize = 9;
/// Most characters of the tests' inputs.
const MAX_CHARACTERS: usize = 12;

/// Words in quotes and numbers of a function's docstring, beside single characters that tests pass in.
pub(super) fn words(text: &str, function: Node<'_>, characters: &[String]) -> Words {
    let docstring = function
        .child_by_field_name("body")
        .and_then(|body| named(body).first().copied())
        .filter(|first| first.kind() == "expression_statement")
        .map_or("", |first| text_of(text, first));
    Words {
        described: quoted(docstring),
        numbers: numbers(docstring),
        characters: characters.to_vec(),
    }
}

/// Whole numbers in the sentences of a docstring; lines with `>>>` or `==` are examples, and so is what stands below them.
fn numbers(docstring: &str) -> Vec<String> {
    let is_example = |line: &&str| line.contains(">>>") || line.contains("==");
    let mut found: Vec<String> = Vec::new();
    for line in docstring.lines().take_while(|line| !is_example(line)) {
        let whole = words_of(line).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        for number in whole.filter(|number| (2..=MAX_DIGITS).contains(&number.len())) {
            if found.iter().all(|known| known != number) {
                found.push(number.to_owned());
            }
        }
    }
    found.truncate(MAX_NUMBERS);
    found
}

fn quoted(docstring: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let inner = docstring.trim_matches(['"', '\'']);
    for mark in ['\'', '"', '`'] {
        for (at, word) in inner.split(mark).enumerate() {
            let is_word = word.len() <= 20 && !word.contains(['\n', '\\']);
            if at % 2 == 1 && is_word && found.iter().all(|known| known != word) {
                found.push(word.to_owned());
            }
        }
    }
    found.truncate(MAX_WORDS);
    found
}

/// Punctuation in the strings that tests pass to calls; what they expect, and their tables, are never looked at.
pub(super) fn characters(tests: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in tests {
        let Some(tree) = parse(text) else { continue };
        let contents = arguments(tree.root_node()).into_iter().map(|node| text_of(text, node));
        let symbols = contents.flat_map(str::chars).filter(char::is_ascii_punctuation);
        for symbol in symbols.filter(|symbol| *symbol != '\\').map(String::from) {
            if !found.contains(&symbol) {
                found.push(symbol);
            }
        }
    }
    found.truncate(MAX_CHARACTERS);
    found
}

/// Contents of strings that stand somewhere in the arguments of a call outside decorators.
fn arguments(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(root, false, |cursor, is_inside| {
        let node = cursor.node();
        let is_inside = *is_inside || node.kind() == "argument_list";
        found.extend(Some(node).filter(|node| is_inside && node.kind() == "string_content"));
        Some(is_inside).filter(|_| node.kind() != "decorator")
    });
    found
}
