//! Each rule bites: a planted violation is found.

use super::rules::violations;
use super::sizes::oversized;
use super::tree::Tree;
use super::unused::unused;

fn found(path: &str, body: &str) -> Vec<String> {
    violations(&Tree::of(path, &planted(body)))
}

fn planted(body: &str) -> String {
    format!("//! A planted file.\n//!\n//! It breaks a rule.\n\n{body}\n")
}

/// What is wrong with two files of which the first imports the second.
fn found_between(from: (&str, &str), to: &str) -> Vec<String> {
    let (path, body) = from;
    violations(&Tree::of_all(&[(path, &planted(body)), (to, &planted(""))]))
}

#[test]
fn an_upward_import_is_found() {
    let from = (
        "crates/work/src/contract/plant.rs",
        "use saraphina::commands::plant::{Name, other::Thing};",
    );
    let found = found_between(from, "src/commands/plant.rs");

    assert_eq!(
        found,
        ["crates/work/src/contract/plant.rs:5: contract may not import from commands"]
    );
}

#[test]
fn an_upward_import_within_a_crate_and_between_two_is_found() {
    let within = ("crates/work/src/contract/plant.rs", "use crate::healing::plant::Name;");
    let between = ("crates/foundation/src/store/plant.rs", "fn f() { work::memory::plant::run() }");

    assert_eq!(
        found_between(within, "crates/work/src/healing/plant.rs"),
        ["crates/work/src/contract/plant.rs:5: contract may not import from healing"]
    );
    assert_eq!(
        found_between(between, "crates/work/src/memory/plant.rs"),
        ["crates/foundation/src/store/plant.rs:5: store may not import from memory"]
    );
}

#[test]
fn an_import_between_crates_of_one_floor_is_found() {
    let from = ("crates/foundation/src/store/plant.rs", "use sandbox::plant::Name;");
    let found = found_between(from, "crates/sandbox/src/plant.rs");

    assert_eq!(
        found,
        ["crates/foundation/src/store/plant.rs:5: store may not import from sandbox"]
    );
}

#[test]
fn an_import_between_wings_of_one_floor_is_found() {
    let from =
        ("crates/foundation/src/providers/plant.rs", "fn f() { crate::knowledge::plant::run() }");
    let found = found_between(from, "crates/foundation/src/knowledge/plant.rs");

    assert_eq!(
        found,
        ["crates/foundation/src/providers/plant.rs:5: providers may not import from knowledge"]
    );
}

#[test]
fn a_downward_import_is_fine() {
    let from = ("src/commands/plant.rs", "use record::domain::plant::Id;");

    assert_eq!(found_between(from, "crates/record/src/domain/plant.rs"), Vec::<String>::new());
}

#[test]
fn a_circle_of_files_is_found() {
    let first = planted("use crate::store::second::Second;");
    let second = planted("fn f() { super::first::g() }");
    let files = [
        ("crates/foundation/src/store/first.rs", &*first),
        ("crates/foundation/src/store/second.rs", &*second),
    ];

    let found = violations(&Tree::of_all(&files));

    assert_eq!(
        found,
        ["a circle: crates/foundation/src/store/first.rs, crates/foundation/src/store/second.rs"]
    );
}

#[test]
fn a_wing_that_is_not_on_the_plan_is_found() {
    assert_eq!(
        found("src/extras/plant.rs", ""),
        ["src/extras/plant.rs: the wing extras is not on the plan"]
    );
}

#[test]
fn a_wing_in_another_crate_than_its_own_is_found() {
    let strays =
        ["src/store/plant.rs", "crates/work/src/store/plant.rs", "crates/store/src/plant.rs"];

    for stray in strays {
        assert_eq!(found(stray, ""), [format!("{stray}: the wing store lies in another crate")]);
    }
}

#[test]
fn things_out_of_place_are_found() {
    let planted = [
        ("src/commands/plant.rs", "const Q: &str = \"SELECT 1\";", "SQL belongs"),
        (
            "src/commands/plant.rs",
            "fn f() { std::process::Command::new(\"ls\"); }",
            "processes start",
        ),
        (
            "crates/foundation/src/store/plant.rs",
            "fn f() { std::env::var(\"HOME\"); }",
            "the environment",
        ),
        ("crates/foundation/src/store/plant.rs", "fn f() { chrono::Utc::now(); }", "the clock"),
        ("crates/sandbox/src/linux/plant.rs", "fn f() { unsafe { g() } }", "unsafe belongs"),
        (
            "crates/sandbox/src/linux/inside/plant.rs",
            "use crate::linux::runs::jails::Jails;",
            "the inside may not know",
        ),
        ("crates/foundation/src/store/plant.rs", "fn f() { println!(); }", "stdout and stderr"),
        ("src/commands/plant.rs", "fn f(key: &LocalKey) {}", "the owner's private key"),
        (
            "crates/foundation/src/store/plant.rs",
            "pub use crate::domain::id::Id;",
            "modules are imported",
        ),
        ("crates/record/src/domain/plant.rs", "fn f() { std::fs::read(\"a\"); }", "domain is pure"),
        ("crates/record/src/audit/plant.rs", "async fn f() {}", "audit is pure"),
    ];
    for (path, body, rule) in planted {
        let found = found(path, body);

        assert!(found.iter().any(|line| line.contains(rule)), "{rule}: {found:?}");
    }
}

#[test]
fn a_shape_that_is_off_is_found() {
    let no_caption = violations(&Tree::of("crates/record/src/domain/plant.rs", "use std::fmt;\n"));
    let long = "//! This caption has a good many words more than fit on one line that a reader takes in at once.\n//!\n//! More.\n";
    let long_caption = violations(&Tree::of("crates/record/src/domain/plant.rs", long));

    let short =
        violations(&Tree::of("crates/record/src/domain/plant.rs", "//! A caption alone.\n"));

    assert_eq!(
        short,
        ["crates/record/src/domain/plant.rs: 1 lines say what it is; it takes 3 to 10"]
    );
    assert_eq!(no_caption, ["crates/record/src/domain/plant.rs: the first line is no caption"]);
    assert_eq!(
        long_caption,
        ["crates/record/src/domain/plant.rs: the caption is longer than a line"]
    );
    assert_eq!(
        found("crates/record/src/domain/utils.rs", ""),
        ["crates/record/src/domain/utils.rs: utils names nothing"]
    );
    assert_eq!(
        found("crates/record/src/domain/mod.rs", "pub struct Stray;"),
        ["crates/record/src/domain/mod.rs:5: a mod.rs holds mod lines only"]
    );
}

#[test]
fn long_files_and_functions_are_found() {
    let function = format!("fn long() {{\n{}}}\n", "    let _ = 1;\n".repeat(60));
    let file = "const A: u8 = 1;\n".repeat(401);

    assert_eq!(
        oversized(&Tree::of("src/plant.rs", &function)),
        ["src/plant.rs: long has 62 lines"]
    );
    assert_eq!(oversized(&Tree::of("src/plant.rs", &file)), ["src/plant.rs: 401 lines"]);
}

#[test]
fn tests_and_comments_are_not_held_to_the_places() {
    let body = "// println! is a macro.\n#[cfg(test)]\nmod tests {\n    fn f() { println!(); }\n}";

    assert_eq!(found("crates/foundation/src/store/plant.rs", body), Vec::<String>::new());
}

#[test]
fn a_public_item_that_nothing_uses_is_found() {
    let lonely = planted("pub fn lonely() {}\npub const fn used() {}\nfn f() { used() }");
    let tree = Tree::of("crates/foundation/src/store/plant.rs", &lonely);

    assert_eq!(unused(&tree), ["crates/foundation/src/store/plant.rs:5: nothing uses lonely"]);
}
