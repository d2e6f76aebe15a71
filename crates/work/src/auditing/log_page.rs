//! Entries of the log, as data and as a page.
//!
//! An entry that cannot be read is shown as one, because whoever looks for what is wrong with a log has to see it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::page::{Block, Cell, Page, Tone};
use foundation::store::query::LogRow;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::principal::PrincipalKind;

/// One entry.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its place.
    pub seq: u64,
    /// Its leaf hash.
    pub hash: String,
    /// The entry itself; null where it cannot be read.
    pub record: Value,
}

impl Entry {
    /// Reads a row.
    pub fn of(row: &LogRow) -> Self {
        Self {
            seq: row.seq,
            hash: leaf_hash(&row.bytes).hex(),
            record: serde_json::from_slice(&row.bytes).unwrap_or_default(),
        }
    }
}

/// Lays entries out, newest first; the filter as it was typed goes into the command for those before them.
pub fn page(entries: &[Entry], next_before: Option<u64>, filter: &str) -> Page {
    if entries.is_empty() {
        return Page::new().text("The log has no such entries.");
    }
    let head = ["seq", "time", "actor", "kind", "subject"].map(str::to_owned).to_vec();
    let page = Page::new().block(Block::Table { head, rows: entries.iter().map(row).collect() });
    match next_before {
        Some(seq) => {
            page.next([format!("/audit log {filter}--before {seq}  shows earlier entries")])
        }
        None => page,
    }
}

/// Names who acted; a program must not look like an owner of its name.
fn actor(record: &Record) -> String {
    let id = &record.actor.id;
    match record.actor.kind {
        PrincipalKind::Agent => format!("agent {id}"),
        PrincipalKind::Owner | PrincipalKind::System => id.clone(),
    }
}

fn row(entry: &Entry) -> Vec<Cell> {
    let record = serde_json::from_value::<Record>(entry.record.clone());
    let Ok(record) = record else {
        let unreadable = Cell::toned("cannot be read", Tone::Bad);
        return vec![entry.seq.to_string().into(), "".into(), "".into(), unreadable, "".into()];
    };
    let subject = [
        record.subject.proposal.as_ref().map(ToString::to_string),
        record.subject.revision.map(|number| format!("r{number}")),
        record.subject.execution.as_ref().map(ToString::to_string),
    ];
    let subject: Vec<String> = subject.into_iter().flatten().collect();
    vec![
        Cell::from(entry.seq.to_string()),
        Cell::toned(record.ts.to_string(), Tone::Dim),
        Cell::from(actor(&record)),
        Cell::toned(record.kind.word(), Tone::Strong),
        Cell::from(subject.join(" ")),
    ]
}
