//! Events as they follow from the record.

use std::sync::Arc;
use std::time::Duration;

use foundation::notices::channel::Channel;
use foundation::notices::outbox::Outbox;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::channels::Keeper;
use crate::support::fakes::{Doing, passing};
use crate::support::house::House;

/// Waits that a test can wait for.
const PACE: &[Duration] = &[Duration::from_millis(1); 2];

/// An outbox at work; it ends when it is dropped.
pub(super) struct Telling {
    end: CancellationToken,
    task: JoinHandle<()>,
}

impl Telling {
    pub(super) fn begin(house: &House, channels: Vec<Arc<dyn Channel>>) -> Self {
        let context = house.engine.context();
        let outbox = Outbox {
            store: Arc::clone(context.store.as_ref().unwrap()),
            clock: Arc::clone(&context.clock),
            pages: Some("http://127.0.0.1:7272".to_owned()),
            pace: PACE,
        };
        let end = CancellationToken::new();
        let task = tokio::spawn(outbox.empty_into(channels, end.clone()));
        Self { end, task }
    }

    pub(super) async fn end(self) {
        self.end.cancel();
        self.task.await.unwrap();
    }
}

/// Waits until every one of these channels has its place in the record.
pub(super) async fn begun(house: &House, count: usize) {
    let store = house.engine.context().store().unwrap();
    while store.channels().await.unwrap().len() < count {
        tokio::task::yield_now().await;
    }
}

async fn types(inbox: &mut UnboundedReceiver<Value>, count: usize) -> Vec<String> {
    let mut types = Vec::new();
    while types.len() < count {
        types.push(inbox.recv().await.unwrap()["type"].as_str().unwrap().to_owned());
    }
    types
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_in_order_with_facts_and_without_a_sentence_of_anybody() {
    let house = House::in_memory();
    let (keeper, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(keeper)]);
    begun(&house, 1).await;

    let id = house.tested().await;
    let needed = inbox.recv().await.unwrap();
    let hash = house.hash(&id).await;
    let line = format!("/approve-code {id} --comment read-line-by-line --yes --expect {hash}");
    house.line(&line).await.data();
    let approved = inbox.recv().await.unwrap();
    house.line(&format!("/revoke-approval {id} a mistake of mine")).await.data();
    house.line(&format!("/reject-code {id} it is slow")).await.data();
    house.line("/token add editor --scope propose").await.data();
    let rest = types(&mut inbox, 3).await;
    telling.end().await;

    let show = house.show(&id).await;
    let entries = house.records().await;
    let entry = entries.iter().find(|record| record.kind.word() == "execution.verdict").unwrap();
    assert_eq!(needed["type"], "decision.needed");
    assert_eq!(needed["timestamp"], entry.ts.to_string());
    let facts = &needed["data"];
    assert_eq!(
        (&facts["proposal_id"], &facts["content_hash"], &facts["entry"], &facts["verdict"]),
        (&json!(id), &show["content_hash"], &json!(entry.seq), &json!("passed"))
    );
    assert_eq!((&facts["for"], &facts["revision"]), (&json!(["owner"]), &json!(1)));
    assert_eq!(facts["link"], format!("http://127.0.0.1:7272/proposals/{id}"));
    assert_eq!(
        (&approved["type"], approved["data"].get("for")),
        (&json!("decision.approved"), None)
    );
    assert_eq!(rest, ["decision.revoked", "decision.rejected", "owner.token_added"]);
    for text in [needed.to_string(), approved.to_string()] {
        assert!(!text.contains("adder") && !text.contains("read-line"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_fails_gives_up_and_holds_up_no_other() {
    let house = House::in_memory();
    let (good, mut heard) = Keeper::new("command");
    let (bad, mut tried) = Keeper::new("webhook");
    let channels: Vec<Arc<dyn Channel>> =
        vec![Arc::new(good), Arc::new(bad.failing("it answers\n500"))];
    let telling = Telling::begin(&house, channels);
    begun(&house, 2).await;

    house.line("/token add one --scope read").await.data();
    house.line("/token add two --scope read").await.data();
    let told = types(&mut heard, 2).await;
    let attempts = types(&mut tried, 6).await;
    let store = house.engine.context().store().unwrap();
    while store.undelivered(10).await.unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    telling.end().await;
    let shown = house.line("/notify").await.data();
    let doctor = house.line("/doctor --quick").await.data();
    let forgotten = house.line("/notify forget").await.data();

    assert_eq!((told.len(), attempts.len()), (2, 6));
    let failures = shown["undelivered"].as_array().unwrap();
    let seqs: Vec<&Value> = failures.iter().map(|failure| &failure["entry"]).collect();
    assert_eq!(seqs, [&json!(2), &json!(1)]);
    assert_eq!(failures[0]["problem"], "it answers 500");
    let part = |doctor: &Value| {
        let mut parts = doctor["parts"].as_array().unwrap().iter();
        parts.find(|part| part["part"] == "notifications").unwrap().clone()
    };
    assert_eq!(part(&doctor)["health"], "warn");
    assert_eq!(
        part(&doctor)["found"],
        "2 not delivered, the newest by webhook: entry 2, it answers 500"
    );
    assert_eq!((&forgotten["forgotten"], &forgotten["undelivered"]), (&json!(2), &json!([])));
    let doctor = house.line("/doctor --quick").await.data();
    assert_eq!(part(&doctor)["health"], "good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_was_made_meanwhile_is_not_asked_for() {
    let house = House::in_memory();
    let (first, _) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(first)]);
    begun(&house, 1).await;
    telling.end().await;

    house.approved().await;
    let waiting = house.tested().await;
    let (second, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(second)]);
    let told = [inbox.recv().await.unwrap(), inbox.recv().await.unwrap()];
    telling.end().await;

    assert_eq!(told[0]["type"], "decision.approved");
    assert_eq!(
        (&told[1]["type"], &told[1]["data"]["proposal_id"]),
        (&json!("decision.needed"), &json!(waiting))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_two_owners_each_hears_for_whom_it_still_waits_and_of_an_emergency() {
    let house = House::in_memory().agent();
    let id = {
        house.reply(crate::support::house::CODE, crate::support::house::TESTS);
        let made = house.line("/propose-code an adder for two numbers").await.data();
        made["proposal_id"].as_str().unwrap().to_owned()
    };
    let house = house.owner();
    house.enrol().await;
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    house.worded(&format!("/keys add --key {file} --principal bob")).await.data();
    let file = house.file("two.toml", "[approval]\nquorum = 2\n");
    house.worded(&format!("/policy set {file}")).await.data();
    let (keeper, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(keeper)]);
    begun(&house, 1).await;

    house.doing(Doing::Give(Box::new(passing())));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let needed = inbox.recv().await.unwrap();
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    let first = inbox.recv().await.unwrap();
    let file = house.file("one.toml", "[approval]\nquorum = 1\n");
    let line = format!("/policy set {file} --emergency \"bob cannot be reached for a month\"");
    house.worded(&line).await.data();
    let emergency = inbox.recv().await.unwrap();
    telling.end().await;

    assert_eq!(needed["data"]["for"], json!(["owner", "bob"]));
    assert_eq!(
        (&first["type"], &first["data"]["for"]),
        (&json!("decision.approved"), &json!(["bob"]))
    );
    assert_eq!(
        (&emergency["type"], &emergency["data"]["kind"]),
        (&json!("owner.emergency"), &json!("policy.changed"))
    );
    assert!(!emergency.to_string().contains("month"), "{emergency}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_of_single_files_hears_of_them_and_of_no_others() {
    let house = House::in_memory().agent();
    let mut made = Vec::new();
    for _ in 0..2 {
        house.reply(crate::support::house::CODE, crate::support::house::TESTS);
        let one = house.line("/propose-code an adder for two numbers").await.data();
        made.push(one["proposal_id"].as_str().unwrap().to_owned());
    }
    let house = house.owner();
    house.enrol().await;
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    house.worded(&format!("/keys add --key {file} --principal bob")).await.data();
    let policy = |path: &str| {
        let rules = "[approval]\napprovers = [\"owner\"]\n\n[[approval.path_owners]]\n";
        house.file("paths.toml", format!("{rules}path = \"{path}\"\nowners = [\"bob\"]\n"))
    };
    let (keeper, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(keeper)]);
    begun(&house, 1).await;

    house.worded(&format!("/policy set {}", policy("docs/**"))).await.data();
    house.doing(Doing::Give(Box::new(passing())));
    house.line(&format!("/sandbox-code {}", made[0])).await.data();
    let foreign = inbox.recv().await.unwrap();
    house.worded(&format!("/policy set {}", policy("**/*.py"))).await.data();
    house.doing(Doing::Give(Box::new(passing())));
    house.line(&format!("/sandbox-code {}", made[1])).await.data();
    let own = inbox.recv().await.unwrap();
    let hash = house.hash(&made[1]).await;
    house.line(&format!("/approve-code {} --yes --expect {hash}", made[1])).await.data();
    let first = inbox.recv().await.unwrap();
    telling.end().await;

    assert_eq!(foreign["data"]["for"], json!(["owner"]));
    assert_eq!(own["data"]["for"], json!(["owner", "bob"]));
    assert_eq!(
        (&first["type"], &first["data"]["for"]),
        (&json!("decision.approved"), &json!(["bob"]))
    );
}
