//! Puts findings into the order in which a person should read them.
//!
//! Severity counts first; what is known of the place multiplies it: how often the file changed lately, how many ways lead through the
//! function, and how little of the file tests run. What is not known counts for nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::finding::{File, Finding};
use crate::findings::past::Past;
use crate::functions::{Function, around, functions};

/// Ways through a function that double a finding in it.
const DOUBLING_WAYS: f64 = 10.0;

/// Gives each finding its heat, and sorts by it; what was found twice at one line stays once.
pub fn ranked(files: &[File], past: &Past, found: Vec<Finding>) -> Vec<Finding> {
    let functions: BTreeMap<&str, Vec<Function>> = files
        .iter()
        .filter(|file| file.is_python())
        .map(|file| (file.path.as_str(), functions(&file.text)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut ranked: Vec<Finding> = found
        .into_iter()
        .filter(|finding| seen.insert((finding.path.clone(), finding.line, finding.rule.clone())))
        .map(|finding| Finding { heat: heat(&finding, past, &functions), ..finding })
        .collect();
    number_alike(&mut ranked);
    ranked.sort_by(|left, right| {
        let place = |it: &Finding| (it.path.clone(), it.line, it.rule.clone());
        right.heat.total_cmp(&left.heat).then_with(|| place(left).cmp(&place(right)))
    });
    ranked
}

/// Findings of one rule on lines with the same text get a number each, so that one more of them is new.
fn number_alike(found: &mut [Finding]) {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for finding in found {
        let count = counts.entry(finding.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            finding.id = format!("{}-{count}", finding.id);
        }
    }
}

fn heat(finding: &Finding, past: &Past, functions: &BTreeMap<&str, Vec<Function>>) -> f64 {
    let churn = past.churn.get(&finding.path).map_or(1.0, |count| 1.0 + f64::from(count + 1).ln());
    let coverage =
        past.coverage.get(&finding.path).map_or(1.0, |share| 2.0 - share.clamp(0.0, 1.0));
    let of_file = functions.get(finding.path.as_str()).map(Vec::as_slice).unwrap_or_default();
    let ways = around(of_file, finding.line).map_or(1, |one| one.complexity);
    let heat =
        finding.severity.weight() * churn * (1.0 + f64::from(ways) / DOUBLING_WAYS) * coverage;
    (heat * 100.0).round() / 100.0
}
