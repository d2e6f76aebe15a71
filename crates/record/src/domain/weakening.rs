//! A sign that newer tests ask less than older ones.
//!
//! `repair::weakening` finds them; reviewers are shown them before they approve.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One sign that the newer tests ask less than the older ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Weakening {
    /// A stable word: `tests_removed`, `assertions_removed`, `comparisons_removed`, `skips_added`, `tolerance_widened`, `expected_changed`.
    pub code: String,
    /// The same in plain words.
    pub message: String,
}
