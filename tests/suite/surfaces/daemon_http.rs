//! The socket as other programs see it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use record::domain::principal::Surface;
use record::domain::time::Timestamp;
use saraphina::app::App;
use saraphina::commands::registry;
use saraphina::surfaces::http::auth::Peer;
use saraphina::surfaces::http::openapi;
use saraphina::surfaces::http::resources::table::RESOURCES;
use saraphina::surfaces::http::router::router;
use saraphina::surfaces::http::routes::ROUTES;
use saraphina::surfaces::http::served::Served;
use saraphina::surfaces::session::Session;
use saraphina::surfaces::writer::desk::Desk;
use saraphina::surfaces::writer::door::Door;
use saraphina::surfaces::writer::lock::{Mode, Writer};
use saraphina::surfaces::writer::protocol::MAX_REQUEST_BYTES;
use saraphina::surfaces::writer::socket::own_uid;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;
use work::contract::error::ErrorKind;

use super::daemon_house::{ENTRIES, Ear, Home, Person, app, records};

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Self { head: head.to_lowercase(), body: unchunked(head, body) }
    }

    pub(super) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut whole, mut rest) = (String::new(), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = &after[size + 2..];
    }
    whole
}

async fn open(socket: &Path, line: &str, headers: &[&str], body: &str) -> UnixStream {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    let mut text = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    text.extend(headers.iter().flat_map(|header| [*header, "\r\n"]));
    text.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n", body]);
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn finish(mut stream: UnixStream) -> Reply {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    Reply::of(&text)
}

pub(super) async fn send(socket: &Path, line: &str, headers: &[&str], body: &str) -> Reply {
    finish(open(socket, line, headers, body).await).await
}

async fn read_until(stream: &mut UnixStream, words: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(words) {
        assert_ne!(stream.read_buf(&mut text).await.unwrap(), 0, "{words} never came");
    }
    String::from_utf8(text).unwrap()
}

/// Whether the engine at work refuses new commands because it ends.
pub(super) async fn hands_over(home: &Home) -> bool {
    let reply = send(&home.socket(), "POST /v1/commands/note", &[], "{}").await;
    reply.head.contains("saraphina-handover: 1")
}

pub(super) async fn engine(home: &Home) -> Person {
    let mut person = home.session();
    person.note("engine").await.unwrap();
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_are_those_of_the_exit_codes() {
    let home = Home::new();
    let mut engine = engine(&home).await;
    let socket = home.socket();
    let large = "x".repeat(MAX_REQUEST_BYTES + 1);
    let calls = [
        ("POST /v1/commands/note", r#"{"text":"a"}"#, 200, Value::Null),
        ("POST /v1/commands/notes", "", 200, Value::Null),
        ("POST /v1/commands/note", "{", 400, json!("usage")),
        ("POST /v1/commands/note", r#"{"text":5}"#, 400, json!("usage")),
        ("POST /v1/commands/note", &large, 413, json!("usage")),
        ("POST /v1/commands/nought", "{}", 404, json!("not_found")),
        ("POST /v1/commands/broken", "{}", 500, json!("internal")),
        ("POST /v1/stop", "", 409, json!("state")),
        ("GET /v1/nothing", "", 404, json!("not_found")),
        ("DELETE /v1/invocations/none", "", 404, json!("not_found")),
    ];

    for (line, body, status, kind) in calls {
        let reply = send(&socket, line, &[], body).await;

        let envelope = reply.json();
        assert_eq!((reply.status(), &envelope["error"]["kind"]), (status, &kind), "{line}");
        assert_eq!(envelope["ok"], json!(status == 200), "{line}");
        assert_eq!(envelope["schema_version"], 1);
        assert!(reply.head.contains("saraphina-protocol: 2"), "{line}");
    }
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_comes_in_order_and_the_answer_last() {
    let home = Home::new();
    let mut engine = engine(&home).await;

    let headers = ["accept: text/event-stream"];
    let reply = send(&home.socket(), "POST /v1/commands/note", &headers, r#"{"text":"a"}"#).await;

    let expected = [
        "event: progress\ndata: {\"kind\":\"stage\",\"text\":\"writing\"}\n\n",
        "event: progress\ndata: {\"kind\":\"stage\",\"text\":\"written\"}\n\n",
        "event: answer\ndata: {\"schema_version\":1,\"command\":\"note\",\"ok\":true,\"data\":{\"seq\":2,\"text\":\"a\"}}\n\n",
    ];
    assert_eq!((reply.status(), reply.body), (200, expected.concat()));
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_say_session_key_and_surface_but_never_the_user() {
    let home = Home::new();
    let mut engine = engine(&home).await;
    let headers = [
        "saraphina-session: my-session",
        "saraphina-idempotency: my-key",
        "saraphina-surface: internal",
        "saraphina-uid: 0",
    ];

    for _ in 0..2 {
        let reply =
            send(&home.socket(), "POST /v1/commands/note", &headers, r#"{"text":"a"}"#).await;
        assert_eq!(reply.json()["data"], json!({ "seq": 2, "text": "a" }));
    }

    let lines = records(&home.path);
    let via = json!({ "surface": "http", "uid": own_uid().unwrap(), "session": "my-session" });
    assert_eq!((lines.len(), &lines[2]["via"], &lines[2]["idem"]), (3, &via, &json!("my-key")));
    for bad in ["saraphina-session: a b", "saraphina-idempotency: ", "saraphina-shown: x"] {
        let reply = send(&home.socket(), "POST /v1/commands/note", &[bad], "{}").await;
        assert_eq!(reply.status(), 400, "{bad}");
    }
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_with_the_same_key_joins_the_first() {
    let home = Home::new();
    home.hold();
    let mut engine = engine(&home).await;
    let headers = ["saraphina-idempotency: key", "accept: text/event-stream"];
    let body = r#"{"text":"once","hold":true}"#;
    let line = "POST /v1/commands/note";
    let mut first = open(&home.socket(), line, &headers, body).await;
    read_until(&mut first, "written").await;

    let mut second = open(&home.socket(), line, &headers, body).await;
    read_until(&mut second, "200 OK").await;
    // The one that started it goes; the other still waits, so that it is not cancelled.
    drop(first);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    home.let_go();

    let answer = read_until(&mut second, "event: answer").await;
    assert!(answer.contains(r#""data":{"seq":2,"text":"once"}"#), "{answer}");
    assert_eq!(home.texts(), ["engine", "once"]);
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_goes_on_without_its_client_when_asked_to() {
    let home = Home::new();
    home.hold();
    let mut engine = engine(&home).await;
    let (line, body) = ("POST /v1/commands/note", r#"{"text":"on","hold":true}"#);
    let events = "accept: text/event-stream";
    let mut left = open(&home.socket(), line, &[events], body).await;
    read_until(&mut left, "written").await;
    let headers = [events, "saraphina-on-disconnect: continue"];
    let mut kept = open(&home.socket(), line, &headers, body).await;
    read_until(&mut kept, "written").await;

    let at_work = send(&home.socket(), "GET /v1/status", &[], "").await;
    drop((left, kept));
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let afterwards = send(&home.socket(), "GET /v1/status", &[], "").await;

    let commands = |reply: &Reply| reply.json()["data"]["commands"].clone();
    assert_eq!(commands(&at_work), json!(["note", "note"]));
    assert_eq!(commands(&afterwards), json!(["note"]));
    home.let_go();
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_speaker_of_another_protocol_is_told_so_and_nothing_runs() {
    let home = Home::new();
    let mut engine = engine(&home).await;

    let headers = ["saraphina-protocol: 99"];
    let reply = send(&home.socket(), "POST /v1/commands/note", &headers, r#"{"text":"a"}"#).await;

    let error = reply.json()["error"].clone();
    assert_eq!((reply.status(), &error["kind"]), (503, &json!("unavailable")));
    assert!(error["hints"][0].as_str().unwrap().contains("saraphina daemon stop"));
    assert_eq!(home.texts(), ["engine"]);
    engine.session.close().await.unwrap();
}

/// An engine that gives every request the same reply.
fn impostor(home: &Home, version: &str, protocol: &str) -> PathBuf {
    std::fs::create_dir_all(&home.path).unwrap();
    let listener = UnixListener::bind(home.socket()).unwrap();
    let body = r#"{"schema_version":1,"command":"note","ok":true,"data":{"seq":7,"text":"a"}}"#;
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nsaraphina-version: {version}\r\nsaraphina-protocol: {protocol}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_until(&mut stream, "\r\n\r\n").await;
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    home.socket()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_says_that_it_does_not_understand_the_engine() {
    let home = Home::new();
    impostor(&home, "9.9.9", "3");

    let error = home.session().note("a").await.unwrap_err();

    let message =
        "the engine at work is saraphina 9.9.9, which saraphina 0.1.0 does not understand";
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Unavailable, message));
    assert!(error.hints[0].contains("saraphina daemon stop"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_of_another_version_and_the_same_protocol_is_used_and_said_once() {
    let home = Home::new();
    impostor(&home, "9.9.9", "2");
    let (mut person, first, second) = (home.session(), Ear::default(), Ear::default());

    let answer = person.run_with("note", json!({ "text": "a" }), &first).await;
    person.run_with("note", json!({ "text": "a" }), &second).await.unwrap();

    assert_eq!(answer.unwrap(), json!({ "seq": 7, "text": "a" }));
    let said = "the engine at work is saraphina 9.9.9, this is 0.1.0; restart it with `saraphina daemon stop`, then `saraphina daemon start`";
    assert_eq!((first.notices(), second.notices()), (vec![said.to_owned()], vec![]));
}

/// Serves a home to users of `uid` alone.
fn serve_to(uid: u32, app: &App, socket: &Path) {
    let at = Timestamp::from_millis(1_795_000_000_000);
    let served = Served {
        desk: Desk::new(app.engine().unwrap()),
        entries: ENTRIES,
        writer: Writer::here(Mode::Daemon, at),
        own_uid: uid,
        front: None,
        requests: Arc::default(),
        end: CancellationToken::new(),
        stop: Arc::default(),
    };
    let door = Door::new(UnixListener::bind(socket).unwrap());
    let service = router(served).into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(door, service).await });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_of_another_user_is_refused_whatever_it_asks() {
    let home = Home::new();
    std::fs::create_dir_all(&home.path).unwrap();
    serve_to(own_uid().unwrap() + 1, &app(&home.path), &home.socket());

    for line in ["POST /v1/commands/note", "GET /v1/status", "POST /v1/stop", "GET /v1/x"] {
        let reply = send(&home.socket(), line, &["saraphina-uid: 0"], r#"{"text":"a"}"#).await;

        let error = reply.json()["error"].clone();
        assert_eq!((reply.status(), &error["kind"]), (403, &json!("forbidden")), "{line}");
    }
    let mut session = Session::new(app(&home.path), Surface::Shell);
    session.close().await.unwrap();
    assert_eq!(home.texts(), [""; 0]);
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_command_is_described_and_every_reference_leads_somewhere() {
    let document = openapi::document(registry::ENTRIES, RESOURCES, ROUTES);

    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
    for entry in registry::ENTRIES {
        let post = &document["paths"][format!("/v1/commands/{}", entry.spec.name)]["post"];
        assert_eq!(post["summary"], entry.spec.summary);
    }
    assert_eq!(document["openapi"], "3.1.0");
}
