//! `/refinement-history`.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";

/// A proposal that was refined, and then healed by a model.
async fn healed(house: &House) -> String {
    let id = house.proposed().await;
    house.reply(WRONG, TESTS);
    house.line(&format!("/refine-code {id} put the minus back")).await.data();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    let right = format!("It subtracted.\n\nCode:\n```python\n# better\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(right);
    house.line(&format!("/auto-refine {id}")).await.data();
    id
}

#[tokio::test]
async fn every_revision_is_shown_newest_first_with_cause_and_result() {
    let house = House::new();
    let id = healed(&house).await;

    let data = house.line(&format!("/refinement-history {id}")).await.data();

    assert_eq!(data["total"], 3);
    let told: Vec<[&Value; 5]> = data["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            ["revision", "origin", "strategy", "verdict", "tests_passed"].map(|name| &entry[name])
        })
        .collect();
    let wanted = [
        [json!(3), json!("repaired"), json!("model"), json!("passed"), json!(2)],
        [json!(2), json!("refined"), Value::Null, json!("failed"), json!(1)],
        [json!(1), json!("generated"), Value::Null, Value::Null, Value::Null],
    ];
    assert_eq!(told, wanted.each_ref().map(<[Value; 5]>::each_ref));
    let cause = |index: usize| data["revisions"][index]["cause"].clone();
    assert_eq!((cause(1), cause(2)), (json!("put the minus back"), Value::Null));
    assert!(cause(0).as_str().unwrap().starts_with("1 of 2 tests fail"), "{data:#}");
    assert_eq!(data["revisions"][0]["diff"], Value::Null);
}

#[tokio::test]
async fn differences_are_shown_where_they_are_asked_for() {
    let house = House::new();
    let id = healed(&house).await;

    let page = house.line(&format!("/refinement-history {id} --diff --limit 2")).await.page();

    assert!(page.contains("+# better"), "{page}");
    assert!(page.contains("-    return a + b"), "{page}");
    assert!(page.contains("put the minus back"), "{page}");
}

#[tokio::test]
async fn an_unknown_proposal_and_a_limit_of_nothing_are_refused() {
    let house = House::new();
    let id = house.proposed().await;

    let kinds = [
        house.line("/refinement-history ffff").await.refusal().0,
        house.line(&format!("/refinement-history {id} --limit 0")).await.refusal().0,
    ];

    assert_eq!(kinds, [ErrorKind::NotFound, ErrorKind::Usage]);
}

#[tokio::test]
async fn only_revisions_that_are_there_are_offered_for_comparison() {
    let house = House::new();
    let one = house.proposed().await;
    let three = healed(&house).await;

    let alone = house.line(&format!("/refinement-history {one}")).await.page();
    let several = house.line(&format!("/refinement-history {three}")).await.page();

    assert!(!alone.contains("/diff-code"), "{alone}");
    assert!(several.contains(&format!("next: /diff-code {three} 2..3  ")), "{several}");
}
