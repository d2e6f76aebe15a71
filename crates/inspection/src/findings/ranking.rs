//! Puts findings into the order in which a person should read them.
//!
//! Severity counts first; what is known of the place multiplies it: how often the file changed lately, how many ways lead through the
//! function, and how little of the file tests run. What is not known counts for nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::finding::{File, Finding, Severity};
use crate::findings::past::Past;
use crate::functions::{Function, around, functions_of};

/// Ways through a function that double a finding in it.
const DOUBLING_WAYS: f64 = 10.0;

/// Findings of one rule in a file that come before those of other files.
const FEW: u32 = 3;

/// Gives each finding its heat, and sorts by it; what was found twice at one line stays once.
pub fn ranked(files: &[File], past: &Past, found: Vec<Finding>) -> Vec<Finding> {
    let hit: BTreeSet<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    let functions: BTreeMap<&str, Vec<Function>> = files
        .iter()
        .filter(|file| hit.contains(file.path.as_str()))
        .map(|file| (file.path.as_str(), functions_of(&file.path, &file.text)))
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
    uncrowded(ranked)
}

/// Moves what a file has beyond a few of one rule to the end, so that one bad function does not fill what a person reads.
fn uncrowded(ranked: Vec<Finding>) -> Vec<Finding> {
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    let (mut first, rest): (Vec<Finding>, Vec<Finding>) = ranked.into_iter().partition(|finding| {
        let count = counts.entry((finding.path.clone(), finding.rule.clone())).or_default();
        *count += 1;
        *count <= FEW || finding.severity == Severity::High
    });
    first.extend(rest);
    first
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
