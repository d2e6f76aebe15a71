//! The part of the policy that says what an approval needs.
//!
//! Its defaults ask for one owner and no more; everything stricter is the owner's choice. Bounds are checked when a policy is set,
//! so that a rule nobody could meet is refused before it locks everyone out.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::digest::Digest;
use crate::domain::evidence::IntegrityState;
use crate::domain::principal::Person;
use crate::domain::time::Timestamp;

/// Most approvals that can be asked for.
const MAX_QUORUM: u32 = 16;
/// Most names, patterns or layers in one list.
const MAX_ENTRIES: usize = 64;
/// Longest name, pattern or layer, in characters.
const MAX_CHARS: usize = 200;
/// Most hours that anything lasts: ten years.
const MAX_HOURS: u32 = 87_600;
const HOUR_MS: i64 = 3_600_000;

/// What the policy thinks of owners who approve what they proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfApproval {
    /// It counts, and is said.
    Warn,
    /// It is refused.
    Deny,
}

/// Who has to approve changes of some files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathOwners {
    /// Which files: `*` within a folder, `**` across folders, `?` for one character.
    pub path: String,
    /// One of these has to approve.
    pub owners: Vec<String>,
}

/// What an approval needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalRules {
    /// How many owners have to approve.
    pub quorum: u32,
    /// Who may approve; empty for every owner with a key.
    pub approvers: Vec<String>,
    /// Who has to approve which files; of several patterns that fit, the last one counts.
    pub path_owners: Vec<PathOwners>,
    /// What to think of owners who approve what they proposed.
    pub self_approval: SelfApproval,
    /// Weaker evidence needs a reason.
    pub minimum_integrity: IntegrityState,
    /// Layers of isolation without which a reason is needed, as evidence names them.
    pub required_guarantees: Vec<String>,
    /// The digest of the only environment whose evidence counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Digest>,
    /// Hours after which evidence is too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_hours: Option<u32>,
    /// Hours after which an approval runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_hours: Option<u32>,
    /// Whether an owner's approval may follow a change to another base where the difference is equal with its context.
    #[serde(skip_serializing_if = "is_off")]
    pub carry_equal: bool,
}

/// Rules that cannot be followed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RulesError {
    /// A number out of its range.
    #[error("{name} is {found}; it takes 1 to {most}")]
    Number {
        /// The field.
        name: &'static str,
        /// Its value.
        found: u32,
        /// The most it takes.
        most: u32,
    },
    /// A list or text over its bound, or an empty text.
    #[error("{name} takes at most {MAX_ENTRIES} entries of 1 to {MAX_CHARS} characters")]
    List {
        /// The field.
        name: &'static str,
    },
    /// A pattern that cannot be read.
    #[error("the pattern {pattern:?} cannot be read")]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// Fewer people than approvals asked for.
    #[error("{quorum} approvals are asked for, and {approvers} may approve")]
    Quorum {
        /// The approvals asked for.
        quorum: u32,
        /// Who may approve.
        approvers: usize,
    },
}

impl Default for ApprovalRules {
    fn default() -> Self {
        Self {
            quorum: 1,
            approvers: Vec::new(),
            path_owners: Vec::new(),
            self_approval: SelfApproval::Warn,
            minimum_integrity: IntegrityState::Observed,
            required_guarantees: Vec::new(),
            environment: None,
            evidence_hours: Some(168),
            approval_hours: None,
            carry_equal: false,
        }
    }
}

impl ApprovalRules {
    /// Tells when an approval made now runs out.
    pub fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.approval_hours.map(|hours| after(now, hours))
    }

    /// Tells whether evidence of that age is too old.
    pub(super) fn is_too_old(&self, executed_at: Timestamp, now: Timestamp) -> bool {
        self.evidence_hours.is_some_and(|hours| after(executed_at, hours) < now)
    }

    /// Tells who has to approve a file; nobody in particular where no pattern fits.
    pub fn owners_of(&self, path: &str) -> &[String] {
        let fits = |one: &&PathOwners| is_match(&one.path, path);
        self.path_owners.iter().rev().find(fits).map_or(&[], |one| one.owners.as_slice())
    }

    /// Tells whether the policy lets an owner approve anything at all.
    pub fn may_approve(&self, principal: &str) -> bool {
        let person = Person::of(principal);
        let is_named = |names: &[String]| person.is_among(names);
        self.approvers.is_empty()
            || is_named(&self.approvers)
            || self.path_owners.iter().any(|one| is_named(&one.owners))
    }

    /// Tells whether the rules can be followed.
    pub fn check(&self) -> Result<(), RulesError> {
        number("quorum", Some(self.quorum), MAX_QUORUM)?;
        number("evidence_hours", self.evidence_hours, MAX_HOURS)?;
        number("approval_hours", self.approval_hours, MAX_HOURS)?;
        list("approvers", &self.approvers)?;
        list("required_guarantees", &self.required_guarantees)?;
        if self.path_owners.len() > MAX_ENTRIES {
            return Err(RulesError::List { name: "path_owners" });
        }
        for one in &self.path_owners {
            list("path_owners", &one.owners)?;
            list("path_owners", std::slice::from_ref(&one.path))?;
            if one.owners.is_empty() || compiled(&one.path).is_none() {
                return Err(RulesError::Pattern { pattern: one.path.clone() });
            }
        }
        let approvers: BTreeSet<Person> =
            self.approvers.iter().map(|name| Person::of(name)).collect();
        let approvers = approvers.len();
        let wanted = usize::try_from(self.quorum).unwrap_or(usize::MAX);
        if approvers > 0 && approvers < wanted {
            return Err(RulesError::Quorum { quorum: self.quorum, approvers });
        }
        Ok(())
    }
}

/// A rule that is off is left out, so that policies of before it keep their digests.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_off(rule: &bool) -> bool {
    !*rule
}

const fn after(moment: Timestamp, hours: u32) -> Timestamp {
    Timestamp::from_millis(moment.millis().saturating_add(hours as i64 * HOUR_MS))
}

fn number(name: &'static str, found: Option<u32>, most: u32) -> Result<(), RulesError> {
    match found {
        Some(found) if !(1..=most).contains(&found) => {
            Err(RulesError::Number { name, found, most })
        }
        _ => Ok(()),
    }
}

fn list(name: &'static str, entries: &[String]) -> Result<(), RulesError> {
    let fits = |entry: &String| (1..=MAX_CHARS).contains(&entry.chars().count());
    if entries.len() <= MAX_ENTRIES && entries.iter().all(fits) {
        return Ok(());
    }
    Err(RulesError::List { name })
}

fn compiled(pattern: &str) -> Option<globset::GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

/// A pattern that cannot be read fits nothing; such rules are refused before they count.
fn is_match(pattern: &str, path: &str) -> bool {
    compiled(pattern).is_some_and(|matcher| matcher.is_match(path))
}
