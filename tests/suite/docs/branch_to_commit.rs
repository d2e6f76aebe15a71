//! The guide from a branch to an approved commit, executed.

use std::path::Path;

use serde_json::Value;

use super::readme::home_with_toolchain;
use crate::support::project::Project;
use crate::surfaces::process::Home;

/// The commands of the guide, as words.
fn commands() -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/from-branch-to-commit.md");
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
fn told(home: &Home, words: &[&str]) -> Value {
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

#[test]
fn a_branch_becomes_an_approved_commit_as_written() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop")).fixed();
    let mut done = Vec::new();

    for mut words in commands() {
        if words.contains(&"ID".to_owned()) {
            let listed = told(&home, &["list-proposals"]);
            let id = listed["data"]["proposals"][0]["proposal_id"].as_str().unwrap().to_owned();
            words.iter_mut().filter(|word| *word == "ID").for_each(|word| word.clone_from(&id));
        }
        if words[0] == "check" {
            let keys = told(&home, &["keys"]);
            let text = |name: &str| keys["data"]["keys"][0][name].as_str().unwrap().to_owned();
            let (owner, key) = (text("principal"), text("key"));
            let line = format!("{owner} namespaces=\"decision@saraphina\" {key}\n");
            home.put("allowed_signers", &line);
        }
        let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
        let digest = words.iter().any(|word| word == "--expect").then(|| asked(&home, &borrowed));
        let given = |word: &&str| match (*word, &digest) {
            ("DIGEST" | "HASH", Some(digest)) => digest.clone(),
            (word, _) => word.to_owned(),
        };
        let given: Vec<String> = borrowed.iter().map(given).collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();

        let finished = home.saraphina(&given);

        assert_eq!(finished.code, Some(0), "{given:?}: {finished:?}");
        done.push(words[0].clone());
    }

    let wanted = [
        "repository",
        "propose-code",
        "sandbox-code",
        "report-code",
        "approve-code",
        "apply-code",
        "check",
    ];
    assert_eq!(done, wanted);
    assert_eq!(
        project.git(&["rev-parse", "main^{tree}"]),
        project.git(&["rev-parse", "fix^{tree}"])
    );
}
