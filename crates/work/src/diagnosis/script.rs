//! The suite that runs a script, and how such a run went.
//!
//! A script is a proposal like any other: its suite is one test of ours that runs it as a program and is satisfied when it
//! ends well, prints something, and speaks of no trouble. The three ways not to are what healing goes by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// The module name of every script.
pub const MODULE: &str = "main";
/// The suite of every script.
pub const SUITE_TEXT: &str = include_str!("script_suite.py");
/// The line by which the suite of a script runs it.
const RUN: &str = "runpy.run_module(\"main\", run_name=\"__main__\")";
/// The suite's words for a script that prints nothing.
const SILENT: &str = "AssertionError: the script ended well but printed nothing";
/// Its words for one that caught its own trouble.
const HANDLED: &str = "AssertionError: the script ended well but speaks of trouble";

/// Writes the suite of a program of several files: it runs the one that the program starts with.
pub fn suite_of(entry: &SourcePath) -> String {
    let path = entry.as_str();
    let module = path.strip_suffix(".py").unwrap_or(path).replace('/', ".");
    let run = match module.strip_suffix("__main__").map(|package| package.trim_end_matches('.')) {
        // This name is that of the harness's own program.
        Some("") => "runpy.run_path(__file__.rpartition(\"/\")[0] + \"/__main__.py\", run_name=\"__main__\")".to_owned(),
        Some(package) => RUN.replace("\"main\"", &format!("\"{package}\"")),
        None => RUN.replace("\"main\"", &format!("\"{module}\"")),
    };
    SUITE_TEXT.replace(RUN, &run).replace("[\"main.py\"]", &format!("[\"{path}\"]"))
}

/// Writes the suite of a single module that nobody gave tests for: it is imported, and silence is no fault of it.
pub fn import_of(path: &SourcePath) -> String {
    let path = path.as_str();
    let module = path.strip_suffix(".py").unwrap_or(path).replace('/', ".");
    let module = module.strip_suffix(".__init__").unwrap_or(&module);
    format!(
        "\"\"\"Imports the module: nobody gave tests for it.\"\"\"\n\nimport importlib\n\n\ndef test_import():\n    importlib.import_module(\"{module}\")\n"
    )
}

/// Tells whether all tests of a source are such a suite: whatever prints anything passes it, so it guides no search.
pub fn is_only_run(source: &Source) -> bool {
    let suites = |file: &SourceFile| [suite_of(&file.path), import_of(&file.path)];
    let suites: Vec<String> = source.of_role(Role::Code).flat_map(suites).collect();
    source.of_role(Role::Test).all(|test| suites.contains(&test.text()))
}

/// The outcome of a script's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunClass {
    /// It ended with 0 and printed something without a word of trouble.
    Success,
    /// It ended with 0 and printed nothing.
    SilentFailure,
    /// It ended with 0 and printed words of trouble.
    HandledException,
    /// It ended otherwise.
    Crash,
}

impl RunClass {
    /// Returns the word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::SilentFailure => "silent_failure",
            Self::HandledException => "handled_exception",
            Self::Crash => "crash",
        }
    }

    /// Classifies the run of a script under its suite by what the suite said.
    pub fn of(evidence: &Evidence) -> Self {
        let test = evidence.tests.cases.first();
        match test.map(|test| (test.outcome, test.message.as_str())) {
            _ if evidence.termination != Termination::Completed => Self::Crash,
            Some((TestOutcome::Passed, _)) => Self::Success,
            Some((_, message)) if message.contains(SILENT) => Self::SilentFailure,
            Some((_, message)) if message.contains(HANDLED) => Self::HandledException,
            Some(_) | None => Self::Crash,
        }
    }
}
