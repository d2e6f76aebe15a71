//! Judges whether the decisions in an opened note cover a commit.
//!
//! Pure: trees and differences come from the caller, and so do signers. The order of the questions is that of the answers a reader wants:
//! is it this change at all, then who approved it, then whether that still counts.

use std::collections::BTreeSet;

use crate::checking::allowed_signers::AllowedSigners;
use crate::checking::manifest::Manifest;
use crate::checking::opened::{Decided, Opened, PolicySet};
use crate::checking::reason::Reason;
use crate::checking::trailers;
use foundation::repository::delta::Delta;
use foundation::repository::range::Commit;
use record::audit::quorum;
use record::audit::statement::{Nonce, Predicate};
use record::domain::changeset::GitId;
use record::domain::decision::Decision;
use record::domain::id::ProposalId;
use record::domain::principal::Person;
use record::domain::time::Timestamp;

/// How far the moment of an entry may lie before the one that was signed, and after it, in milliseconds.
const EARLIER_MS: i64 = 5 * 60_000;
const LATER_MS: i64 = 65 * 60_000;
/// Most paths that are named as missing their owner.
const MOST_PATHS: usize = 3;

/// What approvals are held against.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Whose signatures count.
    pub signers: &'a AllowedSigners,
    /// Whether entries are proven by the log, so that their moments are its own.
    pub proof: Proof,
    /// The revocations of all notes.
    pub revocations: &'a [Revocation],
}

/// Whether the key of the log is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Every entry stands under a checkpoint that the log signed.
    ByLog,
    /// What owners signed stands alone.
    NotChecked,
}

/// An approval that was taken back, by somebody who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    proposal: ProposalId,
    revision: u32,
    revokes: Option<Nonce>,
    as_of: u64,
    by: String,
    at: Timestamp,
}

/// Decisions that cover a commit.
#[derive(Clone, Debug)]
pub struct Cover<'a> {
    /// The change.
    pub change: &'a Manifest,
    /// The approvals that count, oldest first.
    pub approvals: Vec<&'a Decided>,
    /// The number of the policy of the newest one: the size of the log that its owner saw.
    pub policy: u64,
    /// Why that policy was set without the quorum; nothing where it was not.
    pub emergency: Option<&'a str>,
}

impl Revocation {
    /// Picks the revocations of a note that are signed by somebody who counts.
    pub fn of<'a>(
        opened: &'a Opened,
        signers: &'a AllowedSigners,
    ) -> impl Iterator<Item = Self> + 'a {
        let is_revocation =
            |decided: &&Decided| decided.statement.predicate.decision == Decision::Revoked;
        let counts = |decided: &&Decided| {
            let record = &decided.record;
            let key = record.actor.key.as_deref().unwrap_or_default();
            signers.check(key, &record.actor.id, record.ts).is_ok()
        };
        opened.decisions.iter().filter(is_revocation).filter(counts).map(|decided| Self {
            proposal: decided.statement.proposal.clone(),
            revision: decided.statement.revision,
            revokes: decided.statement.predicate.revokes,
            as_of: decided.statement.predicate.as_of.size,
            by: decided.record.actor.id.clone(),
            at: decided.record.ts,
        })
    }

    /// Tells whether it ends an approval: the one that it names, and all others of the revision that its owner could see.
    fn ends(&self, approval: &Decided) -> bool {
        let statement = &approval.statement;
        let is_of_revision =
            self.proposal == statement.proposal && self.revision == statement.revision;
        self.revokes == Some(statement.predicate.nonce)
            || (is_of_revision && self.as_of > statement.predicate.as_of.size)
    }
}

/// Finds the changes in a note that start from a tree.
pub fn on_base<'a>(opened: &'a Opened, parent: &GitId) -> Result<Vec<&'a Manifest>, Reason> {
    let is_approval = |decided: &&Decided| decided.statement.predicate.decision.is_approval();
    let approvals: Vec<&Decided> = opened.decisions.iter().filter(is_approval).collect();
    if approvals.is_empty() {
        return Err(Reason::NoApproval(words(opened)));
    }
    let is_approved = |change: &&Manifest| {
        approvals.iter().any(|one| one.statement.revision_digest == change.content_hash)
    };
    let approved: Vec<&Manifest> = opened.changes.iter().filter(is_approved).collect();
    let Some(first) = approved.first() else {
        return Err(Reason::NoApproval("no change that an approval is about".to_owned()));
    };
    let base = first.base.tree.clone();
    let fitting: Vec<&Manifest> =
        approved.into_iter().filter(|change| change.base.tree == *parent).collect();
    if fitting.is_empty() {
        return Err(Reason::Base { approved: base, found: parent.clone() });
    }
    Ok(fitting)
}

fn words(opened: &Opened) -> String {
    let words: BTreeSet<&str> =
        opened.decisions.iter().map(|one| one.statement.predicate.decision.word()).collect();
    match words.into_iter().collect::<Vec<_>>() {
        words if words.is_empty() => "no decision at all".to_owned(),
        words => format!("only: {}", words.join(", ")),
    }
}

/// Judges a commit by the changes that start from its parent's tree and by what it changes.
pub fn judge<'a>(
    opened: &'a Opened,
    changes: &[&'a Manifest],
    (commit, deltas): (&Commit, &[Delta]),
    rules: Rules<'_>,
) -> Result<Cover<'a>, Reason> {
    let mut misfit = None;
    for change in changes {
        match change.misfit(deltas) {
            None => return approved(opened, change, commit, rules),
            Some(found) => misfit = misfit.or(Some(found)),
        }
    }
    Err(misfit.map_or(Reason::NoNote, Reason::Tree))
}

fn approved<'a>(
    opened: &'a Opened,
    change: &'a Manifest,
    commit: &Commit,
    rules: Rules<'_>,
) -> Result<Cover<'a>, Reason> {
    let is_about = |decided: &&Decided| {
        decided.statement.predicate.decision.is_approval()
            && decided.statement.revision_digest == change.content_hash
    };
    let mut counting: Vec<(&Decided, &PolicySet)> = Vec::new();
    let mut refused = None;
    for approval in opened.decisions.iter().filter(is_about) {
        match counted(opened, approval, commit, rules) {
            Ok(policy) => counting.push((approval, policy)),
            Err(reason) => refused = Some(reason),
        }
    }
    counting.sort_by_key(|(approval, _)| approval.statement.predicate.as_of.size);
    let Some((_, policy)) = counting.last() else {
        return Err(refused.unwrap_or_else(|| Reason::NoApproval(words(opened))));
    };
    let policy = *policy;
    let approvals: Vec<&Decided> = counting.into_iter().map(|(approval, _)| approval).collect();
    check_complete(change, &approvals, policy).map_err(|reason| refused.unwrap_or(reason))?;
    check_trailers(change, &approvals, commit)?;
    let emergency = quorum::emergency(&policy.record.data);
    Ok(Cover { change, approvals, policy: number(policy), emergency })
}

/// Passes an approval that counts by itself, and finds its policy.
fn counted<'a>(
    opened: &'a Opened,
    approval: &Decided,
    commit: &Commit,
    rules: Rules<'_>,
) -> Result<&'a PolicySet, Reason> {
    let (record, predicate) = (&approval.record, &approval.statement.predicate);
    if let Some(revoked) = rules.revocations.iter().find(|revoked| revoked.ends(approval)) {
        return Err(Reason::Revoked { by: revoked.by.clone(), at: revoked.at });
    }
    let key = record.actor.key.as_deref().unwrap_or_default();
    rules.signers.check(key, &record.actor.id, record.ts).map_err(Reason::Signer)?;
    if rules.proof == Proof::NotChecked {
        check_moment(predicate, record.said_at())?;
    }
    let is_over = |until: &Timestamp| commit.committed_at.is_none_or(|at| at > *until);
    if let Some(until) = predicate.expires_at.filter(is_over) {
        return Err(Reason::Expired { until });
    }
    let policy = policy(opened, predicate).ok_or(Reason::NoPolicy)?;
    if policy.change.is_some() {
        let set = &policy.record;
        let key = set.actor.key.as_deref().unwrap_or_default();
        rules.signers.check(key, &set.actor.id, set.ts).map_err(Reason::PolicySigner)?;
    }
    if policy.policy.approval.may_approve(&record.actor.id) {
        return Ok(policy);
    }
    Err(Reason::NotApprover { by: record.actor.id.clone() })
}

/// Without the key of the log the moment of an entry is not believed beyond what its owner signed.
fn check_moment(predicate: &Predicate, recorded: Timestamp) -> Result<(), Reason> {
    let signed = predicate.issued_at;
    let later = recorded.millis().saturating_sub(signed.millis());
    if (-EARLIER_MS..=LATER_MS).contains(&later) {
        return Ok(());
    }
    Err(Reason::Moment { signed, recorded })
}

/// Finds the newest policy of the digest that the owner can have seen.
fn policy<'a>(opened: &'a Opened, predicate: &Predicate) -> Option<&'a PolicySet> {
    let size = predicate.as_of.size;
    let is_it = |set: &&PolicySet| {
        set.digest == predicate.policy_digest
            && set.record.log == predicate.as_of.origin
            && set.record.seq < size
            && number(set) < size
    };
    opened.policies.iter().filter(is_it).max_by_key(|set| number(set))
}

/// The number of a policy: later ones have higher ones, and the owner's signature binds it.
fn number(set: &PolicySet) -> u64 {
    set.change.as_ref().map_or(0, |change| change.predicate.as_of.size)
}

fn check_complete(
    change: &Manifest,
    approvals: &[&Decided],
    set: &PolicySet,
) -> Result<(), Reason> {
    let rules = &set.policy.approval;
    let people: BTreeSet<Person> =
        approvals.iter().map(|one| Person::of(&one.record.actor.id)).collect();
    let wanted = usize::try_from(rules.quorum).unwrap_or(usize::MAX);
    let is_open = |path: &&str| {
        let owners = rules.owners_of(path);
        !owners.is_empty() && !owners.iter().any(|owner| people.contains(&Person::of(owner)))
    };
    let paths: Vec<&str> = change.paths().filter(is_open).take(MOST_PATHS).collect();
    if people.len() < wanted {
        let missing = format!("{} of {wanted} owners approved", people.len());
        return Err(Reason::Incomplete { missing });
    }
    if paths.is_empty() {
        return Ok(());
    }
    Err(Reason::Incomplete { missing: format!("no owner of {} approved", paths.join(", ")) })
}

fn check_trailers(
    change: &Manifest,
    approvals: &[&Decided],
    commit: &Commit,
) -> Result<(), Reason> {
    let proposals: Vec<String> =
        approvals.iter().map(|one| one.statement.proposal.to_string()).collect();
    let decisions: Vec<String> = approvals.iter().map(|one| one.digest.to_string()).collect();
    let content = [change.content_hash.to_string()];
    let wanted: [(&str, &[String]); 3] = [
        ("Saraphina-Proposal", &proposals),
        ("Saraphina-Decision", &decisions),
        ("Saraphina-Content", &content),
    ];
    trailers::check(&commit.message, &wanted).map_err(Reason::Trailer)
}
