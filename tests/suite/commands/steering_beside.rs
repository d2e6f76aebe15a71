//! Rows beside a proposal that somebody without a key changed: of other proposals, of policies, applications, jobs and repairs.

use saraphina::engine::reconcile::reconcile;
use work::contract::error::ErrorKind;

use super::steering::Kept;
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};
use crate::support::meddle::meddle;

#[tokio::test]
async fn what_the_same_bytes_did_elsewhere_is_asked_of_the_record() {
    let house = House::new();
    let id = house.proposed().await;
    let shown = house.show(&id).await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.reply(shown["code"].as_str().unwrap(), shown["tests"].as_str().unwrap());
    let again = house.proposed().await;
    house.line(&format!("/sandbox-code {again}")).await.data();
    let hash = house.hash(&again).await;
    let mut kept = Kept::of(house).await;
    let line = format!("/approve-code {again} --yes --expect {hash}");
    let first = "(SELECT min(row) FROM proposals)";

    for sql in [
        format!("UPDATE executions SET verdict = 'passed' WHERE proposal = {first}"),
        format!("UPDATE executions SET content_hash = zeroblob(32) WHERE proposal = {first}"),
        "DROP INDEX executions_not_passed; CREATE INDEX executions_not_passed ON executions (content_hash) WHERE 0".to_owned(),
    ] {
        let (kind, told) = kept.after(&sql, &line).await;

        assert_eq!(kind, ErrorKind::State, "{sql}: {told}");
        assert!(told.contains("the same bytes passed 1 and failed 1 times"), "{sql}: {told}");
    }
    let forged = "UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), ':8000', ':8001') AS BLOB) WHERE proposal = ";
    kept.refuses(&format!("{forged}{first}"), &line, "audit_log").await;
}

#[tokio::test]
async fn an_approval_that_a_change_of_policy_should_have_ended_applies_nothing() {
    let house = House::new();
    let id = house.approved().await;
    let hash = house.hash(&id).await;
    let file = house.file("policy.toml", "[approval]\nquorum = 2\n");
    let digest = house.line(&format!("/policy set {file}")).await.error().confirmation.unwrap();
    let set = format!("/policy set {file} --yes --expect {}", digest.content_hash.hex());
    // The index by which the sweep finds approvals is emptied, and says of itself what it said before.
    let emptied = "CREATE TEMP TABLE was AS SELECT sql FROM sqlite_schema WHERE name = 'reviews_live'; \
        DROP INDEX reviews_live; CREATE INDEX reviews_live ON reviews (seq) WHERE ended_seq IS NULL AND 0; \
        PRAGMA writable_schema = ON; \
        UPDATE sqlite_schema SET sql = (SELECT sql FROM temp.was) WHERE name = 'reviews_live'; \
        PRAGMA writable_schema = OFF;";
    house.close().await;
    meddle(&house.database(), emptied);
    let mut house = house;
    house.reopen();
    house.line(&set).await.data();
    let shop = house.beside("shop");
    std::fs::create_dir(&shop).unwrap();

    let line = format!("/apply-code {id} --folder {} --yes --expect {hash}", shop.display());
    let again = format!("/approve-code {id} --yes --expect {hash}");
    for line in [line, again] {
        let (kind, told) = house.line(&line).await.refusal();

        assert_eq!(kind, ErrorKind::Integrity, "{told}");
        assert!(told.contains("is older than the policy in entry"), "{told}");
    }
    assert_eq!(std::fs::read_dir(&shop).unwrap().count(), 0);
}

#[tokio::test]
async fn an_application_is_what_its_entries_say() {
    let house = House::new();
    let id = house.approved().await;
    let hash = house.hash(&id).await;
    let shop = house.beside("shop");
    std::fs::create_dir(&shop).unwrap();
    let into = format!("--folder {} --yes --expect {hash}", shop.display());
    house.line(&format!("/apply-code {id} {into}")).await.data();
    let mut kept = Kept::of(house).await;
    let back = format!("/rollback-code {id} --yes --expect {hash}");

    for sql in [
        "DELETE FROM applications",
        "UPDATE applications SET outcome = 'undone'",
        "UPDATE applications SET ended_seq = ended_seq - 1",
        "UPDATE applications SET ended_seq = NULL, outcome = NULL",
    ] {
        kept.refuses(sql, &back, "applications").await;
    }
}

#[tokio::test]
async fn no_engine_signs_the_end_of_a_job_on_the_word_of_a_row() {
    let house = House::new();
    house.tested().await;
    let before = house.records().await.len();
    house.close().await;
    meddle(&house.database(), "UPDATE jobs SET state = 'leased'");

    let mut house = house;
    house.reopen();

    let refused = reconcile(house.engine.context()).await.unwrap_err();

    assert_eq!(refused.kind, ErrorKind::Integrity, "{refused:?}");
    assert!(refused.message.contains("is open, and entry"), "{}", refused.message);
    assert_eq!(house.records().await.len(), before);
}

#[tokio::test]
async fn a_repair_is_on_the_page_or_nothing_is_approved() {
    let house = House::new();
    house.reply("def add(a, b):\n    return a - b\n", TESTS);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    let reply = format!("It subtracted.\n\nCode:\n```python\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(reply);
    house.line(&format!("/auto-refine {id}")).await.data();
    let hash = house.hash(&id).await;
    let mut kept = Kept::of(house).await;
    let line = format!("/approve-code {id} --yes --expect {hash}");

    for sql in [
        "DELETE FROM healing_turns",
        "UPDATE healing_turns SET strategy = 'search'",
        "UPDATE healing_turns SET revision = NULL",
    ] {
        kept.refuses(sql, &line, "healing_turns").await;
    }
}
