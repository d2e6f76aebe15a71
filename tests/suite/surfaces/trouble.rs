//! What is missing is said, with the next step.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::surfaces::process::{Finished, Home};

fn saraphina(home: &Home, words: &[&str], change: impl Fn(&mut Command)) -> Finished {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.args(words);
    change(&mut command);
    home.finish(command, b"")
}

#[test]
fn without_python_the_set_up_says_what_to_install() {
    let home = Home::new();

    let finished = saraphina(&home, &["setup"], |command| {
        command.env("PATH", "/nonexistent");
    });

    assert_eq!(finished.code, Some(6), "{finished:?}");
    assert!(finished.err.contains("no Python from 3.10 on was found"), "{finished:?}");
    assert!(finished.err.contains("hint: Install Python 3.10 or newer"), "{finished:?}");
}

#[test]
fn a_python_that_does_not_exist_is_named() {
    let home = Home::new();

    let finished = saraphina(&home, &["setup"], |command| {
        command.env("SARAPHINA_PYTHON", "/nonexistent/python3");
    });

    assert_eq!(finished.code, Some(6), "{finished:?}");
    assert!(finished.err.contains("/nonexistent/python3"), "{finished:?}");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the interpreter is where the tests' own PATH has it"
)]
fn without_a_package_index_the_set_up_says_so_and_leaves_nothing_half_made() {
    let home = Home::new();
    let path = std::env::var("PATH").unwrap();

    let finished = saraphina(&home, &["setup"], |command| {
        command.env("PATH", &path).env("HOME", home.path());
        // Nobody listens on the discard port of this machine.
        command.env("PIP_INDEX_URL", "http://127.0.0.1:9/simple").env("PIP_RETRIES", "0");
        command
            .env("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
            .env("PIP_CONFIG_FILE", "/dev/null");
    });

    assert_eq!(finished.code, Some(6), "{finished:?}");
    assert!(finished.err.contains("toolchain could not be set up"), "{finished:?}");
    assert!(finished.err.contains("hint: "), "{finished:?}");
    let left: Vec<_> = std::fs::read_dir(home.path().join("toolchain"))
        .map(|entries| entries.map(|entry| entry.unwrap().file_name()).collect())
        .unwrap_or_default();
    let half_made = left.iter().filter(|name| name.to_string_lossy().starts_with("py"));
    assert_eq!(half_made.count(), 0, "{left:?}");
}

#[test]
fn a_home_that_cannot_be_written_is_named_and_reading_goes_on() {
    let home = Home::new();
    let first = home.saraphina(&["propose-code", "a CSV parser"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let writable = std::fs::metadata(home.path()).unwrap().permissions();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    for entry in std::fs::read_dir(home.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = if entry.path().is_dir() { 0o555 } else { 0o444 };
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    let wrote = home.as_nobody(&["propose-code", "a CSV parser"]);
    let read = home.as_nobody(&["list-proposals"]);

    std::fs::set_permissions(home.path(), writable).unwrap();
    assert_eq!(wrote.code, Some(6), "{wrote:?}");
    assert!(wrote.err.contains("hint: "), "{wrote:?}");
    assert_eq!(read.code, Some(0), "{read:?}");
    assert!(read.out.contains("1 of 1 proposal"), "{read:?}");
}

#[test]
fn requests_that_cannot_be_taken_are_refused_with_what_to_do() {
    let home = Home::new();
    let huge = "x".repeat(70_000);
    home.put("latin.txt", "");
    std::fs::write(home.folder().join("latin.txt"), b"caf\xe9").unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["propose-code", ""], "the request is empty"),
        (&["propose-code", &huge], "at most 65536 are taken"),
        (&["propose-code", "--from", "latin.txt"], "is not UTF-8"),
        (&["propose-code", "--from", "missing.txt"], "missing.txt"),
        (&["show-code", "proposal_zz"], "there is no proposal proposal_zz"),
    ];
    for (words, message) in cases {
        let finished = home.saraphina(words);

        assert!(matches!(finished.code, Some(2 | 3)), "{words:?}: {finished:?}");
        assert!(finished.err.contains(message), "{message}: {finished:?}");
        assert!(finished.err.contains("hint: "), "{finished:?}");
    }
}

/// A home that a proposal was made in.
fn used() -> Home {
    let home = Home::with_path();
    home.put("a.py", "def a():\n    return 1\n");
    home.put("test_a.py", "from a import a\n\n\ndef test_a():\n    assert a() == 1\n");
    let words = ["propose-code", "--code", "a.py", "--tests", "test_a.py", "one"];
    assert_eq!(home.saraphina(&words).code, Some(0));
    home
}

#[test]
fn small_files_that_never_end_or_never_begin_are_refused_at_once() {
    for name in ["log.head", "keys/log.key", "knowledge.db", "keys/owner_key"] {
        for is_pipe in [true, false] {
            let home = used();
            let path = home.path().join(name);
            std::fs::remove_file(&path).ok();
            if is_pipe {
                nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
            } else {
                std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            }

            let verified = home.saraphina(&["audit", "verify"]);
            let decided = home.saraphina(&["reject-code", "@", "no"]);

            let is_key = name == "keys/owner_key";
            assert!(is_key || matches!(verified.code, Some(4 | 6 | 7)), "{name}: {verified:?}");
            assert!(matches!(decided.code, Some(3 | 4 | 6 | 7)), "{name}: {decided:?}");
        }
    }
}

#[test]
fn a_home_with_too_long_a_path_says_so() {
    let home = Home::with_path();
    let long = home
        .folder()
        .join(["long"; 40].concat())
        .join(["path"; 45].concat())
        .join(["deep"; 45].concat());

    let finished = saraphina(&home, &["list-proposals"], |command| {
        command.env("SARAPHINA_HOME", &long);
    });
    std::fs::create_dir_all(&long).unwrap();
    let written = saraphina(&home, &["learn-code", "binary search"], |command| {
        command.env("SARAPHINA_HOME", &long);
    });

    assert!(finished.code.is_some_and(|code| code != 70), "{finished:?}");
    assert_eq!(written.code, Some(6), "{written:?}");
    assert!(written.err.contains("SQLite takes 480"), "{written:?}");
    assert!(written.err.contains("hint: Set SARAPHINA_HOME"), "{written:?}");
}
