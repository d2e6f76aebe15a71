//! `/cancel`.

use record::domain::id::{JobId, ProposalId};
use record::domain::principal::{Principal, Surface, Via};
use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::error::ErrorKind;
use work::contract::running::RunningJob;

use crate::support::fakes::Doing;
use crate::support::house::House;

#[tokio::test]
async fn a_cancelled_execution_is_recorded_as_abandoned() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Hang);
    let line = format!("/sandbox-code {id}");
    let running = house.line(&line);

    let (ended, cancelled) = tokio::join!(running, cancelled(&house));

    assert_eq!((ended.exit(), cancelled["state"].as_str()), (130, Some("stopped")));
    let record = house.records().await.pop().unwrap();
    assert_eq!(
        (record.kind.word(), record.data["cause"].as_str()),
        ("execution.abandoned", Some("cancelled"))
    );
    assert_eq!(house.show(&id).await["status"], "pending");
}

/// Cancels the newest job, as soon as there is one.
async fn cancelled(house: &House) -> serde_json::Value {
    let mut reply = house.line("/cancel @").await;
    while reply.exit() != 0 {
        tokio::task::yield_now().await;
        reply = house.line("/cancel @").await;
    }
    reply.data()
}

#[tokio::test]
async fn an_execution_that_waits_in_its_backend_is_shown_and_cancelled() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Hang);
    let line = format!("/sandbox-code {id}");
    let queued = house.line(&line);

    let (ended, shown) = tokio::join!(queued, async {
        let mut jobs = house.line("/jobs").await.data();
        while jobs["jobs"].as_array().unwrap().is_empty() {
            tokio::task::yield_now().await;
            jobs = house.line("/jobs").await.data();
        }
        let job = jobs["jobs"][0]["job_id"].as_str().unwrap().to_owned();
        (house.line(&format!("/cancel {job}")).await.data(), job)
    });

    let (cancelled, job) = shown;
    assert_eq!(ended.refusal(), (ErrorKind::Interrupted, "interrupted".to_owned()));
    assert_eq!(
        cancelled,
        serde_json::json!({ "job_id": job, "proposal_id": id, "state": "stopped" })
    );
    assert_eq!(house.line("/jobs").await.page(), "Nothing is in progress.");
    let kinds = house.kinds().await;
    assert_eq!(kinds[kinds.len() - 2..], ["execution.leased", "execution.abandoned"]);
    house.line(&line).await.data();
}

#[tokio::test]
async fn an_execution_whose_tools_are_being_installed_is_cancelled_and_leaves_no_record() {
    let house = House::new();
    let id = house.proposed().await;
    house.backend.installs_for_ever();
    let before = house.kinds().await;
    let line = format!("/sandbox-code {id}");
    let installing = house.line(&line);

    let (ended, cancelled) = tokio::join!(installing, cancelled(&house));

    assert_eq!((ended.exit(), cancelled["state"].as_str()), (130, Some("stopped")));
    assert_eq!(house.kinds().await, before);
}

fn running(house: &House, name: &str, who: Principal) -> (JobId, CancellationToken) {
    let (id, cancel) = (JobId::derived(name), CancellationToken::new());
    let via = Via { surface: Surface::Repl, uid: None, session: "another".to_owned() };
    let job = RunningJob {
        proposal: ProposalId::derived("p"),
        caller: Caller { who, via, idempotency: "another".to_owned(), shown: None },
        started_at: Timestamp::from_millis(0),
        cancel: cancel.clone(),
    };
    let guard = house.engine.context().running.enter(id.clone(), job);
    let ended = cancel.clone();
    tokio::spawn(async move {
        ended.cancelled().await;
        drop(guard);
    });
    (id, cancel)
}

#[tokio::test]
async fn an_agent_cancels_its_own_work_and_nobody_elses() {
    let house = House::new().agent();
    let (own, own_cancel) = running(&house, "own", Principal::agent("a model"));
    let (other, other_cancel) = running(&house, "other", Principal::owner());

    let refused = house.line(&format!("/cancel {other}")).await.refusal();
    house.line(&format!("/cancel {own}")).await.data();

    assert_eq!(refused, (ErrorKind::Forbidden, format!("{other} was asked for by somebody else")));
    assert_eq!((own_cancel.is_cancelled(), other_cancel.is_cancelled()), (true, false));
    assert_eq!(house.kinds().await, ["auth.denied"]);
}

#[tokio::test]
async fn the_owner_cancels_anybodys_work() {
    let house = House::new();
    let (other, cancel) = running(&house, "other", Principal::agent("a model"));

    let data = house.line(&format!("/cancel {other}")).await.data();

    assert_eq!((data["state"].as_str(), cancel.is_cancelled()), (Some("stopped"), true));
}

#[tokio::test]
async fn a_job_that_is_not_there_is_not_found() {
    let house = House::new();

    let unknown = house.line("/cancel ffff").await.refusal();
    let none = house.line("/cancel @").await.refusal();

    assert_eq!(unknown, (ErrorKind::NotFound, "no job ffff is in progress".to_owned()));
    assert_eq!(none, (ErrorKind::NotFound, "nothing of yours is in progress".to_owned()));
}

#[tokio::test]
async fn what_is_stopped_when_only_lint_is_left_stores_nothing() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Interrupted);

    let stopped = house.line(&format!("/sandbox-code {id}")).await;
    let report = house.line(&format!("/report-code {id}")).await.refusal();
    let shown = house.line(&format!("/show-code {id}")).await.data();

    assert_eq!(stopped.exit(), 130);
    assert_eq!(report.0, ErrorKind::State);
    assert_eq!(shown["status"], "pending");
}
