//! Tampering: each kind found and placed.

use std::fs;
use std::sync::LazyLock;

use record::audit::decision::DecisionError;
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::merkle::leaf_hash;
use record::audit::problem::Problem;
use record::audit::record::{Position, Record};
use record::audit::verification::Verification;
use record::audit::verify::{Verifier, lines};
use record::domain::act::ActKind;
use record::domain::decision::Decision;
use record::domain::time::Timestamp;

use super::forge::{Log, ORIGIN, START, system};
use super::golden::fixture;

const SIZE: usize = 12;

/// A log of [`SIZE`] entries.
pub(super) fn log() -> Log {
    let mut log = Log::begun();
    for pid in 1..SIZE {
        log.append(&system(ActKind::DaemonStarted).with("version", "0.1.0").with("pid", pid));
    }
    log
}

/// The same log, built once.
fn honest() -> &'static Log {
    static LOG: LazyLock<Log> = LazyLock::new(log);
    &LOG
}

pub(super) fn verify(
    records: &[Vec<u8>],
    checkpoint: Option<&str>,
    head: Option<&Head>,
) -> Verification {
    let mut verifier = Verifier::new(Some(honest().key.verifier().clone()));
    for record in records {
        if verifier.push(record).is_err() {
            break;
        }
    }
    verifier.finish(checkpoint, head)
}

/// The first bad sequence and the problem, against the honest checkpoint.
fn found(records: &[Vec<u8>]) -> (Option<u64>, Problem) {
    static NOTE: LazyLock<String> = LazyLock::new(|| honest().checkpoint());
    let verification = verify(records, Some(&NOTE), None);
    assert!(!verification.ok);
    (verification.first_bad, verification.problem.unwrap())
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap()
}

fn replaced(record: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(record.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn an_untouched_log_holds() {
    let log = log();
    let note = log.checkpoint();
    let head = Head { generation: 4, note: log.checkpoint_at(9) };

    let verification = verify(&log.records, Some(&note), Some(&head));

    let checkpoint = verification.checkpoint.clone().unwrap();
    assert_eq!(checkpoint.signed_by, log.key.verifier().label());
    assert_eq!((checkpoint.size, verification.entries), (12, 12));
    assert_eq!((verification.ok, verification.first_bad, verification.problem), (true, None, None));
}

#[test]
fn every_flip_of_a_bit_is_placed_at_its_own_entry() {
    let log = log();
    for (index, record) in log.records.iter().enumerate() {
        for position in 0..record.len() {
            for bit in [0, 4] {
                let mut records = log.records.clone();
                records[index][position] ^= 1 << bit;
                assert_eq!(
                    found(&records).0,
                    Some(number(index)),
                    "entry {index}, byte {position}, bit {bit}"
                );
            }
        }
    }
}

#[test]
fn every_flip_of_a_byte_of_the_frozen_small_log_is_found() {
    let read = |file| fs::read_to_string(fixture("small", file)).unwrap();
    let (text, note, vkey) = (read("records.jsonl"), read("checkpoint"), read("vkey"));
    let (text, note) = (text.as_bytes(), note.as_str());
    let key = VerifierKey::parse(&vkey).unwrap();
    let holds = |text: &[u8], note: &str| {
        let mut verifier = Verifier::new(Some(key.clone()));
        lines(text).all(|line| verifier.push(line).is_ok()) && verifier.finish(Some(note), None).ok
    };
    assert!(holds(text, note));

    for position in 0..text.len() {
        for mask in [0x01, 0x20, 0x80, 0xff] {
            let mut bent = text.to_vec();
            bent[position] ^= mask;
            assert!(!holds(&bent, note), "record byte {position}, mask {mask:#x}");
        }
    }
    for position in 0..note.len() {
        let mut bent = note.as_bytes().to_vec();
        bent[position] ^= 1;
        let is_refused = std::str::from_utf8(&bent).is_ok_and(|bent| !holds(text, bent));
        assert!(is_refused || std::str::from_utf8(&bent).is_err(), "checkpoint byte {position}");
    }
    for position in 0..vkey.len() - 1 {
        let mut bent = vkey.as_bytes().to_vec();
        bent[position] ^= 1;
        let read = std::str::from_utf8(&bent).map(VerifierKey::parse);
        assert!(!matches!(read, Ok(Ok(other)) if other == key), "key byte {position}");
    }
}

#[test]
fn an_altered_entry_is_named_itself_and_not_its_neighbour() {
    let log = log();
    for index in 1..SIZE {
        let mut records = log.records.clone();
        records[index] = replaced(&records[index], "0.1.0", "0.1.1");
        let is_last = index == SIZE - 1;
        let problem = if is_last { Problem::Root { size: 12 } } else { Problem::Altered };

        assert_eq!(found(&records), (Some(number(index)), problem));
    }
}

#[test]
fn a_deleted_entry_is_named_as_missing() {
    for index in 0..SIZE - 1 {
        let mut records = log().records;
        records.remove(index);

        let missing = Problem::Missing { found: number(index) + 1 };
        assert_eq!(found(&records), (Some(number(index)), missing));
    }
}

#[test]
fn a_cut_off_log_names_the_first_missing_entry() {
    for kept in 0..SIZE {
        let records = log().records[..kept].to_vec();

        let cut = Problem::CutOff { size: 12, entries: number(kept) };
        assert_eq!(found(&records), (Some(number(kept)), cut));
    }
}

#[test]
fn an_inserted_entry_is_named_wherever_it_stands() {
    let honest = log();
    for index in 1..SIZE {
        let forged = replaced(&honest.records[index], "0.1.0", "6.6.6");
        let mut before = honest.records.clone();
        before.insert(index, forged.clone());
        let mut after = honest.records.clone();
        after.insert(index + 1, forged);
        let inserted = Problem::Inserted { found: number(index) };

        assert_eq!(found(&before), (Some(number(index)), inserted.clone()), "before {index}");
        assert_eq!(found(&after), (Some(number(index) + 1), inserted), "after {index}");
    }
}

#[test]
fn a_repeated_entry_is_named_at_the_copy() {
    for index in 0..SIZE {
        let mut records = log().records;
        records.insert(index + 1, records[index].clone());

        let inserted = Problem::Inserted { found: number(index) };
        assert_eq!(found(&records), (Some(number(index) + 1), inserted));
    }
}

#[test]
fn reordered_entries_are_named_at_the_first() {
    for (first, second) in (0..SIZE).flat_map(|a| (a + 1..SIZE).map(move |b| (a, b))) {
        let mut records = log().records;
        records.swap(first, second);

        let missing = Problem::Missing { found: number(second) };
        assert_eq!(found(&records), (Some(number(first)), missing));
    }
}

/// The honest log up to `from`, then forged entries with correct hashes.
pub(super) fn rewritten(from: usize) -> Log {
    let mut forged = Log::begun();
    for pid in 1..SIZE {
        let version = if pid < from { "0.1.0" } else { "6.6.6" };
        forged.append(&system(ActKind::DaemonStarted).with("version", version).with("pid", pid));
    }
    forged
}

#[test]
fn a_rewritten_suffix_is_placed_by_the_stored_subtrees() {
    let honest = log();
    for from in 1..SIZE {
        let forged = rewritten(from);
        let mut verifier = Verifier::new(None);
        forged.records.iter().for_each(|record| verifier.push(record).unwrap());

        let verification = verifier
            .finish_with(Some(&honest.checkpoint()), None, &|place| honest.tree.node(place));

        assert_eq!(
            (verification.first_bad, verification.problem),
            (Some(number(from)), Some(Problem::Root { size: 12 }))
        );
    }
}

#[test]
fn a_decision_on_another_history_or_repeated_is_refused() {
    let approval = (ActKind::DecisionApproved, Decision::Approved);
    let mut foreign = rewritten(5);
    let on_another_history = log().decision(approval, None, None);
    foreign.append(&on_another_history);
    let mut repeated = log();
    let act = repeated.decision(approval, None, None);
    repeated.append(&act);
    repeated.append(&act);

    let problem = |log: &Log| verify(&log.records, Some(&log.checkpoint()), None);

    assert_eq!(problem(&foreign).problem, Some(Problem::History { size: 12 }));
    assert_eq!(problem(&repeated).problem, Some(Problem::Replayed));
    assert_eq!(problem(&repeated).first_bad, Some(13));
}

#[test]
fn a_decision_whose_record_names_other_content_is_refused() {
    let mut log = log();
    let act = log.decision((ActKind::DecisionApproved, Decision::Approved), None, None);
    log.append(&act);
    let record = log.records.pop().unwrap();
    let digits = super::forge::digest("content");
    log.records.push(replaced(&record, &digits, &super::forge::digest("other")));

    let verification = verify(&log.records, Some(&log.checkpoint()), None);

    assert_eq!(verification.first_bad, Some(12));
    assert!(matches!(verification.problem, Some(Problem::Decision(DecisionError::Subject { .. }))));
}

#[test]
fn entries_of_another_log_and_misplaced_geneses_are_refused() {
    let honest = log();
    let next = |log: &str, kind: ActKind| {
        let position = Position {
            log,
            seq: 12,
            prev: leaf_hash(&honest.records[11]),
            ts: Timestamp::from_millis(START + 60_000),
        };
        let sealed = Record::seal(position, &system(kind), "key").unwrap();
        let records = [honest.records.as_slice(), &[sealed.bytes]].concat();
        let verification = verify(&records, Some(&honest.checkpoint()), None);
        (verification.first_bad, verification.problem)
    };
    let foreign = Problem::ForeignLog { found: "saraphina/other".to_owned() };

    assert_eq!(next("saraphina/other", ActKind::DaemonStopped), (Some(12), Some(foreign)));
    assert_eq!(next(ORIGIN, ActKind::LogGenesis), (Some(12), Some(Problem::Genesis)));
    assert_eq!(next(ORIGIN, ActKind::DaemonStopped).1, Some(Problem::Unsigned { size: 12 }));

    let mut headless = Log::new();
    headless.append(&system(ActKind::DaemonStarted));
    let verification = verify(&headless.records, Some(&headless.checkpoint()), None);
    assert_eq!((verification.first_bad, verification.problem), (Some(0), Some(Problem::Genesis)));
}

#[test]
fn problems_read_as_sentences() {
    let mut records = log().records;
    records.remove(4);
    let mut verifier = Verifier::new(None);

    let found = records.iter().find_map(|record| verifier.push(record).err()).unwrap();

    assert_eq!(
        found.to_string(),
        "entry 4: the entry is missing or out of place: entry 5 stands there"
    );
    assert_eq!(verifier.push(&log().records[4]), Err(found));
}

#[test]
fn lines_end_with_a_line_feed_and_a_rest_counts() {
    let split = |text: &'static [u8]| lines(text).collect::<Vec<_>>();

    assert_eq!(split(b""), Vec::<&[u8]>::new());
    assert_eq!(split(b"a\nb\n"), [b"a", b"b"]);
    assert_eq!(split(b"a\nb"), [b"a", b"b"]);
    assert_eq!(split(b"a\n\n"), [b"a".as_slice(), b""]);
}
