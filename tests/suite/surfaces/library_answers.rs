//! What a person is told of an answer from the library that fits a part of the request only.

use serde_json::{Value, json};

use super::process::Home;

fn data(home: &Home, words: &[&str]) -> Value {
    let finished = home.saraphina(words);
    serde_json::from_str::<Value>(&finished.out).unwrap_or_else(|_| panic!("{finished:?}"))["data"]
        .clone()
}

#[test]
fn a_partial_answer_is_marked_in_the_draft_and_wherever_it_is_shown() {
    let home = Home::new();

    let made = data(&home, &["propose-code", "--json", "binary search tree with balancing"]);
    let id = made["proposal_id"].as_str().unwrap();
    let shown = data(&home, &["show-code", id, "--json"]);
    let page = home.saraphina(&["show-code", id]);
    let whole = data(&home, &["propose-code", "--json", "binary search tree"]);

    let fit =
        json!({"partial": true, "covered": ["binary", "search", "tree"], "missing": ["balancing"]});
    assert_eq!((&made["fit"], &shown["fit"]), (&fit, &fit));
    let warning =
        "This answers only a part of the request: nothing in it is for \u{201c}balancing\u{201d}.";
    assert!(made["explanation"].as_str().unwrap().contains(warning), "{made}");
    assert!(page.out.contains("only a part of the request"), "{page:?}");
    assert_eq!(whole["fit"]["partial"], json!(false));
}
