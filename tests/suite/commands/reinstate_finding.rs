//! `/reinstate-finding`.

use serde_json::json;
use work::contract::error::ErrorKind;

use super::repository::knowing;
use crate::support::project::Project;

#[tokio::test]
async fn a_finding_that_is_reinstated_counts_again_and_both_entries_stay() {
    let project = Project::new();
    let house = knowing(&project).await;
    let dismissed = house.line("/dismiss-finding shop/cart.py:9 no_zero never empty").await.data();
    house.line("/dismiss-finding shop/cart.py:2 no_zero it starts so").await.data();
    let finding = dismissed["dismissed"][0]["finding"].as_str().unwrap().to_owned();

    let data = house
        .line(&format!("/reinstate-finding {} they are empty at night", &finding[..8]))
        .await
        .data();
    let again = house.line(&format!("/reinstate-finding {finding} once more")).await.refusal();
    let silent = house.line(&format!("/reinstate-finding {finding}")).await.refusal();

    let left: Vec<&str> = data["dismissed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["reason"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["it starts so"]);
    assert_eq!((again.0, silent.0), (ErrorKind::NotFound, ErrorKind::Usage));
    let kinds = house.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|one| **one == kind).count();
    assert_eq!([count("owner.finding_dismissed"), count("owner.finding_reinstated")], [2, 1]);
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.data["reason"], json!("they are empty at night"));
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}
