//! Counts of control runs: tests run against code that should make them fail.
//!
//! A suite that passes whatever the code does says nothing. The controls are part of the evidence, so that a pass can be told from a
//! pass that means something.

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
