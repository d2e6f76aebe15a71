//! `/notify`.

use record::domain::principal::Authority;
use serde_json::json;
use work::contract::catalogue;
use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn without_a_channel_it_says_how_to_set_one_and_a_test_is_refused() {
    let house = House::in_memory();

    let page = house.line("/notify").await.page();
    let refused = house.line("/notify test").await.refusal();

    assert!(page.contains("/config set notify_webhook URL"), "{page}");
    assert_eq!(refused, (ErrorKind::State, "no way to notify you is set".to_owned()));
    assert_eq!(house.kinds().await, Vec::<&str>::new());
}

#[tokio::test]
async fn a_channel_that_no_daemon_has_started_with_has_no_place_yet() {
    let house = House::with(&[("SARAPHINA_NOTIFY_COMMAND", "true")]);

    let status = house.line("/notify").await.data();
    let tried = house.line("/notify test").await.data();

    assert_eq!(
        (&status["channels"][0]["channel"], &status["channels"][0]["next"]),
        (&json!("command"), &json!(null))
    );
    assert_eq!(
        tried["trials"],
        json!([{ "channel": "command", "target": "true", "problem": null }])
    );
}

#[tokio::test]
async fn it_is_the_owners_alone() {
    let house = House::in_memory().agent();

    let refused = house.line("/notify").await.refusal();

    let entry = catalogue::find_in(saraphina::commands::registry::ENTRIES, "notify").unwrap();
    assert_eq!((entry.spec.authority, refused.0), (Authority::Own, ErrorKind::Forbidden));
}
