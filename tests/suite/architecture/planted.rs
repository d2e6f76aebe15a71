//! Each rule bites: a planted violation is found.

use super::rules::violations;
use super::sizes::oversized;
use super::tree::Tree;

fn found(path: &str, body: &str) -> Vec<String> {
    violations(&Tree::of(path, &format!("//! A planted file.\n\n{body}\n")))
}

#[test]
fn an_upward_import_is_found() {
    let found = found("src/domain/plant.rs", "use crate::store::store::Store;");

    assert_eq!(found, ["src/domain/plant.rs:3: domain may not import from store"]);
}

#[test]
fn an_import_between_wings_of_one_floor_is_found() {
    let found = found("src/store/plant.rs", "fn f() { crate::sandbox::backend::run() }");

    assert_eq!(found, ["src/store/plant.rs:3: store may not import from sandbox"]);
}

#[test]
fn a_downward_import_is_fine() {
    assert_eq!(found("src/commands/plant.rs", "use crate::domain::id::Id;"), Vec::<String>::new());
}

#[test]
fn a_wing_that_is_not_on_the_plan_is_found() {
    assert_eq!(
        found("src/extras/plant.rs", ""),
        ["src/extras/plant.rs: the wing extras is not on the plan"]
    );
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
        ("src/store/plant.rs", "fn f() { std::env::var(\"HOME\"); }", "the environment"),
        ("src/store/plant.rs", "fn f() { chrono::Utc::now(); }", "the clock"),
        ("src/sandbox/linux/plant.rs", "fn f() { unsafe { g() } }", "unsafe belongs"),
        (
            "src/sandbox/linux/inside/plant.rs",
            "use crate::sandbox::linux::run::start;",
            "the inside may not know",
        ),
        ("src/store/plant.rs", "fn f() { println!(); }", "stdout and stderr"),
        ("src/commands/plant.rs", "fn f(key: &LocalKey) {}", "the owner's private key"),
        ("src/store/plant.rs", "pub use crate::domain::id::Id;", "modules are imported"),
        ("src/domain/plant.rs", "fn f() { std::fs::read(\"a\"); }", "domain is pure"),
        ("src/audit/plant.rs", "async fn f() {}", "audit is pure"),
    ];
    for (path, body, rule) in planted {
        let found = found(path, body);

        assert!(found.iter().any(|line| line.contains(rule)), "{rule}: {found:?}");
    }
}

#[test]
fn a_shape_that_is_off_is_found() {
    let no_caption = violations(&Tree::of("src/domain/plant.rs", "use std::fmt;\n"));
    let long = "//! This caption has a good many words more than eight.\n";
    let long_caption = violations(&Tree::of("src/domain/plant.rs", long));

    assert_eq!(no_caption, ["src/domain/plant.rs: the first line is no caption"]);
    assert_eq!(long_caption, ["src/domain/plant.rs: the caption has more than eight words"]);
    assert_eq!(found("src/domain/utils.rs", ""), ["src/domain/utils.rs: utils names nothing"]);
    assert_eq!(
        found("src/domain/mod.rs", "pub struct Stray;"),
        ["src/domain/mod.rs:3: a mod.rs holds mod lines only"]
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

    assert_eq!(found("src/store/plant.rs", body), Vec::<String>::new());
}
