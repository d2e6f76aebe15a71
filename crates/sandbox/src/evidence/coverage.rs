//! Line coverage over all code files.
//!
//! The harness measures and sends lines; sums are made here. A line that ran without existing was forged, and then there is
//! no coverage at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::transcript::Transcript;
use crate::frame::Lines;
use record::domain::evidence::{Coverage, MissingLine, Share};

/// Coverage of these code files, or nothing where one of them was not measured or says that lines ran which it has not.
///
/// Of a part of a suite, the lines that can run are told too, and every missing line with its file.
pub(crate) fn coverage_of(
    transcript: &Transcript,
    code: &[String],
    is_part: bool,
) -> Option<Coverage> {
    if transcript.forged_lines > 0 {
        return None;
    }
    let mut total = 0;
    let mut missing = Vec::new();
    let (mut files, mut executable) = (BTreeMap::new(), BTreeMap::new());
    for path in code {
        let (statements, missed) = file(transcript, path, Lines::Statements, Lines::Missing)?;
        let in_file = count(statements.iter());
        total += in_file;
        let gone = count(missed.intersection(&statements));
        files.insert(path.clone(), Share::of(in_file.saturating_sub(gone), in_file));
        // One form in one list: with their file, where there are several.
        let named = |line: &u32| match code {
            [_] if !is_part => MissingLine::Line(*line),
            _ => MissingLine::InFile(format!("{path}:{line}")),
        };
        missing.extend(missed.intersection(&statements).map(named));
        if is_part {
            executable.insert(path.clone(), statements);
        }
    }
    let missed = count(missing.iter());
    let mut coverage = Coverage::of(total.saturating_sub(missed), total, missing);
    if code.len() > 1 {
        coverage.files = files;
    }
    coverage.executable = executable;
    coverage.unexcluded = unexcluded(transcript, code);
    coverage.by_test.clone_from(&transcript.lines_by_test);
    Some(coverage)
}

/// The share over all lines, excluded ones too; nothing where no file excludes any.
fn unexcluded(transcript: &Transcript, code: &[String]) -> Option<Share> {
    let has_excluded =
        transcript.lines.values().any(|kinds| kinds.contains_key(&Lines::AllStatements));
    let all = |path: &String| {
        file(transcript, path, Lines::AllStatements, Lines::AllMissing)
            .or_else(|| file(transcript, path, Lines::Statements, Lines::Missing))
    };
    let files: Vec<_> = code.iter().filter_map(all).collect();
    let total: u32 = files.iter().map(|(statements, _)| count(statements.iter())).sum();
    let missed: u32 =
        files.iter().map(|(statements, missed)| count(missed.intersection(statements))).sum();
    has_excluded.then(|| Share::of(total.saturating_sub(missed), total))
}

fn file(
    transcript: &Transcript,
    path: &str,
    statements: Lines,
    missing: Lines,
) -> Option<(BTreeSet<u32>, BTreeSet<u32>)> {
    let kinds = transcript.lines.get(path)?;
    Some((kinds.get(&statements)?.clone(), kinds.get(&missing).cloned().unwrap_or_default()))
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
