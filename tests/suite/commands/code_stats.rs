//! `/code-stats`.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;
use crate::support::project::Project;
use crate::surfaces::process::Home;

#[tokio::test]
async fn the_figures_are_those_of_the_executions() {
    let house = House::new();
    house.approved().await;
    let id = house.proposed().await;
    let mut uncovered = failing("assert 1 == 2");
    uncovered.coverage = Some(record::domain::evidence::Coverage::of(0, 5, Vec::new()));
    house.doing(Doing::Give(Box::new(uncovered)));
    house.line(&format!("/sandbox-code {id}")).await.data();

    let data = house.line("/code-stats").await.data();

    assert_eq!(data["by_status"], json!({"pending": 0, "tested": 1, "approved": 1, "rejected": 0}));
    assert_eq!((data["proposals"].as_u64(), data["executions"].as_u64()), (Some(2), Some(2)));
    assert_eq!(data["test_success_rate"], json!(0.5));
    assert_eq!(data["average_coverage"], json!(40.0));
    assert_eq!(
        (&data["usage"]["input_tokens"], &data["usage"]["output_tokens"]),
        (&json!(240), &json!(60))
    );
}

#[tokio::test]
async fn an_empty_home_has_no_rate() {
    let data = House::new().line("/code-stats").await.data();

    assert_eq!(
        (&data["test_success_rate"], &data["average_coverage"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn groups_are_split_and_days_drawn() {
    let house = House::new();
    house.tested().await;

    let by = house.line("/code-stats --by model").await.data();
    let plot = house.line("/code-stats --plot").await.data();
    let bad = house.line("/code-stats --since yesterday").await.refusal();

    assert!(by["groups"]["model-1"].is_object(), "{by:#}");
    assert!(!plot["plot"].as_array().unwrap().is_empty());
    assert_eq!(bad.0, ErrorKind::Usage);
}

#[test]
fn what_the_library_retrieves_is_no_model_call() {
    let home = Home::new();
    home.saraphina(&["propose-code", "a CSV parser that handles quoted fields"]);

    let stats = home.saraphina(&["code-stats", "--by", "model", "--json"]).out;
    let deep = home.saraphina(&["doctor", "--deep", "--json"]).out;
    let verified = home.saraphina(&["audit", "verify"]);

    let stats: Value = serde_json::from_str(&stats).unwrap();
    assert_eq!(stats["data"]["proposals"], 1, "{stats:#}");
    assert_eq!(stats["data"]["usage"]["calls"], 0, "{stats:#}");
    assert_eq!(stats["data"]["groups"]["library"]["usage"]["calls"], 0, "{stats:#}");
    // The sums are still those of the rows.
    assert!(!deep.contains("counted,"), "{deep}");
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[tokio::test]
async fn decisions_move_what_a_rule_weighs_and_it_is_said_whether_that_helps() {
    let project = Project::new();
    let house = super::repository::knowing(&project).await;
    project.write("shop/risky.py", "import os\n\n\ndef run(text):\n    return eval(text)\n");
    project.commit("Evaluate");
    let mut ids = Vec::new();
    for (branch, body) in [("one", "int(text)"), ("two", "len(text)")] {
        project.git(&["checkout", "--quiet", "-b", branch, "main"]);
        project
            .write("shop/risky.py", format!("import os\n\n\ndef run(text):\n    return {body}\n"));
        project.commit(branch);
        project.git(&["checkout", "--quiet", "main"]);
        let line = format!("/propose-code --repo shop --range main..{branch} Evaluate nothing");
        ids.push(house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned());
    }
    for id in &ids {
        house.line(&format!("/reject-code {id} texts are ours")).await.data();
    }
    house.line("/dismiss-finding shop/risky.py:5 S307 texts are ours").await.data();

    let before = house.line("/code-stats").await.data();
    house.line("/build-graph shop").await.data();
    let after = house.line("/code-stats").await.data();

    assert_eq!(before["learnt"][0]["decisions"], 0);
    let learnt = &after["learnt"][0];
    assert_eq!((&learnt["decisions"], &learnt["dismissed"]), (&json!(2), &json!(1)));
    assert_eq!(learnt["answer"], "too few decisions", "{learnt}");
    let rule = json!({"accepted": 0, "rejected": 3, "weight": 0.571});
    assert_eq!(learnt["rules"]["S307"], rule, "{learnt}");
}
