//! `/revoke-approval`.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use super::apply_code::{apply, target};
use crate::support::house::House;

#[tokio::test]
async fn a_revocation_names_the_approval_it_takes_back() {
    let house = House::new();
    let id = house.approved().await;

    let data = house.line(&format!("/revoke-approval {id} it was too early")).await.data();

    assert_eq!(data["decision"], "revoked");
    assert_eq!(house.show(&id).await["status"], "tested");
    let records = house.records().await;
    let statement = |word: &str| -> Value {
        let record = records.iter().find(|record| record.kind.word() == word).unwrap();
        serde_json::from_str(record.stmt.as_deref().unwrap()).unwrap()
    };
    assert_eq!(
        statement("decision.revoked")["predicate"]["revokes"],
        statement("decision.approved")["predicate"]["nonce"]
    );
}

#[tokio::test]
async fn only_an_approval_is_revoked_and_only_by_the_owner() {
    let house = House::new();
    let id = house.tested().await;

    let tested = house.line(&format!("/revoke-approval {id} no")).await.refusal();
    let house = house.agent();
    let agent = house.line(&format!("/revoke-approval {id} no")).await.refusal();

    assert_eq!(tested, (ErrorKind::State, format!("{id} is tested, not approved")));
    assert_eq!(agent.0, ErrorKind::Forbidden);
    assert_eq!(house.kinds().await.last(), Some(&"auth.denied"));
}

#[tokio::test]
async fn the_same_key_revokes_once() {
    let house = House::new();
    let id = house.approved().await;

    let first = house.keyed("k", &format!("/revoke-approval {id} early")).await.data();
    let again = house.keyed("k", &format!("/revoke-approval {id} early")).await.data();

    assert_eq!(first, again);
}

#[tokio::test]
async fn whoever_revokes_is_told_that_it_is_still_in() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    apply(&house, &id, &folder).await;
    let place = std::fs::canonicalize(&folder).unwrap();
    let hash = house.hash(&id).await;

    let line = format!("/revoke-approval {id} it was too early");
    let page = house.keyed("k", &line).await.page();
    let still = house.keyed("k", &line).await.data()["still_in"].clone();
    let back = format!("/rollback-code {id} --yes --expect {hash}");
    house.line(&back).await.data();

    assert_eq!(still[0]["place"], json!(place));
    assert!(page.contains(&format!("/rollback-code {id}  takes it out")), "{page}");
    let shown = house.show(&id).await;
    assert_eq!(shown["applied"][0]["started"], still[0]["started"]);
    assert!(shown["applied"][0]["taken_out"].is_u64(), "{shown:#}");
}
