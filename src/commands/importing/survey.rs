//! Reads everything an original holds, before anything is written.
//!
//! The survey works on a private copy, so that a program that still writes cannot change it underneath. Only places, digests
//! and counts are kept: rows are read again as they are taken over, and a large database does not have to fit into memory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use crate::commands::importing::history::{NotTaken, ProposalRows, Terms};
use crate::commands::importing::incoming::{Incoming, claim};
use foundation::store::original::error::OriginalError;
use foundation::store::original::original::{Key, Original, Shape};
use foundation::store::original::row::{SourceRow, SourceValue};
use foundation::store::original::snapshot::Snapshot;
use foundation::store::original::tables::{EXECUTIONS, PROPOSALS, REFINEMENTS, REVIEWS, Table};
use record::domain::digest::Digest;
use record::domain::history::HistoryKind;
use record::domain::id::ProposalId;

/// The tables whose rows belong to a proposal.
static CHILDREN: [&Table; 3] = [&EXECUTIONS, &REVIEWS, &REFINEMENTS];

/// Rows of one child table by the id of their proposal.
type Owned = HashMap<String, Vec<i64>>;

/// An original with the rows of each proposal found.
pub struct OriginalSource {
    /// The private copy.
    pub snapshot: Snapshot,
    /// The database.
    pub original: Original,
    /// The terms of the import.
    pub terms: Terms,
}

/// The places of the rows of one proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    proposal: i64,
    children: [Vec<i64>; 3],
}

/// A proposal that can be taken, in short.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The places of its rows.
    pub places: Places,
    /// Its name in the source.
    pub source_id: String,
    /// The digest of its rows.
    pub digest: Digest,
    /// The status it had there.
    pub claimed_status: String,
    /// The number of revisions it becomes.
    pub revisions: usize,
    /// The numbers of executions, refinements and reviews it comes with.
    pub history: [u64; 3],
    /// Remarks on things that were noticed.
    pub remarks: Vec<String>,
}

/// Rows that name a proposal which is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Orphans {
    /// The table.
    pub table: &'static str,
    /// The proposal they name.
    pub owner: String,
    /// Their number.
    pub rows: u64,
}

/// The content of an original, in short.
pub struct Survey {
    /// The shape it was recognised by.
    pub shape: Shape,
    /// Proposals that can be taken, in the order of their rows.
    pub planned: Vec<Planned>,
    /// Proposals that cannot, with the name they go by.
    pub not_taken: Vec<(String, NotTaken)>,
    /// Rows without a proposal.
    pub orphans: Vec<Orphans>,
    /// Tables that nothing here corresponds to, with their rows.
    pub tables: Vec<(&'static str, u64)>,
}

impl OriginalSource {
    /// Copies a file aside and opens the copy.
    pub fn open(file: &Path, home: &Path, terms: Terms) -> Result<Self, OriginalError> {
        let snapshot = Snapshot::take(file, home)?;
        let original = Original::open(&snapshot)?;
        Ok(Self { snapshot, original, terms })
    }

    /// Reads all of it, so that a damaged file is known before anything is written.
    pub fn survey(&self) -> Result<Survey, OriginalError> {
        let keys = self.original.keys(&PROPOSALS)?;
        let mut owned: Vec<Owned> = Vec::new();
        for table in CHILDREN {
            owned.push(by_owner(self.original.keys(table)?));
        }
        let mut survey = Survey {
            shape: self.original.shape(),
            planned: Vec::new(),
            not_taken: Vec::new(),
            orphans: Vec::new(),
            tables: self.original.not_taken()?,
        };
        let mut seen = HashSet::new();
        for key in keys {
            let name = owner(&key.value);
            let is_first = seen.insert(name.clone());
            let mut take = |index: usize| {
                let rows = owned.get_mut(index).filter(|_| is_first);
                rows.and_then(|rows| rows.remove(&name)).unwrap_or_default()
            };
            let places = Places { proposal: key.row, children: [take(0), take(1), take(2)] };
            match self.plan(places, is_first)? {
                Ok(planned) => survey.planned.push(planned),
                Err(reason) => survey.not_taken.push((claim(&name), reason)),
            }
        }
        survey.orphans = orphans(owned);
        Ok(survey)
    }

    fn plan(
        &self,
        places: Places,
        is_first: bool,
    ) -> Result<Result<Planned, NotTaken>, OriginalError> {
        if !is_first {
            return Ok(Err(NotTaken::Twice));
        }
        let rows = self.rows(&places)?;
        // The name is only a placeholder: nothing that is counted here depends on it.
        let id = ProposalId::derived("survey");
        Ok(rows.interpret(&id, &self.terms).map(|incoming| planned(places, &incoming)))
    }

    fn rows(&self, places: &Places) -> Result<ProposalRows, OriginalError> {
        let [executions, reviews, refinements] = &places.children;
        Ok(ProposalRows {
            proposal: self.original.row(&PROPOSALS, places.proposal)?,
            executions: self.children(&EXECUTIONS, executions)?,
            reviews: self.children(&REVIEWS, reviews)?,
            refinements: self.children(&REFINEMENTS, refinements)?,
        })
    }

    fn children(
        &self,
        table: &'static Table,
        rows: &[i64],
    ) -> Result<Vec<SourceRow>, OriginalError> {
        rows.iter().map(|row| self.original.row(table, *row)).collect()
    }

    /// Reads a planned proposal in full, under its name here.
    pub fn incoming(&self, planned: &Planned, id: &ProposalId) -> Result<Incoming, OriginalError> {
        let interpreted = self.rows(&planned.places)?.interpret(id, &self.terms);
        // The copy is ours alone, so what could be taken before can be taken again.
        interpreted.map_err(|reason| OriginalError::Damaged { detail: reason.to_string() })
    }
}

fn planned(places: Places, incoming: &Incoming) -> Planned {
    let kinds = [HistoryKind::Execution, HistoryKind::Refinement, HistoryKind::Review];
    Planned {
        places,
        source_id: incoming.provenance.source_id.clone(),
        digest: incoming.provenance.digest,
        claimed_status: incoming.provenance.claimed_status.clone(),
        revisions: incoming.revisions.len(),
        history: kinds.map(|kind| incoming.count(kind)),
        remarks: incoming.provenance.remarks.clone(),
    }
}

fn by_owner(keys: Vec<Key>) -> Owned {
    let mut owned = Owned::new();
    for key in keys {
        owned.entry(owner(&key.value)).or_default().push(key.row);
    }
    owned
}

/// Reads the name a row gives its proposal; a value that is no text is described.
fn owner(value: &SourceValue) -> String {
    match value {
        SourceValue::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        SourceValue::Integer(number) => format!("(the number {number})"),
        other => format!("({})", other.kind()),
    }
}

fn orphans(owned: Vec<Owned>) -> Vec<Orphans> {
    let mut found: BTreeMap<(&'static str, String), u64> = BTreeMap::new();
    for (table, rows) in CHILDREN.iter().zip(owned) {
        for (name, rows) in rows {
            *found.entry((table.name, claim(&name))).or_default() += rows.len() as u64;
        }
    }
    found.into_iter().map(|((table, owner), rows)| Orphans { table, owner, rows }).collect()
}
