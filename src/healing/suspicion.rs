//! Suspicious lines, by spectrum.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::evidence::{Evidence, TestOutcome};
use crate::domain::source::SourcePath;
use crate::sandbox::probe::Traced;

/// Most lines that are named.
const MAX_SUSPECTS: usize = 5;

/// A line and how suspicious it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// Ochiai's coefficient, 0 to 1.
    pub score: f64,
}

impl Suspect {
    /// `path:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// The lines that one test runs, and whether it fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spectrum {
    /// Whether it fails.
    pub fails: bool,
    /// File and line.
    pub lines: BTreeSet<(String, u32)>,
}

/// The spectra of a trace.
pub fn of_trace(traced: &Traced) -> Vec<Spectrum> {
    let lines = |lines: &BTreeMap<SourcePath, BTreeSet<u32>>| {
        let pairs = lines.iter().flat_map(|(path, lines)| {
            lines.iter().map(move |line| (path.as_str().to_owned(), *line))
        });
        pairs.collect()
    };
    let spectrum = |case: &crate::sandbox::probe::Case| Spectrum {
        fails: case.complaint.is_some(),
        lines: lines(&case.lines),
    };
    traced.cases.iter().map(spectrum).collect()
}

/// The spectra of an execution that told coverage test by test.
pub fn of_evidence(evidence: &Evidence) -> Vec<Spectrum> {
    let Some(coverage) = &evidence.coverage else { return Vec::new() };
    let spectrum = |case: &crate::domain::evidence::TestCase| {
        let by_file = coverage.by_test.get(&case.id)?;
        let lines = by_file
            .iter()
            .flat_map(|(path, lines)| lines.iter().map(move |line| (path.clone(), *line)));
        let fails = matches!(case.outcome, TestOutcome::Failed | TestOutcome::Error);
        Some(Spectrum { fails, lines: lines.collect() })
    };
    evidence.tests.cases.iter().filter_map(spectrum).collect()
}

/// The most suspicious lines by Ochiai: those that failing tests run and passing ones do not.
pub fn suspects(spectra: &[Spectrum]) -> Vec<Suspect> {
    let failing = spectra.iter().filter(|spectrum| spectrum.fails).count();
    let mut counts: BTreeMap<&(String, u32), (usize, usize)> = BTreeMap::new();
    for spectrum in spectra {
        for line in &spectrum.lines {
            let (failed, all) = counts.entry(line).or_default();
            *failed += usize::from(spectrum.fails);
            *all += 1;
        }
    }
    let mut found: Vec<Suspect> = counts
        .into_iter()
        .filter(|(_, (failed, _))| *failed > 0)
        .map(|((path, line), (failed, all))| Suspect {
            path: path.clone(),
            line: *line,
            score: ochiai(failed, failing, all),
        })
        .collect();
    found
        .sort_by(|left, right| right.score.total_cmp(&left.score).then(left.line.cmp(&right.line)));
    found.truncate(MAX_SUSPECTS);
    found
}

fn ochiai(failed: usize, failing: usize, all: usize) -> f64 {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    count(failed) / (count(failing) * count(all)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_failing_tests_alone_come_first() {
        let spectrum = |fails, lines: &[u32]| Spectrum {
            fails,
            lines: lines.iter().map(|line| ("a.py".to_owned(), *line)).collect(),
        };
        let spectra =
            [spectrum(false, &[1, 2]), spectrum(true, &[1, 3]), spectrum(false, &[1, 2, 4])];

        let found: Vec<String> = suspects(&spectra).iter().map(Suspect::place).collect();

        assert_eq!(found, ["a.py:3", "a.py:1"]);
    }
}
