//! The quorum that changes of policy, owners and keys need.
//!
//! Where decisions need several owners, one alone must not lower the bar or enrol helpers: others have to endorse exactly the same
//! detail before. A restore takes all of that back, and others cannot endorse it in a log that it leaves behind: it is an
//! emergency, with its reason. Both verifiers and the program replay the entries through this. Logs from before a rule say so by
//! the version in the field `quorum_rule`, or by lacking it; once an entry has it, the rule holds for all that follow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::audit::owner_change::data_digest;
use crate::audit::record::Record;
use crate::domain::act::ActKind;
use crate::domain::decision::{MAX_REASON_CHARS, MIN_DESPITE_CHARS};
use crate::domain::digest::Digest;
use crate::domain::principal::Person;
use crate::domain::time::Timestamp;

/// The version of this rule, as entries name it in their detail; from the second on restores are emergencies.
pub const QUORUM_RULE: u64 = 2;
/// The version from which restores are emergencies.
const RESTORES_RULE: u64 = 2;
/// The name of that field.
pub const QUORUM_RULE_FIELD: &str = "quorum_rule";
/// The field with the reason for a change, or a restore, without the quorum.
pub const EMERGENCY_FIELD: &str = "emergency";

/// A change of policy, owners or keys, or a restore, that the quorum does not cover.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum QuorumError {
    /// Too few owners wanted it.
    #[error("{found} of {wanted} owners agreed to it")]
    Missing {
        /// Those who did, with the one who made it.
        found: usize,
        /// The quorum in force.
        wanted: usize,
    },
    /// An emergency without a reason worth the name.
    #[error("an emergency needs a reason of {MIN_DESPITE_CHARS} to {MAX_REASON_CHARS} characters")]
    Reason,
    /// An endorsement of nothing that can be endorsed.
    #[error("it does not say which change it endorses")]
    Malformed,
}

/// A change that one owner made without the quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// Its entry.
    pub seq: u64,
    /// What its clock said.
    pub at: Timestamp,
    /// The owner who made it.
    pub by: String,
    /// What was changed.
    pub change: ActKind,
    /// Why.
    pub reason: String,
}

/// Endorsements of one and the same change, by its kind and the digest of its detail.
type Endorsed = BTreeMap<(ActKind, Digest), Endorsement>;

/// What names a change in an endorsement of it, in the order in which it is told.
const ABOUT: [&str; 3] = ["principal", "fingerprint", "policy_digest"];

/// Owners who endorsed a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endorsement {
    /// The owners.
    pub people: BTreeSet<Person>,
    /// Whom and which key or policy the first of them says that it is about; empty where nothing says so.
    pub about: Vec<String>,
}

impl Endorsement {
    fn add(&mut self, record: &Record) {
        if self.people.is_empty() {
            let text = |name: &&str| record.data.get(*name).and_then(Value::as_str);
            self.about = ABOUT.iter().filter_map(text).map(str::to_owned).collect();
        }
        self.people.insert(Person::of(&record.actor.id));
    }
}

/// The quorum in force, and who has endorsed what since the last change.
#[derive(Clone, Debug, Default)]
pub struct OwnerQuorum {
    /// The version of the rule that holds; 0 for none.
    rule: u64,
    bar: Bar,
    endorsed: Endorsed,
    emergencies: Vec<Emergency>,
}

/// The part of a policy that says how many of whom have to agree.
#[derive(Clone, Debug, Default)]
struct Bar {
    quorum: usize,
    /// Empty where every owner counts.
    people: BTreeSet<Person>,
}

impl Bar {
    /// Reads it from the policy as recorded; what is missing there is as in the built-in policy.
    fn of(policy: Option<&Value>) -> Self {
        let approval = policy.and_then(|policy| policy.get("approval"));
        let field = |name: &str| approval.and_then(|approval| approval.get(name));
        let quorum = field("quorum").and_then(Value::as_u64).unwrap_or(1);
        let approvers = people(field("approvers"));
        let owners = field("path_owners").and_then(Value::as_array).into_iter().flatten();
        let owners = owners.flat_map(|one| people(one.get("owners")));
        // Owners of files approve too; they are only left out where nobody is named who approves everything.
        let people = if approvers.is_empty() {
            BTreeSet::new()
        } else {
            approvers.into_iter().chain(owners).collect()
        };
        Self { quorum: usize::try_from(quorum).unwrap_or(usize::MAX).max(1), people }
    }

    fn counts(&self, person: &Person) -> bool {
        self.people.is_empty() || self.people.contains(person)
    }
}

fn people(names: Option<&Value>) -> BTreeSet<Person> {
    let names = names.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(Person::of).collect()
}

/// Tells whether an entry of this kind changes who decides, or by which rules.
pub const fn is_guarded(kind: ActKind) -> bool {
    matches!(kind, ActKind::PolicyChanged | ActKind::OwnerKeyAdded | ActKind::OwnerKeyRemoved)
}

/// Tells whether an entry is about owners, their keys or their rules, so that they read it before the next change.
pub fn is_of_owners(kind: ActKind, data: &Map<String, Value>) -> bool {
    match kind {
        ActKind::LogRestored => data.contains_key(EMERGENCY_FIELD),
        // Whatever is added to such kinds later.
        _ => kind == ActKind::PolicyChanged || kind.word().starts_with("owner."),
    }
}

/// Gives the reason for which a change goes without the quorum, if its detail has one.
pub fn emergency(data: &Map<String, Value>) -> Option<&str> {
    data.get(EMERGENCY_FIELD).and_then(Value::as_str)
}

impl OwnerQuorum {
    /// Takes the next entry; its statement and signature were checked before.
    pub fn take(&mut self, record: &Record) -> Result<(), QuorumError> {
        let is_restore = record.kind == ActKind::LogRestored && record.stmt.is_some();
        let says_so = matches!(record.kind, ActKind::LogGenesis | ActKind::StoreMigrated)
            || is_guarded(record.kind)
            || record.kind == ActKind::OwnerChangeEndorsed
            || is_restore;
        let rule = record.data.get(QUORUM_RULE_FIELD).and_then(Value::as_u64);
        self.rule = self.rule.max(rule.filter(|_| says_so).unwrap_or_default());
        if record.kind == ActKind::OwnerChangeEndorsed {
            let wanted = endorsed(&record.data).ok_or(QuorumError::Malformed)?;
            self.endorsed.entry(wanted).or_default().add(record);
        } else if is_guarded(record.kind) {
            self.check(record.kind, &record.data, &record.actor.id)?;
            self.settle(record);
        } else if is_restore {
            self.restored(record)?;
        }
        Ok(())
    }

    /// Takes a restore, which no other owner can endorse: under a quorum it needs the reason of an emergency.
    fn restored(&mut self, record: &Record) -> Result<(), QuorumError> {
        if record.data.contains_key(EMERGENCY_FIELD) {
            check_reason(&record.data)?;
        } else if self.rule >= RESTORES_RULE && self.wanted() > 1 {
            return Err(QuorumError::Missing { found: 1, wanted: self.wanted() });
        }
        self.note(record);
        Ok(())
    }

    /// Tells whether a change may be made by this owner now.
    fn check(
        &self,
        kind: ActKind,
        data: &Map<String, Value>,
        owner: &str,
    ) -> Result<(), QuorumError> {
        if data.contains_key(EMERGENCY_FIELD) {
            return check_reason(data);
        }
        let (found, wanted) = (self.agreed(kind, data, owner).len(), self.wanted());
        let is_covered = self.rule == 0 || wanted < 2 || found >= wanted;
        if is_covered { Ok(()) } else { Err(QuorumError::Missing { found, wanted }) }
    }

    /// Lists who agreed to a change, if this owner makes it now.
    pub fn agreed(
        &self,
        kind: ActKind,
        data: &Map<String, Value>,
        owner: &str,
    ) -> BTreeSet<Person> {
        let mut agreed = self.endorsers(kind, data);
        agreed.insert(Person::of(owner));
        agreed.retain(|person| self.bar.counts(person));
        agreed
    }

    /// Lists who endorsed a change so far.
    pub fn endorsers(&self, kind: ActKind, data: &Map<String, Value>) -> BTreeSet<Person> {
        let digest = data_digest(data).ok();
        let endorsement = digest.and_then(|digest| self.endorsed.get(&(kind, digest)));
        endorsement.map(|endorsement| endorsement.people.clone()).unwrap_or_default()
    }

    /// Gives the number of owners who have to agree.
    pub fn wanted(&self) -> usize {
        self.bar.quorum.max(1)
    }

    /// Lists the changes that wait for more owners, each with its endorsements.
    pub fn waiting(&self) -> impl Iterator<Item = (ActKind, Digest, &Endorsement)> {
        self.endorsed.iter().map(|((kind, digest), endorsement)| (*kind, *digest, endorsement))
    }

    /// The changes without the quorum, oldest first.
    pub fn emergencies(&self) -> &[Emergency] {
        &self.emergencies
    }

    /// Notes a change that was made: endorsements before it count no longer.
    fn settle(&mut self, record: &Record) {
        self.endorsed.clear();
        self.note(record);
        if record.kind == ActKind::PolicyChanged {
            self.bar = Bar::of(record.data.get("policy"));
        }
    }

    fn note(&mut self, record: &Record) {
        self.emergencies.extend(emergency(&record.data).map(|reason| Emergency {
            seq: record.seq,
            at: record.ts,
            by: record.actor.id.clone(),
            change: record.kind,
            reason: reason.to_owned(),
        }));
    }
}

/// Refuses an emergency whose reason is too short or too long to be one.
fn check_reason(data: &Map<String, Value>) -> Result<(), QuorumError> {
    let chars = emergency(data).map_or(0, |reason| reason.chars().count());
    let is_reason = (MIN_DESPITE_CHARS..=MAX_REASON_CHARS).contains(&chars);
    if is_reason { Ok(()) } else { Err(QuorumError::Reason) }
}

/// The change that an endorsement names.
fn endorsed(data: &Map<String, Value>) -> Option<(ActKind, Digest)> {
    let kind: ActKind = serde_json::from_value(data.get("change")?.clone()).ok()?;
    let digest = data.get("change_digest")?.as_str()?.parse().ok()?;
    is_guarded(kind).then_some((kind, digest))
}
