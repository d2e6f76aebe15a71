//! `/prune`.

use record::domain::digest::Digest;
use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, passing, reply};
use crate::support::house::{CODE, House, TESTS};

const LONG: usize = 10_000;

/// Runs a proposal so often, each time with a long output of its own; the executions, oldest first.
async fn run_loudly(house: &House, id: &str, times: usize) -> Vec<String> {
    let mut executions = Vec::new();
    for n in 0..times {
        let mut evidence = passing();
        evidence.output.stdout = format!("{id} {n} ").repeat(LONG / 20);
        house.doing(Doing::Give(Box::new(evidence)));
        let data = house.line(&format!("/sandbox-code {id}")).await.data();
        executions.push(data["execution_id"].as_str().unwrap().to_owned());
    }
    executions
}

async fn prune(house: &House, options: &str) -> Value {
    house.line(&format!("/prune {options}")).await.data()
}

async fn report(house: &House, id: &str, execution: &str) -> Value {
    house.line(&format!("/report-code {id} --execution {execution}")).await.data()
}

#[tokio::test]
async fn a_dry_run_takes_nothing_and_young_outputs_stay() {
    let house = House::new();
    let id = house.proposed().await;
    let executions = run_loudly(&house, &id, 7).await;
    let records = house.records().await.len();

    let young = prune(&house, "").await;
    let would = prune(&house, "--older-than 0").await;

    assert_eq!((young["count"].as_u64(), young["pruned"].as_bool()), (Some(0), Some(false)));
    // Two executions beyond the last five, and what the model was asked and answered.
    assert_eq!((would["count"].as_u64(), would["pruned"].as_bool()), (Some(4), Some(false)));
    assert_eq!(house.records().await.len(), records);
    let output = report(&house, &id, &executions[0]).await;
    assert!(output["output"]["stdout"].as_str().unwrap().len() > LONG / 2);
}

#[tokio::test]
async fn kept_boxes_go_by_age_and_nothing_else_beside_them() {
    let house = House::new();
    let id = house.proposed().await;
    let executions = run_loudly(&house, &id, 1).await;
    let boxes = house.home().join("boxes");
    let kept = boxes.join(&executions[0]);
    std::fs::create_dir_all(kept.join("deep")).unwrap();
    std::fs::write(kept.join("deep/a"), "written").unwrap();
    std::fs::create_dir_all(boxes.join("mine")).unwrap();

    let young = prune(&house, "--yes").await;
    let would = prune(&house, "--older-than 0").await;

    assert_eq!((young["boxes"].as_u64(), young["pruned"].as_bool()), (Some(0), Some(false)));
    assert_eq!((would["boxes"].as_u64(), would["box_bytes"].as_u64()), (Some(1), Some(7)));
    assert!(kept.exists());
    let page = house.line("/prune --older-than 0").await.page();
    assert!(page.contains("Kept boxes"), "{page}");

    let done = prune(&house, "--older-than 0 --yes").await;

    assert_eq!((done["boxes"].as_u64(), done["pruned"].as_bool()), (Some(1), Some(true)));
    assert!(!kept.exists() && boxes.join("mine").exists());
}

#[tokio::test]
async fn what_is_taken_out_is_recorded_and_said() {
    let house = House::new();
    let id = house.proposed().await;
    let executions = run_loudly(&house, &id, 7).await;

    let data = prune(&house, "--older-than 0 --yes").await;

    assert_eq!((data["pruned"].as_bool(), data["count"].as_u64()), (Some(true), Some(4)));
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.kind.word(), "blob.pruned");
    for name in ["count", "bytes", "digest", "rule"] {
        assert_eq!(record.data[name], data[name], "{name}");
    }
    let old = report(&house, &id, &executions[1]).await;
    let new = report(&house, &id, &executions[2]).await;
    assert_eq!(
        (old["output"]["pruned"].as_bool(), new["output"]["pruned"].as_bool()),
        (Some(true), None)
    );
    assert!(old["output"]["stdout"].as_str().unwrap().starts_with(&id));
    let line = format!("/report-code {id} --execution {}", executions[0]);
    assert!(house.line(&line).await.page().contains("pruned"));
    for format in ["markdown", "html"] {
        let page = house.line(&format!("{line} --format {format}")).await.data();
        assert!(page["document"].as_str().unwrap().contains("pruned"), "{format}");
    }
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    assert_eq!(prune(&house, "--older-than 0 --yes").await["pruned"], false);
}

#[tokio::test]
async fn outputs_of_approved_proposals_stay() {
    let house = House::new();
    let id = house.proposed().await;
    run_loudly(&house, &id, 8).await;
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();

    let approved = prune(&house, "--older-than 0").await;
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();
    let revoked = prune(&house, "--older-than 0").await;

    assert_eq!((approved["count"].as_u64(), revoked["count"].as_u64()), (Some(0), Some(5)));
}

#[tokio::test]
async fn the_same_output_later_is_kept_again() {
    let house = House::new();
    let id = house.proposed().await;
    run_loudly(&house, &id, 7).await;
    prune(&house, "--older-than 0 --yes").await;

    let again = run_loudly(&house, &id, 1).await;

    let output = report(&house, &id, &again[0]).await["output"].clone();
    assert_eq!(output["pruned"], Value::Null);
    assert!(output["stdout"].as_str().unwrap().len() > LONG / 2);
}

#[tokio::test]
async fn an_output_that_vanished_without_a_record_is_found() {
    let house = House::new();
    let id = house.proposed().await;
    run_loudly(&house, &id, 1).await;
    house.tamper("UPDATE blobs SET data = x''").await;

    let verified = house.line("/audit verify").await;

    assert_eq!(verified.exit(), 7);
    assert!(verified.data()["problem"].as_str().unwrap().contains("without a record"));
}

#[tokio::test]
async fn the_recorded_digest_is_that_of_the_sorted_list() {
    let house = House::new();
    let id = house.proposed().await;
    run_loudly(&house, &id, 7).await;
    let texts = (0..2).map(|n| format!("{id} {n} ").repeat(LONG / 20));
    let asked = ["the prompt".to_owned(), reply(CODE, TESTS)];
    let mut digests: Vec<String> =
        texts.chain(asked).map(|text| Digest::of(text.as_bytes()).to_string()).collect();
    digests.sort();

    let data = prune(&house, "--older-than 0 --yes").await;

    let list = digests.join("\n") + "\n";
    assert_eq!(data["digest"], Digest::of(list.as_bytes()).to_string());
}

#[tokio::test]
async fn an_agent_prunes_nothing() {
    let house = House::new().agent();

    assert_eq!(house.line("/prune --yes").await.refusal().0, ErrorKind::Forbidden);
}

#[tokio::test]
async fn the_disk_gets_back_what_is_asked_for() {
    let house = House::new();
    let id = house.proposed().await;
    run_noisily(&house, &id, 8).await;
    prune(&house, "--older-than 0 --yes").await;

    let kept = prune(&house, "--older-than 0").await;
    let data = prune(&house, "--older-than 0 --compact").await;
    let again = prune(&house, "--older-than 0 --compact").await;

    assert_eq!(kept["freed_bytes"], Value::Null);
    assert!(data["freed_bytes"].as_u64().unwrap() > 1 << 20, "{data}");
    assert_eq!(again["freed_bytes"], 0);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    assert_eq!(house.line("/list-proposals --search csv").await.exit(), 0);
    assert_eq!(house.line("/doctor --deep").await.exit(), 0);
}

/// Outputs that do not compress, so that the database grows by them.
async fn run_noisily(house: &House, id: &str, times: u64) {
    for n in 0..times {
        let mut evidence = passing();
        let noise = (0..32_000_u64).map(|m| Digest::of(&(n << 32 | m).to_be_bytes()).hex());
        evidence.output.stdout = noise.collect();
        house.doing(Doing::Give(Box::new(evidence)));
        house.line(&format!("/sandbox-code {id}")).await.data();
    }
}

#[tokio::test]
async fn the_page_of_a_decision_stays() {
    let house = House::new();
    let id = house.approved().await;
    run_loudly(&house, &id, 7).await;
    house.line(&format!("/revoke-approval {id} a mistake")).await.data();

    let data = prune(&house, "--older-than 0 --yes").await;

    // Verification names a page that an owner was shown and that is gone.
    assert!(data["count"].as_u64() > Some(0), "{data}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}
