//! What lints where pylint cannot run.

use std::fs;
use std::path::{Path, PathBuf};

use saraphina::domain::evidence::Lint;
use saraphina::domain::verdict::{Reason, VerdictWord};
use saraphina::sandbox::linux::backend::{Config, LinuxBackend};

use crate::sandbox::support::{config, job, run_with, set_up_in, verdict};
use crate::surfaces::process::Home;

const CODE: &str = "import os\n\n\ndef double(number):\n    return number * 2\n";
const TESTS: &str =
    "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n";

/// A home with a toolchain of its own, in which these parts are then replaced by something that cannot work.
fn home_without(name: &str, parts: &[&str]) -> PathBuf {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-homes").join(name);
    set_up_in(&home);
    let toolchains =
        fs::read_dir(home.join("toolchain")).unwrap().map(|entry| entry.unwrap().path());
    for toolchain in toolchains.filter(|path| path.is_dir()) {
        for part in parts {
            let place = match *part {
                "ruff" => toolchain.join("bin/ruff"),
                module => packages(&toolchain).join(module).join("__init__.py"),
            };
            // The file may be one with the installer's own store.
            fs::remove_file(&place).unwrap();
            fs::write(&place, format!("raise ImportError('no {part} today')\n")).unwrap();
        }
    }
    home
}

fn packages(toolchain: &Path) -> PathBuf {
    let mut versions = fs::read_dir(toolchain.join("lib")).unwrap();
    versions.next().unwrap().unwrap().path().join("site-packages")
}

fn lint(home: &Path, name: &str) -> (Lint, VerdictWord, Vec<Reason>) {
    let backend = LinuxBackend::new(Config { home: home.to_path_buf(), ..config() });
    let evidence = run_with(&backend, job(name, CODE, TESTS));
    let verdict = verdict(&evidence);
    (evidence.lint, verdict.word, verdict.reasons)
}

#[test]
fn where_pylint_cannot_run_ruff_lints_and_that_is_said() {
    let home = home_without("no-pylint", &["pylint"]);

    let (lint, verdict, _) = lint(&home, "linted by ruff");

    assert!(lint.tool.starts_with("ruff "), "{lint:?}");
    assert_eq!((lint.score, lint.note.as_str()), (None, "pylint: ImportError: no pylint today"));
    let symbols: Vec<&str> = lint.issues.iter().map(|issue| issue.symbol.as_str()).collect();
    assert_eq!((symbols, verdict), (vec!["F401"], VerdictWord::Passed));
}

#[test]
fn a_report_names_the_linter_that_ran_and_why_not_pylint() {
    let toolchain = home_without("no-pylint-in-report", &["pylint"]).join("toolchain");
    let home = Home::with_path();
    fs::create_dir_all(home.path()).unwrap();
    std::os::unix::fs::symlink(toolchain, home.path().join("toolchain")).unwrap();
    home.put("subject.py", CODE);
    home.put("test_subject.py", TESTS);

    let given = ["--code", "subject.py", "--tests", "test_subject.py", "a doubler"];
    let proposed = home.saraphina(&[&["propose-code"], given.as_slice()].concat());
    let ran = home.saraphina(&["sandbox-code", "@"]);
    let report = home.saraphina(&["report-code", "@"]);

    assert_eq!((proposed.code, ran.code), (Some(0), Some(0)), "{proposed:?} {ran:?}");
    let line = report.out.lines().find(|line| line.starts_with("Lint")).unwrap();
    assert!(line.contains(" ruff ") && !line.contains("/10"), "{line}");
    assert!(line.ends_with("; pylint: ImportError: no pylint today"), "{line}");
}

#[test]
fn where_no_linter_can_run_the_verdict_is_inconclusive() {
    let home = home_without("no-linter", &["pylint", "ruff"]);

    let (lint, verdict, reasons) = lint(&home, "linted by nobody");

    assert_eq!((lint.tool.as_str(), lint.score), ("none", None), "{lint:?}");
    for linter in ["pylint: ", "ruff: ", "flake8: "] {
        assert!(lint.note.contains(linter), "{linter} {}", lint.note);
    }
    assert_eq!(verdict, VerdictWord::Inconclusive, "{reasons:?}");
}
