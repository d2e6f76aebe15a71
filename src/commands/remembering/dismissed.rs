//! Dismissed findings, as the commands about them answer.
//!
//! Both commands show what counts afterwards, so that nobody has to ask again whether a finding is silent now.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::act::Act;
use record::domain::change::Change;
use work::contract::dismissals::{self, Known};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::deciding::decided::ReceiptView;

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The findings that are dismissed now.
    pub dismissed: Vec<View>,
    /// The place of the change in the record; null where nothing was changed.
    pub audit: Option<ReceiptView>,
    /// Why it is doubtful that there is such a finding; absent where a look finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// One finding that is not told any more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// The repository.
    pub repository: String,
    /// By what it is known.
    pub finding: String,
    /// Its rule.
    pub rule: String,
    /// Its file.
    pub path: String,
    /// Why nothing is to be done.
    pub reason: String,
    /// Who dismissed it.
    pub by: String,
    /// When.
    pub at: String,
    /// The entry of the record.
    pub seq: u64,
}

impl From<Known> for View {
    fn from(known: Known) -> Self {
        let Known { dismissal, by, seq, at } = known;
        Self {
            repository: dismissal.repository.to_string(),
            finding: dismissal.finding,
            rule: dismissal.rule,
            path: dismissal.path,
            reason: dismissal.reason,
            by,
            at: at.to_string(),
            seq,
        }
    }
}

/// Everything that is dismissed now.
pub async fn answer(
    invocation: &Invocation,
    audit: Option<ReceiptView>,
) -> Result<Answer, CommandError> {
    let known = dismissals::all(invocation).await?;
    Ok(Answer { dismissed: known.into_values().map(View::from).collect(), audit, doubt: None })
}

/// Puts an act of the owner on record.
pub async fn record(invocation: &Invocation, act: Act) -> Result<ReceiptView, CommandError> {
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    Ok(ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let page = if self.dismissed.is_empty() {
            Page::new().text("No finding is dismissed.")
        } else {
            let head = ["finding", "place", "rule", "why", "who, when"].map(str::to_owned).to_vec();
            let row = |one: &View| {
                let day: String = one.at.chars().take(10).collect();
                vec![
                    Cell::toned(one.finding.as_str(), Tone::Strong),
                    Cell::from(format!("{} of {}", one.path, one.repository)),
                    Cell::from(one.rule.as_str()),
                    Cell::from(one.reason.as_str()),
                    Cell::toned(format!("{}, {day}, entry {}", one.by, one.seq), Tone::Dim),
                ]
            };
            Page::new()
                .block(Block::Table { head, rows: self.dismissed.iter().map(row).collect() })
                .next(["/reinstate-finding FINDING WHY  lets one count again"])
        };
        let page = match &self.doubt {
            Some(doubt) => page.text(Cell::toned(doubt.as_str(), Tone::Warn)),
            None => page,
        };
        let Some(audit) = &self.audit else { return page };
        let place = format!("{} ({})", audit.seq, audit.hash);
        page.fields([("Record", Cell::toned(place, Tone::Dim))])
    }
}
