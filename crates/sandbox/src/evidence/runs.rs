//! Runs that were made of one plan of controls.
//!
//! They are gathered round by round (`linux/stages/controls.rs`): what a later round tries depends on what the earlier
//! ones left open.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::evidence::plan::Phase;
use crate::evidence::ran::Ran;
use crate::evidence::scripts::Acted;
use crate::evidence::spoilt::Spoilt;

/// The runs that were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ControlRuns {
    /// Each suite that ran on stubs.
    pub(crate) stubs: BTreeMap<Phase, Ran>,
    /// Each suite whose tests had other expectations, or none.
    pub(crate) acted: BTreeMap<Phase, Acted>,
    /// Suites on code of which one definition alone is a stub.
    pub(crate) alone: Vec<Ran>,
    /// The suite on code that gives other results; absent where it did not run.
    pub(crate) spoilt: Option<Spoilt>,
    /// The suite on code whose results are nearly right; absent where it did not run.
    pub(crate) near: Option<Spoilt>,
    /// The suite with helpers whose assertions fail; absent where it did not run.
    pub(crate) refused: Option<Acted>,
    /// The suite in reverse order; absent where it did not run.
    pub(crate) reversed: Option<Ran>,
    /// What replayed calls gave; absent where none ran.
    pub(crate) answers: Option<BTreeMap<usize, Option<Json>>>,
    /// Runs that took too long.
    pub(crate) lost: BTreeSet<Phase>,
    /// Runs that the box itself put an end to, where the real one came to its own.
    pub(crate) left: BTreeSet<Phase>,
}
