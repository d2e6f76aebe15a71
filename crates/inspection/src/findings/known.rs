//! Findings that were there when somebody last looked.
//!
//! A look at a change is worth reading where it tells what the change brings. So what was found before is kept by its ids, and is
//! silent from then on.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::finding::Finding;

/// Findings that are known already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Known {
    /// Ids of what was found when it was kept.
    pub kept: BTreeSet<String>,
}

impl Known {
    /// Keeps what was found now.
    pub fn of(found: &[Finding]) -> Self {
        Self { kept: found.iter().map(|finding| finding.id.clone()).collect() }
    }
}

/// Parts findings into those to show and the count of those that are known.
pub fn news(found: Vec<Finding>, known: &Known) -> (Vec<Finding>, usize) {
    let before = found.len();
    let news: Vec<Finding> =
        found.into_iter().filter(|finding| !known.kept.contains(&finding.id)).collect();
    let silent = before - news.len();
    (news, silent)
}
