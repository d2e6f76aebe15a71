//! Selects what a model is told of tests, failures and lint.
//!
//! Where a proposal has several files, the model is asked for one of them and told what concerns that one first: prompts
//! cost money, and what is elsewhere distracts.

use std::collections::BTreeSet;

use crate::diagnosis::diagnosis::{Diagnosis, Failure};
use crate::diagnosis::script;
use crate::healing::work::Tested;
use record::domain::evidence::{LintIssue, Severity};
use record::domain::healing::FailureClass;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use repair::links::Links;

/// What a program that is only run has to keep to.
const RULES: [&str; 4] = [
    "It is run without arguments, without input and without a network.",
    "It prints its result and ends with status 0.",
    "It makes whatever sample data it needs itself, and writes files only into its working folder.",
    "It still does what the request says.",
];

/// Writes the sealed tests; of several files those that have to do with the one that is asked for, each under its name.
pub fn tests(source: &Source, file: Option<&SourcePath>) -> String {
    let all: Vec<&SourceFile> = source.of_role(Role::Test).collect();
    let (Some(file), true) = (file, all.len() > 1) else { return source.text_of(Role::Test) };
    let dependents = Links::of(source).dependents(&BTreeSet::from([file.clone()]));
    let of_file: Vec<&SourceFile> =
        all.iter().filter(|test| dependents.contains(&test.path)).copied().collect();
    let shown = if of_file.is_empty() { all } else { of_file };
    let texts = shown.iter().map(|test| format!("# {}\n{}", test.path, test.text()));
    texts.collect::<Vec<_>>().join("\n")
}

/// Writes the diagnosis, and which file is wanted where there are several.
pub fn diagnosis(parent: &Tested, file: Option<&SourcePath>) -> String {
    let source = &parent.revision.source;
    let suspects = parent.diagnosis.suspects.iter().map(|place| with_text(source, place));
    let text = Diagnosis { suspects: suspects.collect(), ..parent.diagnosis.clone() }.text();
    match file {
        Some(file) => {
            format!("{text}\nThe file to repair is {file}; the other files stay as they are.")
        }
        None => text,
    }
}

/// Lists the failing tests, one line each; those first that touch the file that is asked for.
pub fn failures(parent: &Tested, file: Option<&SourcePath>) -> Vec<String> {
    let of_file =
        |file: &SourcePath| parent.files.iter().find(|result| result.path == file.as_str());
    let touching = file.and_then(of_file).map(|result| &result.failing);
    let mut failures: Vec<&Failure> = parent.diagnosis.failures.iter().collect();
    if let Some(touching) = touching {
        failures.sort_by_key(|failure| !touching.contains(&failure.name));
    }
    failures.into_iter().map(Failure::line).collect()
}

/// Lists the messages of the linter, one line each, the gravest first; of several files only those for the one that is asked for.
///
/// Where tests fail, only what is probably wrong is told: a matter of style asks for other changes than the one that is wanted.
pub fn lint(parent: &Tested, file: Option<&SourcePath>) -> Vec<String> {
    let is_wanted = |path: &str| file.is_none_or(|file| file.as_str() == path);
    let of_files = parent.files.iter().filter(|result| is_wanted(&result.path));
    let is_all = parent.diagnosis.class == FailureClass::Warnings;
    let is_told = |issue: &&LintIssue| is_all || issue.severity >= Severity::Error;
    let mut issues: Vec<&LintIssue> =
        of_files.flat_map(|result| &result.lint).filter(is_told).collect();
    issues.sort_by_key(|issue| (std::cmp::Reverse(issue.severity), issue.line));
    let line =
        |issue: &LintIssue| format!("line {}: {} ({})", issue.line, issue.message, issue.symbol);
    issues.into_iter().map(line).collect()
}

/// Lists what a program that is only run has to keep to; its suite does not say so.
pub fn constraints(source: &Source) -> Vec<String> {
    if !script::is_only_run(source) {
        return Vec::new();
    }
    RULES.map(str::to_owned).to_vec()
}

/// A place such as `cart.py:7` with the text of its line: a model does not count lines.
fn with_text(source: &Source, place: &str) -> String {
    let line = || {
        let (path, number) = place.rsplit_once(':')?;
        let file = source.files().iter().find(|file| file.path.as_str() == path)?;
        let at = number.parse::<usize>().ok()?.checked_sub(1)?;
        file.text().lines().nth(at).map(|line| format!("{place} `{}`", line.trim()))
    };
    line().unwrap_or_else(|| place.to_owned())
}
