//! A quick test that bytes are the canonical form of a record.
//!
//! It writes the record with its fields in sorted order and compares. Within the restricted form of records that is RFC 8785, at
//! a fifth of the canonicaliser's time; a test holds both against each other on every golden record.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::audit::record::Record;
use crate::domain::act::ActKind;
use crate::domain::digest::Digest;
use crate::domain::id::{ExecutionId, ProposalId};
use crate::domain::principal::{PrincipalKind, Surface};
use crate::domain::time::Timestamp;

/// Tells whether the bytes are the record written with sorted keys.
///
/// For a record within the restricted form this is RFC 8785 at a fifth of the canonicaliser's time, which counts when a
/// million entries are verified; a test holds both ways against each other.
pub(super) fn is_ordered(record: &Record, bytes: &[u8]) -> bool {
    let mut written = Vec::with_capacity(bytes.len());
    serde_json::to_writer(&mut written, &Ordered::from(record)).is_ok() && written == bytes
}

/// A record with its fields in the order of their names.
#[derive(Serialize)]
struct Ordered<'a> {
    actor: OrderedActor<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<Timestamp>,
    data: &'a Map<String, Value>,
    idem: &'a str,
    kind: ActKind,
    log: &'a str,
    prev: Digest,
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sig: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stmt: Option<&'a str>,
    subject: OrderedSubject<'a>,
    ts: Timestamp,
    v: u8,
    via: OrderedVia<'a>,
}

#[derive(Serialize)]
struct OrderedActor<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(rename = "type")]
    kind: PrincipalKind,
}

#[derive(Serialize)]
struct OrderedSubject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<&'a ExecutionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<&'a ProposalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_digest: Option<Digest>,
}

#[derive(Serialize)]
struct OrderedVia<'a> {
    session: &'a str,
    surface: Surface,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
}

impl<'a> From<&'a Record> for Ordered<'a> {
    fn from(record: &'a Record) -> Self {
        let Record { actor, subject, via, .. } = record;
        Self {
            actor: OrderedActor { id: &actor.id, key: actor.key.as_deref(), kind: actor.kind },
            clock: record.clock,
            data: &record.data,
            idem: &record.idem,
            kind: record.kind,
            log: &record.log,
            prev: record.prev,
            seq: record.seq,
            sig: record.sig.as_deref(),
            stmt: record.stmt.as_deref(),
            subject: OrderedSubject {
                execution: subject.execution.as_ref(),
                proposal: subject.proposal.as_ref(),
                revision: subject.revision,
                revision_digest: subject.revision_digest,
            },
            ts: record.ts,
            v: record.v,
            via: OrderedVia { session: &via.session, surface: via.surface, uid: via.uid },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: [&str; 3] = [
        include_str!("../../../../tests/fixtures/golden/small/records.jsonl"),
        include_str!("../../../../tests/fixtures/golden/decisions/records.jsonl"),
        include_str!("../../../../tests/fixtures/golden/kinds/records.jsonl"),
    ];

    #[test]
    fn the_quick_way_agrees_with_the_canonicaliser() {
        for line in GOLDEN.into_iter().flat_map(str::lines) {
            let record = Record::parse(line.as_bytes()).unwrap();

            assert!(is_ordered(&record, line.as_bytes()), "{line}");
            assert_eq!(serde_json_canonicalizer::to_vec(&record).unwrap(), line.as_bytes());
        }
    }

    #[test]
    fn another_order_or_a_space_is_told() {
        let line = GOLDEN.into_iter().flat_map(str::lines).next().unwrap();
        let record = Record::parse(line.as_bytes()).unwrap();

        assert!(!is_ordered(&record, &serde_json::to_vec(&record).unwrap()));
        assert!(!is_ordered(&record, line.replacen(':', ": ", 1).as_bytes()));
    }
}
