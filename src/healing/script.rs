//! Scripts: how a run of one went.
//!
//! A script is a proposal like any other: its suite is one test of ours that runs it as a program and is satisfied when it
//! ends well, prints something, and speaks of no trouble. The three ways not to are what healing goes by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{Evidence, Termination, TestOutcome};

/// The module name of every script.
pub const MODULE: &str = "main";
/// The suite of every script.
pub const SUITE_TEXT: &str = include_str!("script_suite.py");
/// What the suite says of a script that prints nothing.
const SILENT: &str = "AssertionError: the script ended well but printed nothing";
/// What it says of one that caught its own trouble.
const HANDLED: &str = "AssertionError: the script ended well but speaks of trouble";

/// How a run of a script went.
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
    /// The word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::SilentFailure => "silent_failure",
            Self::HandledException => "handled_exception",
            Self::Crash => "crash",
        }
    }

    /// How the run of a script under its suite went, by what the suite said.
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
