//! Statuses of a proposal, and which events change them.
//!
//! There is no mutable status of its own: it follows from acts, and only reviews reach approved or rejected.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The status of a proposal; only reviews reach the last two.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No execution of the newest revision has ended yet.
    Pending,
    /// The newest revision was executed.
    Tested,
    /// The owner approved the newest revision.
    Approved,
    /// The owner rejected the newest revision.
    Rejected,
}

impl Status {
    /// All of them, in the order of a proposal's life.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Tested, Self::Approved, Self::Rejected];

    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Tested => "tested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The status after an execution that ended passed, failed or flaky: decisions stand.
    #[must_use]
    pub const fn after_execution(self) -> Self {
        match self {
            Self::Pending | Self::Tested => Self::Tested,
            Self::Approved => Self::Approved,
            Self::Rejected => Self::Rejected,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.word() == text).ok_or(())
    }
}
