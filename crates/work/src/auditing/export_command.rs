//! Carries out `/audit export`: writes the record for outsiders.
//!
//! The export is written first and recorded afterwards, so that its own entry is not in it. An export that cannot be
//! recorded, such as from a home that is only read, stands all the same and says so.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::auditing::anchoring;
use crate::auditing::exporting::write::{Export, Form, Written};
use crate::contract::acts;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::page::{Cell, Page, Tone, counted};
use crate::contract::step::word;
use foundation::store::error::StoreError;
use record::domain::change::Change;

/// The export that was made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Exported {
    /// The folder or file that holds it.
    pub target: PathBuf,
    /// `folder` or `tar`.
    pub form: String,
    /// The entries in it.
    pub exported: u64,
    /// The root over them.
    pub root: String,
    /// Decisions with an owner's signature.
    pub signed: u64,
    /// Decisions without one.
    pub unsigned: u64,
    /// Pages of decisions that the home no longer has, so that the export does not show them either.
    #[serde(default)]
    pub pages_missing: u64,
    /// Evidence of decisions that the home no longer has as it was, such as after `/prune`.
    #[serde(default)]
    pub evidence_missing: u64,
    /// The entry that records the export, which is not in it; null where it could not be recorded.
    pub recorded: Option<u64>,
    /// The reason why it could not be recorded; null where it was.
    pub unrecorded: Option<String>,
}

/// Writes the log to `target`, then records that it was; an export that cannot be recorded stands, and says so.
pub async fn export(
    invocation: &Invocation,
    form: Form,
    target: PathBuf,
) -> Result<Exported, CommandError> {
    let store = Arc::clone(invocation.store.as_ref().map_err(Clone::clone)?);
    if store.log_state().await?.checkpoint.is_empty() {
        return Err(CommandError::new(ErrorKind::NotFound, "there is no record yet")
            .hint("The first writing command, such as `/setup`, begins the log."));
    }
    anchoring::held(invocation, store.as_ref()).await?;
    invocation.stage("exporting the record");
    let exporting = Export { store, handle: Handle::current(), cancel: invocation.cancel.clone() };
    let path = target.clone();
    let finished = tokio::task::spawn_blocking(move || exporting.write(form, &path)).await;
    let written =
        finished.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))??;
    let word = match form {
        Form::Folder => "folder",
        Form::Tar => "tar",
    };
    let (seq, why) = match record(invocation, &written, word).await {
        Ok(seq) => (Some(seq), None),
        Err(StoreError::ReadOnly { .. }) => (None, Some("the home is only read".to_owned())),
        Err(error) => (None, Some(error.to_string())),
    };
    Ok(Exported {
        target,
        form: word.to_owned(),
        exported: written.entries,
        root: written.root.hex(),
        signed: written.signed,
        unsigned: written.unsigned,
        pages_missing: written.pages_missing,
        evidence_missing: written.evidence_missing,
        recorded: seq,
        unrecorded: why,
    })
}

async fn record(invocation: &Invocation, written: &Written, form: &str) -> Result<u64, StoreError> {
    let change = Change {
        act: acts::export_created(invocation, written.entries, written.root, form),
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let store = invocation.store.as_ref().map_err(|_| StoreError::Closed)?;
    Ok(store.commit(change).await?.seq)
}

impl Exported {
    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let target = self.target.display();
        let recorded = match (self.recorded, &self.unrecorded) {
            (Some(seq), _) => Cell::from(format!("as entry {seq}, which is not in the export")),
            (None, Some(why)) => Cell::toned(format!("no: {why}"), Tone::Warn),
            (None, None) => Cell::toned("no", Tone::Warn),
        };
        let tone = if self.unsigned == 0 { Tone::Plain } else { Tone::Warn };
        let decisions = format!("{} signed, {} unsigned", self.signed, self.unsigned);
        let page = Page::new()
            .text(Cell::toned(
                format!("Exported {} entries to {target}.", self.exported),
                Tone::Good,
            ))
            .fields([
                ("Root", Cell::toned(self.root.as_str(), Tone::Dim)),
                ("Decisions", Cell::toned(decisions, tone)),
                ("Recorded", recorded),
            ]);
        let some = |count: u64, words: String| (count > 0).then_some(words);
        let pages = some(self.pages_missing, counted(self.pages_missing, "page"));
        let decisions = counted(self.evidence_missing, "decision");
        let evidence = some(self.evidence_missing, format!("the evidence of {decisions}"));
        let missing: Vec<String> = pages.into_iter().chain(evidence).collect();
        let page = if missing.is_empty() {
            page
        } else {
            let words = "Not in the home any more as it was, so not in the export";
            page.text(Cell::toned(format!("{words}: {}.", missing.join(", ")), Tone::Warn))
        };
        page.next([format!(
            "/audit verify {target}  verifies it; VERIFY.md in it tells others how",
            target = word(&target.to_string())
        )])
    }
}
