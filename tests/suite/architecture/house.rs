//! The rules, applied to this repository.

use std::collections::BTreeSet;
use std::path::Path;

use super::rules::violations;
use super::sizes::oversized;
use super::tree::Tree;
use super::unused::unused;

const NOTHING: [String; 0] = [];

#[test]
fn the_sources_keep_to_the_plan() {
    let tree = Tree::of_repository(&["src", "crates"]);

    assert_eq!(violations(&tree), NOTHING);
}

#[test]
fn what_is_public_is_used() {
    let tree = Tree::of_repository(&["src", "crates"]);

    assert_eq!(unused(&tree), NOTHING);
}

#[test]
fn files_and_functions_stay_readable() {
    let tree = Tree::of_repository(&["src", "crates", "tests", "benches"]);

    assert_eq!(oversized(&tree), NOTHING);
}

#[test]
fn every_test_file_is_included() {
    let tree = Tree::of_repository(&["tests"]);
    let mut included = BTreeSet::new();
    for (path, text) in tree.files() {
        let folder = if path == "tests/suite.rs" {
            "tests/suite".to_owned()
        } else {
            Path::new(path).parent().unwrap().to_str().unwrap().to_owned()
        };
        for line in text.lines() {
            let Some(name) = line
                .trim()
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub(super) ")
                .strip_prefix("mod ")
            else {
                continue;
            };
            let name = name.trim_end_matches(';');
            included.insert(format!("{folder}/{name}.rs"));
            included.insert(format!("{folder}/{name}/mod.rs"));
        }
    }

    let forgotten: Vec<&str> = tree
        .files()
        .map(|(path, _)| path)
        .filter(|path| *path != "tests/suite.rs" && !included.contains(*path))
        .collect();

    assert_eq!(forgotten, Vec::<&str>::new());
}

#[test]
fn every_command_has_a_file_and_a_test_file_of_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_there =
        |folder: &str, name: &str| root.join(folder).join(format!("{name}.rs")).is_file();

    let forgotten: Vec<&str> = saraphina::commands::registry::ENTRIES
        .iter()
        .map(|entry| entry.spec.name)
        .filter(|name| {
            let file = name.replace('-', "_");
            !is_there("src/commands", &file) || !is_there("tests/suite/commands", &file)
        })
        .collect();

    assert_eq!(forgotten, Vec::<&str>::new());
}

#[test]
fn main_fits_in_one_glance() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();

    assert!(text.lines().count() <= 15, "{text}");
}
