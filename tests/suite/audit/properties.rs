//! Properties of canonical bytes and records.

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use record::audit::canonical::{canonical_bytes, restrict, visible_object};
use record::audit::merkle::leaf_hash;
use record::audit::record::{Position, Record};
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::time::Timestamp;
use serde_json::{Map, Value};

use record::audit::quick::glance;
use record::domain::act::Subject;

use super::forge::{ORIGIN, executed, proposed, revised, system};

#[test]
fn most_golden_records_are_read_at_a_glance() {
    let text = std::fs::read_to_string(super::golden::fixture("kinds", "records.jsonl")).unwrap();

    let unread: Vec<&str> = text
        .lines()
        .filter(|line| glance(line.as_bytes()).is_none())
        .map(|line| Record::parse(line.as_bytes()).unwrap().kind)
        .filter(|kind| !kind.is_decision())
        .map(ActKind::word)
        .collect();

    // Both may say by which rules the log goes on.
    assert_eq!(unread, ["log.genesis", "store.migrated"]);
}

const EXACT: i64 = (1 << 53) - 1;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-EXACT..=EXACT).prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from("\u{7f}\u{0}\"\\\n\u{2028}")),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map("[a-z][a-z0-9_]{0,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn data() -> impl Strategy<Value = Map<String, Value>> {
    btree_map("[a-z][a-z0-9_]{0,12}", value(), 0..6).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #[test]
    fn different_values_have_different_bytes(one in data(), other in data()) {
        let (one, other) = (visible_object(one), visible_object(other));

        prop_assert_eq!(restrict(&one), Ok(()));
        prop_assert_eq!(canonical_bytes(&one) == canonical_bytes(&other), one == other);
    }

    #[test]
    fn canonical_bytes_read_back_to_the_same_value(object in data()) {
        let object = visible_object(object);
        let bytes = canonical_bytes(&object).unwrap();

        prop_assert_eq!(serde_json::from_slice::<Map<String, Value>>(&bytes).unwrap(), object);
    }

    #[test]
    fn sealed_records_read_back_whole(
        data in data(),
        seq in 1..EXACT,
        millis in -62_167_219_200_000_i64..253_402_300_800_000,
        session in any::<String>(),
        idem in any::<String>(),
    ) {
        let mut act = system(ActKind::DaemonStopped);
        act.data = data;
        act.via.session = session;
        let ts = Timestamp::from_millis(millis);
        let seq = u64::try_from(seq).unwrap();
        let position = Position { log: ORIGIN, seq, prev: Digest::of(b"prev"), ts };

        let sealed = Record::seal(position, &act, &idem).unwrap();
        let record = Record::parse(&sealed.bytes).unwrap();

        prop_assert_eq!(sealed.hash, leaf_hash(&sealed.bytes));
        prop_assert_eq!((record.seq, record.ts, record.data), (seq, ts, visible_object(act.data)));
    }

    #[test]
    fn what_is_read_at_a_glance_is_what_the_parser_reads(
        data in data(),
        number in 0..4_usize,
        seq in 1..EXACT,
        millis in -62_167_219_200_000_i64..253_402_300_800_000,
        session in any::<String>(),
        bend in (any::<u16>(), any::<u8>()),
        cut in (any::<u16>(), 0..3_u8),
    ) {
        let kinds = [ActKind::DaemonStopped, ActKind::RevisionAdded, ActKind::ExecutionVerdict, ActKind::ExportCreated];
        let mut act = system(kinds[number]);
        act.subject = [proposed(), revised(), executed(), Subject::default()][number].clone();
        act.data = data;
        act.via.session = session;
        act.via.uid = (number > 1).then_some(1_000);
        let ts = Timestamp::from_millis(millis);
        let position = Position { log: ORIGIN, seq: u64::try_from(seq).unwrap(), prev: Digest::of(b"prev"), ts };
        let whole = Record::seal(position, &act, "key").unwrap().bytes;

        let mut bent = whole.clone();
        let at = usize::from(bend.0) % bent.len();
        bent[at] = bend.1;
        let mut shifted = whole.clone();
        let at = usize::from(cut.0) % shifted.len();
        match cut.1 {
            0 => drop(shifted.remove(at)),
            1 => shifted.insert(at, b' '),
            _ => shifted.insert(at, shifted[at]),
        }

        for bytes in [whole, bent, shifted] {
            let Some(glance) = glance(&bytes) else { continue };
            let record = Record::parse(&bytes);
            prop_assert!(record.is_ok(), "{record:?} {}", String::from_utf8_lossy(&bytes));
            let record = record.unwrap();
            prop_assert_eq!((record.seq, record.prev, record.kind), (glance.seq, glance.prev, glance.kind));
            prop_assert_eq!(record.log.as_bytes(), &bytes[glance.log]);
            prop_assert!(record.stmt.is_none() && record.sig.is_none());
        }
    }

    #[test]
    fn parsing_never_panics_and_accepts_canonical_bytes_only(bytes in vec(any::<u8>(), 0..600)) {
        prop_assert!(Record::parse(&bytes).is_err());
    }
}
