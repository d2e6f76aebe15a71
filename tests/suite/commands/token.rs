//! `/token`.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn a_token_is_shown_once_and_recorded_by_its_hash() {
    let house = House::in_memory();

    let made = house.line("/token add editor --scope propose --expires 30d").await.data();
    let listed = house.line("/token").await.data();

    let text = made["token"].as_str().unwrap();
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.kind.word(), "owner.token_added");
    assert_eq!(
        (&record.data["name"], &record.data["scope"], record.data["hash"].as_str().unwrap().len()),
        (&json!("editor"), &json!("propose"), 71)
    );
    assert!(!serde_json::to_string(&record).unwrap().contains(text));
    assert_eq!((&listed["token"], &listed["tokens"]), (&Value::Null, &made["tokens"]));
    assert_eq!(
        (&made["tokens"][0]["counts"], &made["audit"]["seq"]),
        (&json!(true), &json!(record.seq))
    );
}

#[tokio::test]
async fn a_revoked_token_and_an_expired_one_count_no_longer() {
    let house = House::in_memory();
    house.line("/token add a --scope read").await.data();
    house.line("/token add b --scope read --expires 1d").await.data();

    let revoked = house.line("/token revoke a").await.data();
    let again = house.line("/token revoke a").await.refusal();
    house.wait_hours(24);
    let listed = house.line("/token").await.data();

    let counts = |data: &Value| {
        data["tokens"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["counts"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!((counts(&revoked), counts(&listed)), (vec![false, true], vec![false, false]));
    assert_eq!(again.0, ErrorKind::NotFound);
    assert_eq!(house.kinds().await.last(), Some(&"owner.token_revoked"));
}

#[tokio::test]
async fn tokens_of_one_name_are_told_apart_by_their_ids() {
    let house = House::in_memory();
    house.line("/token add ci --scope read").await.data();
    let made = house.line("/token add ci --scope propose").await.data();

    let several = house.line("/token revoke ci").await.refusal();
    let id = made["tokens"][1]["id"].as_str().unwrap();
    house.line(&format!("/token revoke {id}")).await.data();
    let left = house.line("/token").await.data();

    assert_eq!(several.0, ErrorKind::Ambiguous);
    assert_eq!(
        (&left["tokens"][0]["counts"], &left["tokens"][1]["counts"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn what_is_missing_or_cannot_be_is_refused() {
    let house = House::in_memory();

    for line in [
        "/token add",
        "/token add ci",
        "/token add c/i --scope read",
        "/token add ci --scope read --expires 0d",
        "/token add ci --scope read --expires soon",
        "/token revoke",
    ] {
        assert_eq!(house.line(line).await.refusal().0, ErrorKind::Usage, "{line}");
    }
    assert_eq!(house.agent().line("/token").await.refusal().0, ErrorKind::Forbidden);
}
