//! Tests of slash lines and of the words of a shell.
//!
//! Both ways have to lead to the same arguments. The complaints are snapshots, because people read them when they are
//! stuck.

use serde_json::{Value, json};

use crate::surfaces::fakes::FAKES;
use crate::surfaces::words::grammar::{Grammar, Wish, Words};
use crate::surfaces::words::slash::{self, Line, LineError};
use work::contract::catalogue;
use work::contract::error::CommandError;

fn words(line: &str) -> Result<Words, LineError> {
    match slash::read(line, FAKES)? {
        Line::Call { words, .. } => Ok(words),
        Line::Nothing | Line::Quit => Ok(Words::default()),
    }
}

fn args(line: &str) -> Result<Value, CommandError> {
    match slash::read(line, FAKES)? {
        Line::Call { entry, words } => {
            (entry.write)(&Grammar::of(entry).understand(entry, &words)?)
        }
        Line::Nothing | Line::Quit => Ok(Value::Null),
    }
}

fn shell(words: &[&str]) -> Result<Value, CommandError> {
    let (name, words) = words.split_first().unwrap();
    let entry = catalogue::find_in(FAKES, name).unwrap();
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let grammar = Grammar::of(entry);
    let words = grammar.sort(&words);
    (entry.write)(&grammar.understand(entry, &words)?)
}

fn complaint(line: &str) -> String {
    let error = args(line).unwrap_err();
    std::iter::once(error.message).chain(error.hints).collect::<Vec<_>>().join("\n")
}

fn proposed(constraint: &[&str], request: &str) -> Value {
    json!({"language": "python", "constraint": constraint, "context": [], "heal": false, "request": request})
}

#[test]
fn free_text_runs_to_the_end_and_is_never_split() {
    let typed = "/propose-code --constraint \"no regex\" a parser that doesn't crash";
    assert_eq!(args(typed).unwrap(), proposed(&["no regex"], "a parser that doesn't crash"));

    let kept = r#"/propose-code print "a  b" with --heal and 'c' \ $HOME `id`"#;
    let request = r#"print "a  b" with --heal and 'c' \ $HOME `id`"#;
    assert_eq!(args(kept).unwrap(), proposed(&[], request));
}

#[test]
fn two_dashes_end_flags() {
    assert_eq!(args("/propose-code -- --heal me").unwrap(), proposed(&[], "--heal me"));
    assert_eq!(args("/propose-code -5 degrees").unwrap(), proposed(&[], "-5 degrees"));
    assert_eq!(
        args("/reject-code -- -x- it is wrong").unwrap(),
        json!({"id": "-x-", "reason": "it is wrong"})
    );
}

#[test]
fn values_may_be_quoted_either_way() {
    let typed =
        r#"/propose-code --constraint='a "b"' --constraint "c \"d\" \\" --constraint --e f"#;

    assert_eq!(args(typed).unwrap(), proposed(&[r#"a "b""#, r#"c "d" \"#, "--e"], "f"));
}

#[test]
fn positional_words_come_one_by_one_before_free_text() {
    let args = args("  /reject-code @   it's wrong  twice").unwrap();

    assert_eq!(args, json!({"id": "@", "reason": "it's wrong  twice"}));
}

#[test]
fn text_of_several_lines_is_kept() {
    assert_eq!(args("/propose-code a\nb").unwrap(), proposed(&[], "a\nb"));
    assert_eq!(slash::joined("/propose-code a \\\nb"), "/propose-code a b");
}

#[test]
fn the_shell_takes_flags_anywhere_and_joins_words() {
    let typed = ["propose-code", "a", "CSV parser", "--constraint", "no regex", "--", "--fast"];

    assert_eq!(shell(&typed).unwrap(), proposed(&["no regex"], "a CSV parser --fast"));
}

#[test]
fn wishes_of_the_surface_are_not_the_command_s() {
    let wishes = ["/list-proposals --json", "/list-proposals --help", "/propose-code a --json"]
        .map(|line| words(line).unwrap().wish);

    assert_eq!(wishes, [Wish::Json, Wish::Help, Wish::Page]);
}

#[test]
fn quotes_that_do_not_end_go_on() {
    assert!(slash::goes_on("/propose-code --constraint \"no", FAKES));
    assert!(slash::goes_on("/propose-code a \\", FAKES));
    assert!(!slash::goes_on("/propose-code a parser that doesn't", FAKES));
}

#[test]
fn complaints_name_what_is_wrong_and_what_to_type() {
    insta::assert_snapshot!(complaint("/aprove-code x"), @"
    there is no command /aprove-code
    Did you mean `/approve-code`, `/propose-code`?
    ");
    insta::assert_snapshot!(complaint("/frobnicate"), @"
    there is no command /frobnicate
    See `/help` for all commands.
    ");
    insta::assert_snapshot!(complaint("/approve-code"), @"
    the following required arguments were not provided: <ID>
    See `/help approve-code`.
    ");
    insta::assert_snapshot!(complaint("/approve-code --yse x"), @"
    unexpected argument '--yse' found
    To pass '--yse' as a value, use '-- --yse'.
    See `/help approve-code`.
    ");
    insta::assert_snapshot!(complaint("/propose-code --language klingon a"), @"
    invalid value 'klingon' for '--language <LANGUAGE>' [possible values: python, rust]
    See `/help propose-code`.
    ");
    insta::assert_snapshot!(complaint("/reject-code 7c2e REASON"), @"
    REASON stands for your own words
    Write them in its place; they are kept as you say them.
    ");
    insta::assert_snapshot!(complaint("/approve-code 7c2e --despite <reason>"), @"
    <reason> stands for your own words
    Write them in its place; they are kept as you say them.
    ");
    insta::assert_snapshot!(complaint("/propose-code --constraint \"a"), @r#"
    a value begins with " and does not end
    Close it with ", or put `--` before free text.
    "#);
}

#[test]
fn a_plain_line_is_answered_with_the_command_that_fits() {
    insta::assert_snapshot!(complaint("show me all proposals"), @"
    commands begin with a slash
    Did you mean `/list-proposals`? List proposals, newest first.
    ");
    insta::assert_snapshot!(complaint("a CSV parser with \u{1b}[2J"), @"
    commands begin with a slash
    Did you mean `/propose-code a CSV parser with [2J`? Generate code and tests.
    ");
}
