//! `/propose-code`.

use std::sync::atomic::Ordering;

use foundation::providers::provider::{CompletionRequest, Provider as _, Task};
use record::domain::language::Language;
use saraphina::engine::reconcile::reconcile;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::error::ErrorKind;
use work::drafting::stored_answer;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

#[tokio::test]
async fn a_request_becomes_a_pending_proposal_with_code_and_tests() {
    let house = House::new();
    house.reply(CODE, TESTS);

    let data = house.line("/propose-code Adder that doesn't FAIL --soon").await.data();

    let asked = house.provider.asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked.request, "Adder that doesn't FAIL --soon");
    assert_eq!((data["status"].as_str(), data["revision"].as_u64()), (Some("pending"), Some(1)));
    assert_eq!((data["code"].as_str(), data["tests"].as_str()), (Some(CODE), Some(TESTS)));
    assert_eq!(
        data["usage"],
        json!({"input_tokens": 120, "output_tokens": 30, "cost_usd": null, "latency_ms": null})
    );
    assert_eq!(house.kinds().await, ["proposal.created", "llm.call", "revision.added"]);
    let id = data["proposal_id"].as_str().unwrap();
    assert_eq!(house.show(id).await["spec"], "Adder that doesn't FAIL --soon");
}

#[tokio::test]
async fn the_same_key_makes_one_proposal_and_asks_once() {
    let house = House::new();
    house.reply(CODE, TESTS);

    let first = house.keyed("k", "/propose-code an adder").await.data();
    let again = house.keyed("k", "/propose-code an adder").await.data();

    assert_eq!(first, again);
    assert_eq!(house.provider.asked.lock().unwrap().len(), 1);
    assert_eq!(house.kinds().await.len(), 3);
}

#[tokio::test]
async fn given_files_keep_every_byte() {
    let house = House::new();
    let code = b"\xef\xbb\xbfdef add(a, b):\r\n    return a + b  # \xff\r\n";
    let code = house.file("adder.py", code);
    let tests = house.file("test_adder.py", TESTS);

    let line = format!("/propose-code --code {code} --tests {tests} an adder");
    let data = house.line(&line).await.data();

    let id = data["proposal_id"].as_str().unwrap().parse().unwrap();
    let store = house.engine.context().store().unwrap();
    let stored = store.revision(&id, 1).await.unwrap().unwrap();
    let bytes = &stored.source.files()[0].content;
    assert_eq!(bytes, b"\xef\xbb\xbfdef add(a, b):\r\n    return a + b  # \xff\r\n");
    assert_eq!(
        (data["provider"].clone(), data["origin"].as_str()),
        (Value::Null, Some("submitted"))
    );
    assert_eq!(house.kinds().await, ["proposal.created", "revision.added"]);
}

#[tokio::test]
async fn bad_requests_store_nothing() {
    let house = House::new();
    let huge = "x".repeat(64 * 1024 + 1);

    let mut refused = Vec::new();
    for request in ["", "   ", "a\0b", huge.as_str()] {
        refused.push(house.line(&format!("/propose-code {request}")).await.refusal());
    }

    let usage = |message: &str| (ErrorKind::Usage, message.to_owned());
    assert_eq!(
        refused,
        [
            usage("the request is empty"),
            usage("the request is empty"),
            usage("the request contains a NUL byte"),
            usage("the request has 65537 bytes; at most 65536 are taken"),
        ]
    );
    assert_eq!(house.kinds().await, Vec::<&str>::new());
}

#[tokio::test]
async fn an_incomplete_reply_is_an_error_and_only_what_it_cost_is_stored() {
    let house = House::new();
    house.provider.replies.lock().unwrap().push_back("I cannot help with that.".to_owned());

    let error = house.line("/propose-code an adder").await.error();

    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.starts_with("the reply is incomplete"), "{error}");
    let record = house.records().await.pop().unwrap();
    assert_eq!(house.kinds().await, ["llm.call"]);
    assert!(record.data["error"].as_str().unwrap().contains("incomplete"), "{record:?}");
    assert_eq!(house.line("/code-stats").await.data()["usage"]["output_tokens"], 30);
    assert_eq!(house.line("/list-proposals").await.data()["total"], 0);
}

#[tokio::test]
async fn files_that_are_no_source_are_refused() {
    let house = House::new();
    let missing = house.home().join("nowhere.py");
    let tests = house.file("test_adder.py", TESTS);
    let huge = house.file("huge.py", vec![b'#'; (8 << 20) + 1]);

    let absent = house
        .line(&format!("/propose-code --code {} --tests {tests} x", missing.display()))
        .await
        .error();
    let large = house.line(&format!("/propose-code --code {huge} --tests {tests} x")).await.error();

    assert_eq!(
        (absent.kind, large.kind),
        (ErrorKind::NotFound, ErrorKind::Usage),
        "{absent} {large}"
    );
    assert_eq!(house.kinds().await, Vec::<&str>::new());
}

#[tokio::test]
async fn a_dry_run_stores_no_proposal_but_what_the_model_cost() {
    let house = House::new();
    house.reply(CODE, TESTS);

    let data = house.line("/propose-code --dry-run an adder").await.data();

    assert_eq!((data["stored"].as_bool(), data["code"].as_str()), (Some(false), Some(CODE)));
    assert_eq!(house.kinds().await, ["llm.call"]);
    assert_eq!(house.line("/list-proposals").await.data()["total"], 0);
}

#[tokio::test]
async fn what_acts_on_a_terminal_is_shown_not_done() {
    let house = House::new();
    house.reply(&format!("{CODE}# \u{1b}[2J \u{202e}evil\n"), TESTS);

    let page = house.line("/propose-code an adder \u{1b}[31m").await.page();

    assert!(page.contains("\\x1b[2J \\u{202e}evil"), "{page}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'), "{page}");
}

#[tokio::test]
async fn many_files_fit_into_one_record() {
    let house = House::new();
    let code = house.file("adder.py", CODE);
    let tests = house.file("test_adder.py", TESTS);
    let mut line = format!("/propose-code --code {code} --tests {tests}");
    for number in 0..97 {
        let name = format!("{}{number}.txt", "n".repeat(150));
        line = format!("{line} --file {}", house.file(&name, "data"));
    }

    let data = house.line(&format!("{line} an adder")).await.data();

    assert_eq!(data["files"].as_array().unwrap().len(), 99);
}

/// The answer that an engine was given before it died, as it left it.
async fn leave_answer(house: &House, key: &str) {
    let request = CompletionRequest {
        request: "an adder".to_owned(),
        language: Language::Python,
        module: "adder".to_owned(),
        concepts: Vec::new(),
        context: Vec::new(),
        constraints: Vec::new(),
        task: Task::Draft,
        model: None,
        temperature_milli: 300,
        max_tokens: 2_000,
    };
    house.reply(CODE, TESTS);
    let silent = |_: &str| {};
    let asked = house.provider.complete(&request, &silent, CancellationToken::new());
    let completion = asked.await.unwrap();
    let context = house.engine.context();
    stored_answer::keep(context, key, None, &request, &completion).unwrap();
}

#[tokio::test]
async fn an_answer_that_an_engine_left_is_not_paid_for_again() {
    for is_reconciled in [false, true] {
        let house = House::new();
        leave_answer(&house, "k").await;
        if is_reconciled {
            reconcile(house.engine.context()).await.unwrap();
        }

        let data = house.keyed("k", "/propose-code an adder").await.data();

        assert_eq!((data["code"].as_str(), data["model"].as_str()), (Some(CODE), Some("model-1")));
        assert_eq!(house.provider.asked.lock().unwrap().len(), 1);
        let kinds = house.kinds().await;
        let left: &[&str] = if is_reconciled { &["llm.answered"] } else { &[] };
        assert_eq!(kinds, [left, &["proposal.created", "llm.call", "revision.added"]].concat());
        assert_eq!(house.line("/code-stats").await.data()["usage"]["output_tokens"], 30);
        let folder = std::fs::read_dir(house.home().join("answers")).unwrap();
        assert_eq!(folder.count(), 0);
    }
}

#[tokio::test]
async fn an_answer_that_nobody_comes_back_for_is_on_record() {
    let house = House::new();
    leave_answer(&house, "k").await;

    reconcile(house.engine.context()).await.unwrap();
    reconcile(house.engine.context()).await.unwrap();

    let record = house.records().await.pop().unwrap();
    assert_eq!(house.kinds().await, ["llm.answered"]);
    assert_eq!(record.data["output_tokens"], 30);
}

#[tokio::test]
async fn a_nearly_full_disk_takes_decisions_and_then_nothing() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;
    let exits = async |free: u64, lines: &[&str]| {
        house.free.store(free, Ordering::Relaxed);
        let mut exits = Vec::new();
        for line in lines {
            exits.push(house.line(line).await.exit());
        }
        exits
    };
    let run = format!("/sandbox-code {id}");
    let approve = format!("/approve-code {id} --yes --expect {hash}");
    let show = format!("/show-code {id}");

    let scarce = exits((128 << 20) - 1, &[&run, &show]).await;
    let none = exits((16 << 20) - 1, &[&approve, "/propose-code an adder", &show]).await;
    let asked = house.provider.asked.lock().unwrap().len();
    let back = exits(16 << 20, &[&approve]).await;
    let plenty = exits(512 << 20, &[&run]).await;

    assert_eq!((scarce, none, back, plenty), (vec![6, 0], vec![6, 6, 0], vec![0], vec![0]));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn files_that_run_as_something_else_than_is_shown_are_refused() {
    let house = House::new();
    let (code, tests) = (house.file("adder.py", CODE), house.file("test_adder.py", TESTS));
    let compiled = house.file("adder.cpython-311.pyc", "");
    let hidden = house.file("hidden.py", format!("# coding: utf-7\n{CODE}"));

    let given = [
        format!("/propose-code --code {code} --tests {tests} --file {compiled} an adder"),
        format!("/propose-code --code {hidden} --tests {tests} an adder"),
        format!("/propose-code --code {code} --tests {tests} --file {hidden} an adder"),
    ];
    for (line, reason) in given.iter().zip(["is compiled", "utf-7", "utf-7"]) {
        let refused = house.line(line).await.error();

        assert_eq!(refused.kind, ErrorKind::Usage, "{line}");
        assert!(refused.to_string().contains(reason), "{refused}");
    }
    assert_eq!(house.kinds().await, Vec::<String>::new());
}

#[tokio::test]
async fn of_several_answers_the_best_is_the_newest_and_the_others_stay() {
    let house = House::new();
    let wrong = "def add(a, b):\n    return a - b\n";
    let other = "def add(a, b):\n    return sum([a, b])\n";
    for code in [wrong, CODE, CODE, other] {
        house.reply(code, TESTS);
    }
    let failing = failing("E   assert -1 == 3");
    house.doing(Doing::Give(Box::new(failing)));

    let data = house.line("/propose-code --candidates 4 add two numbers").await.data();

    let tried = &data["candidates"]["tried"];
    let revisions: Vec<_> = tried.as_array().unwrap().iter().map(|it| &it["revision"]).collect();
    assert_eq!(revisions, [&json!(2), &json!(3), &json!(1)], "{tried:#}");
    assert_eq!((&tried[0]["verdict"], &tried[2]["verdict"]), (&json!("passed"), &json!("failed")));
    assert_eq!(data["candidates"]["asked"], 4);
    assert_eq!(data["candidates"]["usage"]["input_tokens"], 480);
    // The best was not the last, and is stored once more.
    assert_eq!((&data["revision"], &data["code"]), (&json!(4), &json!(CODE)));
    let id = data["proposal_id"].as_str().unwrap();
    let shown = house.show(id).await;
    assert_eq!((&shown["status"], &shown["parent"]), (&json!("tested"), &json!(2)));
    assert_eq!(house.line("/code-stats").await.data()["usage"]["input_tokens"], 480);
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_leaves_the_other_candidates() {
    let house = House::new();
    house.provider.replies.lock().unwrap().push_back("no code at all".to_owned());
    house.reply(CODE, TESTS);

    let data = house.line("/propose-code --candidates 2 add two numbers").await.data();

    assert_eq!(data["candidates"]["tried"].as_array().unwrap().len(), 1);
    assert_eq!((&data["revision"], &data["code"]), (&json!(1), &json!(CODE)));
    let (kind, told) = house.line("/propose-code --candidates 9 add").await.refusal();
    assert_eq!((kind, told.as_str()), (ErrorKind::Usage, "--candidates takes 1 to 8, not 9"));
}

#[tokio::test]
async fn tests_that_nobody_gave_are_said_to_be_ours() {
    let house = House::new();
    let code = house.file("adder.py", CODE);

    let page = house.line(&format!("/propose-code --code {code} an adder")).await.page();

    let told = "No tests were given: test_adder.py, written here, only imports it (";
    assert!(page.contains(told), "{page}");
}
