//! Restores that the log records, and the heads they left behind.
//!
//! After a restore an older head of the same log reappears. A restore on record names the heads it abandons, so the verifier can
//! tell it from a silent rollback.

use serde_json::{Map, Value};

use crate::audit::proof::TreeHead;
use crate::audit::record::Record;
use crate::domain::act::ActKind;
use crate::domain::time::Timestamp;

/// Most heads at anchors that a restore names.
pub const MAX_ANCHORED: usize = 32;

/// A restore that the log records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The entry.
    pub seq: u64,
    /// What its clock said.
    pub at: Timestamp,
    /// The fingerprint of the owner's key that signed it; absent where no key was enrolled.
    pub signed_by: Option<String>,
    /// The heads that it names as those it leaves behind: the home's own, and the newest one of each anchor.
    pub left: Vec<TreeHead>,
}

impl Restored {
    /// The restore in a record, if it is one.
    pub fn of(record: &Record) -> Option<Self> {
        if record.kind != ActKind::LogRestored {
            return None;
        }
        let own = named(&record.data, "from_size", "from_root");
        let anchored = record.data.get("anchored").and_then(Value::as_array);
        let anchored = anchored.into_iter().flatten().filter_map(Value::as_object);
        let anchored = anchored.filter_map(|head| named(head, "size", "root"));
        Some(Self {
            seq: record.seq,
            at: record.ts,
            signed_by: record.actor.key.clone().filter(|_| record.sig.is_some()),
            left: own.into_iter().chain(anchored).collect(),
        })
    }

    /// Tells whether it names this very head.
    pub fn names(&self, head: TreeHead) -> bool {
        self.left.contains(&head)
    }
}

fn named(data: &Map<String, Value>, size: &str, root: &str) -> Option<TreeHead> {
    let size = data.get(size).and_then(Value::as_u64)?;
    let root = data.get(root).and_then(Value::as_str)?.parse().ok()?;
    Some(TreeHead { size, root })
}
