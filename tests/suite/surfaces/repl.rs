//! The session at a terminal.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use expectrl::{Eof, Session, WaitStatus};

use crate::surfaces::process::Home;

pub(super) const PROMPT: &str = "saraphina> ";
const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

/// Starts a program at a terminal of 100 columns and 40 rows.
///
/// The terminal gets its size after the start, and a quick program would draw its first page for another one. So a shell
/// holds it back until a line arrives, and becomes the program then.
#[expect(clippy::disallowed_methods, reason = "tests start the program under test")]
pub(super) fn at_terminal(program: &std::process::Command) -> Session {
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", "read -r size_is_set && exec \"$0\" \"$@\""]);
    command.arg(program.get_program()).args(program.get_args());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(program.get_current_dir().unwrap());
    let mut session = Session::spawn(command).unwrap();
    session.get_process_mut().set_window_size(100, 40).unwrap();
    session.set_expect_timeout(Some(PATIENCE));
    session.send_line("").unwrap();
    session
}

pub(super) fn real(home: &Home) -> Session {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env("PAGER", "cat");
    at_terminal(&command)
}

/// The session of `child.rs`, whose commands ask, wait and talk much.
pub(super) fn made(home: &Home, test: &str) -> Session {
    made_with(home, test, "head -n 3")
}

fn made_with(home: &Home, test: &str, pager: &str) -> Session {
    let mut command = home.command(std::env::current_exe().unwrap());
    let test = format!("surfaces::child::{test}");
    command.args(["--ignored", "--exact", &test, "--nocapture", "--test-threads=1"]);
    command.env("PAGER", pager);
    at_terminal(&command)
}

/// What is printed before a text.
pub(super) fn before(session: &mut Session, text: &str) -> String {
    String::from_utf8_lossy(session.expect(text).unwrap().before()).into_owned()
}

fn leaves(mut session: Session) {
    session.expect(Eof).unwrap();
    let status = session.get_process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Exited(_, 0)), "{status:?}");
}

#[test]
fn a_new_home_is_greeted_once_and_history_comes_back() {
    let home = Home::new();
    let mut session = real(&home);
    assert!(before(&mut session, PROMPT).contains("home (new)"));
    session.send_line("/config path").unwrap();
    session.expect("knowledge.db").unwrap();
    session.expect(PROMPT).unwrap();
    session.send_line(" /config show").unwrap();
    session.expect("OPENAI_API_KEY").unwrap();
    session.expect(PROMPT).unwrap();
    session.send(CTRL_D).unwrap();
    leaves(session);

    let history = home.path().join("history");
    assert_eq!(std::fs::read_to_string(&history).unwrap(), "#V2\n/config path\n");
    assert_eq!(std::fs::metadata(&history).unwrap().permissions().mode() & 0o777, 0o600);

    let mut session = real(&home);
    assert!(!before(&mut session, PROMPT).contains("(new)"));
    session.send("\u{1b}[A\r").unwrap();
    assert!(before(&mut session, "knowledge.db").contains("/config path"));
    session.expect(PROMPT).unwrap();
    session.send_line("/quit").unwrap();
    leaves(session);
}

#[test]
fn names_options_values_and_proposals_are_completed() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send("/conf\tpa\t").unwrap();
    session.expect("/config path ").unwrap();
    session.send("\r").unwrap();
    session.expect("knowledge.db").unwrap();
    drop(session);

    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send("/approve 7c\t").unwrap();
    session.expect("proposal_7c2e91aa0b1d").unwrap();
    session.send("--y\t").unwrap();
    session.expect("--yes").unwrap();
}

#[test]
fn ctrl_c_clears_the_line_and_stops_a_command_and_the_session_stays() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send("/slow").unwrap();
    session.send(CTRL_C).unwrap();
    // The prompt is drawn again with every key, but a new line begins only when the old one is cleared.
    session.expect("\n").unwrap();
    session.expect(PROMPT).unwrap();

    session.send_line("/slow").unwrap();
    session.expect("provisional: looks \\x1b[2Jgood").unwrap();
    session.expect("waiting for ever").unwrap();
    session.send(CTRL_C).unwrap();
    session.expect("error: interrupted as it should be").unwrap();
    session.expect(PROMPT).unwrap();

    session.send_line("/list-proposals").unwrap();
    session.expect("one").unwrap();
    session.expect(PROMPT).unwrap();
    session.send(CTRL_D).unwrap();
    leaves(session);
}

#[test]
fn a_line_goes_on_after_a_backslash() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send("/con\\\rfig path\r").unwrap();
    session.expect("knowledge.db").unwrap();
}

#[test]
fn an_approval_needs_a_clear_yes() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    for (typed, answer) in [
        ("\r", "not confirmed"),
        ("yeah\r", "not confirmed"),
        (CTRL_C, "interrupted, and nothing was changed"),
        ("y\r", "approved as shown"),
    ] {
        session.send_line("/approve").unwrap();
        session.expect("what is \\x1b[2Jshown").unwrap();
        session.expect("Approve it? [y/N]").unwrap();
        session.send(typed).unwrap();
        session.expect(answer).unwrap();
        session.expect(PROMPT).unwrap();
    }
}

#[test]
fn an_approval_despite_the_verdict_needs_the_digits() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    for (typed, answer) in [("yes", "not confirmed"), ("7c2e91aa", "approved as shown")] {
        session.send_line("/despite").unwrap();
        session.expect("[type 7c2e91aa to go on]").unwrap();
        session.send_line(typed).unwrap();
        session.expect(answer).unwrap();
        session.expect(PROMPT).unwrap();
    }
}

#[test]
fn the_shell_asks_at_a_terminal_too() {
    let home = Home::new();
    let mut session = made(&home, "approve");
    session.expect("Approve it? [y/N]").unwrap();
    session.send_line("yes").unwrap();
    session.expect("\"approved as shown\"").unwrap();
    leaves(session);
}

#[test]
fn long_pages_go_through_the_pager() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send_line("/long").unwrap();
    session.expect("row 2").unwrap();

    assert!(!before(&mut session, PROMPT).contains("row"));
}

/// Puts a gate into the folder of a home; what runs waits there until it is opened.
pub(super) fn with_gate(home: &Home) -> PathBuf {
    let gate = home.folder().join("gate");
    nix::unistd::mkfifo(&gate, nix::sys::stat::Mode::S_IRWXU).unwrap();
    gate
}

pub(super) fn open_gate(gate: &Path) {
    std::fs::write(gate, "x").unwrap();
}

#[test]
fn a_yes_typed_before_the_page_is_not_believed() {
    let home = Home::new();
    let gate = with_gate(&home);
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    // Once the editor has read it together with the command, once while the command runs.
    for typed in [["/approve\ry\ry\r", ""], ["/approve\r", "y\ry\r"]] {
        for keys in typed {
            session.send(keys).unwrap();
        }
        open_gate(&gate);
        session.expect("Approve it? [y/N]").unwrap();
        session.send("\r").unwrap();
        session.expect("not confirmed").unwrap();
        session.expect(PROMPT).unwrap();
    }
    session.send_line("/list-proposals").unwrap();
    let after = before(&mut session, "one");
    assert!(!after.contains("slash"), "what was typed ahead was taken for a line: {after}");
}

#[test]
fn a_yes_typed_before_the_page_is_not_believed_in_the_shell() {
    let home = Home::new();
    let gate = with_gate(&home);
    let mut session = made(&home, "approve");
    session.send("yes\ryes\r").unwrap();
    open_gate(&gate);
    session.expect("Approve it? [y/N]").unwrap();
    session.send("no\r").unwrap();
    session.expect("not confirmed").unwrap();
}

#[test]
fn a_long_page_goes_through_the_pager_before_the_question() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send_line("/tall").unwrap();
    session.expect("row 2").unwrap();
    assert!(!before(&mut session, "Approve all of it? [y/N]").contains("row"));
    session.send("y\r").unwrap();
    session.expect("approved as shown").unwrap();
}

#[test]
fn without_a_pager_long_pages_stop_at_every_screen() {
    let home = Home::new();
    let mut session = made_with(&home, "session", "/nowhere/less");
    session.expect(PROMPT).unwrap();
    session.send_line("/tall").unwrap();
    assert!(!before(&mut session, "-- 39 of 100 lines").contains("row 39"));
    session.send("\r").unwrap();
    session.expect("row 77").unwrap();
    session.expect("-- 78 of 100 lines").unwrap();
    session.send("q\r").unwrap();
    assert!(!before(&mut session, "Approve all of it? [y/N]").contains("row"));
}

#[test]
fn the_pager_can_start_nothing() {
    let home = Home::new();
    let mut session = made_with(&home, "session", "env");
    session.expect(PROMPT).unwrap();
    session.send_line("/tall").unwrap();
    session.expect("LESSSECURE=1").unwrap();
}

#[test]
fn what_is_typed_ahead_is_carried_out_afterwards() {
    let home = Home::new();
    let gate = with_gate(&home);
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send("/gate\r/list-proposals\r/long --limit 1\r").unwrap();
    session.send("/gate\r").unwrap();
    open_gate(&gate);
    session.expect("the gate is open").unwrap();
    session.expect("one").unwrap();
    session.expect("row 2").unwrap();
    open_gate(&gate);
    session.expect("the gate is open").unwrap();
}

#[test]
fn the_first_screen_says_where_one_is_what_waits_and_what_to_do() {
    let home = Home::new();
    home.saraphina(&["propose-code", "a CSV parser that handles quoted fields"]);
    let mut session = real(&home);

    let screen = before(&mut session, PROMPT);

    for told in ["records what you decide", "Home", "the library", "1 proposal to be run", "/help"]
    {
        assert!(screen.contains(told), "{screen}");
    }
    assert_eq!(screen.matches("next:").count(), 3, "{screen}");
}

#[test]
fn a_plain_sentence_becomes_a_command_once_somebody_agrees() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    for (typed, answer) in
        [("y\r", "There are no proposals yet."), ("\r", "commands begin with a slash")]
    {
        session.send_line("show me all proposals").unwrap();
        session.expect("Run `/list-proposals`? [y/N]").unwrap();
        session.send(typed).unwrap();
        session.expect(answer).unwrap();
        session.expect(PROMPT).unwrap();
    }
    session.send_line("approve it").unwrap();
    session.expect("Did you mean `/approve-code @`?").unwrap();
}

#[test]
fn a_question_mark_helps_and_exit_leaves() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send_line("? config").unwrap();
    session.expect("/config [WHAT]").unwrap();
    session.expect(PROMPT).unwrap();
    session.send_line("exit").unwrap();
    leaves(session);
}

#[test]
fn a_command_without_its_text_asks_for_it() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send_line("/propose-code").unwrap();
    session.expect("What to build, in your own words: ").unwrap();
    session.send_line("a CSV parser that handles quoted fields").unwrap();
    session.expect("State             stored").unwrap();
    session.expect(PROMPT).unwrap();
    session.send_line("/propose-code").unwrap();
    session.expect("What to build, in your own words: ").unwrap();
    session.send("\r").unwrap();
    session.expect("error:").unwrap();
}
