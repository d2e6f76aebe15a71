//! Requests that are repeated under their key, also after the engine was killed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::doors_house::{Doors, bearer};
use super::server::Server;
use crate::support::house::House;
use crate::surfaces::process::Home;

const LINE: &str = "POST /v1/commands/propose-code";
const CODE: &str = "def add(a, b):\n    return a + b\n";
const TESTS: &str = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";

/// The arguments of a submission.
fn submission(spec: &str) -> String {
    let files = json!([
        { "path": "adder.py", "role": "code", "content": CODE },
        { "path": "test_adder.py", "role": "test", "content": TESTS },
    ]);
    json!({ "request": spec, "given": files }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_kept_with_its_key_for_a_week_whatever_becomes_of_the_engine() {
    let doors = Doors::of(House::new());
    let token = bearer(&doors.token("editor", "propose").await);
    let other = bearer(&doors.token("other", "propose").await);
    let keyed = token.with("idempotency-key", "one");
    let body = r#"{"request":"an adder for two numbers"}"#;
    doors.house.reply(CODE, TESTS);

    let first = doors.send(&keyed, LINE, body).await;
    doors.house.close().await;
    let doors = Doors::of(doors.house.reopened());
    let again = doors.send(&keyed, LINE, body).await;
    let different = doors.send(&keyed, LINE, r#"{"request":"something else"}"#).await;
    let command = doors.send(&keyed, "POST /v1/commands/learn-code", r#"{"concept":"x"}"#).await;
    doors.house.reply(CODE, TESTS);
    let foreign = doors.send(&other.with("idempotency-key", "one"), LINE, body).await;
    let job = record::domain::id::JobId::derived("editor/one");
    let followed = doors.send(&token, &format!("GET /v1/jobs/{job}"), "").await.data();
    doors.house.wait_hours(24 * 7 + 1);
    doors.house.close().await;
    let doors = Doors::of(doors.house.reopened());
    let late = doors.send(&keyed, LINE, r#"{"request":"something else"}"#).await;

    assert_eq!((first.status, &again.text), (200, &first.text));
    assert_eq!(
        (different.status, different.message()),
        (409, "the key one was used for another request".to_owned())
    );
    assert_eq!(command.status, 409);
    assert_ne!(foreign.data()["proposal_id"], first.data()["proposal_id"]);
    assert_eq!(followed["answer"]["data"], first.data());
    assert_ne!((late.status, late.message()), (different.status, different.message()));
}

/// Sends a request to a server over TCP; the answer, with its head.
fn sent(server: &Server, token: &str, key: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "{LINE} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = body.find('{').map(|from| &body[from..=body.rfind('}').unwrap()]);
    (status, serde_json::from_str(body.unwrap()).unwrap())
}

#[test]
fn a_repetition_after_a_kill_gets_the_first_answer_and_other_arguments_are_refused() {
    let home = Home::with_path();
    let server = Server::start(&home, "127.0.0.1:0");
    let made = home.saraphina(&["token", "add", "editor", "--scope", "propose", "--json"]);
    let made: Value = serde_json::from_str(&made.out).unwrap();
    let token = made["data"]["token"].as_str().unwrap();
    let body = submission("an adder");

    let first = sent(&server, token, "k1", &body);
    server.kill();
    let server = Server::start(&home, "127.0.0.1:0");
    let again = sent(&server, token, "k1", &body);
    let other = sent(&server, token, "k1", &submission("a subtracter"));
    let listed = home.saraphina(&["list-proposals", "--json"]);

    assert_eq!(first.0, 200, "{first:?}");
    assert_eq!(again, first);
    assert_eq!((other.0, &other.1["error"]["kind"]), (409, &json!("state")));
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(listed["data"]["total"], 1);
}
