//! Verdicts through the commands of the program, into a home of its own.

use std::path::Path;
use std::sync::Arc;

use foundation::config::settings::{Layers, Settings};
use foundation::knowledge::curated;
use foundation::store::sqlite::sqlite_store::SqliteStore;
use record::domain::principal::{Principal, Surface, Via};
use record::domain::role::Role;
use record::domain::time::Timestamp;
use record::domain::timings::{Spread, StoredTimings};
use sandbox::linux::backend::LinuxBackend;
use saraphina::app::App;
use saraphina::commands::registry;
use saraphina::engine::engine::Engine;
use saraphina::surfaces::files::{Files, StandardInput};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::order::Order;

use crate::item::{Item, Variant};

/// Proposes and runs each item once; what `/report-code` then says of the times.
pub(crate) async fn stored(backend: Arc<LinuxBackend>, items: &[Item]) -> Spread {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let opened = home.clone();
    let app = App {
        settings: Arc::new(Settings::resolve(home, &Layers::default())),
        clock: Arc::new(now),
        backends: vec![backend],
        providers: Vec::new(),
        anchors: foundation::anchors::anchors::Anchors::default(),
        channels: Vec::new(),
        space: Arc::new(|_| None),
        curated: curated::curated,
        open_store: Arc::new(move |opening| {
            let clock: work::contract::context::Clock = Arc::new(now);
            Ok(Arc::new(SqliteStore::open(&opened, opening, &clock)?) as Arc<_>)
        }),
        entries: registry::ENTRIES,
    };
    let engine = app.engine().unwrap();
    let mut report = Value::Null;
    for (number, item) in items.iter().enumerate() {
        let place = folder.path().join(number.to_string());
        let args = lay_out(item, &place);
        let id = call(&engine, "propose-code", args, number).await["proposal_id"].clone();
        call(&engine, "sandbox-code", json!({ "id": id }), number).await;
        report = call(&engine, "report-code", json!({ "id": id }), number).await;
    }
    engine.context().store().unwrap().close().await.unwrap();
    serde_json::from_value(report["recent_ms"].clone()).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}

fn lay_out(item: &Item, place: &Path) -> Value {
    let mut args = json!({ "request": ["a bench"], "file": [] });
    for (path, role, text) in item.files(Variant::Reference) {
        let path = place.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        match role {
            Role::Code => args["code"] = json!([path]),
            Role::Test => args["tests"] = json!([path]),
            Role::Support => args["file"].as_array_mut().unwrap().push(json!(path)),
        }
    }
    args
}

async fn call(engine: &Engine, name: &str, args: Value, number: usize) -> Value {
    let entry = registry::ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap();
    let mut args = (entry.read)(args).unwrap();
    (entry.prepare)(&mut args, &Files { input: StandardInput::Taken }).unwrap();
    let caller = Caller {
        who: Principal::owner(),
        via: Via { surface: Surface::Repl, uid: None, session: "a bench".to_owned() },
        idempotency: format!("{name} {number}"),
        shown: None,
    };
    let order = Order { entry, args, caller };
    let answer = engine.invoke(order, Arc::new(|_| {}), CancellationToken::new()).await;
    answer.unwrap().data
}

/// The spread as a table.
pub(crate) fn print(spread: &Spread) {
    println!(
        "\n| of a stored verdict, ms | queue | spawn | tests | lint | first | controls | store | total |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    print_row("p50", &spread.p50);
    print_row("p95", &spread.p95);
}

fn print_row(name: &str, times: &StoredTimings) {
    let StoredTimings { queue, spawn, tests, lint, first, controls, store, total } = times;
    let store = store.unwrap_or_default();
    println!(
        "| {name} | {queue} | {spawn} | {tests} | {lint} | {first} | {controls} | {store} | {total} |"
    );
}
