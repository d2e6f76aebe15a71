//! The part of the policy that says what a change of a repository has to show.
//!
//! Nothing is demanded where the owner says nothing, and a policy without these rules keeps its digest.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::change_evidence::{ChangeEvidence, ControlGrade};

/// What a change of a repository has to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeRules {
    /// The least that the change's tests have to show on the base's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlDemand>,
    /// Executable lines of the change that have to run, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covered_percent: Option<u32>,
    /// Lint messages that the base does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_lint: Option<NewLintRule>,
}

/// What the change's tests have to show on the base's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlDemand {
    /// A test fails, runs into a limit or cannot be collected there.
    Any,
    /// A test runs there and fails.
    RedToGreen,
    /// A test fails there because an expectation does not hold.
    Assertion,
}

/// What the policy thinks of new lint messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewLintRule {
    /// They are shown.
    Show,
    /// They fail the change.
    Deny,
}

/// A share that cannot be met.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("covered_percent is {0}; it takes 1 to 100")]
pub struct ShareError(pub u32);

impl ChangeRules {
    /// Tells whether the rules can be followed.
    pub const fn check(&self) -> Result<(), ShareError> {
        match self.covered_percent {
            Some(share) if share == 0 || share > 100 => Err(ShareError(share)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the change's tests need it as much as is demanded.
    pub(super) fn has_control(&self, change: &ChangeEvidence) -> bool {
        self.control.is_none_or(|demand| demand.is_met(change))
    }

    /// Whether as many of the change's lines run as are demanded.
    pub(super) fn is_covered(&self, change: &ChangeEvidence) -> bool {
        let lines = &change.changed_lines;
        let covered = u64::from(lines.covered) * 100;
        self.covered_percent
            .is_none_or(|share| covered >= u64::from(share) * u64::from(lines.total))
    }

    /// Whether the change brings no lint that is denied.
    pub(super) fn takes_lint(&self, change: &ChangeEvidence) -> bool {
        self.new_lint != Some(NewLintRule::Deny) || change.new_lint.is_empty()
    }
}

impl ControlDemand {
    fn is_met(self, change: &ChangeEvidence) -> bool {
        match self {
            Self::Any => change.control.grade > ControlGrade::None,
            Self::RedToGreen => change.control.grade >= ControlGrade::Limit,
            Self::Assertion => change.control.holds_in_assertion(),
        }
    }
}
