//! Which single edits reach a reference.
//!
//! `cargo bench -p saraphina-lab --bench reach -- CORPUS.jsonl… | lab/reach.py` prints rank and operator for each item. Only the half of
//! a corpus that operators may be tuned on is read: items whose SHA-256 has the second-lowest bit 0. With `--complaints`
//! the items come from standard input with a complaint each (`lab/breakages.py`), and mechanical fixes are asked for.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints and may fail loudly"
)]

use std::fs;
use std::io::read_to_string;
use std::time::Instant;

use record::domain::probe::Complaint;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use repair::mechanical::suggest;
use repair::mutate::{Breadth, mutations};
use repair::suggestion::Suggestion;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

fn main() {
    let mut taken: Vec<f64> = Vec::new();
    if std::env::args().any(|word| word == "--complaints") {
        let text = read_to_string(std::io::stdin()).expect("readable items");
        for line in text.lines() {
            let item: Value = serde_json::from_str(line).expect("a JSON line");
            // What is wrong in silence is not for mechanical fixes.
            if item.get("complaint").is_some_and(|told| !told.is_null()) {
                taken.push(show(&item, |source| suggest(source, &complaint(&item), None)));
            }
        }
    }
    for path in std::env::args().skip(1).filter(|path| !path.starts_with("--")) {
        let text = fs::read_to_string(&path).expect("a readable corpus");
        for line in text.lines() {
            let item: Value = serde_json::from_str(line).expect("a JSON line");
            if is_for_tuning(word(&item, "id")) {
                taken.push(show(&item, |source| mutations(source, None, Breadth::Wide)));
            }
        }
    }
    taken.sort_by(f64::total_cmp);
    let middle = taken.get(taken.len() / 2).copied().unwrap_or(0.0);
    eprintln!("median {middle:.2} ms, slowest {:.2} ms", taken.last().copied().unwrap_or(0.0));
}

fn is_for_tuning(id: &str) -> bool {
    Sha256::digest(id.as_bytes()).last().is_some_and(|last| last >> 1 & 1 == 0)
}

fn word<'v>(item: &'v Value, key: &str) -> &'v str {
    item.get(key).and_then(Value::as_str).unwrap_or("")
}

fn complaint(item: &Value) -> Complaint {
    let told = item.get("complaint").unwrap_or(&Value::Null);
    let number = |key: &str| {
        let number = told.get(key).and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok())
    };
    Complaint {
        kind: word(told, "kind").to_owned(),
        message: word(told, "message").to_owned(),
        place: number("line").map(|line| ("solution.py".parse().expect("a path"), line)),
        column: number("column"),
    }
}

/// Prints an item with its edits; answers how many milliseconds they took.
fn show(item: &Value, edit: impl Fn(&Source) -> Vec<Suggestion>) -> f64 {
    let file = |path: &str, role, text: &str| SourceFile {
        path: path.parse().expect("a path"),
        role,
        content: text.as_bytes().to_vec(),
    };
    let source = Source::new(vec![
        file("solution.py", Role::Code, word(item, "buggy_code")),
        file("test_solution.py", Role::Test, word(item, "tests")),
    ])
    .expect("a source");
    let started = Instant::now();
    let found = edit(&source);
    let taken = started.elapsed().as_secs_f64() * 1_000.0;
    let stretches = |suggestion: &Suggestion| {
        let edits = suggestion.patch.edits.iter();
        let edits: Vec<Value> =
            edits.map(|edit| json!([edit.start, edit.end, edit.text])).collect();
        json!([suggestion.operator, edits])
    };
    let edits: Vec<Value> = found.iter().map(stretches).collect();
    let shown = json!({
        "id": word(item, "id"), "kind": word(item, "bug_type"), "buggy": word(item, "buggy_code"),
        "reference": word(item, "code"), "edits": edits,
    });
    println!("{shown}");
    taken
}
