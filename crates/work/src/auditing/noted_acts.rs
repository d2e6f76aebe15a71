//! Acts that a report names beside the decisions.
//!
//! Applications are what became of decisions; restores, clock jumps, keys and policy change what those are worth. Each sort is a section
//! that is there even when it is empty. Restores are named whenever they were: what they discarded may be of any day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auditing::period_days::{Days, Reach};
use crate::auditing::population::{Deed, text};
use crate::contract::page::counted;
use record::audit::record::Record;
use record::audit::restored::Restored;
use record::domain::act::ActKind;
use record::domain::application::Ending;
use record::domain::time::Timestamp;

/// The sort of an act, which is its section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// A backup took the place of the database.
    Restore,
    /// The clock went back.
    ClockJump,
    /// A key of an owner was added or removed, or an owner agreed to that.
    Key,
    /// The policy was changed, or an owner agreed to that.
    Policy,
    /// An approved change was written, or taken out again.
    Application,
}

impl Sort {
    /// Every sort, in the order of the sections.
    pub const ALL: [Self; 5] =
        [Self::Restore, Self::ClockJump, Self::Key, Self::Policy, Self::Application];

    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::ClockJump => "clock_jump",
            Self::Key => "key",
            Self::Policy => "policy",
            Self::Application => "application",
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Restore => "Restores: the log was taken back, whenever that was",
            Self::ClockJump => "Clock jumps: the clock was set back",
            Self::Key => "Keys: owners' keys added and removed",
            Self::Policy => "Policy: changes of it",
            Self::Application => {
                "Applications: approved changes that were written, and rolled back"
            }
        }
    }
}

/// An act that a report names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotedAct {
    /// Its section.
    pub sort: Sort,
    /// The kind of its entry.
    pub kind: String,
    /// The deed.
    pub deed: Deed,
    /// The fingerprint of the owner's key that signed it; null without one.
    pub signed_by: Option<String>,
    /// What was done, in words.
    pub what: String,
    /// The reason given; null without one.
    pub reason: Option<String>,
    /// The moments between which the clock went back.
    #[serde(skip)]
    between: Option<(Timestamp, Timestamp)>,
}

type Tell = fn(&Record) -> (Sort, String);

/// The kinds that a report names, and how it tells of them.
const TOLD: [(ActKind, Tell); 11] = [
    (ActKind::ApplyStarted, |record| (Sort::Application, begun(["write", "into"], record))),
    (ActKind::ApplyFinished, |record| (Sort::Application, finished("wrote", record))),
    (ActKind::RollbackStarted, |record| (Sort::Application, begun(["take", "out of"], record))),
    (ActKind::RollbackFinished, |record| (Sort::Application, finished("took out", record))),
    (ActKind::LogRestored, |record| (Sort::Restore, restored(record))),
    (ActKind::HeadRemade, |record| (Sort::Restore, remade(record))),
    (ActKind::ClockRegressed, |record| (Sort::ClockJump, jumped(record))),
    (ActKind::OwnerKeyAdded, |record| (Sort::Key, keyed("added", record))),
    (ActKind::OwnerKeyRemoved, |record| (Sort::Key, keyed("removed", record))),
    (ActKind::PolicyChanged, |record| (Sort::Policy, policy(record))),
    (ActKind::OwnerChangeEndorsed, endorsed),
];

impl NotedAct {
    /// The act in a record, if it is one that a report names.
    pub fn of(record: &Record) -> Option<Self> {
        let (_, tell) = TOLD.iter().find(|(kind, _)| *kind == record.kind)?;
        let (sort, what) = tell(record);
        let reason = text(record, "emergency").or_else(|| text(record, "reason"));
        let moment = |name| text(record, name)?.parse().ok();
        Some(Self {
            sort,
            kind: record.kind.word().to_owned(),
            deed: Deed::of(record),
            signed_by: record.actor.key.clone().filter(|_| record.sig.is_some()),
            what,
            reason,
            between: moment("to").zip(moment("from")).filter(|_| sort == Sort::ClockJump),
        })
    }

    /// Tells whether it belongs into a report on these days.
    pub fn belongs(&self, days: Days, reach: &Reach) -> bool {
        self.sort == Sort::Restore
            || reach.holds(&self.deed)
            || self.between.is_some_and(|(early, late)| days.meet(early, late))
    }

    /// Says what was done, and who signed it where somebody has to.
    pub fn words(&self) -> String {
        let signed = match (&self.signed_by, self.sort) {
            (Some(key), _) => format!(", signed by {key}"),
            (None, Sort::ClockJump | Sort::Application) => String::new(),
            (None, Sort::Restore | Sort::Key | Sort::Policy) => ", UNSIGNED".to_owned(),
        };
        format!("{}{signed}", self.what)
    }
}

/// Says what nobody can tell any more, where the head outside was gone.
fn remade(record: &Record) -> String {
    let entries = record.data.get("entries").and_then(Value::as_u64).unwrap_or_default();
    format!(
        "log.head was gone and was made anew from the database, with {}; only an anchor can show whether there had been more",
        counted(entries, "entry")
    )
}

fn begun([deed, way]: [&str; 2], record: &Record) -> String {
    let files = record.data.get("paths").and_then(Value::as_u64).unwrap_or_default();
    let place = text(record, "place").filter(|place| !place.is_empty());
    let place = place.map(|place| format!(" {place}")).unwrap_or_default();
    let (subject, target) = (subject(record), told(record, "target"));
    format!("began to {deed} {subject} {way} the {target}{place}, {}", counted(files, "file"))
}

fn finished(deed: &str, record: &Record) -> String {
    let begun = record.data.get("started").and_then(Value::as_u64).unwrap_or_default();
    let subject = subject(record);
    if text(record, "outcome").as_deref() == Some(Ending::Whole.word()) {
        return format!("{deed} {subject}, as entry {begun} began to");
    }
    let cause = text(record, "cause").map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("broke off what entry {begun} began with {subject}, and took it back{cause}")
}

/// The revision that an entry is about.
fn subject(record: &Record) -> String {
    let about = &record.subject;
    let proposal = about.proposal.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{proposal} r{}", about.revision.unwrap_or_default())
}

fn restored(record: &Record) -> String {
    let size = record.data.get("size").and_then(Value::as_u64).unwrap_or_default();
    let left = Restored::of(record).and_then(|one| one.left.iter().map(|head| head.size).max());
    let left = match left {
        Some(left) => format!(
            "it left a history of {left} entries behind and discarded {} of them",
            left.saturating_sub(size)
        ),
        None => "what it left behind was not known".to_owned(),
    };
    format!("a backup of {size} entries took the place of the database; {left}")
}

fn jumped(record: &Record) -> String {
    format!("the clock went back from {} to {}", told(record, "from"), told(record, "to"))
}

fn keyed(word: &str, record: &Record) -> String {
    let assurance = text(record, "assurance").map(|assurance| format!(", assurance {assurance}"));
    let (key, principal) = (told(record, "fingerprint"), told(record, "principal"));
    format!("{word} the key {key} of {principal}{}", assurance.unwrap_or_default())
}

fn policy(record: &Record) -> String {
    format!(
        "the policy {} took the place of {}",
        told(record, "policy_digest"),
        told(record, "before")
    )
}

fn endorsed(record: &Record) -> (Sort, String) {
    let change = told(record, "change");
    let is_policy = change == ActKind::PolicyChanged.word();
    let sort = if is_policy { Sort::Policy } else { Sort::Key };
    (sort, format!("agreed to {change}, {}", told(record, "change_digest")))
}

fn told(record: &Record, name: &str) -> String {
    text(record, name).unwrap_or_else(|| "unknown".to_owned())
}
