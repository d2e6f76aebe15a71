//! One command from a shell.

use serde_json::{Value, json};

use crate::surfaces::process::{Finished, Home};

fn said(out: &str) -> Finished {
    Finished { code: Some(0), out: out.to_owned(), err: String::new() }
}

#[test]
fn the_version_is_told_without_a_home() {
    let version = format!("saraphina {}\n", env!("CARGO_PKG_VERSION"));
    let home = Home::new();

    assert_eq!(home.saraphina(&["--version"]), said(&version));
    assert!(!home.path().exists());
}

#[test]
fn paths_are_told_and_nothing_is_made() {
    let home = Home::new();

    insta::assert_snapshot!(home.saraphina(&["config", "path"]).out, @"
    home       [folder]/home (not there yet)
    database   [folder]/home/knowledge.db (not there yet)
    settings   [folder]/home/config.toml (not there yet)
    keys       [folder]/home/keys (not there yet)
    toolchain  [folder]/home/toolchain (not there yet)
    logs       [folder]/home/logs (not there yet)
    history    [folder]/home/history (not there yet)
    ");
    assert!(!home.path().exists());
}

#[test]
fn json_is_one_envelope_on_one_line_wherever_the_flag_stands() {
    let home = Home::new();
    for words in
        [["--json", "config", "path"], ["config", "--json", "path"], ["config", "path", "--json"]]
    {
        let finished = home.saraphina(&words);
        let envelope: Value = serde_json::from_str(&finished.out).unwrap();

        assert_eq!(finished.out.lines().count(), 1);
        assert_eq!(
            (
                &envelope["schema_version"],
                &envelope["command"],
                &envelope["ok"],
                &envelope["data"]["what"]
            ),
            (&json!(1), &json!("config"), &json!(true), &json!("path"))
        );
        assert_eq!((finished.code, finished.err.as_str()), (Some(0), ""));
    }
}

#[test]
fn the_next_command_is_written_as_it_is_typed() {
    let home = Home::new();

    let shell = home.saraphina(&["list-proposals"]).out;
    let script = home.saraphina(&["-c", "/list-proposals"]).out;

    assert!(shell.contains("next: saraphina propose-code 'WHAT YOU NEED'  "), "{shell}");
    assert!(script.contains("next: /propose-code <what you need>  "), "{script}");
}

#[test]
fn words_of_a_session_are_not_offered_in_a_shell() {
    let home = Home::new();

    let shell = home.saraphina(&["--help"]).out;
    let script = home.saraphina(&["-c", "/help"]).out;

    assert!(!shell.contains("/edit") && !shell.contains("/quit"), "{shell}");
    assert!(script.contains("/edit") && script.contains("/quit"), "{script}");
    insta::assert_snapshot!(home.saraphina(&["quit"]).err, @"
    error: /quit is for a session
    hint: Begin one by `saraphina` alone.
    ");
}

#[test]
fn errors_have_their_code_and_the_next_step() {
    let home = Home::new();
    let refused = |words: &[&str]| {
        let finished = home.saraphina(words);
        assert_eq!(finished.out, "");
        format!("{}: {}", finished.code.unwrap(), finished.err)
    };

    insta::assert_snapshot!(refused(&["hlep"]), @"
    2: error: there is no command /hlep
    hint: Did you mean `saraphina help`?
    ");
    insta::assert_snapshot!(refused(&["config", "nonsense"]), @"
    2: error: invalid value 'nonsense' for '[WHAT]' [possible values: show, path, set]
    hint: See `saraphina help config`.
    ");
    insta::assert_snapshot!(refused(&["config", "--frob"]), @"
    2: error: unexpected argument '--frob' found
    hint: To pass '--frob' as a value, use '-- --frob'.
    hint: See `saraphina help config`.
    ");
    insta::assert_snapshot!(refused(&["--frob"]), @"
    2: error: there is no option --frob
    hint: See `saraphina --help`.
    ");
    insta::assert_snapshot!(refused(&["help", "hlep"]), @"
    3: error: there is no command /hlep
    hint: Did you mean `saraphina help help`?
    ");
    insta::assert_snapshot!(refused(&["completions", "klingon"]), @"
    2: error: there are no completions for klingon
    hint: Name one of bash, elvish, fish, powershell, zsh.
    ");
}

#[test]
fn an_error_in_json_is_an_envelope_too() {
    let home = Home::new();
    let finished = home.saraphina(&["help", "hlep", "--json"]);

    insta::assert_snapshot!(finished.out, @r#"{"schema_version":1,"command":"help","ok":false,"error":{"kind":"not_found","message":"there is no command /hlep","hints":["Did you mean `/help help`?"]}}"#);
    assert_eq!(finished.code, Some(3));
    let unknown = home.saraphina(&["hlep", "--json"]);
    insta::assert_snapshot!(unknown.out, @r#"{"schema_version":1,"command":"hlep","ok":false,"error":{"kind":"usage","message":"there is no command /hlep","hints":["Did you mean `/help`?"]}}"#);
}

#[test]
fn help_names_every_command_by_group() {
    let help = Home::new().saraphina(&["--help"]);

    for entry in saraphina::commands::registry::ENTRIES {
        let (name, group) = (entry.spec.name, entry.spec.group.title());
        let section = help.out.split(&format!("{group}\n")).nth(1).unwrap_or_default();
        let section = section.split("\n\n").next().unwrap_or_default();
        assert!(section.contains(&format!("/{name}")), "{name} is not under {group}");
    }
}

#[test]
fn every_command_explains_itself_in_both_ways() {
    let home = Home::new();
    for entry in saraphina::commands::registry::ENTRIES {
        let name = entry.spec.name;
        let (short, long) = (home.saraphina(&[name, "--help"]), home.saraphina(&["help", name]));
        assert_eq!(short, long, "{name}");
        assert!(long.out.contains(entry.spec.summary), "{name}: {long:?}");
    }
}

#[test]
fn every_help_says_what_a_command_does_and_never_what_was_typed() {
    let home = Home::new();
    let (man, help) = (home.saraphina(&["man"]).out, home.saraphina(&["--help"]).out);
    let fish = home.saraphina(&["completions", "fish"]).out;
    let zsh = home.saraphina(&["completions", "zsh"]).out;

    for text in [&man, &help, &fish, &zsh] {
        assert!(!text.contains("What was typed"), "{text}");
    }
    for word in ["-c LINE", "--keep-going", "--json", "daemon", "completions", "man"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for entry in saraphina::commands::registry::ENTRIES {
        let summary = entry.spec.summary.replace('-', "\\-");
        assert!(man.contains(&summary), "{}: {man}", entry.spec.name);
        let schema = (entry.args_schema)();
        assert_eq!(schema["description"], entry.spec.summary);
    }
    for entry in saraphina::commands::registry::ENTRIES {
        let options = (entry.clap)();
        let help = options.get_arguments().filter(|arg| !arg.is_hide_set());
        assert_eq!(help.filter(|arg| arg.get_help().is_none()).count(), 0, "{}", entry.spec.name);
    }
}

#[test]
fn secrets_are_not_shown_and_a_project_sets_no_server() {
    let home = Home::new();
    home.put(".env", "OPENAI_API_KEY=sk-canary\nOPENAI_BASE_URL=http://127.0.0.1:9/v1\n");

    let shown = home.saraphina(&["config", "show"]);

    assert!(!shown.out.contains("canary") && !shown.out.contains("127.0.0.1"), "{}", shown.out);
    insta::assert_snapshot!(shown.err, @"warning: OPENAI_BASE_URL is not taken from .env of the working folder; set it in the environment or config.toml");
}

#[test]
fn completions_and_the_man_page_come_from_the_registry() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.saraphina(&["completions", shell]);
        for entry in saraphina::commands::registry::ENTRIES {
            assert!(script.out.contains(entry.spec.name), "{shell}: {}", entry.spec.name);
        }
    }
    assert!(home.saraphina(&["man"]).out.contains(".TH saraphina 1"));
}

#[test]
fn words_that_are_not_utf8_are_named() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new();
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    let output = command.arg("help").arg(std::ffi::OsStr::from_bytes(b"\xff")).output().unwrap();

    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr).unwrap().starts_with("error: word 2 is not valid UTF-8")
    );
}

#[test]
fn a_reader_that_leaves_is_no_error_and_a_full_disk_is_one() {
    let home = Home::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output =
        home.command(env!("CARGO_BIN_EXE_saraphina")).arg("help").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the output cannot be written"));

    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output =
        home.command(env!("CARGO_BIN_EXE_saraphina")).arg("help").stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
