//! The answer of a verification, as data.
//!
//! Its fields are what `--json` prints and what `/audit verify` promises; `words.rs` says the same to a person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::audit::proof::TreeHead;
use record::audit::quorum::Emergency;
use record::audit::restored::Restored;
use record::audit::verification::Verification;

/// What was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Entries read up to the first break.
    pub entries: u64,
    /// The leaf hash of the last of them; null without any.
    pub head_hash: Option<String>,
    /// The checkpoint whose signature is good; null without one.
    pub checkpoint: Option<SignedView>,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// The first bad or missing sequence, where the problem has a place.
    pub first_bad: Option<u64>,
    /// What is wrong.
    pub problem: Option<String>,
    /// Whose key was used: `home`, `given`, `export`, or `genesis` where only the log itself names one.
    pub key: String,
    /// The copy of the signed head outside the database.
    pub outside_head: OutsideHead,
    /// The owner's decisions among the entries that were read.
    #[serde(default)]
    pub decisions: Decisions,
    /// The size of the kept checkpoint that the log was held against; null without one.
    #[serde(default)]
    pub since: Option<u64>,
    /// The restores on record, oldest first.
    #[serde(default)]
    pub restores: Vec<RestoreView>,
    /// The changes of policy, owners or keys that one owner made without the quorum, oldest first.
    #[serde(default)]
    pub emergencies: Vec<EmergencyView>,
    /// What is no fault, but worth knowing.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// How decisions are signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decisions {
    /// Those with an owner's signature.
    pub signed: u64,
    /// Those without one.
    pub unsigned: u64,
    /// The entries of the first of those.
    pub first_unsigned: Vec<u64>,
}

/// What became of the copy of the signed head that a home keeps outside its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideHead {
    /// There is none to look at: the log is an export, empty or unreadable.
    #[default]
    NotLookedAt,
    /// It was compared with the log.
    Compared,
    /// It is missing, although the log has entries.
    Missing,
}

/// A restore that the log records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreView {
    /// Its entry.
    pub seq: u64,
    /// When it was recorded.
    pub at: String,
    /// The fingerprint of the owner's key that signed it; null where no key was enrolled.
    pub signed_by: Option<String>,
    /// The heads that it names as left behind.
    pub left: Vec<HeadView>,
}

/// The size and root of a log at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeadView {
    /// The entries.
    pub size: u64,
    /// The root over them.
    pub root: String,
}

impl HeadView {
    /// The view of a head.
    pub fn of(head: TreeHead) -> Self {
        Self { size: head.size, root: head.root.hex() }
    }
}

impl RestoreView {
    fn of(restored: &Restored) -> Self {
        Self {
            seq: restored.seq,
            at: restored.at.to_string(),
            signed_by: restored.signed_by.clone(),
            left: restored.left.iter().copied().map(HeadView::of).collect(),
        }
    }
}

/// A change that one owner made without the quorum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmergencyView {
    /// Its entry.
    pub seq: u64,
    /// When it was recorded.
    pub at: String,
    /// The owner who made it.
    pub by: String,
    /// The kind of the change.
    pub change: String,
    /// The owner's reason.
    pub reason: String,
}

impl EmergencyView {
    /// The view of an emergency.
    pub fn of(emergency: &Emergency) -> Self {
        Self {
            seq: emergency.seq,
            at: emergency.at.to_string(),
            by: emergency.by.clone(),
            change: emergency.change.word().to_owned(),
            reason: emergency.reason.clone(),
        }
    }

    /// Says it in one sentence.
    pub fn words(&self) -> String {
        let Self { seq, at, by, change, reason } = self;
        format!("Emergency in entry {seq} ({at}): {by} made {change} without the quorum: {reason}")
    }
}

/// A signed head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedView {
    /// The entries signed for.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The name and hash of the key.
    pub signed_by: String,
}

impl Verified {
    /// The answer of the verifier.
    pub fn of(found: Verification, key: &str) -> Self {
        Self {
            entries: found.entries,
            head_hash: found.head_hash.map(|hash| hash.hex()),
            checkpoint: found.checkpoint.map(|signed| SignedView {
                size: signed.size,
                root: signed.root.hex(),
                signed_by: signed.signed_by,
            }),
            ok: found.ok,
            first_bad: found.first_bad,
            problem: found.problem.map(|problem| problem.to_string()),
            key: key.to_owned(),
            decisions: Decisions {
                signed: found.decisions.signed,
                unsigned: found.decisions.unsigned,
                first_unsigned: found.decisions.first_unsigned,
            },
            restores: found.restores.iter().map(RestoreView::of).collect(),
            emergencies: found.emergencies.iter().map(EmergencyView::of).collect(),
            ..Self::default()
        }
    }

    /// A log that cannot even be read.
    pub fn unreadable(problem: String, key: &str) -> Self {
        Self { problem: Some(problem), key: key.to_owned(), ..Self::default() }
    }

    /// The same with a word on the kept checkpoint, if a restore on record left it behind.
    #[must_use]
    pub fn explained(mut self, restore: Option<u64>) -> Self {
        if let (Some(seq), Some(size)) = (restore, self.since) {
            self.notes.push(format!(
                "The kept checkpoint of {size} entries is of the history that the restore of entry {seq} left behind: \
                 the log was rolled back, on record."
            ));
        }
        self
    }

    /// The same, unless something is wrong already that has its place earlier in the log.
    #[must_use]
    pub fn or_flaw(self, flaw: Flaw) -> Self {
        let is_first = match (self.first_bad, flaw.seq) {
            _ if self.ok => true,
            (Some(known), Some(found)) => found < known,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_first { self.with_flaw(flaw) } else { self }
    }

    /// The same with this flaw, whatever else is wrong.
    #[must_use]
    pub(crate) fn with_flaw(self, flaw: Flaw) -> Self {
        Self { ok: false, first_bad: flaw.seq, problem: Some(flaw.problem), ..self }
    }
}

/// Something wrong outside the records themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The entry it concerns, if it is one.
    pub seq: Option<u64>,
    /// What is wrong.
    pub problem: String,
}
