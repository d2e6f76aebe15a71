//! Files with their evidence, their healing and their requirements.
//!
//! Proposals of several code files are judged file by file: size, coverage, lint, failing tests, and what healing came to. A
//! single file has all this in the report itself, so its tables stay empty. Rows are made once and drawn as page, Markdown
//! and HTML.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::diagnosis::files::{FileResult, STOPS, results};
use crate::diagnosis::packages::{Found, Requirement, requirements};
use foundation::store::error::StoreError;
use foundation::store::store::Store;
use record::domain::entry_point::entry_point;
use record::domain::evidence::Evidence;
use record::domain::execution::Execution;
use record::domain::healing::{Healing, Part, Stop, Strategy, Turn};
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// The columns of the table of files.
pub const HEAD: [&str; 7] =
    ["File", "Role", "Size", "Coverage", "Lint", "Failing tests", "Healing"];
/// Support files that a terminal lists one by one.
const MOST_SUPPORT: usize = 5;
/// The columns of the table of requirements.
pub const REQUIREMENTS: [&str; 2] = ["Requirement", "In the sandbox"];

/// Facts on the files of a revision, one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByFile {
    /// The file that the program starts with, where there are several code files.
    pub entry_point: Option<String>,
    /// Every file, where there are several code files.
    pub listed: Vec<ListedFile>,
    /// Results of an execution for each code file, where there are several.
    pub results: Vec<FileReport>,
    /// The packages that are wanted, against those that the execution had.
    pub requirements: Vec<Requirement>,
}

/// One file: what it is for, and how large it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedFile {
    /// Where it lies.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// How many lines it has.
    pub lines: u64,
}

impl From<&SourceFile> for ListedFile {
    fn from(file: &SourceFile) -> Self {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Self {
            path: file.path.to_string(),
            role: file.role,
            size_bytes: count(file.content.len()),
            lines: count(file.text().lines().count()),
        }
    }
}

impl ByFile {
    /// Gathers what is known of the files, of an execution of them, and of a healing that ended with them.
    pub async fn of(
        store: &dyn Store,
        revision: &Revision,
        execution: Option<&Execution>,
    ) -> Result<Self, StoreError> {
        let source = &revision.source;
        let wanted = |execution: &Execution| requirements(source, &execution.evidence.environment);
        let requirements = execution.map_or_else(Vec::new, wanted);
        if source.of_role(Role::Code).count() < 2 {
            return Ok(Self { requirements, ..Self::default() });
        }
        let results = match execution {
            Some(execution) => {
                let healings = store.healings(&revision.proposal).await?;
                let ends_here = |healing: &&Healing| {
                    healing.end.as_ref().is_some_and(|end| end.head == revision.number)
                };
                reports(source, &execution.evidence, healings.iter().rev().find(ends_here))
            }
            None => Vec::new(),
        };
        let entry_point = entry_point(source).map(ToString::to_string);
        let listed = source.files().iter().map(ListedFile::from).collect();
        Ok(Self { entry_point, listed, results, requirements })
    }
}

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
    /// Something may point at it, and nothing was tried anywhere.
    NotTried,
    /// Tests fail, and nothing points at it, which does not prove it innocent.
    NotSuspected,
}

impl FileHealing {
    /// Returns the word for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotNeeded => "not needed",
            Self::Healed => "healed",
            Self::Exhausted => "exhausted",
            Self::Failing => "failing",
            Self::NotTried => "not tried",
            Self::NotSuspected => "not suspected",
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

/// Reports on each code file of a source, with what healing came to; nothing for one code file.
pub fn reports(source: &Source, evidence: &Evidence, healing: Option<&Healing>) -> Vec<FileReport> {
    let results = results(source, evidence);
    let is_failing = results.iter().any(|result| result.suspicion > 0 || result.is_unsure);
    let report = |result: FileResult| {
        let attempts = healing.map_or(0, |healing| attempts(healing, &result.path, |_| true));
        let state = healing.map(|healing| state(healing, &result, attempts, is_failing));
        FileReport { result, healing: state, attempts }
    };
    results.into_iter().map(report).collect()
}

fn state(healing: &Healing, result: &FileResult, attempts: u32, is_failing: bool) -> FileHealing {
    let stop = healing.end.as_ref().map(|end| end.stop);
    let is_idle = healing.end.as_ref().is_some_and(|end| end.candidates == 0) && attempts == 0;
    let calls = || self::attempts(healing, &result.path, |turn| turn.strategy == Strategy::Model);
    match (result.suspicion, stop) {
        (0, _) if !result.is_unsure && attempts > 0 => FileHealing::Healed,
        (0, _) if !is_failing => FileHealing::NotNeeded,
        _ if is_idle => FileHealing::NotTried,
        (0, _) if !result.is_unsure => FileHealing::NotSuspected,
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

/// Lays the code files out as a table; an empty page where there are none.
pub fn page(files: &[FileReport]) -> Page {
    let row = |file: &FileReport| {
        [Cell::from(file.result.path.as_str())].into_iter().chain(told(file)).collect()
    };
    let [path, _, _, told @ ..] = HEAD;
    let head: Vec<&str> = [path].into_iter().chain(told).collect();
    table(&head, files.iter().map(row).collect())
}

/// Lays the files out as a table, with the result of each where there is one; an empty page where there are none.
///
/// Many files that no result speaks of would hide those that matter: they share the last row.
pub fn listing(listed: &[ListedFile], results: &[FileReport]) -> Page {
    let (support, judged): (Vec<&ListedFile>, Vec<&ListedFile>) =
        listed.iter().partition(|file| file.role == Role::Support);
    if support.len() <= MOST_SUPPORT {
        return table(&HEAD, rows(listed, results));
    }
    let judged: Vec<ListedFile> = judged.into_iter().cloned().collect();
    let total = |of: fn(&ListedFile) -> u64| support.iter().map(|file| of(file)).sum();
    let all = ListedFile {
        path: format!("{} others", support.len()),
        role: Role::Support,
        size_bytes: total(|file| file.size_bytes),
        lines: total(|file| file.lines),
    };
    let mut shown = rows(&judged, results);
    shown.extend(rows(&[all], results));
    table(&HEAD, shown)
}

/// Makes the rows of that table.
pub fn rows(listed: &[ListedFile], results: &[FileReport]) -> Vec<Vec<Cell>> {
    let row = |file: &ListedFile| {
        let result = results.iter().find(|report| report.result.path == file.path);
        let told = result.map_or_else(|| [(); 4].map(|()| Cell::toned("-", Tone::Dim)), told);
        let size = format!("{}, {}", counted(file.size_bytes, "byte"), counted(file.lines, "line"));
        let known = [file.path.as_str(), file.role.word(), size.as_str()].map(Cell::from);
        known.into_iter().chain(told).collect()
    };
    listed.iter().map(row).collect()
}

/// Makes the cells of coverage, lint, failing tests and healing of a code file.
fn told(file: &FileReport) -> [Cell; 4] {
    let result = &file.result;
    let coverage = result.coverage.as_ref().map_or_else(
        || Cell::toned("not measured", Tone::Warn),
        |share| {
            let text = format!("{:.1} % ({}/{})", share.percent, share.covered, share.total);
            match (share.covered, share.total) {
                (0, 1..) => Cell::toned(format!("{text}, never ran"), Tone::Warn),
                _ => Cell::from(text),
            }
        },
    );
    let failing = match result.failing.len() {
        0 if result.suspicion >= STOPS => Cell::toned("stops the suite", Tone::Bad),
        0 if result.is_unsure => Cell::toned("not known", Tone::Warn),
        0 => Cell::from("none"),
        count => Cell::toned(count.to_string(), Tone::Bad),
    };
    let healing = match (file.healing, file.attempts) {
        (None, _) => "none".to_owned(),
        (Some(state), 0) => state.word().to_owned(),
        (Some(state), attempts) => format!("{}, {}", state.word(), counted(attempts, "attempt")),
    };
    let lint = counted(result.lint.len(), "message");
    [coverage, Cell::from(lint), failing, Cell::from(healing)]
}

/// Makes the rows of the table of requirements.
pub fn requirement_rows(requirements: &[Requirement]) -> Vec<Vec<Cell>> {
    let row = |wanted: &Requirement| {
        let version = wanted.version.as_deref().map(|version| format!(" ({version})"));
        let found = format!("{}{}", wanted.found.word(), version.unwrap_or_default());
        let tone = if is_open(wanted) { Tone::Warn } else { Tone::Plain };
        vec![Cell::from(wanted.text.as_str()), Cell::toned(found, tone)]
    };
    requirements.iter().map(row).collect()
}

/// Lays the requirements out as a table, with a question where the sandbox does not meet all; an empty page where there are
/// none.
pub fn requirements_page(requirements: &[Requirement]) -> Page {
    let page = if requirements.iter().any(is_open) {
        let question = "Environment question: the sandbox does not meet these requirements; the owner says whether packages are installed (SARAPHINA_PACKAGES).";
        Page::new().text(Cell::toned(question, Tone::Warn))
    } else {
        Page::new()
    };
    page.then(table(&REQUIREMENTS, requirement_rows(requirements)))
}

fn table(head: &[&str], rows: Vec<Vec<Cell>>) -> Page {
    if rows.is_empty() {
        return Page::new();
    }
    let head = head.iter().map(|name| (*name).to_owned()).collect();
    Page::new().block(Block::Table { head, rows })
}

const fn is_open(wanted: &Requirement) -> bool {
    match wanted.found {
        Found::Missing | Found::OtherVersion | Found::NotUnderstood => true,
        Found::Installed | Found::StandardLibrary | Found::NotWanted => false,
    }
}
