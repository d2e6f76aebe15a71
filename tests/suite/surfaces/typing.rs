//! What people type at the prompt: pasted, aliased, written in an editor, found again.

use std::os::unix::fs::PermissionsExt as _;

use super::process::Home;
use super::repl::{CTRL_C, PROMPT, at_terminal, before, made, open_gate, real, with_gate};

#[test]
fn pasted_commands_are_carried_out_one_after_the_other() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session
        .send("\u{1b}[200~/list-proposals\n\u{feff}/long\n/list-proposals\u{1b}[201~\r")
        .unwrap();
    for answer in ["one", "row 2", "one"] {
        session.expect(answer).unwrap();
    }
    session.expect(PROMPT).unwrap();
}

#[test]
fn what_was_pasted_behind_a_question_is_not_carried_out() {
    let home = Home::new();
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send("\u{1b}[200~/approve\ny\n/list-proposals\u{1b}[201~\r").unwrap();
    session.expect("Approve it? [y/N]").unwrap();
    session.send("\r").unwrap();
    session.expect("not confirmed").unwrap();
    session.expect("1 pasted command after this not carried out").unwrap();
    session.expect(PROMPT).unwrap();
}

#[test]
fn ctrl_c_stops_a_command_and_what_was_pasted_behind_it() {
    let home = Home::new();
    let gate = with_gate(&home);
    let mut session = made(&home, "session");
    session.expect(PROMPT).unwrap();
    session.send("\u{1b}[200~/slow\n/gate\u{1b}[201~\r").unwrap();
    session.expect("waiting for ever").unwrap();
    session.send(CTRL_C).unwrap();
    session.expect("error: interrupted as it should be").unwrap();
    session.expect("1 pasted command after this not carried out").unwrap();
    session.expect(PROMPT).unwrap();
    session.send_line("/gate").unwrap();
    open_gate(&gate);
    session.expect("the gate is open").unwrap();
}

#[test]
fn a_line_may_be_written_in_an_editor() {
    let home = Home::new();
    home.put("edit", "#!/bin/sh\nprintf '/config path\\n' > \"$1\"\n");
    let editor = home.folder().join("edit");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env("EDITOR", &editor).env("PAGER", "cat");
    let mut session = at_terminal(&command);
    session.expect(PROMPT).unwrap();
    for typed in ["/edit\r", "/conf\u{18}\u{5}"] {
        session.send(typed).unwrap();
        // It comes back to the prompt, and only Enter carries it out.
        session.expect("/config path").unwrap();
        session.send("\r").unwrap();
        session.expect("knowledge.db").unwrap();
        session.expect(PROMPT).unwrap();
    }
}

#[test]
fn an_alias_stands_for_a_line_at_the_prompt_and_in_scripts() {
    let home = Home::new();
    std::fs::create_dir(home.path()).unwrap();
    let settings = "[aliases]\nwhere = \"/config path\"\nhelp = \"/doctor\"\n";
    std::fs::write(home.path().join("config.toml"), settings).unwrap();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send_line("/where").unwrap();
    session.expect("knowledge.db").unwrap();

    let script = home.saraphina_with(&[], b"/where\n/help config\n");
    assert!(script.out.contains("knowledge.db"), "{script:?}");
    assert!(script.out.contains("/config [WHAT]"), "an alias took a command's name: {script:?}");
    assert!(home.saraphina(&["config", "show"]).out.contains("aliases.where"));
    let doctor = home.saraphina(&["doctor", "--quick", "--json"]).out;
    assert!(doctor.contains(r#"the alias \"help\" is never used: /help is a command"#), "{doctor}");
}

#[test]
fn lines_are_found_again_and_may_have_several_lines() {
    let home = Home::new();
    let mut session = real(&home);
    session.expect(PROMPT).unwrap();
    session.send_line("/config path").unwrap();
    session.expect("knowledge.db").unwrap();
    session.expect(PROMPT).unwrap();
    session.send("\u{12}conf").unwrap();
    session.expect("reverse-i-search").unwrap();
    session.send("\r").unwrap();
    session.expect("knowledge.db").unwrap();
    session.expect(PROMPT).unwrap();
    session
        .send("/propose-code --dry-run a CSV parser\u{1b}\rthat handles quoted fields\r")
        .unwrap();
    session.expect("not stored").unwrap();
}

#[test]
fn the_digits_that_name_a_proposal_are_marked() {
    let home = Home::new();
    home.saraphina(&["propose-code", "a CSV parser that handles quoted fields"]);
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.env_remove("NO_COLOR").env("PAGER", "cat").arg("list-proposals");
    let mut session = at_terminal(&command);
    let drawn = before(&mut session, "just now");

    assert!(drawn.contains("\u{1b}[2mproposal_\u{1b}[0m\u{1b}[1m"), "{drawn:?}");
}
