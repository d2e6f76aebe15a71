//! The answer of the commands that decide.
//!
//! Approve, reject, revoke and reopen answer with one type, so a program reads them alike and every surface shows the same
//! lines: what was decided on which bytes, by whose key, and its place in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::anchoring::Anchored;
use crate::contract::applied::Applied;
use crate::contract::outcome::Outcome;
use crate::contract::page::{Cell, Page, Tone};
use record::domain::approval::Missing;
use record::domain::assurance::Assurance;
use record::domain::decision::Decision;

/// What a decision command answers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The proposal.
    pub proposal_id: String,
    /// The revision decided on.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// The execution it rests on; null where nothing was executed.
    pub execution_id: Option<String>,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub reviewer: String,
    /// Why; null for a plain approval.
    pub reason: Option<String>,
    /// What else the owner said.
    pub comment: String,
    /// Fingerprint of the key that signed it; null for a decision from before there were keys.
    pub key: Option<String>,
    /// How well that key is kept.
    pub assurance: Option<Assurance>,
    /// What an approval still needs from others; null where it is complete.
    pub missing: Option<MissingView>,
    /// What became of the new head at the anchors; null where the home has none.
    pub anchored: Option<Anchored>,
    /// The repository that the change is of, whose commits may carry a note of it; absent for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The branch that is checked out on the base of the change; absent where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Where it still is, though its approval is taken back; absent for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub still_in: Vec<Applied>,
    /// Its place in the record.
    pub audit: ReceiptView,
}

/// What is missing until a revision is approved.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MissingView {
    /// How many more owners have to approve.
    pub approvals: usize,
    /// Files whose owners have not approved.
    pub paths: Vec<String>,
}

impl From<Missing> for MissingView {
    fn from(missing: Missing) -> Self {
        Self { approvals: missing.approvals, paths: missing.paths }
    }
}

/// A place in the record.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptView {
    /// Sequence number.
    pub seq: u64,
    /// Leaf hash.
    pub hash: String,
}

impl Outcome for Decided {
    fn page(&self) -> Page {
        let (words, tone) = match self.decision {
            Decision::Approved => ("approved", Tone::Good),
            Decision::ApprovedDespite => ("approved despite the verdict", Tone::Warn),
            Decision::Rejected => ("rejected", Tone::Bad),
            Decision::Revoked => ("approval revoked", Tone::Warn),
            Decision::Reopened => ("reopened", Tone::Plain),
        };
        let mut fields = vec![
            ("Content hash", Cell::from(self.content_hash.as_str())),
            ("Reviewer", Cell::from(self.reviewer.as_str())),
            ("Record", Cell::toned(format!("{} ({})", self.audit.seq, self.audit.hash), Tone::Dim)),
        ];
        if let Some(reason) = &self.reason {
            fields.insert(1, ("Reason", Cell::from(reason.as_str())));
        }
        if !self.comment.is_empty() {
            fields.insert(1, ("Comment", Cell::from(self.comment.as_str())));
        }
        if let (Some(key), Some(assurance)) = (&self.key, self.assurance) {
            let tone = if assurance == Assurance::Low { Tone::Warn } else { Tone::Plain };
            fields.push(("Key", Cell::toned(format!("{key} ({})", assurance.meaning()), tone)));
        }
        if let Some(anchored) = self.anchored.as_ref().filter(|anchored| !anchored.is_enough()) {
            let words = format!("recorded, not anchored: {}", anchored.failures.join("; "));
            fields.push(("Anchors", Cell::toned(words, Tone::Warn)));
        }
        if let Some(missing) = &self.missing {
            fields.push(("Still needed", Cell::toned(missing.words(), Tone::Warn)));
        }
        let page = Page::new()
            .text(Cell::toned(
                format!("{} revision {}: {words}", self.proposal_id, self.revision),
                tone,
            ))
            .fields(fields);
        let still =
            self.still_in.iter().map(|one| ("Applied", Cell::toned(one.words(), Tone::Warn)));
        let page = page.fields(still.collect::<Vec<_>>());
        let steps = self.steps();
        if steps.is_empty() { page } else { page.next(steps) }
    }
}

impl Decided {
    /// What can be done next.
    fn steps(&self) -> Vec<String> {
        let id = &self.proposal_id;
        if self.decision.is_approval() {
            return self.missing.is_none().then(|| self.step_in()).into_iter().collect();
        }
        let back = format!("/rollback-code {id}  takes it out");
        let note = format!(
            "/note-code {id} --commit REV  tells the note on its commit, so that checks see it"
        );
        let back = (!self.still_in.is_empty()).then_some(back);
        back.into_iter().chain(self.repository.is_some().then_some(note)).collect()
    }

    /// How what is approved gets to where it belongs.
    fn step_in(&self) -> String {
        let id = &self.proposal_id;
        match (&self.repository, &self.branch) {
            (Some(_), Some(branch)) => format!(
                "/apply-code {id} --branch {branch}  commits it on that branch, which is checked out on its base"
            ),
            (Some(_), None) => format!(
                "/apply-code {id} --branch <branch>  commits it on that branch, which is made where there is none"
            ),
            (None, _) => format!("/apply-code {id} --folder FOLDER  writes it there"),
        }
    }
}

impl MissingView {
    /// Says in words what is missing.
    pub fn words(&self) -> String {
        let approvals = match self.approvals {
            0 => None,
            1 => Some("one more approval".to_owned()),
            more => Some(format!("{more} more approvals")),
        };
        let paths =
            (!self.paths.is_empty()).then(|| format!("the owners of {}", self.paths.join(", ")));
        approvals.into_iter().chain(paths).collect::<Vec<_>>().join("; ")
    }
}
