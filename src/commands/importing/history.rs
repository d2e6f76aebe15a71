//! Turns the rows of one proposal of an original into a proposal of ours.
//!
//! An original overwrites code when it refines it; the states are recovered from its refinements, in order, and become
//! revisions. Nothing is made up: what is missing or odd becomes a remark, and what cannot be ours is refused with a reason.

use serde_json::{Map, Value};
use thiserror::Error;
use work::contract::page::counted;

use crate::commands::importing::incoming::{Incoming, claim};
use foundation::store::original::row::{SourceRow, SourceValue};
use record::domain::digest::Digest;
use record::domain::history::{HistoryItem, HistoryKind, Provenance, SourceKind};
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::proposal::{Request, RequestError};
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceError, SourceFile};
use record::domain::time::Timestamp;

/// Most revisions that one proposal becomes.
const MAX_REVISIONS: usize = 500;
/// Most executions, and most reviews, of one proposal that are taken.
const MAX_ITEMS: usize = 10_000;
/// Longest text that came with something, in bytes; the rest is cut off.
const MAX_WORDS_BYTES: usize = 64 << 10;
/// Longest output of an execution that is kept, in bytes.
const MAX_OUTPUT_BYTES: usize = 1 << 20;
/// Most names of related concepts.
const MAX_RELATED: usize = 50;
/// The names under which the original's harness wrote the files; it stores none.
const CODE: &str = "code.py";
const TESTS: &str = "test_code.py";

/// A reason why a proposal of a source is not taken.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotTaken {
    /// A name that is no text, or a very long one.
    #[error("its id is not a text of 1 to 200 characters")]
    Id,
    /// A second one of the same name.
    #[error("another row before it has the same id")]
    Twice,
    /// It was imported, and its source is another now.
    #[error("its rows changed since {0} was imported; an import changes nothing that is here")]
    Changed(ProposalId),
    /// No suite of this language can be run here.
    #[error("its language {0:?} cannot be run here")]
    Language(String),
    /// The request cannot be one of ours.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The files cannot be a revision.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A column holds something else than text.
    #[error("its {column} is {kind}, not text")]
    Type {
        /// The column.
        column: &'static str,
        /// The kind of value in it.
        kind: &'static str,
    },
    /// More than is taken.
    #[error("it has {count} {what}; at most {limit} are taken")]
    TooMany {
        /// The things that are counted.
        what: &'static str,
        /// Their number.
        count: usize,
        /// The bound.
        limit: usize,
    },
}

/// Everything an original holds about one proposal, children in the order of their rows.
#[derive(Clone, Debug)]
pub struct ProposalRows {
    /// The proposal.
    pub proposal: SourceRow,
    /// Its executions.
    pub executions: Vec<SourceRow>,
    /// Its reviews.
    pub reviews: Vec<SourceRow>,
    /// Its refinements.
    pub refinements: Vec<SourceRow>,
}

/// The terms of an import: what the owner said, and when.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The offset from UTC of the original's moments, where the owner knows it.
    pub zone: Option<String>,
    /// The moment of the import.
    pub now: Timestamp,
}

impl ProposalRows {
    /// Reads the name the original gave it.
    pub fn source_id(&self) -> Result<String, NotTaken> {
        let SourceValue::Text(bytes) = self.proposal.get("id") else { return Err(NotTaken::Id) };
        let text = std::str::from_utf8(bytes).map_err(|_| NotTaken::Id)?;
        if text.is_empty() || claim(text) != text {
            return Err(NotTaken::Id);
        }
        Ok(text.to_owned())
    }

    /// Takes the digest of all its rows.
    pub fn digest(&self) -> Digest {
        let rows = std::iter::once(&self.proposal).chain(&self.executions);
        let digests: Vec<u8> = rows
            .chain(&self.reviews)
            .chain(&self.refinements)
            .flat_map(|row| *row.digest().as_bytes())
            .collect();
        Digest::of(&digests)
    }

    /// Turns the rows into a proposal of this name; nothing is made up.
    pub fn interpret(&self, id: &ProposalId, terms: &Terms) -> Result<Incoming, NotTaken> {
        check_count("executions", self.executions.len(), MAX_ITEMS)?;
        check_count("reviews", self.reviews.len(), MAX_ITEMS)?;
        // A refinement makes up to two revisions: the state before it, where nothing else left it, and the one after.
        check_count("refinements", self.refinements.len(), MAX_REVISIONS / 2)?;
        let row = &self.proposal;
        let language = words(row, "language")?;
        let language = language.trim().to_lowercase();
        let language: Language =
            language.parse().map_err(|()| NotTaken::Language(claim(&language)))?;
        let request = Request::new(&words(row, "feature_spec")?)?.as_str().to_owned();
        let mut remarks = Vec::new();
        if matches!(row.get("feature_spec"), SourceValue::Text(bytes) if str::from_utf8(bytes).is_err())
        {
            remarks
                .push("its request is not UTF-8; what is not is shown as a replacement".to_owned());
        }
        let related = related(row, &mut remarks);
        let steps = self.steps(&mut remarks)?;
        let revisions = self.revisions(id, terms, &steps, &mut remarks)?;
        let history = self.history(id, &steps, &mut remarks);
        let provenance = Provenance {
            proposal: id.clone(),
            source: SourceKind::Original,
            source_id: self.source_id()?,
            digest: self.digest(),
            claimed_status: claim(&row.words("status").unwrap_or_default()),
            claimed_created_at: claim(&row.words("created_at").unwrap_or_default()),
            claimed_updated_at: claim(&row.words("updated_at").unwrap_or_default()),
            zone: terms.zone.clone(),
            remarks,
        };
        Ok(Incoming {
            request,
            language,
            module: "code".to_owned(),
            related,
            revisions,
            provenance,
            history,
        })
    }

    /// Recovers the states of the code, from the first to the one that is stored.
    fn steps(&self, remarks: &mut Vec<String>) -> Result<Vec<Step>, NotTaken> {
        let mut steps: Vec<Step> = Vec::new();
        let mut unattributed = 0;
        for (index, row) in self.refinements.iter().enumerate() {
            let before = content(row, "original_code")?;
            // The code was changed between two refinements, and nothing tells by whom.
            if steps.last().is_none_or(|last| last.code != before) {
                unattributed += usize::from(!steps.is_empty());
                steps.push(Step { code: before, refinement: None });
            }
            steps.push(Step { code: content(row, "refined_code")?, refinement: Some(index) });
        }
        let now = content(&self.proposal, "code")?;
        if steps.last().is_none_or(|last| last.code != now) {
            unattributed += usize::from(!steps.is_empty());
            steps.push(Step { code: now, refinement: None });
        }
        if unattributed > 0 {
            remarks.push(format!(
                "no refinement tells of {} of the code; each is a revision without feedback",
                counted(unattributed, "edit")
            ));
        }
        Ok(steps)
    }

    fn revisions(
        &self,
        id: &ProposalId,
        terms: &Terms,
        steps: &[Step],
        remarks: &mut Vec<String>,
    ) -> Result<Vec<Revision>, NotTaken> {
        let tests = match self.proposal.get("tests") {
            SourceValue::Null => Vec::new(),
            _ => content(&self.proposal, "tests")?,
        };
        if tests.is_empty() {
            remarks.push("there are no tests, so the test file is empty".to_owned());
        } else if steps.len() > 1 {
            remarks.push(
                "the original keeps the newest tests only; every revision stands with them"
                    .to_owned(),
            );
        }
        let numbered = (1..).zip(steps);
        numbered.map(|(number, step)| self.revision(id, number, terms, step, &tests)).collect()
    }

    fn revision(
        &self,
        id: &ProposalId,
        number: u32,
        terms: &Terms,
        step: &Step,
        tests: &[u8],
    ) -> Result<Revision, NotTaken> {
        let source = Source::new(vec![
            file(CODE, Role::Code, &step.code)?,
            file(TESTS, Role::Test, tests)?,
        ])?;
        let refinement = step.refinement.and_then(|index| self.refinements.get(index));
        let explained = match (refinement, number) {
            (Some(row), _) => row.words("explanation"),
            (None, 1) => self.proposal.words("explanation"),
            (None, _) => None,
        };
        Ok(Revision {
            proposal: id.clone(),
            number,
            parent: (number > 1).then(|| number - 1),
            content_hash: source.content_hash(),
            source,
            authorship: Authorship::imported(),
            explanation: cut(explained.unwrap_or_default()),
            feedback: refinement.and_then(|row| row.words("feedback")).map(cut),
            created_at: terms.now,
        })
    }

    fn history(
        &self,
        id: &ProposalId,
        steps: &[Step],
        remarks: &mut Vec<String>,
    ) -> Vec<HistoryItem> {
        let executions: Vec<HistoryItem> =
            self.executions.iter().map(|row| execution(row, id, remarks)).collect();
        let empty = self.executions.iter().filter(|row| passed_without_tests(row)).count();
        if empty > 0 {
            remarks.push(format!(
                "a pass is claimed without one test run: {}",
                counted(empty, "execution")
            ));
        }
        let revision = |index: usize| {
            let place = steps.iter().position(|step| step.refinement == Some(index));
            place.and_then(|place| u32::try_from(place + 1).ok())
        };
        let refinements = self
            .refinements
            .iter()
            .enumerate()
            .map(|(index, row)| refinement(row, id, revision(index)));
        let reviews = self.reviews.iter().map(|row| review(row, id));
        executions.into_iter().chain(refinements).chain(reviews).collect()
    }
}

/// One state of the code; `refinement` is the place of the refinement that made it.
struct Step {
    code: Vec<u8>,
    refinement: Option<usize>,
}

fn check_count(what: &'static str, count: usize, limit: usize) -> Result<(), NotTaken> {
    if count > limit { Err(NotTaken::TooMany { what, count, limit }) } else { Ok(()) }
}

fn words(row: &SourceRow, column: &'static str) -> Result<String, NotTaken> {
    match row.get(column) {
        SourceValue::Text(_) => Ok(row.words(column).unwrap_or_default()),
        other => Err(NotTaken::Type { column, kind: other.kind() }),
    }
}

/// Reads the bytes of a file, text or not.
fn content(row: &SourceRow, column: &'static str) -> Result<Vec<u8>, NotTaken> {
    match row.get(column) {
        SourceValue::Text(bytes) | SourceValue::Blob(bytes) => Ok(bytes.clone()),
        other => Err(NotTaken::Type { column, kind: other.kind() }),
    }
}

fn file(path: &str, role: Role, content: &[u8]) -> Result<SourceFile, NotTaken> {
    Ok(SourceFile {
        path: path.parse().map_err(SourceError::from)?,
        role,
        content: content.to_vec(),
    })
}

/// Cuts text to what is kept of it.
pub fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_WORDS_BYTES));
    text
}

fn related(row: &SourceRow, remarks: &mut Vec<String>) -> Vec<String> {
    let Some(text) = row.words("related_concepts").filter(|text| !text.trim().is_empty()) else {
        return Vec::new();
    };
    let Ok(names) = serde_json::from_str::<Vec<String>>(&text) else {
        remarks.push("its related concepts are not a list of names and were left out".to_owned());
        return Vec::new();
    };
    names.iter().take(MAX_RELATED).map(|name| claim(name)).collect()
}

fn item(row: &SourceRow, id: &ProposalId, kind: HistoryKind) -> HistoryItem {
    HistoryItem {
        proposal: Some(id.clone()),
        digest: row.digest(),
        kind,
        revision: None,
        moment: String::new(),
        actor: String::new(),
        action: String::new(),
        words: String::new(),
        body: Value::Object(Map::new()).to_string(),
    }
}

fn named(row: &SourceRow, column: &str) -> String {
    claim(&row.words(column).unwrap_or_default())
}

fn execution(row: &SourceRow, id: &ProposalId, remarks: &mut Vec<String>) -> HistoryItem {
    let columns = [
        "tests_run",
        "tests_passed",
        "tests_failed",
        "coverage_percent",
        "static_analysis_score",
        "static_analysis_tool",
        "critical_issues",
        "duration",
        "execution_data",
    ];
    let (body, is_cut) = row.json(&columns, MAX_OUTPUT_BYTES);
    if is_cut {
        remarks.push(format!("the data of an execution were cut after {MAX_OUTPUT_BYTES} bytes"));
    }
    let action = match row.get("passed") {
        SourceValue::Integer(1) => "passed",
        SourceValue::Integer(0) => "failed",
        _ => "unclear",
    };
    HistoryItem {
        moment: named(row, "executed_at"),
        action: action.to_owned(),
        body: Value::Object(body).to_string(),
        ..item(row, id, HistoryKind::Execution)
    }
}

fn passed_without_tests(row: &SourceRow) -> bool {
    row.get("passed") == &SourceValue::Integer(1)
        && row.number("tests_passed").is_none_or(|passed| passed < 1.0)
}

fn refinement(row: &SourceRow, id: &ProposalId, revision: Option<u32>) -> HistoryItem {
    HistoryItem {
        revision,
        moment: named(row, "refined_at"),
        action: "refined".to_owned(),
        words: cut(row.words("feedback").unwrap_or_default()),
        ..item(row, id, HistoryKind::Refinement)
    }
}

fn review(row: &SourceRow, id: &ProposalId) -> HistoryItem {
    HistoryItem {
        moment: named(row, "reviewed_at"),
        actor: named(row, "reviewer"),
        action: named(row, "action"),
        words: cut(row.words("comments").unwrap_or_default()),
        ..item(row, id, HistoryKind::Review)
    }
}
