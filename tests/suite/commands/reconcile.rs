//! What an engine does about jobs of one that died.

use record::domain::act::{Act, ActKind, Subject};
use record::domain::change::{Change, Write};
use record::domain::id::{ExecutionId, JobId};
use record::domain::lease::{Lease, LeaseState};
use record::domain::principal::{Principal, Via};
use saraphina::engine::reconcile::reconcile;

use crate::support::house::House;

/// Leaves a lease behind, as an engine that is killed does.
async fn leave_lease(house: &House, id: &str) -> Lease {
    let context = house.engine.context();
    let store = context.store().unwrap();
    let proposal = store.proposal(&id.parse().unwrap()).await.unwrap().unwrap();
    let now = context.now();
    let job = Lease {
        id: JobId::derived("left"),
        proposal: proposal.id.clone(),
        revision: 1,
        execution: ExecutionId::derived("left"),
        worker: "pid 1".to_owned(),
        fence: 1,
        leased_at: now,
        lease_until: now,
        state: LeaseState::Leased,
    };
    let subject = Subject {
        proposal: Some(proposal.id),
        revision: Some(1),
        revision_digest: Some(proposal.content_hash),
        execution: Some(job.execution.clone()),
    };
    let act = Act::new(ActKind::ExecutionLeased, Principal::owner(), Via::internal())
        .about(subject)
        .with("job", job.id.as_str())
        .with("backend", "fake")
        .with("timeout_ms", 60_000);
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: vec![Write::NewJob(Box::new(job.clone()))],
        expected: None,
        idempotency: "left".to_owned(),
        at: now,
    };
    store.commit(change).await.unwrap();
    job
}

#[tokio::test]
async fn a_job_of_a_dead_engine_is_ended_once_and_recorded() {
    let house = House::new();
    let id = house.proposed().await;
    let job = leave_lease(&house, &id).await;
    let before = house.line("/jobs").await.data();

    let first = reconcile(house.engine.context()).await.unwrap();
    let again = reconcile(house.engine.context()).await.unwrap();

    assert_eq!((first, again), (1, 0));
    assert_eq!(before["jobs"][0]["alive"], false);
    assert!(house.line("/jobs").await.data()["jobs"].as_array().unwrap().is_empty());
    let record = house.records().await.pop().unwrap();
    assert_eq!(
        (record.kind.word(), record.data["cause"].as_str(), record.data["job"].as_str()),
        ("execution.abandoned", Some("engine_died"), Some(job.id.as_str()))
    );
    assert_eq!(record.subject.revision_digest.unwrap().hex(), house.hash(&id).await);
    assert_eq!(record.actor, Principal::system());
}

#[tokio::test]
async fn whoever_asks_again_for_an_ended_job_gets_one_verdict() {
    let house = House::new();
    let id = house.proposed().await;
    leave_lease(&house, &id).await;
    reconcile(house.engine.context()).await.unwrap();

    let first = house.keyed("left", &format!("/sandbox-code {id}")).await.data();
    let again = house.keyed("left", &format!("/sandbox-code {id}")).await.data();

    assert_eq!(first, again);
    let kinds = house.kinds().await;
    let ends = ["execution.leased", "execution.abandoned", "execution.leased", "execution.verdict"];
    assert_eq!(kinds[kinds.len() - 4..], ends);
    assert_eq!(house.records().await[kinds.len() - 1].data["attempt"], 2);
}
