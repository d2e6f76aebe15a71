//! Commands from a pipe or from `-c`.

use crate::surfaces::process::{Finished, Home};

fn codes(finished: &Finished) -> (Option<i32>, usize) {
    (finished.code, finished.out.lines().filter(|line| line.starts_with("database ")).count())
}

#[test]
fn lines_are_carried_out_without_prompt_or_colour() {
    let home = Home::new();
    let finished = home.saraphina_with(&[], b"# a remark\n\n/config path\n");

    assert_eq!(codes(&finished), (Some(0), 1));
    assert_eq!(finished.err, "");
    assert!(!finished.out.contains(['\u{1b}', '>']), "{}", finished.out);
}

#[test]
fn a_script_stops_at_an_error_unless_it_is_to_go_on() {
    let home = Home::new();
    let script = b"/config path\n/frobnicate\n/config path\n";

    assert_eq!(codes(&home.saraphina_with(&[], script)), (Some(2), 1));
    assert_eq!(codes(&home.saraphina_with(&["--keep-going"], script)), (Some(2), 2));
}

#[test]
fn lines_may_be_given_as_words() {
    let home = Home::new();

    let lines = ["-c", "/config path", "-c", "/quit", "-c", "/config path"];
    assert_eq!(codes(&home.saraphina(&lines)), (Some(0), 1));
    assert_eq!(codes(&home.saraphina(&["-c", "help me", "-c", "/config path"])), (Some(2), 0));
}

#[test]
fn every_line_of_a_json_script_is_answered_by_one_object() {
    let home = Home::new();
    let script = b"/config path\n/frobnicate\n/config nonsense\n";

    let finished = home.saraphina_with(&["--json", "--keep-going"], script);

    let answers: Vec<(String, bool)> = finished
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|answer| (answer["command"].as_str().unwrap().to_owned(), answer["ok"] == true))
        .collect();
    let expected = [("config", true), ("frobnicate", false), ("config", false)];
    assert_eq!(answers, expected.map(|(name, ok)| (name.to_owned(), ok)));
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_their_line() {
    let finished = Home::new().saraphina_with(&[], b"/config path\n/help \xff\n");

    assert_eq!(codes(&finished), (Some(2), 1));
    insta::assert_snapshot!(finished.err, @"
    error: line 2: it is not valid UTF-8
    hint: Save the script as UTF-8.
    ");
}

#[test]
fn errors_name_their_line_and_a_mark_of_the_byte_order_is_no_text() {
    let home = Home::new();
    let script = "\u{feff}/config path\n\n/frobnicate\n".as_bytes();

    let piped = home.saraphina_with(&[], script);
    let given = home.saraphina(&["-c", "/config path", "-c", "/show-code \\"]);

    assert_eq!(codes(&piped), (Some(2), 1));
    assert!(piped.err.starts_with("error: line 3: there is no command /frobnicate"), "{piped:?}");
    assert!(given.err.starts_with("error: line 2 of -c: "), "{given:?}");
}
