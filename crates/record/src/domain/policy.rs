//! Policy of an owner: what fails a revision, and what an approval needs.
//!
//! It turns evidence into a verdict (`verdict.rs`) and a verdict into approvability (`approval.rs`). Every decision records
//! the digest of the policy that counted, so that a later one changes nothing that was decided.

use serde::{Deserialize, Serialize};

use crate::domain::approval_rules::ApprovalRules;
use crate::domain::change_rules::ChangeRules;
use crate::domain::digest::Digest;
use crate::domain::evidence::{Lint, LintIssue, Severity};

/// The critical symbols and the rules of approval; its digest is stored with each decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Raised whenever the list below changes.
    pub version: u32,
    /// pylint symbols that make a verdict `failed` by `lint_critical`.
    pub critical_symbols: Vec<String>,
    /// What an approval needs.
    pub approval: ApprovalRules,
    /// What a change of a repository has to show; absent where nothing is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRules>,
}

impl Default for Policy {
    fn default() -> Self {
        let symbols = [
            "syntax-error",
            "undefined-variable",
            "used-before-assignment",
            "no-self-argument",
            "return-outside-function",
            "not-in-loop",
        ];
        Self {
            version: 1,
            critical_symbols: symbols.map(str::to_owned).to_vec(),
            approval: ApprovalRules::default(),
            change: None,
        }
    }
}

impl Policy {
    /// The digest of the policy as JSON.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether a message fails a revision; what a run has answered is a remark.
    pub fn is_critical(&self, issue: &LintIssue) -> bool {
        let is_grave =
            issue.severity == Severity::Fatal || self.critical_symbols.contains(&issue.symbol);
        is_grave && !issue.ran
    }

    /// Whether any message fails a revision; asked by [`judge`](crate::domain::verdict::judge) alone.
    pub(crate) fn finds_critical(&self, lint: &Lint) -> bool {
        lint.issues.iter().any(|issue| self.is_critical(issue))
    }
}
