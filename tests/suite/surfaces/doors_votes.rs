//! Several owners at one home: each sees what the others decided, at the terminal and on the page.

use serde_json::{Value, json};
use work::contract::signature::ToSign;

use super::doors_house::{Doors, Sender};
use crate::support::house::House;

/// Asks on the page for an approval, and signs it with the key of the house.
async fn approve(doors: &Doors, browser: &Sender, id: &str) -> (Value, Value) {
    let hash = doors.house.hash(id).await;
    let wish = json!({ "proposal": id, "decision": "approve", "expect": hash }).to_string();
    let asked = doors.send(browser, "POST /v1/signing-requests", &wish).await.data();
    let name = asked["request_id"].as_str().unwrap();
    let line = format!("GET /v1/signing-requests/{name}");
    let seen = doors.send(&Sender::Process, &line, "").await.data();
    let to_sign: ToSign = serde_json::from_value(seen["signing"]["to_sign"].clone()).unwrap();
    let body = json!({ "signed": doors.house.sign(&to_sign) }).to_string();
    let line = format!("PUT /v1/signing-requests/{name}/signature");
    let answered = doors.send(&Sender::Process, &line, &body).await;
    (seen, answered.data())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_owner_sees_the_first_ones_vote_on_the_request_and_on_the_page() {
    let house = House::in_memory().agent();
    house.reply(crate::support::house::CODE, crate::support::house::TESTS);
    let made = house.line("/propose-code an adder").await.data();
    let id = made["proposal_id"].as_str().unwrap().to_owned();
    let house = house.owner();
    house.enrol().await;
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    house.worded(&format!("/keys add --key {file} --principal bob")).await.data();
    let file = house.file("two.toml", "[approval]\nquorum = 2\n");
    house.worded(&format!("/policy set {file}")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let doors = Doors::of(house);
    let cookie = doors.cookie();
    let browser = doors.acting(&cookie).await;

    let (first, one) = approve(&doors, &browser, &id).await;
    let between = doors.house.show(&id).await["status"].clone();
    doors.house.sign_with(0x52);
    let cookie = doors.cookie_of("bob");
    let browser = doors.acting(&cookie).await;
    let page = doors.send(&Doors::looking(&cookie), &format!("GET /proposals/{id}"), "").await;
    let (second, two) = approve(&doors, &browser, &id).await;
    let name = second["request_id"].as_str().unwrap();
    let signed = doors.send(&Doors::looking(&cookie), &format!("GET /sign/{name}"), "").await;

    assert_eq!((&first["votes"], &between), (&json!([]), &json!("tested")));
    assert_eq!((&one["reviewer"], &two["reviewer"]), (&json!("owner"), &json!("bob")));
    let votes = second["votes"].as_array().unwrap();
    assert_eq!(
        (votes.len(), &votes[0]["reviewer"], &votes[0]["decision"], &votes[0]["seq"]),
        (1, &json!("owner"), &json!("approved"), &one["audit"]["seq"])
    );
    let (_, decisions) = page.text.split_once("Decisions so far").unwrap();
    assert!(decisions.contains("owner, revision 1"), "{decisions}");
    assert!(signed.text.contains("bob: approved"), "{}", signed.text);
    assert_eq!(doors.house.show(&id).await["status"], "approved");
}
