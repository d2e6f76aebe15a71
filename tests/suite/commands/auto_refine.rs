//! `/auto-refine`.

use record::domain::evidence::Termination;
use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing, reply};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";
const WORSE: &str = "def add(a, b):\n    return a * b\n";
const OTHER_TESTS: &str = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2)\n";

/// A reply as a repair is asked for: code alone.
fn code_alone(code: &str) -> String {
    format!("It subtracted.\n\nCode:\n```python\n{code}```\n")
}

fn answers(house: &House, replies: &[String]) {
    house.provider.replies.lock().unwrap().extend(replies.iter().cloned());
}

fn fails(house: &House, message: &str) {
    house.doing(Doing::Give(Box::new(failing(message))));
}

/// A proposal of wrong code, not executed yet.
async fn wrong(house: &House) -> String {
    house.reply(WRONG, TESTS);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    data["proposal_id"].as_str().unwrap().to_owned()
}

fn attempts(data: &Value) -> Vec<(u64, &str, &str)> {
    let attempts = data["attempts"].as_array().unwrap().iter();
    attempts
        .map(|attempt| {
            (
                attempt["revision"].as_u64().unwrap(),
                attempt["strategy"].as_str().unwrap(),
                attempt["verdict"].as_str().unwrap_or("none"),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_failing_proposal_is_healed_by_a_model_and_can_be_approved() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    answers(&house, &[code_alone(CODE)]);

    let healed = house.line(&format!("/auto-refine {id}")).await;

    assert_eq!(healed.exit(), 0);
    let data = healed.data();
    assert_eq!(
        (&data["stop"], &data["verdict"], &data["status"], &data["revision"]),
        (&json!("passed"), &json!("passed"), &json!("tested"), &json!(2))
    );
    assert_eq!(attempts(&data), [(2, "model", "passed")]);
    let attempt = &data["attempts"][0];
    assert_eq!(
        (&attempt["tests_passed"], &attempt["tests_total"], &attempt["parent"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert!(attempt["diagnosis"].as_str().unwrap().contains("1 of 2 tests fail"), "{attempt}");
    assert_eq!(data["spent"], json!({"calls": 1, "tokens": 150, "cost_usd": 0.0}));
    let shown = house.show(&id).await;
    assert_eq!((&shown["code"], &shown["content_hash"]), (&json!(CODE), &data["content_hash"]));
    let hash = data["content_hash"].as_str().unwrap();
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn every_step_is_on_record() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    answers(&house, &[code_alone(CODE)]);

    house.line(&format!("/heal-code {id}")).await.data();

    assert_eq!(
        house.kinds().await[3..],
        [
            "healing.started",
            "execution.leased",
            "execution.verdict",
            "revision.added",
            "llm.call",
            "execution.leased",
            "execution.verdict",
            "healing.ended",
        ]
    );
    let ended = house.records().await.pop().unwrap();
    assert_eq!((&ended.data["stop"], &ended.data["base"]), (&json!("passed"), &json!(1)));
    assert_eq!(ended.subject.revision, Some(2));
}

#[tokio::test]
async fn a_prompt_tells_what_fails_and_what_was_tried() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    fails(&house, "E   assert 2 == 3");
    answers(&house, &[code_alone(WORSE), code_alone(CODE)]);

    house.line(&format!("/auto-refine {id}")).await.data();

    let asked = house.provider.asked.lock().unwrap();
    let prompts: Vec<String> = asked
        .iter()
        .skip(1)
        .map(|request| foundation::providers::prompt::prompt(request).text())
        .collect();
    let [first, second] = &prompts[..] else { panic!("{prompts:?}") };
    for part in
        ["an adder for two numbers", "return a - b", "assert add(1, 2) == 3", "assert -1 == 3"]
    {
        assert!(first.contains(part), "{part} is not in {first}");
    }
    assert!(!first.contains("Already tried"), "{first}");
    assert!(second.contains("Already tried"), "{second}");
    assert!(second.contains("assert 2 == 3"), "{second}");
}

#[tokio::test]
async fn the_best_revision_is_the_newest_in_the_end() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    let mut nothing = failing("E   assert 9 == 3");
    nothing.tests.passed = 0;
    house.doing(Doing::Give(Box::new(nothing)));
    answers(&house, &[code_alone(WORSE)]);
    fails(&house, "E   assert -1 == 3");

    let healed = house.line(&format!("/auto-refine {id} --max-iterations 1")).await;

    assert_eq!(healed.exit(), 1);
    let data = healed.data();
    assert_eq!(
        (&data["stop"], &data["revision"], &data["restored"], &data["verdict"]),
        (&json!("attempts"), &json!(3), &json!(1), &json!("failed"))
    );
    assert_eq!(attempts(&data), [(2, "model", "failed")]);
    let shown = house.show(&id).await;
    assert_eq!((&shown["code"], &shown["status"]), (&json!(WRONG), &json!("tested")));
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_passing_proposal_is_left_alone() {
    let house = House::new();
    let id = house.approved().await;

    let data = house.line(&format!("/auto-refine {id}")).await.data();

    assert_eq!((&data["stop"], &data["attempts"]), (&json!("passed"), &json!([])));
    assert_eq!((&data["revision"], &data["status"]), (&json!(1), &json!("approved")));
    assert_eq!(house.backend.jobs.lock().unwrap().len(), 1, "its evidence is there already");
}

#[tokio::test]
async fn a_new_revision_dismisses_an_approval() {
    let house = House::new();
    let id = house.tested().await;
    fails(&house, "E   assert 0 == 3");
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;
    let line = format!("/approve-code {id} --despite \"it is flaky\" --yes --expect {hash}");
    house.line(&line).await.data();
    answers(&house, &[code_alone("def add(a, b):\n    return b + a\n")]);

    let data = house.line(&format!("/auto-refine {id}")).await.data();

    assert_eq!((&data["stop"], &data["status"]), (&json!("passed"), &json!("tested")));
    assert!(house.kinds().await.contains(&"decision.dismissed"));
}

#[tokio::test]
async fn the_same_failure_twice_and_the_same_code_stop_the_loop() {
    let house = House::new();
    let id = wrong(&house).await;
    for _ in 0..4 {
        fails(&house, "E   assert -1 == 3");
    }
    answers(&house, &[code_alone(WORSE), code_alone("def add(a, b):\n    return b\n")]);

    let circles = house.line(&format!("/auto-refine {id}")).await.data();
    answers(&house, &[code_alone(&format!("\n{WRONG}\n"))]);
    let same = house.line(&format!("/auto-refine {id}")).await.data();

    assert_eq!(circles["stop"], "no_progress");
    assert_eq!(attempts(&circles).len(), 2);
    assert_eq!((&same["stop"], &same["attempts"]), (&json!("no_progress"), &json!([])));
    assert_eq!(same["unusable"][0]["trouble"], "the model gave code that was there before");
    assert_eq!(same["spent"]["calls"], 1);
}

#[tokio::test]
async fn tests_are_sealed_and_a_change_of_them_waits_for_the_owner() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    answers(&house, &[reply(CODE, OTHER_TESTS)]);

    let data = house.line(&format!("/auto-refine {id}")).await.data();

    assert_eq!((&data["stop"], &data["revision"]), (&json!("passed"), &json!(3)));
    let beside = &data["alternatives"][0];
    assert_eq!(
        (&beside["revision"], &beside["kind"], &beside["verdict"]),
        (&json!(2), &json!("changes_tests"), &Value::Null)
    );
    let shown = house.show(&id).await;
    assert_eq!((&shown["code"], &shown["tests"]), (&json!(CODE), &json!(TESTS)));
    let bent = house.line(&format!("/show-code {id} --revision 2")).await.data();
    assert_eq!(bent["tests"], OTHER_TESTS);
}

#[tokio::test]
async fn unusable_answers_count_and_are_paid_for_once() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    let only_tests = format!("```python\n{TESTS}```\n");
    answers(&house, &["I cannot.".to_owned(), only_tests, code_alone(CODE)]);

    let data = house.keyed("k", &format!("/auto-refine {id}")).await.data();
    let again = house.keyed("k", &format!("/auto-refine {id}")).await.data();

    assert_eq!(data["stop"], "passed");
    assert_eq!(data["unusable"].as_array().unwrap().len(), 2);
    assert_eq!(data["spent"]["calls"], 3);
    assert_eq!(data, again);
    assert_eq!(house.provider.asked.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_budget_is_kept_before_a_call() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");

    let tokens = house.line(&format!("/auto-refine {id} --budget-tokens 100")).await;
    assert_eq!(tokens.exit(), 1);
    let tokens = tokens.data();
    let money = house.line(&format!("/auto-refine {id} --budget-usd 0.01")).await.data();

    assert_eq!((&tokens["stop"], &money["stop"]), (&json!("budget"), &json!("budget")));
    assert!(tokens["notes"].to_string().contains("--budget-tokens"), "{tokens:#}");
    assert!(money["notes"].to_string().contains("not known"), "{money:#}");
    assert_eq!(house.provider.asked.lock().unwrap().len(), 1, "nothing was asked after the draft");
}

#[tokio::test]
async fn trouble_of_the_sandbox_costs_no_call() {
    let house = House::new();
    let id = wrong(&house).await;
    house.doing(Doing::Fail);

    let healed = house.line(&format!("/auto-refine {id}")).await;

    assert_eq!(healed.exit(), 6);
    let data = healed.data();
    assert_eq!((&data["stop"], &data["attempts"]), (&json!("inconclusive"), &json!([])));
    assert_eq!(house.provider.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_model_that_cannot_be_reached_ends_the_loop() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");

    let healed = house.line(&format!("/auto-refine {id}")).await;

    assert_eq!(healed.exit(), 6);
    let data = healed.data();
    assert_eq!(data["stop"], "inconclusive");
    assert!(data["notes"].to_string().contains("the model gave no answer"), "{data:#}");
}

#[tokio::test]
async fn suspect_tests_stop_before_anything_is_tried() {
    let house = House::new();
    let contrary = "from adder import add\n\n\ndef test_one():\n    assert add(1, 2) == 3\n\n\n\
        def test_two():\n    assert add(1, 2) == 4\n";
    house.reply(CODE, contrary);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap();
    fails(&house, "E   assert 3 == 4");

    let healed = house.line(&format!("/auto-refine {id}")).await;

    assert_eq!(healed.exit(), 1);
    let data = healed.data();
    assert_eq!(data["stop"], "tests_suspect");
    assert!(data["notes"][0].as_str().unwrap().contains("test_two wants 4"), "{data:#}");
    assert_eq!(house.provider.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn time_is_raised_once_where_nothing_else_is_the_trouble() {
    let house = House::new();
    let id = wrong(&house).await;
    let mut late = failing("");
    late.termination = Termination::Timeout;
    late.tests.failed = 0;
    late.tests.cases.clear();
    house.doing(Doing::Give(Box::new(late)));

    let data = house.line(&format!("/auto-refine {id}")).await.data();

    assert_eq!(data["stop"], "passed");
    let jobs = house.backend.jobs.lock().unwrap();
    let limits: Vec<u64> = jobs.iter().map(|job| job.limits.tests_ms).collect();
    assert_eq!(limits, [10_000, 60_000]);
}

#[tokio::test]
async fn a_dry_run_says_what_it_would_take_and_writes_nothing() {
    let house = House::new();
    let id = wrong(&house).await;
    let before = house.kinds().await.len();

    let data = house.line(&format!("/auto-refine {id} --dry-run")).await.data();
    let without = house
        .line(&format!("/auto-refine {id} --dry-run --strategy mechanical,search"))
        .await
        .page();

    assert_eq!((&data["stop"], &data["forecast"]["calls"]), (&Value::Null, &json!(3)));
    assert!(data["forecast"]["tokens_per_call"].as_u64().unwrap() > 2_000, "{data:#}");
    assert_eq!(data["forecast"]["cost_usd"], Value::Null, "the price is not known");
    assert!(without.contains("none is asked"), "{without}");
    assert_eq!(house.kinds().await.len(), before);
    assert!(house.backend.jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused() {
    let house = House::new();
    let id = wrong(&house).await;
    let mut refusals = Vec::new();
    for flags in [
        "--max-iterations 0",
        "--budget-tokens 0",
        "--budget-seconds 0",
        "--budget-usd 0",
        "--budget-usd -1",
        "--strategy prayer",
    ] {
        refusals.push(house.line(&format!("/auto-refine {flags} {id}")).await.refusal().0);
    }
    refusals.push(house.line("/auto-refine ffff").await.refusal().0);

    let mut wanted = vec![ErrorKind::Usage; 6];
    wanted.push(ErrorKind::NotFound);
    assert_eq!(refusals, wanted);
    assert_eq!(house.kinds().await.len(), 3, "nothing was written");
}

#[tokio::test]
async fn an_unknown_provider_alone_is_an_error() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");

    let refused =
        house.line(&format!("/auto-refine {id} --strategy model --provider nobody")).await;

    assert_eq!(refused.error().kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn an_owner_sees_what_was_done() {
    let house = House::new();
    let id = wrong(&house).await;
    fails(&house, "E   assert -1 == 3");
    answers(&house, &[code_alone(CODE)]);

    let page = house.line(&format!("/auto-refine {id}")).await.page();

    for part in ["Ended: passed", "model", "PASSED", "2/2", "It subtracted.", "/approve-code"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}
