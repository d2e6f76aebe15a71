//! Line coverage over all code files.

use std::collections::BTreeSet;

use crate::domain::evidence::{Coverage, MissingLine};
use crate::sandbox::evidence::transcript::Transcript;
use crate::sandbox::frame::Lines;

/// Coverage of these code files, or nothing where one of them was not measured.
pub(crate) fn coverage_of(transcript: &Transcript, code: &[String]) -> Option<Coverage> {
    let mut total = 0;
    let mut missing = Vec::new();
    for (index, path) in code.iter().enumerate() {
        let kinds = transcript.lines.get(path)?;
        let none = BTreeSet::new();
        let statements = kinds.get(&Lines::Statements)?;
        let missed = kinds.get(&Lines::Missing).unwrap_or(&none);
        total += u32::try_from(statements.len()).unwrap_or(u32::MAX);
        let named = |line: &u32| match index {
            0 => MissingLine::Line(*line),
            _ => MissingLine::InFile(format!("{path}:{line}")),
        };
        missing.extend(missed.intersection(statements).map(named));
    }
    let missed = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    Some(Coverage::of(total.saturating_sub(missed), total, missing))
}
