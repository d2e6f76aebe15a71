//! Guides whose commands are carried out as they are written.
//!
//! A line that starts with `$ saraphina` is a command; `ID`, `HASH` and `DIGEST` stand for what an earlier command told.

use std::path::Path;

use serde_json::Value;

use crate::surfaces::process::Home;

/// The commands of a guide, as words.
pub(crate) fn commands(page: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("$ saraphina "));
    lines.map(words).collect()
}

/// Splits a line at blanks, but not within quotes.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let parts = quoted.flat_map(|(at, part)| {
        let plain = part.split_whitespace().map(str::to_owned).collect();
        if at % 2 == 1 { vec![part.to_owned()] } else { plain }
    });
    parts.collect()
}

/// What `--json` says of a command.
pub(crate) fn told(home: &Home, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&home.saraphina(&words).out).unwrap()
}

/// The digest that a command asks its owner for.
fn asked(home: &Home, words: &[&str]) -> String {
    let said = |word: &&&str| !matches!(**word, "--yes" | "--expect" | "DIGEST" | "HASH");
    let alone: Vec<&str> = words.iter().filter(said).copied().collect();
    let told = told(home, &alone);
    let hints = told["error"]["hints"].to_string();
    let after = hints.split("--expect ").nth(1).unwrap_or_else(|| panic!("{told}"));
    after.chars().take_while(char::is_ascii_hexdigit).collect()
}

/// A command with its proposal and digest filled in.
pub(crate) fn filled(home: &Home, mut words: Vec<String>) -> Vec<String> {
    if words.contains(&"ID".to_owned()) {
        let listed = told(home, &["list-proposals"]);
        let id = listed["data"]["proposals"][0]["proposal_id"].as_str().unwrap().to_owned();
        words.iter_mut().filter(|word| *word == "ID").for_each(|word| word.clone_from(&id));
    }
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let digest = words.iter().any(|word| word == "--expect").then(|| asked(home, &borrowed));
    let given = |word: &String| match (word.as_str(), &digest) {
        ("DIGEST" | "HASH", Some(digest)) => digest.clone(),
        (word, _) => word.to_owned(),
    };
    words.iter().map(given).collect()
}
