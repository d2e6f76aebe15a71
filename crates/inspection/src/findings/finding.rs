//! One finding, and the files that are looked at.
//!
//! A finding is known again by its rule, its file and the text of its line, not by the number of that line, which shifts with every
//! line above it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::dismissal::finding_id;
use record::domain::role::Role;

/// Longest text of a line that is kept, in characters.
const MAX_LINE: usize = 200;

/// How much a finding weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It breaks something, or lets somebody in.
    High,
    /// It will cost somebody time.
    Medium,
    /// It could be better.
    Low,
}

impl Severity {
    /// The word that people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// What it counts for in a ranking.
    pub(super) const fn weight(self) -> f64 {
        match self {
            Self::High => 5.0,
            Self::Medium => 3.0,
            Self::Low => 1.0,
        }
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// By what it is known again.
    pub id: String,
    /// A stable word, or the code of a linter's rule.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What is found.
    pub message: String,
    /// Why it matters here.
    pub reason: String,
    /// The command to type next.
    pub next: String,
    /// The text of the line.
    pub text: String,
    /// By what it is ranked: severity, and what is known of how often and how badly the place hurts.
    pub heat: f64,
}

/// A file that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its role in its project.
    pub role: Role,
    /// Its text.
    pub text: String,
}

impl File {
    /// Whether it is Python.
    pub fn is_python(&self) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py" || ending == "pyi")
    }

    /// The text of a line, bounded.
    pub fn line(&self, number: u32) -> String {
        let place = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let line = self.text.lines().nth(place).unwrap_or("");
        line.trim().chars().take(MAX_LINE).collect()
    }
}

/// A finding of a file; whoever ranks gives it its heat, and whoever shows it the next command.
pub fn finding(
    file: &File,
    line: u32,
    rule: &str,
    severity: Severity,
    (message, reason): (String, String),
) -> Finding {
    let text = file.line(line);
    Finding {
        id: finding_id(rule, &file.path, &text),
        rule: rule.to_owned(),
        severity,
        path: file.path.clone(),
        line,
        message,
        reason,
        next: String::new(),
        text,
        heat: 0.0,
    }
}
