//! Counts of negative controls, the runs that should fail.
//!
//! They are part of the evidence: they say how a pass was put to the test.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What ran besides the suite itself, so that its pass means something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Controls {
    /// The controls that ran: `stub_raises`, `stub_none`, `stub_empty`, `mutated_literals`, `replay`.
    pub phases: Vec<String>,
    /// Passed tests of which an expected literal was changed.
    pub mutated: u32,
    /// Of these, the ones that then failed.
    pub caught: u32,
    /// Assertions replayed in a process that knows no expectation.
    pub replayed: u32,
    /// Of these, the ones whose outcome was confirmed from outside.
    pub confirmed: u32,
}
