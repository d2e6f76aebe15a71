//! What is known of the past of files, as far as somebody knows it.
//!
//! It comes from the graph of a repository where there is one, and from its executions. Without it findings are ranked by what the
//! texts show alone.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::finding::{File, Finding, Severity, finding};

/// What the past of a repository tells of its files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Past {
    /// How many recent commits touched a file.
    pub churn: BTreeMap<String, u32>,
    /// The share of the lines of a file that tests run, 0 to 1.
    pub coverage: BTreeMap<String, f64>,
    /// Files that usually change together with a file.
    pub partners: BTreeMap<String, Vec<Partner>>,
}

/// A file that usually changes with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Partner {
    /// Its path.
    pub path: String,
    /// In how many of its newest commits both changed.
    pub together: u32,
    /// How many commits of the file that is asked about were looked at.
    pub of: u32,
}

/// Least number of common changes from which a missing partner is told.
const LEAST_TOGETHER: u32 = 4;

/// Usual partners that a change of these files leaves out.
pub fn missing_partners(past: &Past, changed: &[File]) -> Vec<Finding> {
    let paths: BTreeSet<&str> = changed.iter().map(|file| file.path.as_str()).collect();
    let mut found = Vec::new();
    for file in changed {
        let partners = past.partners.get(&file.path).map(Vec::as_slice).unwrap_or_default();
        let usual = partners.iter().filter(|partner| {
            partner.together >= LEAST_TOGETHER
                && partner.together * 2 > partner.of
                && !paths.contains(&*partner.path)
        });
        for partner in usual {
            let message = format!("{} usually changes with it, and does not here", partner.path);
            let reason = format!(
                "{} of the {} newest commits of this file changed both",
                partner.together, partner.of
            );
            found.push(finding(file, 1, "missing_partner", Severity::Medium, (message, reason)));
        }
    }
    found
}
