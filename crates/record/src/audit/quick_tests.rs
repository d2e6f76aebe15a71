//! The quick reader held against the parser, on every golden record and its neighbours.
//!
//! The quick reader may say less than the parser and must never say anything else. Each golden record is changed at every byte in
//! the ways that matter to a grammar; `tests/suite/audit/properties.rs` does the same with generated records.

use crate::audit::fact::Fact;
use crate::audit::quick::glance;
use crate::audit::record::Record;

const GOLDEN: [&str; 9] = [
    include_str!("../../../../tests/fixtures/golden/bound/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/decisions/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/healing/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/history/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/kinds/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/owners/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/recovery/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/roles/records.jsonl"),
    include_str!("../../../../tests/fixtures/golden/small/records.jsonl"),
];

/// Bytes that mean something to JSON or to the restricted form, put in place of each byte.
const TELLING: [u8; 5] = [b'"', b'\\', b'0', b'A', 0x7f];

/// Asserts that whatever is read at a glance is what the parser reads; tells whether it was.
fn agree(bytes: &[u8]) -> bool {
    let Some(glance) = glance(bytes) else { return false };
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    let record = Record::parse(bytes).unwrap_or_else(|error| panic!("{error}: {}", shown()));
    assert_eq!(
        (record.seq, record.prev, record.kind, record.ts, Fact::of(&record)),
        (glance.seq, glance.prev, glance.kind, glance.ts, glance.fact),
        "{}",
        shown()
    );
    assert_eq!(record.log.as_bytes(), &bytes[glance.log], "{}", shown());
    assert!(record.stmt.is_none() && record.sig.is_none(), "{}", shown());
    true
}

/// A record with one byte changed, left out, doubled or put in, at every place.
fn neighbours(line: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..line.len()).flat_map(move |at| {
        let (before, after) = line.split_at(at);
        let changed = TELLING.map(|byte| [before, &[byte], &after[1..]].concat());
        let flipped = [before, &[after[0] ^ 1], &after[1..]].concat();
        let shorter = [before, &after[1..]].concat();
        let doubled = [before, &after[..1], after].concat();
        let spaced = [before, b" ", after].concat();
        changed.into_iter().chain([flipped, shorter, doubled, spaced])
    })
}

#[test]
fn every_golden_record_reads_alike_at_a_glance() {
    let lines: Vec<&str> = GOLDEN.into_iter().flat_map(str::lines).collect();

    let read = lines.iter().filter(|line| agree(line.as_bytes())).count();

    assert!(read * 2 > lines.len(), "{read} of {} were read", lines.len());
}

#[test]
fn no_neighbour_of_a_golden_record_reads_otherwise_at_a_glance() {
    let mut tried = 0_usize;
    for line in GOLDEN.into_iter().flat_map(str::lines) {
        for bytes in neighbours(line.as_bytes()) {
            tried += 1;
            agree(&bytes);
        }
    }

    assert!(tried > 100_000, "{tried} neighbours were tried");
}
