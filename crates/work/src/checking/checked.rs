//! The answer of a check, commit by commit.
//!
//! Each commit has what covers it, or exactly why nothing does, as data for programs and as a line for people; the exit code follows from
//! it, so that a script needs neither.

use serde::Serialize;

use crate::checking::judging::Cover;
use crate::checking::opened::Decided;
use crate::checking::reason::Reason;
use crate::contract::error::Exit;
use crate::contract::page::{Cell, Page, Tone, counted};
use record::domain::changeset::GitId;

/// Digits of a commit that people are shown.
const SHORT: usize = 12;

/// What was checked, commit by commit.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// Whether every commit is covered, and nothing broke control before the range.
    pub ok: bool,
    /// The range, as it was asked for.
    pub range: String,
    /// The start of continuous control, as it was asked for.
    pub since: Option<String>,
    /// The log whose key was given; null where inclusion was not checked.
    pub log: Option<String>,
    /// How many commits are covered.
    pub covered: usize,
    /// How many are not.
    pub uncovered: usize,
    /// The commits of the range, parents first.
    pub commits: Vec<CommitView>,
    /// What broke control between its start and the range.
    pub gap: Option<Gap>,
}

/// A commit.
#[derive(Debug, Serialize)]
pub struct CommitView {
    /// Its id.
    pub commit: GitId,
    /// Whether it is covered.
    pub covered: bool,
    /// What covers it: `approval`, `merge` or `unchanged`.
    pub by: Option<&'static str>,
    /// The approved revision.
    pub approved: Option<Approved>,
    /// Why it is not covered.
    pub reason: Option<ReasonView>,
}

/// A revision that was approved.
#[derive(Debug, Serialize)]
pub struct Approved {
    /// The proposal.
    pub proposal_id: String,
    /// Its revision.
    pub revision: u32,
    /// The hash of the change.
    pub content_hash: String,
    /// The commit that the change was approved on, which need not be the parent.
    pub base_commit: GitId,
    /// The approvals, oldest first.
    pub approvals: Vec<ApprovalView>,
    /// Why the policy that the newest rests on was set without the quorum; null where it was not.
    pub emergency: Option<String>,
}

/// One approval, as it was signed; integrity and moment as the log recorded them.
#[derive(Debug, Serialize)]
pub struct ApprovalView {
    /// Who approved.
    pub by: String,
    /// With which key.
    pub key: String,
    /// `approved`, or `approved_despite` the verdict.
    pub decision: &'static str,
    /// The verdict that it rests on.
    pub verdict: Option<&'static str>,
    /// How many executions there were, and how many passed.
    pub executions: [u64; 2],
    /// The grade of the evidence.
    pub integrity: Option<String>,
    /// Why, where it is despite the verdict.
    pub reason: Option<String>,
    /// When.
    pub at: String,
    /// Its entry in the log.
    pub seq: u64,
    /// The digest of what was signed.
    pub statement: String,
}

/// Why a commit is not covered.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonView {
    /// The word for programs.
    pub word: &'static str,
    /// The sentence for people.
    pub text: String,
    /// The path that it is about.
    pub path: Option<String>,
    /// Whether a signature, digest or proof does not fit its bytes.
    pub broken: bool,
}

/// What broke control before the range.
#[derive(Debug, Serialize)]
pub struct Gap {
    /// The first commit after the start that is not covered; null where the start itself is not in the history.
    pub commit: Option<GitId>,
    /// Why.
    pub text: String,
    /// Whether a signature, digest or proof does not fit its bytes.
    pub broken: bool,
}

/// What covers a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// Its parents merge to exactly its tree.
    Merge,
    /// It changes nothing.
    Unchanged,
}

impl CommitView {
    /// A commit that decisions cover.
    pub fn approved(commit: GitId, cover: &Cover<'_>) -> Self {
        let last = cover.approvals.last();
        let approved = last.map(|last| Approved {
            proposal_id: last.statement.proposal.to_string(),
            revision: last.statement.revision,
            content_hash: cover.change.content_hash.to_string(),
            base_commit: cover.change.base.commit.clone(),
            approvals: cover.approvals.iter().map(|one| ApprovalView::of(one)).collect(),
            emergency: cover.emergency.map(str::to_owned),
        });
        Self { commit, covered: true, by: Some("approval"), approved, reason: None }
    }

    /// A commit that needs no decision.
    pub const fn without(commit: GitId, without: Without) -> Self {
        let by = match without {
            Without::Merge => "merge",
            Without::Unchanged => "unchanged",
        };
        Self { commit, covered: true, by: Some(by), approved: None, reason: None }
    }

    /// A commit that nothing covers.
    pub fn refused(commit: GitId, reason: &Reason) -> Self {
        let reason = ReasonView {
            word: reason.word(),
            text: reason.to_string(),
            path: reason.path(),
            broken: reason.is_broken(),
        };
        Self { commit, covered: false, by: None, approved: None, reason: Some(reason) }
    }

    fn line(&self) -> Cell {
        let commit = self.commit.as_str().get(..SHORT).unwrap_or_default();
        if let Some(reason) = &self.reason {
            return Cell::toned(format!("{commit} NOT COVERED: {}", reason.text), Tone::Bad);
        }
        let words = match (&self.approved, self.by) {
            (Some(approved), _) => approved.words(),
            (None, Some("merge")) => "merges, with nothing of its own".to_owned(),
            (None, _) => "changes nothing".to_owned(),
        };
        let is_alone = self.approved.as_ref().is_some_and(|one| one.emergency.is_some());
        let tone = if is_alone { Tone::Warn } else { Tone::Good };
        Cell::toned(format!("{commit} {words}"), tone)
    }
}

impl ApprovalView {
    fn of(decided: &Decided) -> Self {
        let (record, predicate) = (&decided.record, &decided.statement.predicate);
        let integrity = record.data.get("integrity").and_then(|grade| grade.as_str());
        let set = &predicate.evidence_set;
        Self {
            by: record.actor.id.clone(),
            key: record.actor.key.clone().unwrap_or_default(),
            decision: predicate.decision.word(),
            verdict: predicate.evidence.as_ref().map(|evidence| evidence.verdict.word()),
            executions: [set.count, set.passed],
            integrity: integrity.map(str::to_owned),
            reason: predicate.reason.clone(),
            at: record.ts.to_string(),
            seq: record.seq,
            statement: decided.digest.to_string(),
        }
    }
}

impl Approved {
    fn words(&self) -> String {
        let by: Vec<&str> = self.approvals.iter().map(|approval| approval.by.as_str()).collect();
        let last = self.approvals.last();
        let verdict = last.and_then(|approval| approval.verdict).unwrap_or("none");
        let despite = match last {
            Some(approval) if approval.decision == "approved_despite" => " despite the verdict",
            _ => "",
        };
        let grade = last.and_then(|approval| approval.integrity.as_deref()).unwrap_or("not said");
        let emergency = self.emergency.as_ref();
        let emergency = emergency
            .map(|reason| format!("; under a policy set in an emergency, alone: {reason}"))
            .unwrap_or_default();
        format!(
            "approved{despite} by {}: {} revision {}, verdict {verdict}, evidence {grade}{emergency}",
            by.join(", "),
            self.proposal_id,
            self.revision,
        )
    }
}

impl Checked {
    /// The exit code: covered, not covered, or altered.
    pub fn exit(&self) -> Exit {
        let mut reasons = self.commits.iter().filter_map(|commit| commit.reason.as_ref());
        let is_broken =
            reasons.any(|reason| reason.broken) || self.gap.as_ref().is_some_and(|gap| gap.broken);
        match (self.ok, is_broken) {
            (true, _) => Exit::Done,
            (false, true) => Exit::Integrity,
            (false, false) => Exit::Negative,
        }
    }

    /// Lays it out for a person: a commit a line.
    pub fn page(&self) -> Page {
        let page = Page::new().lines(self.commits.iter().map(CommitView::line).collect());
        let all = self.commits.len();
        let summary = match (all, self.uncovered) {
            (0, _) => format!("{} has no commits.", self.range),
            (_, 0) => format!("{} covered.", counted(all, "commit")),
            (_, missing) => format!("{missing} of {} not covered.", counted(all, "commit")),
        };
        let tone = if self.ok { Tone::Good } else { Tone::Bad };
        let page = page.text(Cell::toned(summary, tone));
        let page = match &self.gap {
            Some(gap) => page.text(Cell::toned(gap.words(), Tone::Bad)),
            None => page,
        };
        match &self.log {
            Some(log) => page.text(Cell::toned(format!("Log: {log}"), Tone::Dim)),
            None => page.text(Cell::toned(
                "Whether the log holds these decisions was not checked: give its key with --log.",
                Tone::Warn,
            )),
        }
    }
}

impl Gap {
    fn words(&self) -> String {
        match &self.commit {
            Some(commit) => {
                let commit = commit.as_str().get(..SHORT).unwrap_or_default();
                format!("Control is broken before the range, at {commit}: {}", self.text)
            }
            None => format!("Control is broken before the range: {}", self.text),
        }
    }
}
