//! Selects what a model is told of tests, failures and lint.
//!
//! Where a proposal has several files, the model is asked for one of them and told what concerns that one first: prompts
//! cost money, and what is elsewhere distracts.

use std::collections::BTreeSet;

use crate::diagnosis::diagnosis::Failure;
use crate::healing::work::Tested;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use repair::links::Links;

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
    let text = parent.diagnosis.text();
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

/// Lists the messages of the linter, one line each; of several files only those for the one that is asked for.
pub fn lint(parent: &Tested, file: Option<&SourcePath>) -> Vec<String> {
    let result =
        file.and_then(|file| parent.files.iter().find(|result| result.path == file.as_str()));
    let Some(result) = result else { return parent.diagnosis.lint.clone() };
    result
        .lint
        .iter()
        .map(|issue| format!("line {}: {} ({})", issue.line, issue.message, issue.symbol))
        .collect()
}
