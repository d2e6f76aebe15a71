//! `/jobs`.

use serde_json::Value;

use crate::support::fakes::Doing;
use crate::support::house::House;

/// What `/jobs` answers as soon as there is one.
async fn some_jobs(house: &House) -> Value {
    loop {
        let data = house.line("/jobs").await.data();
        if data["jobs"].as_array().is_some_and(|jobs| !jobs.is_empty()) {
            return data;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_is_shown_with_who_asked_for_it_until_it_ends() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Hang);
    let line = format!("/sandbox-code {id}");
    let running = house.line(&line);
    let watching = async {
        let jobs = some_jobs(&house).await;
        house.line("/cancel @").await.data();
        jobs
    };

    let (ended, jobs) = tokio::join!(running, watching);

    let job = &jobs["jobs"][0];
    assert_eq!(
        (job["proposal_id"].as_str(), job["asked_by"].as_str()),
        (Some(id.as_str()), Some("owner"))
    );
    assert_eq!(job["alive"], true);
    assert_eq!(ended.exit(), 130);
    assert_eq!(house.line("/jobs").await.page(), "Nothing is in progress.");
}
