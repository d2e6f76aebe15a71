//! Reasons why a plain approval is not enough.
//!
//! The owner sees them before deciding, and has to answer them in words when approving all the same.

use std::fmt;

use crate::domain::evidence::IntegrityState;
use crate::domain::verdict::VerdictWord;

/// A finding because of which an approval needs a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The verdict is not `passed`.
    Verdict(VerdictWord),
    /// The same bytes passed and failed with the same tools and packages.
    Mixed {
        /// How often they passed.
        passed: usize,
        /// How often they failed.
        failed: usize,
    },
    /// The evidence is weaker than the policy wants.
    Integrity {
        /// What it is.
        found: IntegrityState,
        /// What the policy wants.
        wanted: IntegrityState,
    },
    /// A layer of isolation that the policy wants was not established.
    Isolation {
        /// The layer.
        layer: String,
    },
}

impl fmt::Display for Concern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verdict(verdict) => write!(formatter, "the verdict is {verdict}, not passed"),
            Self::Mixed { passed, failed } => write!(
                formatter,
                "the same bytes passed {passed} and failed {failed} times with the same tools and packages"
            ),
            Self::Integrity { found, wanted } => write!(
                formatter,
                "the integrity of the evidence is {}, the policy wants {}",
                found.word(),
                wanted.word()
            ),
            Self::Isolation { layer } => {
                write!(formatter, "the isolation lacks {layer}, which the policy wants")
            }
        }
    }
}
