//! Bodies, fields and keys, as programs get them wrong.

use record::domain::principal::Authority;
use saraphina::commands::registry::ENTRIES;
use saraphina::surfaces::http::body::{Whole, arguments, fields};
use saraphina::surfaces::http::openapi;
use saraphina::surfaces::writer::protocol::MAX_REQUEST_BYTES;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use work::contract::catalogue::find_in;
use work::contract::error::CommandError;

use super::daemon_house::Home;
use super::daemon_http::{engine, send};

fn read(command: &str, body: &str) -> Result<serde_json::Value, CommandError> {
    let entry = find_in(ENTRIES, command).unwrap();
    let fields = fields(entry, &Whole::Bytes(body.to_owned().into()))?;
    let args = arguments(entry, &fields, Authority::Own)?;
    (entry.write)(&args)
}

#[test]
fn free_text_may_be_one_text() {
    let one = read("propose-code", r#"{"request":"a CSV parser"}"#).unwrap();
    let words = read("propose-code", r#"{"request":["a","CSV parser"]}"#).unwrap();

    assert_eq!(
        (&one["request"], &words["request"]),
        (&json!(["a CSV parser"]), &json!(["a", "CSV parser"]))
    );
}

#[test]
fn what_is_wrong_in_a_body_is_named() {
    let cases = [
        ("show-code", "[]", "the body has to be a JSON object of arguments"),
        ("show-code", "\"x\"", "the body has to be a JSON object of arguments"),
        ("show-code", "{}", "the field \"id\" is missing or empty"),
        ("show-code", r#"{"id":" "}"#, "the field \"id\" is missing or empty"),
        ("show-code", r#"{"id":"@","revision":"x"}"#, "the field \"revision\": "),
        ("propose-code", r#"{"request":"x","dry_run":3}"#, "the field \"dry_run\": "),
        ("propose-code", r#"{"request":"x","colour":3}"#, "the field \"colour\": "),
    ];

    for (command, body, message) in cases {
        let error = read(command, body).unwrap_err();
        assert!(error.message.starts_with(message), "{command} {body}: {}", error.message);
    }
}

#[test]
fn schemas_say_what_is_required() {
    let document = openapi::document(ENTRIES, &[], &[]);
    let schemas = &document["components"]["schemas"];

    assert_eq!(schemas["show-code.args"]["required"], json!(["id"]));
    assert_eq!(
        schemas["propose-code.args"]["properties"]["request"]["anyOf"][0],
        json!({"type": "string"})
    );
    assert!(document["paths"]["/v1/commands/show-code"]["post"]["responses"]["405"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_and_a_bad_header_are_answered_in_an_envelope() {
    let home = Home::new();
    let mut engine = engine(&home).await;
    let socket = home.socket();

    let method = send(&socket, "GET /v1/commands/note", &[], "").await;
    let header =
        send(&socket, "POST /v1/commands/note", &["saraphina-protocol: new"], r#"{"text":"a"}"#)
            .await;

    assert_eq!((method.status(), &method.json()["error"]["kind"]), (405, &json!("usage")));
    assert!(method.head.contains("allow: post"), "{}", method.head);
    assert_eq!((header.status(), &header.json()["error"]["kind"]), (400, &json!("usage")));
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_key_stands_for_its_own_request_only() {
    let home = Home::new();
    let mut engine = engine(&home).await;
    let socket = home.socket();
    let key = ["saraphina-idempotency: k1"];

    let first = send(&socket, "POST /v1/commands/note", &key, r#"{"text":"a"}"#).await;
    let again = send(&socket, "POST /v1/commands/note", &key, r#"{"text":"a"}"#).await;
    let other = send(&socket, "POST /v1/commands/note", &key, r#"{"text":"b"}"#).await;

    assert_eq!((first.status(), again.status()), (200, 200));
    assert_eq!((other.status(), &other.json()["error"]["kind"]), (409, &json!("state")));
    engine.session.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_to_its_end_before_it_is_refused() {
    let home = Home::new();
    let mut engine = engine(&home).await;
    let mut stream = UnixStream::connect(home.socket()).await.unwrap();
    let body = "x".repeat(MAX_REQUEST_BYTES + (4 << 20));
    let head = format!(
        "POST /v1/commands/nought HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );

    // All of it is sent before anything is read, as simple clients do.
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut start = [0_u8; 12];
    stream.read_exact(&mut start).await.unwrap();

    assert_eq!(&start, b"HTTP/1.1 413");
    engine.session.close().await.unwrap();
}
