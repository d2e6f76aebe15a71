//! Secrets that somebody wrote into a file.
//!
//! Keys of well-known services are told by their form in any text file; other strings where the name that they are given says so and
//! they look like chance. A finding never repeats the secret.

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::python::{field, line_of, parse, string_content, text_of, walk};

/// Beginnings of keys, the least length of what follows, and whose they are.
const FORMS: [(&str, usize, &str); 12] = [
    ("AKIA", 16, "a key of Amazon"),
    ("ghp_", 30, "a token of GitHub"),
    ("gho_", 30, "a token of GitHub"),
    ("ghs_", 30, "a token of GitHub"),
    ("github_pat_", 30, "a token of GitHub"),
    ("glpat-", 18, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("xoxp-", 20, "a token of Slack"),
    ("sk_live_", 20, "a key of Stripe"),
    ("sk-", 32, "a key of a model service"),
    ("AIza", 35, "a key of Google"),
    ("pypi-AgE", 40, "a token of PyPI"),
];
/// Words in the name of a variable that say what it holds.
const NAMES: [&str; 8] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key"];
/// Words that stand where a secret will be put.
const PLACEHOLDERS: [&str; 9] =
    ["example", "change", "your", "xxx", "dummy", "test", "placeholder", "insert", "secret"];
/// Shortest string that is taken for a secret, in characters.
const LEAST: usize = 12;
/// Bits of a character of a string that looks like chance.
const CHANCE_BITS: f64 = 3.2;
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

fn known(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    FORMS.iter().find_map(|(form, least, whose)| {
        let mut places = line.match_indices(form);
        let is_key = |(at, _): (usize, &str)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            let rest = line.get(at + form.len()..).unwrap_or("");
            let length = rest
                .chars()
                .take_while(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-'))
                .count();
            !before.is_some_and(char::is_alphanumeric) && length >= *least
        };
        places.any(is_key).then_some(*whose)
    })
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
        let name = field(&file.text, node, name).unwrap_or_default().to_lowercase();
        let value = node.child_by_field_name(value).filter(|value| value.kind() == "string");
        if let Some(value) = value.filter(|_| NAMES.iter().any(|word| name.contains(word))) {
            let content = string_content(text_of(&file.text, value));
            if is_chance(content) {
                found.push(told(file, line_of(node), "a string whose name says that it is secret"));
            }
        }
        true
    });
    found
}

/// Whether a string looks like chance, and not like words or the place of something.
fn is_chance(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.chars().count() >= LEAST
        && text
            .chars()
            .all(|symbol| symbol.is_ascii_graphic() && !matches!(symbol, '{' | '<' | '%' | ':'))
        && text.chars().any(|symbol| symbol.is_ascii_digit())
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && bits(text) >= CHANCE_BITS
}

/// Shannon's entropy of the characters of a text, in bits each.
fn bits(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::<char, u32>::new();
    for symbol in text.chars() {
        *counts.entry(symbol).or_default() += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    counts.values().map(|count| f64::from(*count) / all).map(|share| -share * share.log2()).sum()
}
