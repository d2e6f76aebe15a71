//! `/reopen-code`.

use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House};

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

/// Two revisions later the very bytes that were rejected lie there again.
#[tokio::test]
async fn bytes_that_were_rejected_are_told_as_that_however_they_come_back() {
    let house = House::new();
    let id = house.tested().await;
    house.line(&format!("/reject-code {id} it loses money")).await.data();
    for code in [format!("{CODE}\n# more\n"), CODE.to_owned()] {
        let file = house.file("adder_two_numbers.py", code);
        house.line(&format!("/refine-code {id} --code {file}")).await.data();
    }
    house.line(&format!("/sandbox-code {id}")).await.data();

    let asked = house.line(&format!("/approve-code {id}")).await.error();

    let page = asked.confirmation.unwrap().page.plain();
    assert!(page.contains("rejected exactly these bytes, as revision 1: it loses money"), "{page}");
}
