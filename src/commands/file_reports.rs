//! Code files, their evidence and their healing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::page::{Block, Cell, Page, Tone};
use crate::domain::evidence::Evidence;
use crate::domain::healing::{Healing, Part, Stop, Strategy, Turn};
use crate::domain::source::Source;
use crate::healing::files::{FileResult, results};
use crate::healing::packages::{Found, Requirement};

/// The columns of the table of files.
pub const HEAD: [&str; 5] = ["File", "Coverage", "Lint", "Failing tests", "Healing"];

/// What healing came to for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileHealing {
    /// It needed none.
    NotNeeded,
    /// It was changed, and nothing points at it any more.
    Healed,
    /// Something points at it, and nothing is left to try.
    Exhausted,
    /// Something points at it; healing ended before everything was tried.
    Failing,
}

impl FileHealing {
    /// The word people read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotNeeded => "not needed",
            Self::Healed => "healed",
            Self::Exhausted => "exhausted",
            Self::Failing => "failing",
        }
    }
}

/// One code file: what the execution says of it, and what healing came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileReport {
    /// What the execution says.
    #[serde(flatten)]
    pub result: FileResult,
    /// What healing came to; null where the revision is not the end of one.
    pub healing: Option<FileHealing>,
    /// Attempts that changed it, and answers for it that could not be used.
    pub attempts: u32,
}

/// The code files of a source, with what healing came to where one ended with it; nothing for one code file.
pub fn reports(source: &Source, evidence: &Evidence, healing: Option<&Healing>) -> Vec<FileReport> {
    let report = |result: FileResult| {
        let attempts = healing.map_or(0, |healing| attempts(healing, &result.path, |_| true));
        let state = healing.map(|healing| state(healing, &result, attempts));
        FileReport { result, healing: state, attempts }
    };
    results(source, evidence).into_iter().map(report).collect()
}

fn state(healing: &Healing, result: &FileResult, attempts: u32) -> FileHealing {
    let stop = healing.end.as_ref().map(|end| end.stop);
    let calls = || self::attempts(healing, &result.path, |turn| turn.strategy == Strategy::Model);
    match (result.suspicion, stop) {
        (0, _) if attempts > 0 => FileHealing::Healed,
        (0, _) => FileHealing::NotNeeded,
        (_, Some(Stop::Attempts | Stop::NoProgress)) => FileHealing::Exhausted,
        _ if calls() >= healing.plan.max_iterations => FileHealing::Exhausted,
        _ => FileHealing::Failing,
    }
}

fn attempts(healing: &Healing, path: &str, counts: impl Fn(&Turn) -> bool) -> u32 {
    let is_attempt = |turn: &&Turn| matches!(turn.part, Part::Attempt | Part::Unusable);
    let is_on = |turn: &&Turn| turn.detail.files.iter().any(|file| file == path);
    let found = healing.turns.iter().filter(is_attempt).filter(is_on).filter(|turn| counts(turn));
    u32::try_from(found.count()).unwrap_or(u32::MAX)
}

/// The files as a table; an empty page where there are none.
pub fn page(files: &[FileReport]) -> Page {
    if files.is_empty() {
        return Page::new();
    }
    let head = HEAD.map(str::to_owned).to_vec();
    Page::new().block(Block::Table { head, rows: rows(files) })
}

/// The rows of that table.
pub fn rows(files: &[FileReport]) -> Vec<Vec<Cell>> {
    files.iter().map(row).collect()
}

fn row(file: &FileReport) -> Vec<Cell> {
    let result = &file.result;
    let coverage = result.coverage.as_ref().map_or_else(
        || Cell::toned("not measured", Tone::Warn),
        |share| Cell::from(format!("{:.1} % ({}/{})", share.percent, share.covered, share.total)),
    );
    let failing = match result.failing.len() {
        0 if result.suspicion > 0 => Cell::toned("stops the suite", Tone::Bad),
        0 => Cell::from("none"),
        count => Cell::toned(count.to_string(), Tone::Bad),
    };
    let healing = match (file.healing, file.attempts) {
        (None, _) => "none".to_owned(),
        (Some(state), 0) => state.word().to_owned(),
        (Some(state), 1) => format!("{}, 1 attempt", state.word()),
        (Some(state), attempts) => format!("{}, {attempts} attempts", state.word()),
    };
    let lint = format!("{} messages", result.lint.len());
    vec![Cell::from(result.path.as_str()), coverage, Cell::from(lint), failing, Cell::from(healing)]
}

/// Requirements that the sandbox does not meet, as a list; an empty page where it meets all.
pub fn requirements_page(requirements: &[Requirement]) -> Page {
    let is_open = |wanted: &&Requirement| match wanted.found {
        Found::Missing | Found::OtherVersion | Found::NotUnderstood => true,
        Found::Installed | Found::StandardLibrary => false,
    };
    let line = |wanted: &Requirement| {
        let version = wanted.version.as_deref().map(|version| format!(" ({version})"));
        let text =
            format!("{}: {}{}", wanted.text, wanted.found.word(), version.unwrap_or_default());
        Cell::toned(text, Tone::Warn)
    };
    let open: Vec<Cell> = requirements.iter().filter(is_open).map(line).collect();
    if open.is_empty() {
        return Page::new();
    }
    let question = "Environment question: the sandbox does not meet these requirements, and installs nothing for a proposal.";
    Page::new().text(Cell::toned(question, Tone::Warn)).block(Block::List(open))
}
