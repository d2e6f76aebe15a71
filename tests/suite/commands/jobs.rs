//! `/jobs`.

use crate::support::fakes::Doing;
use crate::support::house::House;

#[tokio::test]
async fn a_job_is_shown_with_who_asked_for_it_until_it_ends() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Hang);
    let line = format!("/sandbox-code {id}");
    let running = house.line(&line);

    let (ended, jobs) = tokio::join!(running, jobs_then_cancelled(&house));

    let job = &jobs["jobs"][0];
    assert_eq!(
        (job["proposal_id"].as_str(), job["asked_by"].as_str()),
        (Some(id.as_str()), Some("owner"))
    );
    assert_eq!(job["alive"], true);
    assert_eq!(ended.exit(), 130);
    assert_eq!(house.line("/jobs").await.page(), "Nothing is in progress.");
}

/// The jobs as soon as there are any, which are cancelled then.
async fn jobs_then_cancelled(house: &House) -> serde_json::Value {
    let mut data = house.line("/jobs").await.data();
    while data["jobs"].as_array().unwrap().is_empty() {
        tokio::task::yield_now().await;
        data = house.line("/jobs").await.data();
    }
    house.line("/cancel @").await.data();
    data
}
