//! Answers of models that are nearly what was asked for.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::healing::faults::{asking, openai};
use crate::healing::server::{Act, Server, event};
use crate::support::boxed::boxed;
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";

async fn proposed(house: &House) -> String {
    let (code, tests) = (house.file("adder.py", WRONG), house.file("test_adder.py", TESTS));
    let line = format!("/propose-code --code {code} --tests {tests} an adder");
    house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_reply_that_ended_at_its_limit_is_asked_for_again_with_more_room() {
    let long = event(&json!({"content": "So"}), Some("length"));
    let server = Server::new(&vec![Act::Stream(long.into_bytes()); 4]).await;
    let provider = Arc::new(openai(&server.url, Duration::from_secs(20)));
    let house = asking(House::new(), provider).await;
    let id = proposed(&house).await;
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));

    house.line(&format!("/auto-refine {id} --strategy model")).await.data();

    let limits: Vec<Value> = server.asked().iter().map(|it| it["max_tokens"].clone()).collect();
    assert_eq!(limits, [2_000, 4_000, 8_000].map(Value::from));
}

#[tokio::test]
async fn a_count_of_tokens_that_none_can_be_costs_no_answer() {
    let said = format!("Code:\n```python\n{CODE}```\n");
    for count in ["-1", "\"7\"", "1000000000000000000"] {
        let usage = format!(
            "data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":{count},\"completion_tokens\":{count}}}}}\n\n"
        );
        let text = event(&json!({"content": said}), Some("stop")) + &usage + "data: [DONE]\n\n";
        let server = Server::new(&[Act::Stream(text.into_bytes())]).await;
        let provider = Arc::new(openai(&server.url, Duration::from_secs(20)));
        let house = asking(boxed().await, provider).await;
        let id = proposed(&house).await;

        let data = house.line(&format!("/auto-refine {id} --strategy model")).await.data();

        assert_eq!(data["stop"], "passed", "{data:#}");
        let calls = (data["spent"]["calls"].as_u64(), data["attempts"][0]["usage"].clone());
        assert_eq!(calls.0, Some(1), "{data:#}");
    }
}

#[tokio::test]
async fn a_module_without_a_fence_and_a_block_beside_it_are_told_apart_from_tests() {
    let replies = [
        CODE.to_owned(),
        format!("```python\n{CODE}```\n\nSo that:\n\n```python\nprint(add(1, 2))\n```\n"),
    ];
    for reply in replies {
        let house = boxed().await;
        proposed(&house).await;
        house.provider.replies.lock().unwrap().push_back(reply);

        let data = house.line("/auto-refine @ --strategy model").await.data();

        assert_eq!((&data["stop"], &data["revision"]), (&json!("passed"), &json!(2)), "{data:#}");
        assert_eq!(data["alternatives"], json!([]), "{data:#}");
    }
}

#[tokio::test]
async fn a_model_is_told_the_lines_that_it_is_to_look_at_and_no_matters_of_style() {
    let house = boxed().await;
    proposed(&house).await;
    house.provider.replies.lock().unwrap().push_back("No.".to_owned());

    house.line("/auto-refine @ --strategy model --max-iterations 1").await.data();

    let asked = house.provider.asked.lock().unwrap().pop().unwrap();
    let prompt = foundation::providers::prompt::prompt(&asked).text();
    assert!(prompt.contains("adder.py:2 `return a - b`"), "{prompt}");
    assert!(!prompt.contains("docstring"), "{prompt}");
}

#[tokio::test]
async fn an_approval_shows_what_a_repair_newly_reaches() {
    let house = boxed().await;
    proposed(&house).await;
    let reply = format!("```python\nimport os\n\nSEEN = os.environ.get(\"CI\")\n\n\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(reply);

    let healed = house.line("/auto-refine @ --strategy model").await.data();
    let data = house.line("/report-code @").await.data();
    let asked = house.line("/approve-code @").await.error().confirmation.unwrap().page.plain();

    assert_eq!(healed["stop"], "passed", "{healed:#}");
    let told = data["repaired"]["reaches"][0].as_str().unwrap();
    assert!(told.ends_with("now reads environment variables"), "{told}");
    assert!(asked.contains("Newly reached") && asked.contains(told), "{asked}");
}
