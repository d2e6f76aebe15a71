//! What lints where pylint cannot run.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use record::domain::evidence::{Lint, LintIssue, Severity};
use record::domain::policy::Policy;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord, decide};
use sandbox::backend::{Job, SandboxBackend as _};
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{
    config, descendants, file, home, job, job_of, prepare, run_with, runtime, set_up, set_up_in,
    verdict,
};
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

/// A bit of everything that ruff says: what decides verdicts, what other linters call otherwise, and what is not ASCII.
const FAULTY: &str = "import os, sys\n\n\ndef double(numbér):\n    return nunber * 2\n\n\nreturn double\n\
    break\ncontinue\nif double == None:\n    l = lambda: 1\n";

/// What the same ruff said of it when a script of the guest started it and read its answer.
fn faults() -> Vec<LintIssue> {
    let issue = |line, column, symbol: &str, severity, message: &str| LintIssue {
        line,
        column,
        symbol: symbol.to_owned(),
        severity,
        message: message.to_owned(),
        path: None,
        ran: false,
    };
    vec![
        issue(1, 0, "I001", Severity::Warning, "Import block is un-sorted or un-formatted"),
        issue(1, 7, "F401", Severity::Warning, "`os` imported but unused"),
        issue(1, 11, "F401", Severity::Warning, "`sys` imported but unused"),
        issue(5, 11, "undefined-variable", Severity::Error, "Undefined name `nunber`"),
        issue(
            8,
            0,
            "return-outside-function",
            Severity::Error,
            "`return` statement outside of a function/method",
        ),
        issue(9, 0, "not-in-loop", Severity::Error, "`break` outside loop"),
        issue(10, 0, "not-in-loop", Severity::Error, "`continue` not properly in loop"),
    ]
}

/// An engine that asks ruff first.
fn asking_ruff(home: &Path) -> LinuxBackend {
    LinuxBackend::new(Config { home: home.to_path_buf(), linter: Linter::Ruff, ..config() })
}

/// What it finds in such jobs, one after another.
fn lints(backend: &LinuxBackend, jobs: impl IntoIterator<Item = Job>) -> Vec<Lint> {
    let runtime = runtime();
    prepare(backend, &runtime);
    let run = |job| runtime.block_on(backend.run(job, &|_| {}, CancellationToken::new()));
    jobs.into_iter().map(|job| run(job).unwrap().lint).collect()
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
fn where_pylint_does_not_end_in_its_time_ruff_lints_and_that_is_said() {
    let mut late = job("late", CODE, TESTS);
    late.limits.lint_ms = 1;

    let evidence = run_with(&LinuxBackend::new(config()), late);

    let (tool, note) = (&evidence.lint.tool, &evidence.lint.note);
    assert!(tool.starts_with("ruff "), "{tool}: {note}");
    assert_eq!(note, "pylint: the linter did not end within 1 ms");
    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
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

#[test]
fn ruff_says_the_same_in_a_waiting_box_and_in_a_fresh_jail_as_it_did_to_an_interpreter() {
    let backend = asking_ruff(&home());
    let faulty = || job("asked of ruff", FAULTY, TESTS);
    let cold = lints(&backend, [Job { fresh: true, ..faulty() }]).remove(0);
    backend.lasts();
    backend.warm_up();

    let warm = lints(&backend, [faulty(), faulty()]);

    assert!(cold.tool.starts_with("ruff "), "{cold:?}");
    let expected = Lint { tool: cold.tool.clone(), issues: faults(), ..Lint::default() };
    assert_eq!(cold, expected);
    assert_eq!(warm, [expected.clone(), expected]);
}

#[test]
fn of_several_files_ruff_names_each_and_syntax_errors_are_critical() {
    let files = vec![
        file("pack/__init__.py", Role::Code, "from pack.one import y\n"),
        file("pack/one.py", Role::Code, "y = 1 +\n"),
        file("test_pack.py", Role::Test, TESTS),
    ];
    let job = job_of("several for ruff", Source::new(files).unwrap());

    let (evidence, verdict) = decide(run_with(&asking_ruff(&home()), job), &Policy::default());
    let lint = evidence.lint;

    let said = |issue: &LintIssue| (issue.path.clone().unwrap(), issue.line, issue.symbol.clone());
    let expected = [("pack/__init__.py", 1, "F401"), ("pack/one.py", 1, "syntax-error")]
        .map(|(path, line, symbol)| (path.to_owned(), line, symbol.to_owned()));
    assert_eq!(lint.issues.iter().map(said).collect::<Vec<_>>(), expected, "{lint:?}");
    assert!(lint.critical && verdict.reasons.contains(&Reason::LintCritical), "{verdict:?}");
}

#[test]
fn an_engine_that_asks_ruff_starts_no_server_for_lint_and_ruff_leaves_nothing() {
    let backend = asking_ruff(&home());
    backend.lasts();
    let names = ["one of ruff", "two of ruff", "three of ruff"];

    let lints = lints(&backend, names.map(|name| job(name, CODE, TESTS)));

    assert!(lints.iter().all(|lint| lint.tool.starts_with("ruff ")), "{lints:?}");
    let command = |process| fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let commands: Vec<String> = descendants()
        .into_iter()
        .map(|process| String::from_utf8_lossy(&command(process)).into_owned())
        .collect();
    let of = |word: &str| commands.iter().filter(|command| command.contains(word)).count();
    assert!(of("_saraphina_suite_observe") > 0, "{commands:?}");
    assert_eq!([of("_saraphina_lint_linters"), of("bin/ruff")], [0, 0], "{commands:?}");
}

#[test]
fn where_ruff_cannot_run_boxes_are_made_as_before_and_it_is_said() {
    let backend = asking_ruff(&home_without("no-ruff", &["ruff"]));
    backend.lasts();
    let names = ["first", "second", "third", "fourth"];

    let lints = lints(&backend, names.map(|name| job(name, CODE, TESTS)));

    for lint in lints {
        let note = &lint.note;
        assert!(
            note.starts_with("ruff: it ended with status 127: ") || note.contains("start "),
            "{note}"
        );
        assert!(note.contains("; flake8: ") && lint.tool == "none", "{lint:?}");
    }
}

#[test]
fn an_owner_who_sets_ruff_gets_it_and_one_who_sets_nothing_gets_pylint() {
    set_up();
    let (toolchain, home) = (home().join("toolchain"), Home::with_path());
    fs::create_dir_all(home.path()).unwrap();
    std::os::unix::fs::symlink(toolchain, home.path().join("toolchain")).unwrap();
    home.put("subject.py", CODE);
    home.put("test_subject.py", TESTS);
    let given = ["--code", "subject.py", "--tests", "test_subject.py", "a doubler"];
    home.saraphina(&[&["propose-code"], given.as_slice()].concat());
    let linter = || {
        let ran = home.saraphina(&["sandbox-code", "@"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let report = home.saraphina(&["report-code", "@"]).out;
        let line = report.lines().find(|line| line.starts_with("Lint")).unwrap();
        ["pylint", "ruff"].map(|name| line.contains(&format!(" {name} ")))
    };

    let unset = linter();
    fs::write(home.path().join("config.toml"), "linter = \"ruff\"\n").unwrap();

    assert_eq!([unset, linter()], [[true, false], [false, true]]);
}

/// Tells on its last line what rights it has, whom it sees and what it holds, and how making a socket ended; the last handle is
/// the listing itself.
const NOSY: &str = r#"#!/bin/bash
while read -r name value; do
    case $name in CapPrm:|CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) told="$told$name $value, ";; esac
done < /proc/self/status
cd /proc && set -- [0-9]* && told="${told}processes $*, "
cd /proc/self/fd && set -- * && told="${told}handles $*, "
refused=$( { exec 9<>/dev/tcp/127.0.0.1/9; } 2>&1 )
told="${told}sockets${refused##*:}"
echo "$told" >&2
exit 3
"#;

#[test]
fn a_program_in_a_waiting_box_has_no_rights_no_sockets_sees_nobody_and_holds_nothing() {
    let home = home_without("nosy-ruff", &["ruff"]);
    for toolchain in fs::read_dir(home.join("toolchain")).unwrap() {
        let ruff = toolchain.unwrap().path().join("bin/ruff");
        if ruff.exists() {
            fs::write(&ruff, NOSY).unwrap();
            fs::set_permissions(&ruff, Permissions::from_mode(0o755)).unwrap();
        }
    }
    let backend = asking_ruff(&home);
    backend.lasts();

    let lint = lints(&backend, [job("nosy", CODE, TESTS)]).remove(0);

    let none = "0000000000000000";
    let expected = format!(
        "ruff: it ended with status 3: CapPrm: {none}, CapEff: {none}, CapBnd: {none}, NoNewPrivs: 1, Seccomp: 2, \
         processes 1 2, handles 0 1 2 255 3, sockets Operation not permitted"
    );
    assert_eq!(lint.note.split_once("; ").unwrap().0, expected);
}
