//! The five decisions of an owner, and how long their words may be.
//!
//! Reviews, signed statements and the kinds of record all speak of the same five, so they stand below all three.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::act::ActKind;
use crate::domain::status::Status;

/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 2_000;
/// Longest comment, in characters.
pub const MAX_COMMENT_CHARS: usize = 1_000;
/// Shortest reason for an approval despite the verdict, in characters.
pub const MIN_DESPITE_CHARS: usize = 10;

/// The kinds of decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The verdict passed, and the owner approves it.
    Approved,
    /// The verdict did not pass, and the owner approves it for a stated reason.
    ApprovedDespite,
    /// The owner refuses it.
    Rejected,
    /// The owner takes an approval back.
    Revoked,
    /// The owner takes a rejection back.
    Reopened,
}

impl Decision {
    /// The word in records, tables and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::ApprovedDespite => "approved_despite",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Reopened => "reopened",
        }
    }

    /// Finds the decision that a kind of act records; `None` for every other act.
    pub fn of(kind: ActKind) -> Option<Self> {
        let kinds = [
            (ActKind::DecisionApproved, Self::Approved),
            (ActKind::DecisionApprovedDespite, Self::ApprovedDespite),
            (ActKind::DecisionRejected, Self::Rejected),
            (ActKind::DecisionRevoked, Self::Revoked),
            (ActKind::DecisionReopened, Self::Reopened),
        ];
        kinds.into_iter().find(|(known, _)| *known == kind).map(|(_, decision)| decision)
    }

    /// Gives the status of the proposal after it.
    pub const fn status(self) -> Status {
        match self {
            Self::Approved | Self::ApprovedDespite => Status::Approved,
            Self::Rejected => Status::Rejected,
            Self::Revoked | Self::Reopened => Status::Tested,
        }
    }

    /// Tells whether it lets the proposal in.
    pub const fn is_approval(self) -> bool {
        matches!(self, Self::Approved | Self::ApprovedDespite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decisions_are_the_kinds_of_that_class_and_no_other() {
        for kind in ActKind::ALL {
            assert_eq!(Decision::of(*kind).is_some(), kind.is_owner_decision(), "{}", kind.word());
        }
    }
}
