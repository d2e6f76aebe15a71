//! `/reopen-code`.

use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn a_rejected_proposal_becomes_tested_again() {
    let house = House::new();
    let id = house.tested().await;
    house.line(&format!("/reject-code {id} no")).await.data();

    let data = house.line(&format!("/reopen-code {id} a second look")).await.data();

    assert_eq!(
        (data["decision"].as_str(), data["reason"].as_str()),
        (Some("reopened"), Some("a second look"))
    );
    assert_eq!(house.show(&id).await["status"], "tested");
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn only_a_rejected_proposal_is_reopened_and_only_by_the_owner() {
    let house = House::new();
    let id = house.tested().await;

    let tested = house.line(&format!("/reopen-code {id} why not")).await.refusal();
    let house = house.agent();
    let agent = house.line(&format!("/reopen-code {id} why not")).await.refusal();

    assert_eq!(tested, (ErrorKind::State, format!("{id} is tested, not rejected")));
    assert_eq!(agent.0, ErrorKind::Forbidden);
    assert_eq!(house.kinds().await.last(), Some(&"auth.denied"));
}

#[tokio::test]
async fn the_same_key_reopens_once() {
    let house = House::new();
    let id = house.tested().await;
    house.line(&format!("/reject-code {id} no")).await.data();

    let first = house.keyed("k", &format!("/reopen-code {id} again")).await.data();
    let again = house.keyed("k", &format!("/reopen-code {id} again")).await.data();

    assert_eq!(first, again);
}
