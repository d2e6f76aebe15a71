//! Shows history that came from elsewhere as claims.
//!
//! What a source says of executions and reviews was not observed here, so it is kept apart from evidence and worded as a
//! claim: it counts for no verdict and no approval.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::reporting::views;
use record::domain::history::{HistoryItem, HistoryKind, Provenance, SourceKind};
use record::domain::id::ProposalId;

/// Most items of history in an answer.
const LISTED: u32 = 200;
/// Most characters of the words of one item on a page.
const SHOWN_CHARS: usize = 200;

/// Where a proposal was imported from and what its source claims; none of it was verified here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedView {
    /// The kind of source.
    pub source: SourceKind,
    /// Its id there.
    pub source_id: String,
    /// The status it had there; it says nothing about the one here.
    pub claimed_status: String,
    /// When it was made, in the words of the source.
    pub created_at: String,
    /// When it last changed, in the words of the source.
    pub updated_at: String,
    /// The offset from UTC of these moments; null where it is not known.
    pub zone: Option<String>,
    /// What was noticed while it was taken over.
    pub remarks: Vec<String>,
    /// What was done there, at most 200 items.
    pub history: Vec<HistoryView>,
}

/// One thing that was done there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryView {
    /// What kind of thing.
    pub kind: HistoryKind,
    /// When, in the words of the source.
    pub at: String,
    /// Who; empty where the source does not say.
    pub by: String,
    /// The claimed answer, decision or action.
    pub action: String,
    /// The revision it is about, where the source says so.
    pub revision: Option<u32>,
    /// The words that came with it.
    pub words: String,
    /// What a claimed execution found; null for the rest.
    pub result: Option<ClaimedResult>,
}

/// What an execution elsewhere is said to have found; what the source fills in by default is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimedResult {
    /// Tests run.
    pub tests_run: Option<u64>,
    /// Tests passed.
    pub tests_passed: Option<u64>,
    /// Tests failed.
    pub tests_failed: Option<u64>,
    /// Line coverage in percent; null for 0, which an original also writes when it measured none.
    pub coverage_percent: Option<f64>,
    /// Score of the linter.
    pub lint_score: Option<f64>,
}

/// Reads where a proposal was imported from, with its history; `None` for one of this home.
pub async fn imported(
    context: &Context,
    id: &ProposalId,
) -> Result<Option<ImportedView>, CommandError> {
    let store = context.store()?;
    let Some(provenance) = store.provenance(id).await? else { return Ok(None) };
    let history = store.history(id, LISTED).await?;
    Ok(Some(ImportedView::of(provenance, history)))
}

impl ImportedView {
    fn of(provenance: Provenance, history: Vec<HistoryItem>) -> Self {
        Self {
            source: provenance.source,
            source_id: provenance.source_id,
            claimed_status: provenance.claimed_status,
            created_at: provenance.claimed_created_at,
            updated_at: provenance.claimed_updated_at,
            zone: provenance.zone,
            remarks: provenance.remarks,
            history: history.into_iter().map(HistoryView::of).collect(),
        }
    }

    /// Says in one sentence what the source claims.
    pub fn claim(&self) -> String {
        let count = |kind| self.history.iter().filter(|item| item.kind == kind).count();
        format!(
            "imported from {}: it claims {} with {} and {}, none of which counts here",
            place(self.source),
            self.claimed_status,
            counted(count(HistoryKind::Execution), "execution"),
            counted(count(HistoryKind::Review), "review")
        )
    }

    /// Lays it out.
    pub fn page(&self) -> Page {
        let moments = format!("{}, changed {}", self.created_at, self.updated_at);
        let mut page = Page::new()
            .text(Cell::toned("Imported; what follows is claimed by its source:", Tone::Warn))
            .fields([
                ("From", Cell::from(format!("{}, as {}", place(self.source), self.source_id))),
                ("Claimed", Cell::from(self.claimed_status.as_str())),
                ("Made there", Cell::from(format!("{moments} ({})", self.zone()))),
            ]);
        let remarks = self.remarks.iter().map(|remark| Cell::toned(remark.as_str(), Tone::Warn));
        let lines = self.history.iter().map(|item| Cell::from(item.line()));
        let all: Vec<Cell> = remarks.chain(lines).collect();
        if !all.is_empty() {
            page = page.block(Block::List(all));
        }
        page
    }

    fn zone(&self) -> String {
        match &self.zone {
            Some(zone) => format!("UTC{zone}"),
            None => "zone not known".to_owned(),
        }
    }
}

const fn place(source: SourceKind) -> &'static str {
    match source {
        SourceKind::Original => "an original's database",
        SourceKind::Bundle => "a bundle of another home",
    }
}

impl HistoryView {
    fn of(item: HistoryItem) -> Self {
        let result = (item.kind == HistoryKind::Execution).then(|| ClaimedResult::of(&item.body));
        Self {
            kind: item.kind,
            at: item.moment,
            by: item.actor,
            action: item.action,
            revision: item.revision,
            words: item.words,
            result,
        }
    }

    fn line(&self) -> String {
        let about = self.revision.map(|revision| format!(" revision {revision}"));
        let by = (!self.by.is_empty()).then(|| format!(" by {}", self.by));
        let words = self.words.replace('\n', " ");
        let said =
            (!words.is_empty()).then(|| format!(": {}", views::preview(&words, SHOWN_CHARS)));
        [
            Some(format!("{} {} {}", self.at, self.kind.word(), self.action)),
            about,
            by,
            self.result.as_ref().map(ClaimedResult::words),
            said,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl ClaimedResult {
    fn of(body: &str) -> Self {
        // A body that cannot be read claims nothing; it is no reason to hide the rest.
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let number = |name: &str| body.get(name).and_then(Value::as_f64);
        let count = |name: &str| body.get(name).and_then(Value::as_u64);
        Self {
            tests_run: count("tests_run"),
            tests_passed: count("tests_passed"),
            tests_failed: count("tests_failed"),
            coverage_percent: number("coverage_percent").filter(|percent| *percent > 0.0),
            lint_score: number("static_analysis_score"),
        }
    }

    fn words(&self) -> String {
        let number = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
        let coverage = self.coverage_percent.map(|percent| format!("coverage {percent:.1} %"));
        let lint = self.lint_score.map(|score| format!("lint {score:.1}"));
        let tests = [
            format!("{} run", number(self.tests_run)),
            format!("{} passed", number(self.tests_passed)),
            format!("{} failed", number(self.tests_failed)),
        ];
        let parts: Vec<String> = tests.into_iter().chain(coverage).chain(lint).collect();
        format!(" ({})", parts.join(", "))
    }
}
