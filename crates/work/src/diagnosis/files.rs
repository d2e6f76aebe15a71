//! Tells of each of several code files what the evidence says of it.
//!
//! Tracebacks name places, tests import files, the linter names lines: together they say which file to repair first
//! (`suspects`). A proposal of one file has no such choice and gets no results here.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnosis::raised::{Raised, places};
use record::domain::evidence::{
    Evidence, LintIssue, MissingLine, Severity, Share, Termination, TestOutcome,
};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use repair::links::Links;
use repair::localise::Suspicion;

/// Most failing tests that are named for a file.
const MAX_FAILING: usize = 50;
/// Suspicion of a file: what stops a suite, the innermost place of a failure, a critical message, a place above it, and
/// the share among the files that a failing test imports.
pub const STOPS: u32 = 4_000;
const INNERMOST: u32 = 1_000;
const OBJECTED: u32 = 500;
const ABOVE: u32 = 100;
const IMPORTED: u32 = 600;
/// Suspicion of a file with a line that failing tests run and no others, beside that of each failing test.
const TRACED: f64 = 2_500.0;

/// One code file in the light of an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileResult {
    /// Its path.
    pub path: String,
    /// Lines that ran, of those that can; null where that was not measured.
    pub coverage: Option<Share>,
    /// Lines that did not run.
    pub missing: Vec<u32>,
    /// Messages of the linter.
    pub lint: Vec<LintIssue>,
    /// Failing tests that touch it, by the places that they name, else by what they import; at most 50.
    pub failing: Vec<String>,
    /// The weight of what points at it; 0 where nothing does. Only to be compared with that of other files.
    pub suspicion: u32,
    /// Whether tests fail of which nothing tells what they touch: they may touch it too. Absent where there are none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unsure: bool,
}

/// Collects what evidence says of each code file, by path; nothing where there is one only.
pub fn results(source: &Source, evidence: &Evidence) -> Vec<FileResult> {
    let paths: Vec<&SourcePath> = source.of_role(Role::Code).map(|file| &file.path).collect();
    let Some(first) = paths.first().filter(|_| paths.len() > 1) else { return Vec::new() };
    let mut blame = Blame::new(source);
    blame.all(evidence);
    let result = |path: &&SourcePath| {
        let lint = |issue: &&LintIssue| {
            issue.path.as_deref().map_or(path == first, |of| of == path.as_str())
        };
        let coverage = evidence.coverage.as_ref();
        let failing = blame.failing.get(*path).cloned().unwrap_or_default();
        FileResult {
            path: path.to_string(),
            coverage: coverage.and_then(|all| all.files.get(path.as_str()).cloned()),
            missing: coverage
                .map_or_else(Vec::new, |all| missing(&all.missing, path, path == first)),
            lint: evidence.lint.issues.iter().filter(lint).cloned().collect(),
            failing: failing.into_iter().take(MAX_FAILING).collect(),
            suspicion: blame.suspicion.get(*path).copied().unwrap_or(0),
            is_unsure: blame.is_unsure,
        }
    };
    paths.iter().map(result).collect()
}

/// Ranks the code files that fail, the most suspicious first; all of them where a failure points at none.
///
/// Where a trace tells of lines, a file is suspicious by its most suspicious line too, and files are named that no failing test
/// names or imports itself; none that evidence points at is left out for that. Nothing where there is one code file only: then
/// there is no choice.
pub fn suspects(results: &[FileResult], lines: &Suspicion) -> Vec<SourcePath> {
    let is_pointed_at = results.iter().any(|file| file.suspicion > 0);
    let failing: BTreeSet<&String> = results.iter().flat_map(|file| &file.failing).collect();
    let tests = f64::from(u32::try_from(failing.len()).unwrap_or(u32::MAX).max(1));
    let of = |file: &FileResult| {
        let path: SourcePath = file.path.parse().ok()?;
        let traced = TRACED * lines.of_file(&path);
        let is_suspect = file.suspicion > 0 || !is_pointed_at || traced > 0.0;
        is_suspect.then_some((f64::from(file.suspicion) / tests + traced, path))
    };
    let mut found: Vec<(f64, SourcePath)> = results.iter().filter_map(of).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    found.into_iter().map(|(_, path)| path).collect()
}

fn missing(lines: &[MissingLine], path: &SourcePath, is_first: bool) -> Vec<u32> {
    let of_path = |line: &MissingLine| match line {
        MissingLine::Line(line) => is_first.then_some(*line),
        MissingLine::InFile(place) => {
            let (named, line) = place.rsplit_once(':')?;
            line.parse().ok().filter(|_| named == path.as_str())
        }
    };
    lines.iter().filter_map(of_path).collect()
}

/// The suspicions while they are collected.
struct Blame<'s> {
    code: BTreeSet<&'s SourcePath>,
    tests: Vec<&'s SourcePath>,
    links: Links,
    suspicion: BTreeMap<SourcePath, u32>,
    failing: BTreeMap<SourcePath, BTreeSet<String>>,
    /// Whether a test fails of which nothing tells what it touches.
    is_unsure: bool,
}

impl<'s> Blame<'s> {
    fn new(source: &'s Source) -> Self {
        Self {
            code: source.of_role(Role::Code).map(|file| &file.path).collect(),
            tests: source.of_role(Role::Test).map(|file| &file.path).collect(),
            links: Links::of(source),
            suspicion: BTreeMap::new(),
            failing: BTreeMap::new(),
            is_unsure: false,
        }
    }

    fn all(&mut self, evidence: &Evidence) {
        match &evidence.termination {
            Termination::Syntax(text) | Termination::Collection(text) => self.stopped(text),
            Termination::Completed
            | Termination::Timeout
            | Termination::Memory
            | Termination::Limit(_)
            | Termination::EarlyExit(_)
            | Termination::Infrastructure(_)
            | Termination::Cancelled => {}
        }
        for case in &evidence.tests.cases {
            match case.outcome {
                TestOutcome::Failed | TestOutcome::Error => self.failed(&case.id, &case.message),
                TestOutcome::Passed
                | TestOutcome::Skipped
                | TestOutcome::Xfailed
                | TestOutcome::Xpassed => {}
            }
        }
        // A test that never ran did not fail, but something may have kept it from running.
        for id in &evidence.tests.missing {
            for path in self.imports(id) {
                self.add(&path, 1);
            }
        }
        if evidence.lint.critical {
            self.objected(&evidence.lint.issues);
        }
    }

    /// Blames the file that a suite names which could not begin.
    fn stopped(&mut self, text: &str) {
        let named = text.split(':').next().unwrap_or_default();
        let place = Raised::read(text).place.map(|(path, _)| path);
        let named =
            [place.as_deref(), Some(named)].into_iter().flatten().find_map(|path| self.known(path));
        if let Some(path) = named {
            self.add(&path, STOPS);
        }
    }

    /// Blames for a failed test the places that its traceback names, else what it imports.
    fn failed(&mut self, id: &str, message: &str) {
        let mut above: Vec<SourcePath> =
            places(message).filter_map(|(path, _)| self.known(path)).collect();
        let Some(innermost) = above.pop() else { return self.imported(id) };
        self.note(&innermost, id, INNERMOST);
        above.retain(|path| *path != innermost);
        above.dedup();
        for path in above {
            self.note(&path, id, ABOVE);
        }
    }

    /// Blames for a test that names no place in the code the files that it imports, which share the weight.
    fn imported(&mut self, id: &str) {
        let imports = self.imports(id);
        // The tests of a repository that a change leaves alone are no part of it, so that nobody knows what they import.
        self.is_unsure |= imports.is_empty();
        let count = u32::try_from(imports.len()).unwrap_or(u32::MAX).max(1);
        for path in imports {
            self.note(&path, id, (IMPORTED / count).max(1));
        }
    }

    /// Lists the code files that the file of a test imports.
    fn imports(&self, id: &str) -> Vec<SourcePath> {
        let file = id.split("::").next().unwrap_or_default();
        let test = self.tests.iter().find(|path| path.as_str() == file);
        test.map_or_else(Vec::new, |test| self.links.direct(test).cloned().collect())
    }

    fn objected(&mut self, issues: &[LintIssue]) {
        let grave = |issue: &&LintIssue| issue.severity >= Severity::Error;
        let named: BTreeSet<SourcePath> = issues
            .iter()
            .filter(grave)
            .filter_map(|issue| self.known(issue.path.as_deref()?))
            .collect();
        for path in named {
            self.add(&path, OBJECTED);
        }
    }

    fn known(&self, path: &str) -> Option<SourcePath> {
        self.code.iter().find(|known| known.as_str() == path).map(|known| (*known).clone())
    }

    fn note(&mut self, path: &SourcePath, id: &str, weight: u32) {
        self.failing.entry(path.clone()).or_default().insert(id.to_owned());
        self.add(path, weight);
    }

    fn add(&mut self, path: &SourcePath, weight: u32) {
        let known = self.suspicion.entry(path.clone()).or_default();
        *known = known.saturating_add(weight);
    }
}

#[cfg(test)]
mod tests {
    use super::{FileResult, suspects};
    use record::domain::probe::{Case, Complaint, Traced};
    use record::domain::source_path::SourcePath;
    use repair::localise::{Suspicion, localise};

    fn file(path: &str, suspicion: u32, tests: u32) -> FileResult {
        FileResult {
            path: path.to_owned(),
            coverage: None,
            missing: Vec::new(),
            lint: Vec::new(),
            failing: (0..tests).map(|test| format!("t.py::test_{test}")).collect(),
            suspicion,
            is_unsure: false,
        }
    }

    fn named(results: &[FileResult], lines: &Suspicion) -> Vec<String> {
        suspects(results, lines).iter().map(SourcePath::to_string).collect()
    }

    #[test]
    fn a_trace_puts_files_in_order_and_leaves_none_out_that_evidence_points_at() {
        let lines = [("c.py".parse().unwrap(), [3].into())].into();
        let complaint = Some(Complaint::default());
        let failing = Case { id: "t.py::test_0".to_owned(), complaint, lines };
        let lines = localise(&Traced { cases: vec![failing], ..Traced::default() });
        let pointed = [file("a.py", 1, 50), file("b.py", 600, 1), file("c.py", 0, 0)];
        let unknown = [file("a.py", 0, 0), file("b.py", 0, 0), file("c.py", 0, 0)];

        assert_eq!(named(&pointed, &Suspicion::default()), ["b.py", "a.py"]);
        assert_eq!(named(&pointed, &lines), ["c.py", "b.py", "a.py"]);
        assert_eq!(named(&unknown, &Suspicion::default()), ["a.py", "b.py", "c.py"]);
        assert_eq!(named(&unknown, &lines), ["c.py", "a.py", "b.py"]);
        assert!(named(&[], &lines).is_empty());
    }
}
