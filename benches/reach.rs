//! Which single edits reach a reference.
//!
//! `cargo bench --bench reach -- CORPUS.jsonl… | scripts/reach.py` prints rank and operator for each item. Only the half of
//! a corpus that operators may be tuned on is read: items whose SHA-256 has the second-lowest bit 0.

use std::fs;
use std::time::Instant;

use saraphina::domain::source::{Role, Source, SourceFile};
use saraphina::repair::mutate::mutations;
use saraphina::repair::suggestion::Suggestion;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

fn main() {
    let mut slowest = 0.0_f64;
    for path in std::env::args().skip(1).filter(|path| !path.starts_with("--")) {
        let text = fs::read_to_string(&path).expect("a readable corpus");
        for line in text.lines() {
            let item: Value = serde_json::from_str(line).expect("a JSON line");
            if is_for_tuning(word(&item, "id")) {
                slowest = slowest.max(show(&item));
            }
        }
    }
    eprintln!("slowest item: {slowest:.1} ms");
}

fn is_for_tuning(id: &str) -> bool {
    Sha256::digest(id.as_bytes()).last().is_some_and(|last| last >> 1 & 1 == 0)
}

fn word<'v>(item: &'v Value, key: &str) -> &'v str {
    item.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Prints an item with its edits; answers how many milliseconds they took.
fn show(item: &Value) -> f64 {
    let file = |path: &str, role, text: &str| SourceFile {
        path: path.parse().expect("a path"),
        role,
        content: text.as_bytes().to_vec(),
    };
    let source = Source::new(vec![
        file("solution.py", Role::Code, word(item, "buggy_code")),
        file("test_solution.py", Role::Test, word(item, "tests")),
    ]);
    let started = Instant::now();
    let found = mutations(&source.expect("a source"), None);
    let taken = started.elapsed().as_secs_f64() * 1_000.0;
    let edits = |suggestion: &Suggestion| {
        let edits = suggestion.patch.edits.iter();
        let edits: Vec<Value> = edits.map(|edit| json!([edit.start, edit.end, edit.text])).collect();
        json!([suggestion.operator, edits])
    };
    let edits: Vec<Value> = found.iter().map(edits).collect();
    let shown = json!({
        "id": word(item, "id"), "kind": word(item, "bug_type"), "buggy": word(item, "buggy_code"),
        "reference": word(item, "code"), "edits": edits,
    });
    println!("{shown}");
    taken
}
