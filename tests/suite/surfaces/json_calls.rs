//! The contract's JSON, exit codes and fields, call by call.
//!
//! `tests/fixtures/contract/calls.txt` has one call a line: its words, the exit code, and fields that other programs read.

use serde_json::{Value, json};

use crate::sandbox::support;
use crate::surfaces::process::{Finished, Home};

const CALLS: &str = include_str!("../../fixtures/contract/calls.txt");
/// Kinds of errors with their exit codes.
const KINDS: [(&str, i32); 10] = [
    ("usage", 2),
    ("not_found", 3),
    ("ambiguous", 3),
    ("state", 4),
    ("forbidden", 5),
    ("needs_owner", 5),
    ("unavailable", 6),
    ("integrity", 7),
    ("internal", 70),
    ("interrupted", 130),
];

/// A home with the toolchain that all tests share.
fn home() -> Home {
    let home = Home::new();
    support::set_up();
    std::fs::create_dir(home.path()).unwrap();
    let toolchain = support::home().join("toolchain");
    std::os::unix::fs::symlink(toolchain, home.path().join("toolchain")).unwrap();
    std::fs::write(home.path().join("config.toml"), "linter = \"ruff\"\n").unwrap();
    home
}

fn called(home: &Home, words: &[&str]) -> (Finished, Value) {
    let words: Vec<&str> = [words[0], "--json"].into_iter().chain(words[1..].to_vec()).collect();
    let finished = home.saraphina(&words);
    let lines = finished.out.lines().count();
    assert_eq!((lines, finished.out.ends_with('\n')), (1, true), "{words:?}: {finished:?}");
    let answer = serde_json::from_str(&finished.out).unwrap();
    (finished, answer)
}

/// Proposes a module of one function with one test.
fn proposed(home: &Home, name: &str, sign: &str, value: i32) -> Value {
    let (code, tests) = (format!("{name}.py"), format!("test_{name}.py"));
    home.put(&code, &format!("def {name}(a, b):\n    return a {sign} b\n"));
    let test = format!("def test_{name}():\n    assert {name}(6, 2) == {value}\n");
    home.put(&tests, &format!("from {name} import {name}\n\n\n{test}"));
    called(home, &["propose-code", "--code", &code, "--tests", &tests, name]).1["data"].clone()
}

/// Names the fields that an answer lacks.
fn lacking<'a>(data: &Value, fields: &'a str) -> Vec<&'a str> {
    let has = |path: &str| data.pointer(&format!("/{}", path.replace('.', "/"))).is_some();
    fields.split_whitespace().filter(|field| !has(field)).collect()
}

#[test]
fn every_call_of_the_table_is_answered_as_the_contract_says() {
    let home = home();
    let adder = proposed(&home, "adder", "+", 8);
    let wrong = proposed(&home, "wrong", "+", 4);
    let product = proposed(&home, "product", "*", 12);
    let quotient = proposed(&home, "quotient", "//", 3);
    let id = |proposal: &Value| proposal["proposal_id"].as_str().unwrap().to_owned();
    called(&home, &["sandbox-code", &id(&adder)]);
    called(&home, &["sandbox-code", &id(&wrong)]);
    let filled = |text: &str| {
        text.replace("{pass}", &id(&adder))
            .replace("{short}", &id(&adder)["proposal_".len()..][..6])
            .replace("{fail}", &id(&wrong))
            .replace("{draft}", &id(&product))
            .replace("{raw}", &id(&quotient))
            .replace("{none}", "proposal_ffffffffffff")
            .replace("{hash}", &adder["content_hash"].as_str().unwrap()[..12])
            .replace("{folder}", home.folder().to_str().unwrap())
    };

    let mut odd = Vec::new();
    for row in CALLS.lines() {
        let parts: Vec<&str> = row.split('|').map(str::trim).collect();
        let [words, code, fields] = parts[..] else { panic!("{row}") };
        let words = filled(words);
        let words: Vec<&str> = words.split_whitespace().collect();
        let code: i32 = code.parse().unwrap();
        let (finished, answer) = called(&home, &words);
        let told = answer["error"]["kind"].as_str();
        let by_kind = told.map(|kind| KINDS.iter().find(|(word, _)| *word == kind).unwrap().1);
        let expected = (Some(code), &json!(1), &json!(words[0]), &json!(code < 2));
        let found = (finished.code, &answer["schema_version"], &answer["command"], &answer["ok"]);
        let lacking = lacking(&answer["data"], fields);
        if found != expected || by_kind.is_some_and(|kind| kind != code) || !lacking.is_empty() {
            odd.push(format!("{row}: {found:?}, lacks {lacking:?}, {}", answer["error"]));
        }
    }

    assert_eq!(odd, Vec::<String>::new());
    assert!(CALLS.lines().count() >= 115);
}
