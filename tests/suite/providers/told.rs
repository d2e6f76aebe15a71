//! What a prompt holds back, and what it tells of a change that fails.

use foundation::providers::changed_files::extract_change;
use foundation::providers::extract::{ExtractError, extract_script};
use foundation::providers::prompt::prompt;
use foundation::providers::provider::{Changing, CompletionRequest, Sealing, Task};

use crate::providers::server::request;

const KEY: &str = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789";

#[test]
fn no_secret_of_a_file_reaches_a_prompt() {
    let settings = format!("DEBUG = True\nKEY = \"{KEY}\"\nPORT = 80\n");
    let secrets = "DB_PASSWORD=hunter2\n".to_owned();
    let changing = Changing {
        difference: format!("+KEY = \"{KEY}\"\n"),
        failures: vec![format!("test_a: {KEY}")],
        tracebacks: vec![format!("E   assert '{KEY}'")],
        ..Changing::default()
    };
    let request = CompletionRequest {
        context: vec![("shop/settings.py".to_owned(), settings), (".env".to_owned(), secrets)],
        task: Task::Change(Box::new(changing)),
        ..request()
    };

    let text = prompt(&request).text();

    assert!(!text.contains(KEY) && !text.contains("hunter2"), "{text}");
    let kept = "DEBUG = True\n(a line that holds a secret is left out)\nPORT = 80\n";
    assert!(text.contains(kept), "{text}");
    assert!(text.contains(".env:\n\n(This file holds secrets and is left out.)"), "{text}");
}

#[test]
fn a_reply_that_would_lose_a_line_that_was_held_back_is_refused() {
    let text = "DEBUG = False\n(a line that holds a secret is left out)\n";

    let file = extract_change(&format!("```python title=\"a.py\"\n{text}```\n"));
    let module = extract_script(&format!("```python\n{text}```\n"));

    assert_eq!(file, Err(ExtractError::Withheld));
    assert_eq!(module, Err(ExtractError::Withheld));
}

#[test]
fn a_change_that_fails_is_told_with_whole_tracebacks_and_sealed_tests() {
    let traceback = format!("tests/test_a.py::test_a\n{}E   the end", "line\n".repeat(100));
    let changing = Changing {
        tracebacks: vec![traceback.clone()],
        tried: vec!["it does not parse".to_owned()],
        surroundings: vec!["python 3.11.7".to_owned()],
        tests: Sealing::Sealed,
        ..Changing::default()
    };
    let request = CompletionRequest { task: Task::Change(Box::new(changing)), ..request() };

    let text = prompt(&request).text();

    for part in [
        format!("## How they fail\n\n```text\n{traceback}\n```"),
        "## Already tried, and what came of it\n\n- it does not parse".to_owned(),
        "## Where it runs\n\n- python 3.11.7".to_owned(),
        "The tests are sealed".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} is not in {text}");
    }
    assert!(!text.contains("Add or change tests"), "{text}");
}
