//! The record as a stream: nothing lost, nothing twice, whatever happens to the connection.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::doors_house::{Doors, Sender, bearer};
use super::server::Server;
use crate::surfaces::process::Home;

/// A stream of events that is being read.
struct Stream {
    body: axum::body::Body,
    text: String,
}

/// One event.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    kind: String,
    id: Option<u64>,
    data: Value,
}

impl Stream {
    async fn open(doors: &Doors, sender: &Sender, path: &str) -> Self {
        let response = doors.open(sender, &format!("GET {path}"), "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { body: response.into_body(), text: String::new() }
    }

    /// Reads the next event; `None` where the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let found = event(block);
                self.text = rest.to_owned();
                match found {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let frame = self.body.frame().await?.unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }

    async fn acts(&mut self, count: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let event = self.next().await.unwrap();
            ids.extend(event.id.filter(|_| event.kind == "act"));
        }
        ids
    }
}

fn event(block: &str) -> Option<Event> {
    let field = |name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
    };
    let data = field("data:")?;
    Some(Event {
        kind: field("event:")?,
        id: field("id:").map(|id| id.parse().unwrap()),
        data: serde_json::from_str(&data).unwrap(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_comes_once_and_in_order_while_others_are_written() {
    let doors = Doors::new();
    let token = bearer(&doors.token("board", "read").await);
    doors.house.proposed().await;
    let size = doors.house.records().await.len();

    let mut stream = Stream::open(&doors, &token, "/v1/timeline?since=0").await;
    let (acts, ()) = tokio::join!(stream.acts(size - 1 + 40), async {
        for number in 0..40 {
            let line = format!("/token add name{number} --scope read");
            doors.house.line(&line).await.data();
        }
    });

    let wanted: Vec<u64> = (1..).take(size - 1 + 40).collect();
    assert_eq!(acts, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_the_last_entry_seen_and_starts_anew_where_it_cannot() {
    let doors = Doors::new();
    let token = bearer(&doors.token("board", "read").await);
    doors.house.proposed().await;
    let size = u64::try_from(doors.house.records().await.len()).unwrap();

    let resumed = token.with("last-event-id", "1");
    let resumed = Stream::open(&doors, &resumed, "/v1/timeline?since=0").await.next().await;
    let mut ahead = Stream::open(&doors, &token, "/v1/timeline?since=999999").await;
    let reset = ahead.next().await.unwrap();
    let mut new = Stream::open(&doors, &token, "/v1/timeline").await;
    doors.house.line("/token add another --scope read").await.data();
    let (from_reset, from_now) = (ahead.next().await, new.next().await);
    let bad = doors.send(&token.with("last-event-id", "x"), "GET /v1/timeline", "").await;

    assert_eq!(resumed.unwrap().id, Some(2));
    assert_eq!((reset.kind.as_str(), reset.id, &reset.data["size"]), ("reset", None, &json!(size)));
    assert_eq!((from_reset.unwrap().id, from_now.unwrap().id), (Some(size), Some(size)));
    assert_eq!(bad.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token_and_with_the_engine() {
    let doors = Doors::new();
    let token = bearer(&doors.token("board", "read").await);
    let cookie = doors.cookie();
    let mut followed = Stream::open(&doors, &token, "/v1/timeline").await;
    let mut browser = Stream::open(&doors, &Doors::looking(&cookie), "/v1/timeline").await;

    doors.house.line("/token revoke board").await.data();
    let last = followed.next().await.unwrap();
    let ended = followed.next().await;
    let other = browser.next().await.unwrap();
    doors.served.end.cancel();
    let mut rest = browser.next().await;
    while rest.is_some() {
        rest = browser.next().await;
    }

    assert_eq!(last.data["record"]["kind"], "owner.token_revoked");
    assert_eq!((ended, other.id), (None, last.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_alone() {
    let doors = Doors::new();
    let [cookie, other] = [doors.cookie(), doors.cookie()];
    let open =
        async |cookie: &str| Stream::open(&doors, &Doors::looking(cookie), "/v1/timeline").await;
    let (mut browser, mut stays) = (open(&cookie).await, open(&other).await);

    let left = doors.send(&doors.acting(&cookie).await, "POST /logout", "").await;
    doors.house.line("/token add board --scope read").await.data();
    let (ended, heard) = (browser.next().await, stays.next().await.unwrap());

    assert_eq!(left.status, 303, "{}", left.text);
    assert_eq!((ended, heard.kind.as_str()), (None, "act"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_a_page_from_before_the_last_sign_in_is_answered_with_a_page() {
    let doors = Doors::new();
    let cookie = doors.cookie();
    let acting = doors.acting(&cookie).await.with("saraphina-form-token", "older");

    let called = doors.send(&acting, "POST /logout", "").await;
    let pressed = doors.send(&acting.with("sec-fetch-mode", "navigate"), "POST /logout", "").await;

    assert_eq!((called.status, called.header("content-type")), (403, "application/json"));
    assert_eq!((pressed.status, pressed.header("content-type")), (403, "text/html; charset=utf-8"));
    assert!(pressed.text.contains("older than the last sign-in"), "{}", pressed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_have_a_number_and_progress_comes_without_one() {
    let doors = Doors::new();
    let id = doors.house.proposed().await;
    let token = bearer(&doors.token("board", "propose").await);
    let mut streams = Vec::new();
    for _ in 0..24 {
        streams.push(Stream::open(&doors, &token, "/v1/timeline").await);
    }

    let full = doors.send(&token, "GET /v1/timeline", "").await;
    let mut stream = streams.pop().unwrap();
    let body = json!({ "id": id }).to_string();
    let (ran, seen) =
        tokio::join!(doors.send(&token, "POST /v1/commands/sandbox-code", &body), async {
            loop {
                let event = stream.next().await.unwrap();
                if event.kind == "progress" {
                    return event;
                }
            }
        });

    assert_eq!((full.status, full.header("retry-after"), ran.status), (503, "1", 200));
    assert_eq!((seen.id, &seen.data["command"]), (None, &json!("sandbox-code")));
}

/// Reads the numbers of `count` entries after the last one seen.
fn acts(server: &Server, token: &str, last: u64, count: usize) -> Vec<u64> {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "GET /v1/timeline HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nlast-event-id: {last}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let ids = lines.filter_map(|line| line.strip_prefix("id: ").map(str::to_owned));
    ids.take(count).map(|id| id.parse().unwrap()).collect()
}

#[test]
fn nothing_is_lost_or_doubled_when_the_server_is_killed_and_starts_again() {
    let home = Home::with_path();
    let server = Server::start(&home, "127.0.0.1:0");
    let made = home.saraphina(&["token", "add", "board", "--scope", "read", "--json"]);
    let made: Value = serde_json::from_str(&made.out).unwrap();
    let token = made["data"]["token"].as_str().unwrap().to_owned();
    for number in 0..5 {
        home.saraphina(&["token", "add", &format!("n{number}"), "--scope", "read"]);
    }
    let before = acts(&server, &token, 0, 6);
    let (address, last) = (server.address.clone(), *before.last().unwrap());

    server.kill();
    let again = Server::start(&home, &address);
    for number in 5..10 {
        home.saraphina(&["token", "add", &format!("n{number}"), "--scope", "read"]);
    }
    let count = usize::try_from(made["data"]["audit"]["seq"].as_u64().unwrap()).unwrap() + 11;
    let after = acts(&again, &token, last, count - before.len());

    let all: Vec<u64> = before.into_iter().chain(after).collect();
    let wanted: Vec<u64> = (1..).take(all.len()).collect();
    assert_eq!(all, wanted);
    assert_eq!(again.address, address);
}
