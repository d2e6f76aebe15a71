//! Calls of a model that somebody stops.

use std::sync::Arc;
use std::time::Duration;

use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::principal::{Principal, Surface, Via};
use saraphina::app::App;
use saraphina::commands::registry::ENTRIES;
use saraphina::surfaces::writer::link::Link;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::{Event, Events};
use work::contract::order::Order;

use crate::healing::faults::{asking, code_alone, openai};
use crate::healing::server::{Act, Server};
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";

fn via() -> Via {
    Via { surface: Surface::Shell, uid: None, session: "interrupted".to_owned() }
}

/// A house that asks a server whose reply takes long, and the id of a proposal that fails.
async fn slow_house() -> (House, Server, String) {
    let server = Server::new(&vec![Act::SaySlowly(code_alone(CODE)); 4]).await;
    let provider = Arc::new(openai(&server.url, Duration::from_secs(20)));
    let house = asking(House::new(), provider).await;
    let (code, tests) = (house.file("adder.py", WRONG), house.file("test_adder.py", TESTS));
    let line = format!("/propose-code --code {code} --tests {tests} an adder");
    let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    (house, server, id)
}

/// Does something at each piece of a reply.
fn at_each_piece(act: impl Fn() + Send + Sync + 'static) -> Events {
    Arc::new(move |event| {
        if matches!(event, Event::Reply(_)) {
            act();
        }
    })
}

/// Carries a command out, and stops it at the first piece of a reply.
async fn interrupted(house: &House, name: &str, args: Value) -> Result<Value, CommandError> {
    let entry = ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let events = at_each_piece(move || stop.cancel());
    let idempotency = format!("the {name}");
    let who = Principal::owner();
    let caller = Caller { who, via: via(), idempotency, shown: None };
    let order = Order { entry, args: (entry.read)(args)?, caller };
    house.engine.invoke(order, events, cancel).await.map(|answer| answer.data)
}

/// What is on record of calls: how they ended, why, and what they used.
fn calls(records: &[Record]) -> Vec<[Value; 4]> {
    let calls = records.iter().filter(|record| record.kind == ActKind::ModelCalled);
    let of = |record: &Record| {
        ["finish", "error", "input_tokens", "output_tokens"]
            .map(|name| record.data.get(name).cloned().unwrap_or_default())
    };
    calls.map(of).collect()
}

fn cancelled(error: &str) -> [Value; 4] {
    [json!("cancelled"), json!(error), Value::Null, Value::Null]
}

const NO_ANSWER: &str = "the model gave no answer: interrupted";

#[tokio::test]
async fn a_call_of_a_healing_that_is_stopped_is_on_record_and_charged() {
    let (house, server, id) = slow_house().await;

    let args = json!({"id": id, "strategy": ["model"]});
    let ended = interrupted(&house, "auto-refine", args).await.unwrap();

    let records = house.records().await;
    assert_eq!(calls(&records), [cancelled(NO_ANSWER)]);
    assert_eq!(records.last().unwrap().kind, ActKind::HealingEnded);
    assert_eq!((&ended["stop"], &ended["revision"]), (&json!("cancelled"), &json!(1)));
    assert_eq!((&ended["spent"]["calls"], &ended["attempts"]), (&json!(1), &json!([])));
    // More than the reply could have, and the prompt.
    assert!(ended["spent"]["tokens"].as_u64().unwrap() > 2_000, "{ended:#}");
    assert_eq!(ended["unusable"][0]["usage"]["input_tokens"], Value::Null);
    assert_eq!((server.asked().len(), house.line("/audit verify").await.exit()), (1, 0));
    let stats = house.line("/code-stats").await.data();
    assert_eq!(stats["usage"]["input_tokens"], Value::Null, "{stats:#}");
}

#[tokio::test]
async fn each_stopped_call_for_a_draft_is_on_record_once() {
    let (house, server, _) = slow_house().await;

    for _ in 0..2 {
        let args = json!({"request": ["an adder of two numbers"]});
        let error = interrupted(&house, "propose-code", args).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Interrupted);
    }

    let stopped = cancelled("interrupted");
    assert_eq!(calls(&house.records().await), [stopped.clone(), stopped]);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn what_is_stopped_before_it_is_asked_is_no_call() {
    let (house, server, id) = slow_house().await;
    let entry = ENTRIES.iter().find(|entry| entry.spec.name == "refine-code").unwrap();
    let cancel = CancellationToken::new();
    cancel.cancel();

    let (who, idempotency, events) = (Principal::owner(), "early".to_owned(), Arc::new(|_| {}));
    let caller = Caller { who, via: via(), idempotency, shown: None };
    let args = (entry.read)(json!({"id": id, "feedback": ["add them"]})).unwrap();
    let order = Order { entry, args, caller };
    let error = house.engine.invoke(order, events, cancel).await.unwrap_err();

    assert_eq!(error.kind, ErrorKind::Interrupted);
    assert_eq!((calls(&house.records().await), server.asked().len()), (Vec::new(), 0));
}

fn order(name: &str, args: Value) -> Order {
    let entry = ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap();
    Order {
        entry,
        args: (entry.read)(args).unwrap(),
        caller: Caller {
            who: Principal::owner(),
            via: via(),
            idempotency: format!("the-{name}"),
            shown: None,
        },
    }
}

async fn carried(link: &mut Link, app: &App, order: Order) -> Value {
    let quiet: Events = Arc::new(|_| {});
    Box::pin(link.carry(app, order, &quiet, &CancellationToken::new())).await.unwrap().data
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_leaves_its_call_on_record() {
    let (mut house, _server, id) = slow_house().await;
    house.close().await;
    let mut engine = Link::default();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    carried(&mut engine, &house.app, order("sandbox-code", json!({"id": id}))).await;
    let streams = Arc::new(Notify::new());
    let mut client = tokio::spawn({
        let (app, told) = (house.app.clone(), Arc::clone(&streams));
        let order = order("auto-refine", json!({"id": id, "strategy": ["model"]}));
        async move {
            let events = at_each_piece(move || told.notify_one());
            let cancel = CancellationToken::new();
            Box::pin(Link::default().carry(&app, order, &events, &cancel)).await
        }
    });

    tokio::select! {
        () = streams.notified() => client.abort(),
        ended = &mut client => panic!("nothing was streamed: {ended:?}"),
    }
    // It ends when all that it accepted has ended.
    engine.close().await.unwrap();

    house.reopen();
    assert_eq!(calls(&house.records().await), [cancelled(NO_ANSWER)]);
    assert_eq!(house.records().await.last().unwrap().data["stop"], "cancelled");
}
