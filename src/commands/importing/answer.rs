//! The answer of an import: what came over, what did not, and why.
//!
//! Everything is counted, lists are bounded, and each thing that was left behind has a reason, so that an owner can tell a
//! complete import from one that lost something. A dry run answers with the same type.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::history::SourceKind;
use work::contract::error::Exit;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};

/// Most proposals, refusals or orphans that an answer lists; all are counted.
pub const LISTED: usize = 1_000;
/// Most lines of each list on a page.
const SHOWN: usize = 20;

/// What comes of an import.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The kind of file.
    pub source: Option<SourceKind>,
    /// What it was recognised by: `proposals`, `whole` or `older` for an original, `bundle` for a bundle.
    pub shape: String,
    /// The file.
    pub file: String,
    /// The digest of its bytes.
    pub file_digest: String,
    /// The offset from UTC of its moments; null where nobody said.
    pub zone: Option<String>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Its proposals.
    pub proposals: Proposals,
    /// What came over with the new ones.
    pub history: History,
    /// Its concepts.
    pub concepts: Concepts,
    /// The new proposals, at most 1,000.
    pub imported: Vec<Taken>,
    /// What did not come over and why, at most 1,000.
    pub skipped: Vec<Skipped>,
    /// Rows that name a proposal which is not there, at most 1,000; they do not come over.
    pub orphans: Vec<OrphanRows>,
    /// How many such rows there are.
    pub orphan_rows: u64,
    /// Tables that nothing here corresponds to.
    pub tables: Vec<TableRows>,
    /// The closing record; null where it was written before, or nothing was to be.
    pub audit: Option<Closing>,
}

/// Proposals, counted.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Proposals {
    /// In the file.
    pub found: u64,
    /// Taken over now.
    pub new: u64,
    /// Here since an earlier import.
    pub known: u64,
    /// Not taken.
    pub skipped: u64,
}

/// History, counted.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// Executions.
    pub executions: u64,
    /// Refinements.
    pub refinements: u64,
    /// Reviews; none of them is a decision here.
    pub reviews: u64,
    /// Rows of audit tables.
    pub audit: u64,
}

/// Concepts, counted.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Concepts {
    /// Taken over now.
    pub new: u64,
    /// Of a name that is here already; ours stay.
    pub known: u64,
    /// Concepts and snippets that are not taken.
    pub skipped: u64,
}

/// A proposal that came over.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// Its id here.
    pub proposal_id: String,
    /// Its id there.
    pub source_id: String,
    /// How many revisions it has.
    pub revisions: u64,
    /// The status it had there; here it is pending.
    pub claimed_status: String,
    /// What was noticed.
    pub remarks: Vec<String>,
}

/// Something that did not come over.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// What it is called in the source.
    pub source_id: String,
    /// Why.
    pub reason: String,
}

/// Rows without a proposal.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrphanRows {
    /// Their table.
    pub table: String,
    /// The proposal they name.
    pub proposal_id: String,
    /// How many they are.
    pub rows: u64,
}

/// A table that is not taken over.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TableRows {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
}

/// The record that closes an import.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Closing {
    /// Its place.
    pub seq: u64,
    /// Its leaf hash.
    pub hash: String,
}

impl Outcome for Answer {
    fn exit(&self) -> Exit {
        let nothing = self.proposals.found > 0 && self.proposals.skipped == self.proposals.found;
        if nothing { Exit::Negative } else { Exit::Done }
    }

    fn page(&self) -> Page {
        let title = if self.dry_run { "Import (dry run)" } else { "Import" };
        let mut page = Page::new().title(title).fields(self.fields());
        if !self.imported.is_empty() {
            page = page.block(Block::Table {
                head: ["id", "there", "claimed", "revisions"].map(str::to_owned).to_vec(),
                rows: self.imported.iter().take(SHOWN).map(Taken::cells).collect(),
            });
        }
        page = page.block(Block::List(self.remarks()));
        let skipped = self.skipped.iter().take(SHOWN).map(|skipped| {
            let line = format!("{} did not come over: {}", skipped.source_id, skipped.reason);
            Cell::toned(line, Tone::Warn)
        });
        let orphans = self.orphans.iter().take(SHOWN).map(|orphan| {
            let OrphanRows { table, proposal_id, rows } = orphan;
            let line = format!(
                "{table} has {} of {proposal_id}, which is not there",
                counted(*rows, "row")
            );
            Cell::toned(line, Tone::Warn)
        });
        let tables = self.tables.iter().map(|table| {
            Cell::toned(
                format!("{} ({}) is not taken over", table.table, counted(table.rows, "row")),
                Tone::Dim,
            )
        });
        page = page.block(Block::List(skipped.chain(orphans).chain(tables).collect()));
        if self.proposals.new > 0 {
            let came = if self.dry_run { "would come" } else { "came" };
            page = page.text(format!(
                "Everything {came} as pending: executions and reviews of the source are shown as history, and count for nothing here."
            ));
        }
        match self.imported.first().filter(|_| !self.dry_run) {
            Some(first) => page.next([format!(
                "/show-code {}  shows the first with its history",
                first.proposal_id
            )]),
            None => page,
        }
    }
}

impl Answer {
    fn fields(&self) -> Vec<(&'static str, Cell)> {
        let Proposals { found, new, known, skipped } = &self.proposals;
        let History { executions, refinements, reviews, audit } = &self.history;
        let concepts = &self.concepts;
        vec![
            ("File", Cell::from(self.file.as_str())),
            ("Digest", Cell::toned(self.file_digest.as_str(), Tone::Dim)),
            ("Shape", Cell::from(self.shape.as_str())),
            ("Zone", Cell::from(self.zone.as_deref().unwrap_or("not known; give it with --zone"))),
            (
                "Proposals",
                Cell::from(format!("{found} found, {new} new, {known} known, {skipped} skipped")),
            ),
            (
                "History",
                Cell::from(format!(
                    "{}, {}, {}, {}",
                    counted(*executions, "execution"),
                    counted(*refinements, "refinement"),
                    counted(*reviews, "review"),
                    counted(*audit, "audit row")
                )),
            ),
            (
                "Concepts",
                Cell::from(format!(
                    "{} new, {} known, {} skipped",
                    concepts.new, concepts.known, concepts.skipped
                )),
            ),
        ]
    }

    fn remarks(&self) -> Vec<Cell> {
        let lines = self.imported.iter().flat_map(|taken| {
            taken.remarks.iter().map(|remark| Cell::from(format!("{}: {remark}", taken.source_id)))
        });
        lines.take(SHOWN).collect()
    }
}

impl Taken {
    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::toned(self.proposal_id.as_str(), Tone::Strong),
            Cell::from(self.source_id.as_str()),
            Cell::from(self.claimed_status.as_str()),
            Cell::from(self.revisions.to_string()),
        ]
    }
}
