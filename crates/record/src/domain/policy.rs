//! What evidence counts for; who decides.

use serde::{Deserialize, Serialize};

use crate::domain::approval_rules::ApprovalRules;
use crate::domain::digest::Digest;
use crate::domain::evidence::{Lint, LintIssue, Severity};

/// What counts as critical and who may decide; its digest is stored with each decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Raised whenever the list below changes.
    pub version: u32,
    /// pylint symbols that make a verdict `failed` by `lint_critical`.
    pub critical_symbols: Vec<String>,
    /// What an approval needs.
    pub approval: ApprovalRules,
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
        }
    }
}

impl Policy {
    /// The digest of the policy as JSON.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Whether a message fails a revision.
    pub fn is_critical(&self, issue: &LintIssue) -> bool {
        issue.severity == Severity::Fatal || self.critical_symbols.contains(&issue.symbol)
    }

    /// Whether any message fails a revision.
    pub fn finds_critical(&self, lint: &Lint) -> bool {
        lint.issues.iter().any(|issue| self.is_critical(issue))
    }
}
