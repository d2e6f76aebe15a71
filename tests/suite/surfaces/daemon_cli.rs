//! `saraphina daemon` and its clients, by the real program.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use expectrl::Eof;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use saraphina::surfaces::writer::lock::WriterLock;
use serde_json::{Value, json};

use super::daemon_house::{Home, kinds};
use super::repl::at_terminal;

const CODE: &str = "def double(x):\n    return 2 * x\n";
const TESTS: &str =
    "from doubler import double\n\n\ndef test_double():\n    assert double(2) == 4\n";

#[expect(clippy::disallowed_methods, reason = "the test is about the program")]
fn program(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saraphina"));
    command.args(words).env("SARAPHINA_HOME", home).stdin(Stdio::null()).current_dir("/");
    command
}

fn saraphina(home: &Path, words: &[&str]) -> Output {
    program(home, words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit code and the one object on standard output.
fn answer(home: &Path, words: &[&str]) -> (i32, Value) {
    let output = saraphina(home, words);
    let line = text(&output.stdout);
    assert_eq!(line.lines().count(), 1, "{line} {}", text(&output.stderr));
    (output.status.code().unwrap(), serde_json::from_str(&line).unwrap())
}

/// Writes code and tests to submit, and gives the words that submit them.
fn submission(home: &Home) -> Vec<String> {
    let folder = home.path.parent().unwrap();
    let (code, tests) = (folder.join("doubler.py"), folder.join("test_doubler.py"));
    std::fs::write(&code, CODE).unwrap();
    std::fs::write(&tests, TESTS).unwrap();
    let words = ["propose-code", "--json", "--code", code.to_str().unwrap(), "--tests"];
    let words = words.iter().copied().chain([tests.to_str().unwrap(), "double a number"]);
    words.map(str::to_owned).collect()
}

fn words(submission: &[String]) -> Vec<&str> {
    submission.iter().map(String::as_str).collect()
}

/// Stops the daemon even when the test fails.
struct Daemon<'a>(&'a Path);

impl<'a> Daemon<'a> {
    fn start(home: &'a Path) -> (Self, Value) {
        let (code, answer) = answer(home, &["daemon", "start", "--json"]);
        assert_eq!((code, &answer["ok"]), (0, &json!(true)), "{answer}");
        (Self(home), answer["data"].clone())
    }

    fn pid(&self) -> Pid {
        let writer = WriterLock::holder(self.0).flatten().unwrap();
        Pid::from_raw(i32::try_from(writer.pid).unwrap())
    }

    fn gone(&self) {
        while WriterLock::holder(self.0).is_some() {
            std::thread::yield_now();
        }
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        drop(saraphina(self.0, &["daemon", "stop"]));
    }
}

#[test]
fn a_daemon_is_started_seen_and_stopped() {
    let home = Home::new();

    let before = answer(&home.path, &["daemon", "status", "--json"]);
    let (daemon, started) = Daemon::start(&home.path);
    let (_other_handle, again) = Daemon::start(&home.path);
    let seen = answer(&home.path, &["daemon", "status", "--json"]);
    let stopped = answer(&home.path, &["daemon", "stop", "--json"]);
    let stopped_again = answer(&home.path, &["daemon", "stop", "--json"]);

    let socket = home.socket().display().to_string();
    let absent = json!({ "running": false, "done": false, "socket": socket });
    assert_eq!((before.0, &before.1["data"]), (1, &absent));
    assert_eq!(started["engine"]["pid"], again["engine"]["pid"]);
    assert_eq!((seen.0, &seen.1["data"]["engine"]["pid"]), (0, &started["engine"]["pid"]));
    assert_eq!(seen.1["data"]["engine"]["mode"], "daemon");
    let gone = json!({ "running": false, "done": true, "socket": socket });
    assert_eq!((stopped.0, &stopped.1["data"]), (0, &gone));
    assert_eq!((stopped_again.0, &stopped_again.1["data"]), (1, &absent));
    assert_eq!(kinds(&home.path), ["log.genesis", "daemon.started", "daemon.stopped"]);
    drop(daemon);
}

#[test]
fn a_page_tells_people_about_the_daemon() {
    let home = Home::new();
    let (_daemon, started) = Daemon::start(&home.path);

    let page = text(&saraphina(&home.path, &["daemon", "status"]).stdout);

    let pid = started["engine"]["pid"].to_string();
    for words in ["a daemon is running", &pid, "0.1.0", "saraphina.sock"] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about the program")]
fn an_engine_whose_program_was_replaced_is_used_and_told() {
    let home = Home::new();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let installed = folder.path().join("saraphina");
    std::fs::hard_link(env!("CARGO_BIN_EXE_saraphina"), &installed).unwrap();
    let typed = |words: &[&str]| {
        let mut command = Command::new(&installed);
        command.args(words).env("SARAPHINA_HOME", &home.path).env("TERM", "xterm");
        command.stdin(Stdio::null()).current_dir("/");
        command
    };
    assert!(typed(&["daemon", "start"]).output().unwrap().status.success());
    let stops = Daemon(&home.path);
    let written = || typed(&["propose-code", "a CSV parser that handles quoted fields"]);
    let before = at_terminal(&written()).expect(Eof).unwrap().as_bytes().to_vec();

    std::fs::remove_file(&installed).unwrap();
    std::fs::hard_link(env!("CARGO_BIN_EXE_saraphina"), &installed).unwrap();
    let after = at_terminal(&written()).expect(Eof).unwrap().as_bytes().to_vec();

    let told = "note: the engine at work runs a program that was replaced since";
    assert!(!text(&before).contains(told), "{}", text(&before));
    assert!(text(&after).contains(told), "{}", text(&after));
    drop(stops);
}

#[test]
fn words_after_daemon_are_checked() {
    let home = Home::new();

    let (code, refusal) = answer(&home.path, &["daemon", "--json", "halt"]);
    let help = saraphina(&home.path, &["daemon", "--help"]);

    assert_eq!((code, &refusal["error"]["kind"]), (2, &json!("usage")));
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("status"));
    assert!(!home.path.exists());
}

#[test]
fn a_command_answers_alike_with_and_without_a_daemon() {
    let (alone, served) = (Home::new(), Home::new());
    let (_daemon, _) = Daemon::start(&served.path);

    let (code_alone, by_itself) = answer(&alone.path, &words(&submission(&alone)));
    let (code_served, by_daemon) = answer(&served.path, &words(&submission(&served)));

    let without_names = |mut answer: Value| {
        for name in ["proposal_id", "usage"] {
            answer["data"].as_object_mut().unwrap().remove(name);
        }
        answer
    };
    assert_eq!((code_alone, code_served), (0, 0));
    assert_eq!(without_names(by_itself), without_names(by_daemon));
    let refusals =
        [&alone, &served].map(|home| answer(&home.path, &["reject-code", "--json", "abc", "no"]));
    assert_eq!(refusals[0].0, 3);
    assert_eq!(refusals[0], refusals[1]);
    let kind = |kinds: Vec<String>| {
        kinds.into_iter().filter(|kind| !kind.starts_with("daemon")).collect::<Vec<_>>()
    };
    assert_eq!(kind(kinds(&alone.path)), kind(kinds(&served.path)));
}

#[test]
fn a_daemon_told_to_terminate_records_it_and_leaves_nothing_behind() {
    let home = Home::new();
    let (daemon, _) = Daemon::start(&home.path);

    kill(daemon.pid(), Signal::SIGTERM).unwrap();
    daemon.gone();

    assert_eq!(kinds(&home.path).last().unwrap(), "daemon.stopped");
    assert!(!home.socket().exists());
}

#[test]
fn a_killed_daemon_is_no_obstacle_to_commands_or_to_the_next_daemon() {
    let home = Home::new();
    let (daemon, first) = Daemon::start(&home.path);
    let submission = submission(&home);

    kill(daemon.pid(), Signal::SIGKILL).unwrap();
    daemon.gone();
    let (code, _) = answer(&home.path, &words(&submission));
    let (_next, second) = Daemon::start(&home.path);

    assert_eq!(code, 0);
    assert_ne!(first["engine"]["pid"], second["engine"]["pid"]);
}

#[test]
fn a_daemon_that_cannot_start_says_why() {
    let home = Home::new();
    std::fs::create_dir_all(&home.path).unwrap();
    std::fs::write(home.path.join("knowledge.db"), "this is no database of ours at all").unwrap();

    let (code, refusal) = answer(&home.path, &["daemon", "start", "--json"]);

    assert_eq!((code, &refusal["error"]["kind"]), (6, &json!("unavailable")));
    let causes = refusal["error"]["causes"][0].as_str().unwrap();
    assert!(causes.contains("is not a database of saraphina"), "{causes}");
    assert_eq!(WriterLock::holder(&home.path), None);
}

#[test]
fn commands_killed_at_any_moment_leave_a_home_that_works() {
    let home = Home::new();
    let submission = submission(&home);
    for round in 0..15 {
        let mut child =
            program(&home.path, &words(&submission)).stdout(Stdio::null()).spawn().unwrap();
        std::thread::park_timeout(Duration::from_millis(round * 3));
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let (code, made) = answer(&home.path, &words(&submission));
    let (_, listed) = answer(&home.path, &["list-proposals", "--json"]);

    assert_eq!((code, &made["ok"]), (0, &json!(true)));
    assert_eq!(listed["data"]["proposals"][0]["proposal_id"], made["data"]["proposal_id"]);
    let created = kinds(&home.path).iter().filter(|kind| *kind == "proposal.created").count();
    assert_eq!(listed["data"]["total"], json!(created));
}
