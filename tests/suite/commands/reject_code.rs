//! `/reject-code`.

use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn a_rejection_needs_a_reason_and_no_question() {
    let house = House::new();
    let id = house.proposed().await;

    let without = house.line(&format!("/reject-code {id}")).await.refusal();
    let data = house.line(&format!("/reject-code {id} it doesn't \"fit\" --here")).await.data();

    assert_eq!(without, (ErrorKind::Usage, "a reason is needed".to_owned()));
    assert_eq!(
        (data["decision"].as_str(), data["reason"].as_str(), data["execution_id"].as_str()),
        (Some("rejected"), Some("it doesn't \"fit\" --here"), None)
    );
    assert_eq!(house.show(&id).await["status"], "rejected");
}

#[tokio::test]
async fn what_is_decided_already_is_refused() {
    let house = House::new();
    let id = house.approved().await;
    let other = house.proposed().await;
    house.line(&format!("/reject-code {other} no")).await.data();

    let approved = house.line(&format!("/reject-code {id} no")).await.refusal();
    let rejected = house.line(&format!("/reject-code {other} no")).await.refusal();
    let long = house.line(&format!("/reject-code {id} {}", "x".repeat(2_001))).await.exit();

    assert_eq!(approved, (ErrorKind::State, format!("{id} is approved already")));
    assert_eq!(rejected, (ErrorKind::State, format!("{other} is rejected")));
    assert_eq!(long, 2);
}

#[tokio::test]
async fn the_same_key_rejects_once() {
    let house = House::new();
    let id = house.tested().await;

    let first = house.keyed("k", &format!("/reject-code {id} no")).await.data();
    let again = house.keyed("k", &format!("/reject-code {id} no")).await.data();

    assert_eq!(first, again);
    assert_eq!(house.kinds().await.iter().filter(|kind| **kind == "decision.rejected").count(), 1);
}

#[tokio::test]
async fn an_agent_rejects_nothing_and_that_is_recorded() {
    let house = House::new();
    let id = house.tested().await;
    let house = house.agent();

    let refused = house.line(&format!("/reject-code {id} no")).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
    assert_eq!(house.kinds().await.last(), Some(&"auth.denied"));
}
