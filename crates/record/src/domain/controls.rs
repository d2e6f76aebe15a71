//! Counts of control runs: tests run against code that should make them fail.
//!
//! A suite that passes whatever the code does says nothing. The controls are part of the evidence, so that a pass can be told from a
//! pass that means something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What ran besides the suite itself, so that its pass means something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Controls {
    /// The controls that ran: `stub_raises`, `stub_empty`, `changed_half`, `asked_outside`, `left_as_it_is`, `nothing_equal`, `replay`; older ones too.
    pub phases: Vec<String>,
    /// Passed tests of which an expectation was changed.
    pub mutated: u32,
    /// Of these, the ones that then failed.
    pub caught: u32,
    /// Assertions replayed in a process that knows no expectation.
    pub replayed: u32,
    /// Of these, the ones whose outcome was confirmed from outside.
    pub confirmed: u32,
    /// What the outside decided; absent in older evidence.
    #[serde(default, skip_serializing_if = "Outside::is_empty")]
    pub outside: Outside,
    /// Examples that no test has, tried too; absent where there were none, and in older evidence.
    #[serde(default, skip_serializing_if = "HeldOut::is_empty")]
    pub held_out: HeldOut,
}

/// Examples of the request and of docstrings, called by themselves and compared outside of the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldOut {
    /// Those whose result could be compared.
    pub tried: u32,
    /// Of these, the ones that the code meets.
    pub held: u32,
}

impl HeldOut {
    /// Whether there was nothing to try.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Tests whose values were compared outside of their box, which held no expectation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outside {
    /// Tests that passed.
    pub tests: u32,
    /// Of these, the ones of which every comparison was decided outside, and one at least.
    pub decided: u32,
    /// Comparisons that tests came by.
    pub comparisons: u32,
    /// Of these, the ones whose value was right.
    pub right: u32,
}

impl Outside {
    /// Whether nothing was compared, and no test passed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
