//! Everything about one proposal after the other.
//!
//! The entries beside which a proposal stands give its standing; its rows must be what they say, and there must be as many of each
//! kind as entries. Only one proposal is in memory at a time.

use std::collections::BTreeMap;

use crate::auditing::rows::found::Found;
use crate::auditing::rows::journal::Journal;
use crate::auditing::rows::tables::has_chain;
use crate::auditing::standing::{Policies, Standing};
use crate::auditing::vouching::{self, Misfit};
use foundation::store::error::StoreError;
use foundation::store::rows::{Dossier, Rows};
use record::audit::chain::Chain;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::id::ExecutionId;

/// Finds the first proposal with a row that does not fit.
pub(super) fn first_misfit(
    rows: &dyn Rows,
    journal: &Journal<'_>,
    policies: &Policies,
    is_stopped: &dyn Fn() -> bool,
) -> Found {
    let (mut row, mut beside) = (i64::MIN, 0);
    while let Some(dossier) = rows.dossier_after(row)? {
        if is_stopped() {
            return Ok(None);
        }
        row = dossier.row;
        beside += u64::try_from(dossier.entries.len()).unwrap_or(u64::MAX);
        if let Some(misfit) = one(rows, Some(journal), policies, &dossier)? {
            return Ok(Some(misfit));
        }
    }
    let problem = "audit_log: beside an entry stands a proposal that there is not".to_owned();
    Ok((beside != journal.beside).then_some(Misfit { seq: None, problem }))
}

/// Finds the first row of one proposal that does not fit the entries beside it, for whoever hands out that proposal alone.
///
/// What only the whole log tells is not looked at: entries moved to another proposal, a clock that was set back, outputs that
/// were taken out.
pub(super) fn misfit_of(rows: &dyn Rows, policies: &Policies, dossier: &Dossier) -> Found {
    one(rows, None, policies, dossier)
}

/// What the entries about one proposal tell, with those that rows are held against.
#[derive(Default)]
struct Told {
    standing: Standing,
    chain: Option<Chain>,
    revisions: BTreeMap<u32, Record>,
    verdicts: BTreeMap<ExecutionId, Record>,
    imported: Option<Record>,
}

fn one(
    rows: &dyn Rows,
    journal: Option<&Journal<'_>>,
    policies: &Policies,
    dossier: &Dossier,
) -> Found {
    let mut told = Told::default();
    for row in &dossier.entries {
        let unreadable = |error| StoreError::Corrupt { detail: format!("audit_log: {error}") };
        let record: Record = serde_json::from_slice(&row.bytes).map_err(unreadable)?;
        if record.subject.proposal.as_ref() != Some(&dossier.proposal.id) {
            let problem =
                format!("audit_log: entry {} is not about what stands beside it", row.seq);
            return Ok(Some(Misfit { seq: Some(row.seq), problem }));
        }
        told.chain = Some(told.chain.unwrap_or(Chain::EMPTY).with(&leaf_hash(&row.bytes)));
        told.take(record, policies);
    }
    let id = &dossier.proposal.id;
    let made = told.standing.made.as_ref().map_or(0, |made| made.seq);
    let stray = journal.and_then(|journal| journal.stray.get(id));
    if let Some(seq) = stray.filter(|seq| **seq > made) {
        let problem = format!("audit_log: entry {seq}: {id} does not stand beside it");
        return Ok(Some(Misfit { seq: Some(*seq), problem }));
    }
    if !has_chain(rows, dossier.row, told.chain.unwrap_or(Chain::EMPTY))? {
        let problem = format!("chains: that of {id} is not what its entries give");
        return Ok(Some(Misfit { seq: None, problem }));
    }
    Ok(told.first_misfit(journal, dossier))
}

impl Told {
    fn take(&mut self, record: Record, policies: &Policies) {
        self.standing.take(&record, policies);
        match (record.kind, record.subject.revision, record.subject.execution.clone()) {
            (ActKind::RevisionAdded, Some(number), _) => {
                self.revisions.insert(number, record);
            }
            (ActKind::ExecutionVerdict, _, Some(id)) => {
                self.verdicts.insert(id, record);
            }
            (ActKind::HistoryImported, _, _) => self.imported = Some(record),
            _ => {}
        }
    }

    fn first_misfit(&self, journal: Option<&Journal<'_>>, dossier: &Dossier) -> Option<Misfit> {
        let Dossier { proposal, reviews, bound, .. } = dossier;
        let id = &proposal.id;
        self.revisions(dossier)
            .or_else(|| self.executions(journal, dossier))
            .or_else(|| vouching::reviews(id, &self.standing, reviews))
            .or_else(|| vouching::bound(id, &self.standing, bound))
            .or_else(|| vouching::proposal(&self.standing, proposal))
            .or_else(|| {
                vouching::history(
                    id,
                    self.imported.as_ref(),
                    dossier.provenance.as_ref(),
                    &dossier.history,
                )
            })
            .or_else(|| dossier.odd.clone().map(|problem| Misfit { seq: None, problem }))
    }

    fn revisions(&self, dossier: &Dossier) -> Option<Misfit> {
        let id = &dossier.proposal.id;
        let mut left = self.revisions.clone();
        for row in &dossier.revisions {
            let Some(record) = left.remove(&row.number) else {
                let problem = format!("revisions: revision {} of {id} has no entry", row.number);
                return Some(Misfit { seq: None, problem });
            };
            let found = vouching::revision(&self.standing, row);
            if let Some(misfit) = found.or_else(|| vouching::revision_row(&record, row)) {
                return Some(misfit);
            }
        }
        let (number, record) = left.pop_first()?;
        let problem = format!("revisions: revision {number} of {id} is recorded, but not stored");
        Some(Misfit { seq: Some(record.seq), problem })
    }

    fn executions(&self, journal: Option<&Journal<'_>>, dossier: &Dossier) -> Option<Misfit> {
        let mut left = self.verdicts.clone();
        for row in &dossier.executions {
            let Some(record) = left.remove(&row.id) else {
                let problem = format!("executions: {} has no entry", row.id);
                return Some(Misfit { seq: None, problem });
            };
            let misfit = |problem| Some(Misfit { seq: Some(record.seq), problem });
            if let Some(found) = vouching::execution(&record, row) {
                return Some(found);
            }
            let Some(journal) = journal else { continue };
            if row.executed_at != record.said_at() && !journal.moved.contains(&record.seq) {
                return misfit(format!(
                    "executions: {}: executed_at is not what its entry says",
                    row.id
                ));
            }
            let is_taken_out = row.evidence.output.pruned;
            if is_taken_out && journal.pruned.is_none_or(|pruned| pruned < record.seq) {
                return misfit(format!(
                    "blobs: the output of {} was taken out without a record",
                    row.id
                ));
            }
        }
        let (id, record) = left.pop_first()?;
        let problem = format!("executions: {id} is recorded, but not stored");
        Some(Misfit { seq: Some(record.seq), problem })
    }
}
