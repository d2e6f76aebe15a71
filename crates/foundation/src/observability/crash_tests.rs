//! Tests of crash reports, seen by a recording server.

use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::observability::crash::{FLUSH, Reporter};
use crate::observability::redact::Redactor;

/// A server that takes what it is sent, and the DSN that leads to it.
fn server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dsn = format!("http://key@{}/1", listener.local_addr().unwrap());
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let body = read_body(&mut BufReader::new(stream.try_clone().unwrap()));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    (dsn, bodies)
}

fn read_body(reader: &mut impl BufRead) -> String {
    let mut length = 0;
    for line in reader.by_ref().lines().map(|line| line.unwrap().to_lowercase()) {
        let digits = line.strip_prefix("content-length:");
        length = digits.map_or(length, |digits| digits.trim().parse().unwrap());
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn report(dsn: &str, tell: impl FnOnce()) {
    let reporter = Reporter::new(dsn, Arc::new(Redactor::new(["sk-canary"]))).unwrap();
    let subscriber = tracing_subscriber::registry().with(reporter.layer());
    tracing::subscriber::with_default(subscriber, tell);
    drop(reporter);
}

#[test]
fn an_internal_error_is_sent_scrubbed_and_nothing_else() {
    let (dsn, bodies) = server();

    report(&dsn, || {
        tracing::info!("not a failure");
        tracing::error!(target: "hyper", "not ours");
        tracing::error!(
            command.name = "propose-code",
            error.kind = "internal",
            failure = "no row for `a private request` in /home/ann/knowledge.db with sk-canary",
            request.text = "a private request",
            "a command failed"
        );
    });

    let envelope = bodies.recv_timeout(Duration::from_secs(5)).unwrap();
    let lines: Vec<Value> =
        envelope.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [_, item, event] = lines.as_slice() else { panic!("{envelope}") };
    assert_eq!(item["type"], "event");
    assert_eq!(event["level"], Value::Null, "error is the level when none is named");
    assert_eq!(event["message"], "a command failed");
    assert_eq!(
        event["extra"],
        json!({
            "command.name": "propose-code",
            "error.kind": "internal",
            "failure": "no row for `…` in …/knowledge.db with [redacted]",
        })
    );
    assert_eq!(event["server_name"], Value::Null);
    for private in ["private request", "canary", "ann"] {
        assert!(!envelope.contains(private), "{envelope}");
    }
    assert!(bodies.try_recv().is_err());
}

#[test]
fn a_server_that_does_not_answer_holds_up_the_end_for_two_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dsn = format!("http://key@{}/1", listener.local_addr().unwrap());
    let begun = Instant::now();

    report(&dsn, || tracing::error!("a failure"));

    assert!(begun.elapsed() < FLUSH + Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(listener);
}

#[test]
fn text_that_is_no_dsn_reports_nothing() {
    assert!(Reporter::new("not a dsn", Arc::default()).is_none());
}
