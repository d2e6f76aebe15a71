//! `/sandbox-code`.

use record::domain::evidence::Termination;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::{CODE, House, TESTS};

#[tokio::test]
async fn a_passed_execution_makes_the_proposal_tested() {
    let house = House::new();
    let id = house.proposed().await;

    let reply = house.line(&format!("/sandbox-code {id}")).await;

    assert_eq!(reply.exit(), 0);
    let data = reply.data();
    assert_eq!(
        (data["verdict"].as_str(), data["status"].as_str()),
        (Some("passed"), Some("tested"))
    );
    assert_eq!(house.kinds().await[3..], ["execution.leased", "execution.verdict"]);
}

#[tokio::test]
async fn a_failed_execution_is_an_answer_with_exit_1() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));

    let reply = house.line(&format!("/sandbox-code {id}")).await;

    assert_eq!(reply.exit(), 1);
    let data = reply.data();
    assert_eq!(
        (data["reasons"][0].as_str(), data["status"].as_str()),
        (Some("tests"), Some("tested"))
    );
}

#[tokio::test]
async fn trouble_of_the_sandbox_changes_no_status() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Fail);
    let mut broken = passing();
    broken.termination = Termination::Infrastructure("no channel".to_owned());
    house.doing(Doing::Give(Box::new(broken)));

    let failed = house.line(&format!("/sandbox-code {id}")).await;
    let inconclusive = house.line(&format!("/sandbox-code {id}")).await;

    assert_eq!((failed.exit(), inconclusive.exit()), (6, 6));
    assert_eq!(inconclusive.data()["verdict"], "inconclusive");
    assert_eq!(house.show(&id).await["status"], "pending");
    assert_eq!(house.kinds().await[3..5], ["execution.leased", "execution.infra_error"]);
    assert!(house.line("/jobs").await.data()["jobs"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_older_revision_is_recorded_as_what_ran() {
    let house = House::new();
    let id = house.proposed().await;
    let first = house.hash(&id).await;
    house.reply("def add(a, b):\n    return b + a\n", TESTS);
    house.line(&format!("/refine-code {id} put b first")).await.data();
    house.doing(Doing::Fail);

    house.line(&format!("/sandbox-code {id} --revision 1")).await.error();
    let data = house.line(&format!("/sandbox-code {id} --revision 1")).await.data();

    assert_eq!(
        (data["content_hash"].as_str(), data["status"].as_str()),
        (Some(first.as_str()), Some("pending"))
    );
    let records = house.records().await;
    let subjects: Vec<_> =
        records.iter().filter(|record| record.subject.execution.is_some()).collect();
    assert!(subjects.iter().all(|record| {
        record.subject.revision == Some(1)
            && record.subject.revision_digest.map(|digest| digest.hex()) == Some(first.clone())
    }));
    assert_eq!(subjects.len(), 4);
}

#[tokio::test]
async fn a_failure_after_an_approval_contests_it() {
    let house = House::new();
    let id = house.approved().await;
    house.doing(Doing::Give(Box::new(failing("flip"))));

    house.line(&format!("/sandbox-code {id}")).await.data();

    let shown = house.show(&id).await;
    assert_eq!(
        (shown["status"].as_str(), shown["contested"].as_bool()),
        (Some("approved"), Some(true))
    );
}

#[tokio::test]
async fn runs_that_disagree_are_flaky() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(passing())));
    house.doing(Doing::Give(Box::new(failing("sometimes"))));

    let reply = house.line(&format!("/sandbox-code {id} --repeat 2")).await;

    assert_eq!(reply.exit(), 1);
    let data = reply.data();
    assert_eq!(
        (data["verdict"].as_str(), data["reasons"][0].as_str()),
        (Some("inconclusive"), Some("flaky"))
    );
    assert_eq!(data["status"], "tested");
}

#[tokio::test]
async fn variables_are_given_and_recorded_by_name_only() {
    let house = House::new();
    let id = house.proposed().await;

    house.line(&format!("/sandbox-code {id} --env TOKEN=canary --network")).await.data();

    let job = house.backend.jobs.lock().unwrap().pop().unwrap();
    assert_eq!(job.env["TOKEN"], "canary");
    let records = house.records().await;
    let lease = records.iter().find(|record| record.kind.word() == "execution.leased").unwrap();
    assert_eq!(lease.data["environment_names"][0], "TOKEN");
    assert_eq!(lease.data["network"], true);
    assert!(!serde_json::to_string(&records).unwrap().contains("canary"));
}

#[tokio::test]
async fn an_agent_gets_no_network_and_that_is_recorded() {
    let house = House::new().agent();
    let id = house.proposed().await;

    let refused = house.line(&format!("/sandbox-code {id} --network")).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
    assert_eq!(house.kinds().await.last(), Some(&"auth.denied"));
    assert!(house.backend.jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_agent_cuts_no_run_short_that_an_owner_decides_by() {
    let house = House::new();
    let id = house.tested().await;
    let house = house.agent();

    let short = house.line(&format!("/sandbox-code {id} --timeout 1")).await.refusal();
    house.line(&format!("/sandbox-code {id} --timeout 300")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let house = house.owner();
    house.line(&format!("/sandbox-code {id} --timeout 1")).await.data();

    let said = format!("{id} is tested: only its owner may run it with less room");
    assert_eq!(short, (ErrorKind::Forbidden, said));
}

#[tokio::test]
async fn the_same_key_runs_once() {
    let house = House::new();
    let id = house.proposed().await;

    let first = house.keyed("k", &format!("/sandbox-code {id}")).await.data();
    let again = house.keyed("k", &format!("/sandbox-code {id}")).await.data();

    assert_eq!(first, again);
    assert_eq!(house.backend.jobs.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn limits_out_of_range_and_unknown_names_are_refused() {
    let house = House::new();
    let id = house.proposed().await;
    assert_eq!(house.show(&id).await["code"], CODE);

    let mut exits = Vec::new();
    for rest in [
        "--timeout 0",
        "--timeout 3601",
        "--repeat 0",
        "--env 1X=2",
        "--revision 9",
        "--backend moon",
    ] {
        exits.push(house.line(&format!("/sandbox-code {id} {rest}")).await.exit());
    }

    assert_eq!(exits, [2, 2, 2, 2, 3, 6]);
    assert_eq!(house.line("/sandbox-code zzz").await.exit(), 3);
}

#[tokio::test]
async fn a_panic_in_a_command_is_an_internal_error() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Panic);

    let refused = house.line(&format!("/sandbox-code {id}")).await;

    assert_eq!(refused.exit(), 70);
    assert_eq!(house.line("/list-proposals").await.exit(), 0);
}

#[tokio::test]
async fn packages_that_nobody_declared_cannot_be_installed() {
    let house = House::with(&[("SARAPHINA_PACKAGES", "ask")]);
    let id = house.proposed().await;

    let refused = house.line(&format!("/sandbox-code {id} --install")).await.error();

    assert_eq!(refused.kind, ErrorKind::State);
    assert!(refused.hints[0].contains(&format!("/refine-code {id} --file requirements.txt")));
    assert!(house.backend.jobs.lock().unwrap().is_empty());
}
