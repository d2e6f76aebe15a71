//! The answer of a verification, for programs and on a page.
//!
//! Where several things are wrong, the one that comes first in the log is told. The page warns where a check shows less
//! than it seems to: a key that came with the log, or a head outside the database that is missing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::page::{Cell, Page, Tone};
use record::audit::proof::TreeHead;
use record::audit::restored::Restored;
use record::audit::verification::Verification;

/// Restores that a page names, newest first; programs get all of them.
const SHOWN_RESTORES: usize = 10;

/// The result of a verification: what was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Entries read up to the first break.
    pub entries: u64,
    /// The leaf hash of the last of them; null without any.
    pub head_hash: Option<String>,
    /// The checkpoint whose signature is good; null without one.
    pub checkpoint: Option<SignedView>,
    /// True when nothing is wrong.
    pub ok: bool,
    /// The first bad or missing sequence, where the problem has a place.
    pub first_bad: Option<u64>,
    /// The trouble in words; null when nothing is wrong.
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
    /// Remarks on what is no fault, but worth knowing.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The signatures of decisions, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decisions {
    /// Those with an owner's signature.
    pub signed: u64,
    /// Those without one.
    pub unsigned: u64,
    /// The entries of the first of those.
    pub first_unsigned: Vec<u64>,
}

/// The state of the copy of the signed head that a home keeps outside its database.
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
    /// The time it was recorded.
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
    /// Makes the view of a head.
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

    /// Tells a person what to know of it.
    fn words(&self) -> String {
        let signed = match &self.signed_by {
            Some(key) => format!("signed by {key}"),
            None => "UNSIGNED".to_owned(),
        };
        let left = match self.left.iter().map(|head| head.size).max() {
            Some(size) => format!("it left a history of {size} entries behind"),
            None => "what it left behind was not known".to_owned(),
        };
        format!("Entry {} puts a restore on record, {signed}: {left}.", self.seq)
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
    /// Makes the answer from that of the verifier.
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
            ..Self::default()
        }
    }

    /// Makes the answer for a log that cannot even be read.
    pub fn unreadable(problem: String, key: &str) -> Self {
        Self { problem: Some(problem), key: key.to_owned(), ..Self::default() }
    }

    /// Adds a word on the kept checkpoint, if a restore on record left it behind.
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

    /// Puts a flaw in, unless something is wrong already that has its place earlier in the log.
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

    /// Puts this flaw in, whatever else is wrong.
    #[must_use]
    pub fn with_flaw(self, flaw: Flaw) -> Self {
        Self { ok: false, first_bad: flaw.seq, problem: Some(flaw.problem), ..self }
    }

    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let summary = match (&self.problem, self.first_bad) {
            (None, _) => Cell::toned(format!("All {} entries hold.", self.entries), Tone::Good),
            (Some(problem), Some(seq)) => {
                Cell::toned(format!("BROKEN at entry {seq}: {problem}"), Tone::Bad)
            }
            (Some(problem), None) => Cell::toned(format!("BROKEN: {problem}"), Tone::Bad),
        };
        let mut page = Page::new().text(summary).fields(self.fields());
        if self.outside_head == OutsideHead::Missing {
            page = page.text(Cell::toned(
                "The head outside the database (log.head) is missing: nothing shows that no entries were cut off at the \
                 end. Compare the checkpoint with one you kept; the next writing command makes a new head.",
                Tone::Warn,
            ));
        }
        for restore in self.restores.iter().rev().take(SHOWN_RESTORES) {
            page = page.text(Cell::toned(restore.words(), Tone::Warn));
        }
        for note in &self.notes {
            page = page.text(Cell::toned(note.as_str(), Tone::Warn));
        }
        match self.key.as_str() {
            "genesis" | "export" => page.text(Cell::toned(
                "The key came with the log: this shows that the log fits itself, not whose it is.",
                Tone::Warn,
            )),
            _ => page,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Cell)> {
        let mut fields = vec![("Entries", Cell::from(self.entries.to_string()))];
        if let Some(hash) = &self.head_hash {
            fields.push(("Head", Cell::toned(hash.as_str(), Tone::Dim)));
        }
        if let Some(signed) = &self.checkpoint {
            let words = format!("{} entries, signed by {}", signed.size, signed.signed_by);
            fields.push(("Checkpoint", Cell::from(words)));
        }
        if let Some(size) = self.since {
            fields.push(("Kept checkpoint", Cell::from(format!("{size} entries"))));
        }
        fields.push(("Decisions", self.decisions.cell()));
        fields
    }
}

impl Decisions {
    /// Tells how many are signed, and which are not.
    fn cell(&self) -> Cell {
        let Self { signed, unsigned, first_unsigned } = self;
        if *unsigned == 0 {
            return Cell::from(format!("{signed} signed"));
        }
        let named: Vec<String> = first_unsigned.iter().map(u64::to_string).collect();
        let more = if *unsigned > first_unsigned.len() as u64 { ", …" } else { "" };
        let entries = named.join(", ");
        let words = format!("{signed} signed, {unsigned} UNSIGNED (entries {entries}{more})");
        Cell::toned(words, Tone::Warn)
    }
}

/// Something wrong outside the records themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The entry it concerns, if it is one.
    pub seq: Option<u64>,
    /// The trouble in words.
    pub problem: String,
}
