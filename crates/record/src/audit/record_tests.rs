//! Tests of sealing and parsing records.
//!
//! Each refusal is tried once, because a record that slips through cannot be taken back.

use serde_json::json;

use crate::audit::canonical::{CanonicalError, MAX_INTEGER, MAX_TEXT_CHARS};
use crate::audit::merkle::leaf_hash;
use crate::audit::record::{MAX_RECORD_BYTES, Position, Record, SealedRecord};
use crate::audit::sealing::RecordError;
use crate::domain::act::{Act, ActKind};
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Via};
use crate::domain::time::Timestamp;

const POSITION: Position<'_> = Position {
    log: "saraphina/test",
    seq: 3,
    prev: Digest::ZERO,
    ts: Timestamp::from_millis(1_795_164_420_000),
};

const SEALED: &str = r#"{"actor":{"id":"saraphina","type":"system"},"data":{"cause":"request","pid":7},"idem":"key","kind":"daemon.stopped","log":"saraphina/test","prev":"sha256:0000000000000000000000000000000000000000000000000000000000000000","seq":3,"subject":{},"ts":"2026-11-20T08:47:00.000Z","v":1,"via":{"session":"internal","surface":"internal"}}"#;

fn act() -> Act {
    Act::new(ActKind::DaemonStopped, Principal::system(), Via::internal())
        .with("cause", "request")
        .with("pid", 7)
}

fn seal(act: &Act) -> Result<SealedRecord, RecordError> {
    Record::seal(POSITION, act, "key")
}

fn parse_with(from: &str, to: &str) -> Result<Record, RecordError> {
    assert!(SEALED.contains(from), "{from}");
    Record::parse(SEALED.replacen(from, to, 1).as_bytes())
}

fn is_malformed(outcome: &Result<Record, RecordError>) -> bool {
    matches!(outcome, Err(RecordError::Malformed { .. }))
}

#[test]
fn an_act_is_sealed_into_these_bytes_and_reads_back() {
    let sealed = seal(&act()).unwrap();

    assert_eq!(String::from_utf8(sealed.bytes.clone()).unwrap(), SEALED);
    assert_eq!(sealed.hash, leaf_hash(SEALED.as_bytes()));
    assert_eq!(Record::parse(&sealed.bytes).map(|record| record.data), Ok(act().data));
}

#[test]
fn every_other_spelling_of_a_record_is_refused() {
    let respelled = [
        ("\"seq\":3", "\"seq\": 3"),
        ("\"pid\":7", "\"pid\":7,\"pid\":7"),
        ("\"pid\":7", "\"\\u0070id\":7"),
        ("2026-11-20T08:47:00.000Z", "2026-11-20T08:47:00Z"),
        ("2026-11-20T08:47:00.000Z", "2026-11-20T09:47:00.000+01:00"),
        ("\"prev\":\"sha256:", "\"prev\":\""),
        ("\"subject\":{}", "\"subject\":{\"proposal\":null}"),
        ("{\"id\":\"saraphina\",", "{\"id\":\"saraphina\",\"surplus\":1,"),
        ("{\"session\":", "{\"pid\":1,\"session\":"),
        ("}}", "}} "),
        ("request", "re\\/quest"),
        ("request", "re\\u00e9quest"),
    ];

    for (from, to) in respelled {
        assert_eq!(parse_with(from, to), Err(RecordError::NotCanonical), "{to}");
    }
}

#[test]
fn surplus_missing_and_unknown_parts_are_malformed() {
    assert!(is_malformed(&parse_with("\"v\":1", "\"v\":1,\"w\":1")));
    assert!(is_malformed(&parse_with("\"v\":1", "\"v\":1,\"v\":1")));
    assert!(is_malformed(&parse_with("\"idem\":\"key\",", "")));
    assert!(is_malformed(&parse_with("daemon.stopped", "daemon.slept")));
    assert!(is_malformed(&parse_with("\"subject\":{}", "\"subject\":{\"x\":1}")));
    assert!(is_malformed(&parse_with("}}", "}}{}")));
    assert!(is_malformed(&parse_with("\"seq\":3", "\"seq\":-3")));
    assert!(is_malformed(&parse_with("\"seq\":3", "\"seq\":3.0")));
}

#[test]
fn what_serialisers_disagree_about_is_refused_on_both_ways() {
    let float = CanonicalError::Float { number: "0.5".to_owned() };
    let upper = CanonicalError::Key { key: "Pid".to_owned() };
    let beyond = CanonicalError::Integer { number: "9007199254740992".to_owned() };

    assert_eq!(seal(&act().with("pid", 0.5)), Err(float.clone().into()));
    assert_eq!(parse_with("\"pid\":7", "\"pid\":0.5"), Err(float.into()));
    assert_eq!(seal(&act().with("Pid", 1)), Err(upper.clone().into()));
    assert_eq!(parse_with("\"pid\"", "\"Pid\""), Err(upper.into()));
    assert_eq!(seal(&act().with("pid", MAX_INTEGER + 1)), Err(beyond.into()));
    assert_eq!(seal(&act().with("list", json!([null]))), Err(CanonicalError::Null.into()));
    assert_eq!(parse_with("request", "\u{7f}"), Err(CanonicalError::Delete.into()));
}

#[test]
fn numbers_that_do_not_fit_the_envelope_are_refused() {
    let seal_at = |position| Record::seal(position, &act(), "key").map(drop);
    let late = Timestamp::from_millis(253_402_300_800_000);

    assert_eq!(
        seal_at(Position { seq: MAX_INTEGER + 1, ..POSITION }),
        Err(RecordError::Sequence { seq: MAX_INTEGER + 1 })
    );
    assert_eq!(
        seal_at(Position { ts: late, ..POSITION }),
        Err(RecordError::Time { millis: late.millis() })
    );
    assert_eq!(
        seal_at(Position { log: "a log", ..POSITION }),
        Err(RecordError::Origin { origin: "a log".to_owned() })
    );
    assert_eq!(parse_with("\"v\":1", "\"v\":2"), Err(RecordError::Format { found: 2 }));
}

#[test]
fn long_content_is_refused_with_its_key_and_length() {
    let long = "x".repeat(MAX_TEXT_CHARS + 1);
    let text = |key: &str| CanonicalError::TextTooLong { key: key.to_owned(), chars: long.len() };
    let many = json!(vec!["x".repeat(MAX_TEXT_CHARS); 9]);

    assert_eq!(seal(&act().with("cause", long.as_str())), Err(text("cause").into()));
    assert_eq!(Record::seal(POSITION, &act(), &long), Err(text("idem").into()));
    assert!(matches!(
        seal(&act().with("many", many)),
        Err(RecordError::TooLong { bytes }) if bytes > MAX_RECORD_BYTES
    ));
}

#[test]
fn a_clock_stands_in_an_entry_only_where_it_lies_before_its_time() {
    let clock = |millis| Some(Timestamp::from_millis(POSITION.ts.millis() + millis));
    let sealed = |clock| Record::seal_read(POSITION, clock, &act(), "key");

    let earlier = sealed(clock(-60_000)).unwrap();
    let read = Record::parse(&earlier.bytes).unwrap();

    assert_eq!((read.ts, read.said_at()), (POSITION.ts, clock(-60_000).unwrap()));
    assert_eq!(sealed(clock(0)), Err(RecordError::Clock));
    assert_eq!(sealed(clock(1)), Err(RecordError::Clock));
    let null = parse_with(",\"data\"", ",\"clock\":null,\"data\"");
    assert_eq!(null, Err(RecordError::NotCanonical));
    let late = parse_with(",\"data\"", ",\"clock\":\"2026-11-20T08:47:00.000Z\",\"data\"");
    assert_eq!(late, Err(RecordError::Clock));
}
